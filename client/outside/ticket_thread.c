// SPDX-License-Identifier: MIT
#include "client/outside/ticket_thread.h"

#include "client/outside/gss_library.h"
#include "client/outside/ticket.h"
#include "common/die.h"
#include "common/gs2.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

// RFC 2743 4.1, RFC 4121: a service at a host; Kerberos.
#define SERVICE_AT_HOST SPAN("\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04")
#define KERBEROS SPAN("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")

struct job {
	int fd;
	char *host;
	struct buf bound;
	struct gss_library gss;
	gss_name_t target;
	gss_ctx_id_t context;
};

// The library reads what it is given.
static gss_OID_desc oid_of(struct span bytes)
{
	return (gss_OID_desc){(OM_uint32)bytes.len, (void *)(uintptr_t)bytes.at};
}

static bool send_news(const struct job *j, enum ticket_news kind, struct span bytes)
{
	struct buf news = {0};
	bool is_sent;

	buf_add_char(&news, (char)kind);
	buf_add_span(&news, bytes);
	is_sent = news.len <= TICKET_NEWS_MAX &&
		  send(j->fd, news.at, news.len, MSG_NOSIGNAL) == (ssize_t)news.len;
	buf_clear(&news);
	return is_sent;
}

static void send_failure(const struct job *j, OM_uint32 major, OM_uint32 minor)
{
	struct buf words = {0};

	gss_library_say(&j->gss, major, minor, &words);
	(void)!send_news(j, TICKET_FAILED, buf_span(&words));
	buf_clear(&words);
}

static bool import(struct job *j)
{
	gss_OID_desc service_at_host = oid_of(SERVICE_AT_HOST);
	struct buf name = {0};
	gss_buffer_desc text;
	OM_uint32 major, minor;

	buf_printf(&name, TICKET_SERVICE "@%s", j->host);
	text = (gss_buffer_desc){name.len, name.at};
	major = j->gss.import_name(&minor, &text, &service_at_host, &j->target);
	buf_clear(&name);
	if (GSS_ERROR(major))
		send_failure(j, major, minor);
	return !GSS_ERROR(major);
}

// Credentials are never passed on: only that both sides prove who they are is asked for.
static OM_uint32 step(struct job *j, struct span heard, struct buf *out)
{
	struct gss_channel_bindings_struct bindings = {
		.application_data = {j->bound.len, j->bound.at}};
	gss_buffer_desc input = {heard.len, (void *)(uintptr_t)heard.at};
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	gss_OID_desc kerberos = oid_of(KERBEROS);
	OM_uint32 major, minor, ignored;

	major = j->gss.init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &j->context, j->target,
					&kerberos, GSS_C_MUTUAL_FLAG, 0, &bindings, &input,
					NULL, &token, NULL, NULL);
	buf_add(out, token.value, token.length);
	j->gss.release_buffer(&ignored, &token);
	if (GSS_ERROR(major))
		send_failure(j, major, minor);
	return major;
}

static bool say(struct job *j)
{
	struct buf token = {0};
	OM_uint32 major = step(j, SPAN(""), &token);
	struct span stripped = buf_span(&token);
	bool is_said = !GSS_ERROR(major) && gs2_unwrap(&stripped) &&
		       send_news(j, TICKET_TOKEN, stripped);

	buf_clear(&token);
	return is_said;
}

// What the server said to it; whoever is not wanted any more hears the end.
static void hear(struct job *j)
{
	struct buf heard = {0}, more = {0};
	ssize_t got = recv(j->fd, buf_space(&heard, TICKET_NEWS_MAX), TICKET_NEWS_MAX, 0);

	if (got > 0 && step(j, span_from(heard.at, (size_t)got), &more) == GSS_S_COMPLETE)
		(void)!send_news(j, TICKET_DONE, SPAN(""));
	buf_clear(&heard);
	buf_clear(&more);
}

static void work(struct job *j)
{
	OM_uint32 minor;

	if (import(j) && say(j))
		hear(j);
	if (j->context)
		j->gss.delete_sec_context(&minor, &j->context, GSS_C_NO_BUFFER);
	if (j->target)
		j->gss.release_name(&minor, &j->target);
}

static void *run(void *arg)
{
	struct job *j = arg;
	struct buf why = {0};

	if (gss_library_open(&j->gss, &why)) {
		work(j);
		gss_library_close(&j->gss);
	} else {
		(void)!send_news(j, TICKET_FAILED, buf_span(&why));
	}
	buf_clear(&why);
	close(j->fd);
	buf_clear(&j->bound);
	free(j->host);
	free(j);
	return NULL;
}

// It is never waited for, and hears no signal.
static bool start(struct job *j)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	pthread_t thread;
	bool is_fine;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	is_fine = pthread_create(&thread, &attributes, run, j) == 0;
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return is_fine;
}

int ticket_thread_begin(const char *host, struct span bound)
{
	struct job *j = xcalloc(1, sizeof(*j));
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
		free(j);
		return -1;
	}
	j->fd = fds[1];
	j->host = xstrdup(host);
	buf_add_span(&j->bound, bound);
	if (fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0 && start(j))
		return fds[0];
	close(fds[0]);
	close(fds[1]);
	buf_clear(&j->bound);
	free(j->host);
	free(j);
	return -1;
}
