// SPDX-License-Identifier: MIT
// 1. `fd` is there from the first word of the server on until it is over, one way or the other.
// 2. What the server says is heard whole, then given to the thread; what that answers is said.
#include "client/outside/ticket.h"

#include "client/outside/ticket_thread.h"
#include "common/die.h"
#include "common/encode.h"
#include "common/gs2.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define SETTINGS "/etc/krb5.conf"
#define CACHE "/tmp/krb5cc_%u"

struct ticket_login {
	struct sasl_way way;
	struct loop *loop;
	ticket_words_fn *fn;
	void *arg;
	struct loop_timer *deadline;
	struct loop_fd *watch;
	int fd;                      // of the thread; -1: none
	char *host, *account, *said; // the last or NULL
	struct tls_binding binding;
	struct buf heard, header;
	sasl_line_fn *send; // of the exchange that goes on
	void *send_arg;
};

static void stop(struct ticket_login *t)
{
	loop_timer_stop(t->deadline);
	loop_remove(t->watch);
	t->watch = NULL;
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	buf_reset(&t->heard);
	buf_reset(&t->header);
}

static void forget(struct ticket_login *t)
{
	char **texts[] = {&t->host, &t->account, &t->said};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		free(*texts[i]);
		*texts[i] = NULL;
	}
}

static void give_up(struct ticket_login *t, const char *why)
{
	struct buf words = {0};

	buf_printf(&words, "no ticket was shown (%s)", why);
	stop(t);
	free(t->said);
	t->said = buf_take(&words);
	t->fn(t->arg, t->said);
	t->send(t->send_arg, SASL_GIVES_UP, false);
}

static void on_deadline(void *arg)
{
	give_up(arg, "Kerberos did not answer within 5 s");
}

static void say_token(struct ticket_login *t, struct span token)
{
	struct buf said = {0};

	loop_timer_stop(t->deadline);
	buf_add_span(&said, buf_span(&t->header));
	buf_add_span(&said, token);
	sasl_send_bytes(buf_span(&said), t->send, t->send_arg);
	buf_clear(&said);
}

static void take_news(struct ticket_login *t, char kind, struct span bytes)
{
	char *why;

	switch ((enum ticket_news)kind) {
	case TICKET_TOKEN:
		say_token(t, bytes);
		return;
	case TICKET_DONE:
		stop(t);
		sasl_send_bytes(SPAN(""), t->send, t->send_arg);
		return;
	case TICKET_FAILED:
		break;
	}
	why = span_dup(bytes);
	give_up(t, why);
	free(why);
}

static void on_news(void *arg, unsigned events UNUSED)
{
	struct ticket_login *t = arg;
	struct buf news = {0};
	ssize_t got = recv(t->fd, buf_space(&news, TICKET_NEWS_MAX), TICKET_NEWS_MAX, 0);

	if (got > 0)
		take_news(t, news.at[0], span_from(news.at + 1, (size_t)got - 1));
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		give_up(t, "it could not be had");
	buf_clear(&news);
}

static void begin(void *arg, const struct sasl_stream *stream)
{
	struct ticket_login *t = arg;

	stop(t);
	forget(t);
	t->host = xstrdup(stream->host);
	t->account = xstrdup(stream->account);
	t->binding = *stream->binding;
}

static void ask(struct ticket_login *t)
{
	struct buf bound = {0};

	if (!gs2_header((enum tls_binding_kind)t->binding.kind, span_of(t->account),
			&t->header)) {
		give_up(t, "nothing binds it to this connection");
		return;
	}
	buf_add_span(&bound, buf_span(&t->header));
	buf_add(&bound, t->binding.bytes, t->binding.len);
	t->fd = ticket_thread_begin(t->host, buf_span(&bound));
	buf_clear(&bound);
	if (t->fd < 0) {
		give_up(t, strerrordesc_np(errno));
		return;
	}
	t->watch = loop_add(t->loop, t->fd, LOOP_READ, on_news, t);
	loop_timer_set(t->deadline, TICKET_MS);
}

static void hand_on(struct ticket_login *t)
{
	struct buf bytes = {0};

	if (decode_b64(&bytes, buf_span(&t->heard)) && bytes.len &&
	    send(t->fd, bytes.at, bytes.len, MSG_NOSIGNAL) == (ssize_t)bytes.len)
		loop_timer_set(t->deadline, TICKET_MS);
	else
		give_up(t, "the server's answer makes no sense");
	buf_reset(&t->heard);
	buf_clear(&bytes);
}

static void hear(void *arg, struct span words, sasl_line_fn *send, void *send_arg)
{
	struct ticket_login *t = arg;

	t->send = send;
	t->send_arg = send_arg;
	if (!sasl_hear(&t->heard, words))
		return;
	if (t->fd < 0)
		ask(t);
	else
		hand_on(t);
}

struct ticket_login *ticket_new(struct loop *l, ticket_words_fn *fn, void *arg)
{
	struct ticket_login *t = xcalloc(1, sizeof(*t));

	*t = (struct ticket_login){.way = {"GS2-KRB5-PLUS", t, begin, hear},
				   .loop = l,
				   .fn = fn,
				   .arg = arg,
				   .fd = -1};
	t->deadline = loop_timer_new(l, on_deadline, t);
	return t;
}

void ticket_free(struct ticket_login *t)
{
	if (!t)
		return;
	stop(t);
	loop_timer_free(t->deadline);
	buf_clear(&t->heard);
	buf_clear(&t->header);
	forget(t);
	free(t);
}

const char *ticket_said(const struct ticket_login *t)
{
	return t->said;
}

const struct sasl_way *ticket_way(struct ticket_login *t)
{
	return &t->way;
}

static bool is_named_in(const char *path)
{
	FILE *file = path ? fopen(path, "re") : NULL;
	char *line = NULL;
	size_t room = 0;
	bool is_there = false;

	while (file && !is_there && getline(&line, &room, file) > 0)
		is_there = span_starts(span_trim(span_of(line)), SPAN("default_ccache_name"));
	free(line);
	if (file)
		fclose(file);
	return is_there;
}

// A file is looked for; what is kept elsewhere the library alone can find.
static bool is_there(const char *cache)
{
	struct span name = span_of(cache);

	if (span_starts(name, SPAN("FILE:")))
		cache += strlen("FILE:");
	return span_find(span_of(cache), ':') < span_of(cache).len || access(cache, F_OK) == 0;
}

bool ticket_may_be_there(void)
{
	const char *named = getenv("KRB5CCNAME"), *settings = getenv("KRB5_CONFIG");
	char file[sizeof(CACHE) + 16];

	if (named && named[0])
		return is_there(named);
	snprintf(file, sizeof(file), CACHE, (unsigned)getuid());
	return is_there(file) || is_named_in(settings ? settings : SETTINGS);
}
