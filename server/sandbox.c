// SPDX-License-Identifier: MIT
#include "server/sandbox_private.h"

#include "common/die.h"
#include "common/log.h"

#include <sys/prctl.h>

struct sandbox sandbox_enter(const struct paths *p, const struct config *c,
			     struct sandbox_order order)
{
	struct sandbox done = {.shut_in = -1, .kerberos = -1};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		log_event(LOG_WARN, "no_sandbox", "why", "this kernel has no no_new_privs",
			  NULL);
		return done;
	}
	done.files = sandbox_shut_files(p, c);
	if (done.files) {
		done.shut_in = sandbox_rules_of(p->files);
		done.kerberos = sandbox_rules_of_kerberos(p, c);
	}
	sandbox_hear_refused();
	done.calls = sandbox_shut_calls(ROLE_START, order);
	if (!done.calls)
		log_event(LOG_WARN, "no_sandbox", "why",
			  "this kernel has no filters of calls (seccomp)", NULL);
	return done;
}

void sandbox_take_role(enum thread_role role, struct sandbox_order order)
{
	if (!sandbox_shut_calls(1U << role, order))
		die(1, "the kernel took the first filter of calls, and not that of a thread");
}
