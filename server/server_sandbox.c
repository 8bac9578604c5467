// SPDX-License-Identifier: MIT
// The server's threads shut themselves in, each as its role is.
#include "server/server_private.h"

#include <fcntl.h>

static struct sandbox_order sandbox_order(const struct server *s)
{
	return (struct sandbox_order){(enum sandbox_refusal)s->config.refused_calls, s->starter,
				      !paths_has_file(s->paths)};
}

void server_take_role(void *arg, enum thread_role role)
{
	const struct server *s = arg;

	if (s->sandbox.shut_in >= 0 && role == THREAD_FILES)
		sandbox_shut_in(s->sandbox.shut_in);
	if (s->sandbox.kerberos >= 0 && role == THREAD_GSS)
		sandbox_shut_in(s->sandbox.kerberos);
	if (s->sandbox.calls)
		sandbox_take_role(role, sandbox_order(s));
}

// Threads inherit it, so it comes before the first of them.
void server_enter_sandbox(struct server *s)
{
	s->memory = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (s->config.sandbox)
		s->sandbox = sandbox_enter(s->paths, &s->config, sandbox_order(s));
}

struct thread_begin server_begin(struct server *s)
{
	return (struct thread_begin){server_take_role, s};
}
