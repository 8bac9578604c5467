// SPDX-License-Identifier: MIT
#include "client/verbs/errand.h"

#include "client/app/terminal_words.h"
#include "client/verbs/cold.h"
#include "client/app/door.h"
#include "client/api/exit_code.h"
#include "client/verbs/print.h"
#include "common/clock.h"
#include "common/die.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

// What has come back of the requests so far.
struct progress {
	const struct errand *errand;
	size_t n_open;
	int code;
	bool is_running; // through the running program
	bool has_answer; // the user saw something of it
	bool is_repeatable;
	char *said; // why, of an end before, or NULL
};

// What many requests end with is said once.
static int say_end(struct progress *p, const json_t *end)
{
	const char *words = json_string_value(json_object_get(end, "text"));
	int code = (int)json_integer_value(json_object_get(end, "code"));

	if (!code || !words || (p->said && strcmp(p->said, words) == 0))
		return code;
	print_words(stderr, "snug: %s", words);
	free(p->said);
	p->said = xstrdup(words);
	return code;
}

static bool is_unreachable(const json_t *end)
{
	return json_integer_value(json_object_get(end, "code")) == EXIT_UNREACHABLE;
}

static void progress_init(struct progress *p, const struct errand *e)
{
	*p = (struct progress){.errand = e, .n_open = 1};
	if (json_is_array(e->request))
		p->n_open = json_array_size(e->request);
}

static void take_answer(struct progress *p, const json_t *answer)
{
	const char *type = json_string_value(json_object_get(answer, "type"));
	bool is_last = type && strcmp(type, "end") == 0;

	if (is_last && p->is_running && is_unreachable(answer)) {
		p->n_open = 0;
		p->code = EXIT_UNREACHABLE;
		return;
	}
	p->has_answer = true;
	p->errand->fn(p->errand->arg, answer, is_last);
	if (!is_last)
		return;
	p->n_open--;
	int code = say_end(p, answer);
	p->code = p->code ? p->code : code;
}

// Through the running program.

static int say_no_answer(int timeout_ms)
{
	fprintf(stderr, "snug: no answer within %d s\n", timeout_ms / 1000);
	return EXIT_UNKNOWN;
}

static void take_answers(struct progress *p, struct buf *in)
{
	size_t taken = 0;
	struct span rest = buf_span(in);

	while (p->n_open && span_find(rest, '\n') < rest.len) {
		struct span line = span_cut(&rest, '\n');
		taken += line.len + 1;
		json_t *answer = json_loadb(line.at, line.len, 0, NULL);
		if (answer)
			take_answer(p, answer);
		json_decref(answer);
	}
	buf_drop(in, taken);
}

// It quit or crashed: what it had not answered may be asked anew.
static int say_ended(const struct progress *p)
{
	if (p->is_repeatable && !p->has_answer)
		return EXIT_UNREACHABLE;
	fprintf(stderr, "snug: the running program has ended\n");
	return EXIT_UNKNOWN;
}

static int wait_answers(const struct errand *e, int fd, bool is_repeatable)
{
	struct buf in = {0};
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	int64_t until = clock_mono_ms() + e->timeout_ms; // the next answer
	struct progress p;
	int code = EXIT_OK;

	progress_init(&p, e);
	p.is_running = true;
	p.is_repeatable = is_repeatable;
	while (p.n_open) {
		int64_t left = e->timeout_ms ? until - clock_mono_ms() : -1;
		if (e->timeout_ms && (left <= 0 || poll(&ready, 1, (int)left) == 0)) {
			code = say_no_answer(e->timeout_ms);
			break;
		}
		ssize_t got = recv(fd, buf_space(&in, 65536), 65536, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			code = say_ended(&p);
			break;
		}
		in.len += (size_t)got;
		take_answers(&p, &in);
		until = clock_mono_ms() + e->timeout_ms;
	}
	free(p.said);
	buf_clear(&in);
	return code ? code : p.code;
}

static int do_then(const struct errand *e, struct loop *l)
{
	return e->then ? e->then(e->arg, l) : EXIT_OK;
}

static bool send_requests(int fd, const json_t *requests)
{
	struct buf line = {0};
	bool sent = true;
	const json_t *request;
	size_t i;

	if (!json_is_array(requests))
		json_add_line(&line, requests);
	json_array_foreach(requests, i, request)
		json_add_line(&line, request);
	for (size_t at = 0; sent && at < line.len;) {
		ssize_t wrote = send(fd, line.at + at, line.len - at, MSG_NOSIGNAL);
		sent = wrote > 0 || errno == EINTR;
		at += wrote > 0 ? (size_t)wrote : 0;
	}
	buf_clear(&line);
	return sent;
}

static int ask_running(const struct errand *e, int fd, bool is_repeatable)
{
	int code = EXIT_UNREACHABLE;

	if (send_requests(fd, e->request))
		code = wait_answers(e, fd, is_repeatable);
	if (code == EXIT_OK) {
		struct loop *l = loop_new();
		code = do_then(e, l);
		loop_free(l);
	}
	close(fd);
	return code;
}

// By a login of its own.

struct cold_errand {
	struct progress progress;
	struct cold cold;
	struct requests *requests;
};

static void on_answer(void *arg, const json_t *answer, bool is_last UNUSED)
{
	struct cold_errand *c = arg;

	c->cold.answered_at = clock_mono_ms();
	take_answer(&c->progress, answer);
	c->cold.is_over = !c->progress.n_open;
}

static void run_all(struct cold_errand *c, const json_t *requests)
{
	const json_t *request;
	size_t i;

	if (!json_is_array(requests))
		requests_run(c->requests, requests, on_answer, c);
	json_array_foreach(requests, i, request)
		requests_run(c->requests, request, on_answer, c);
}

static void on_line(void *arg, const struct msg *m)
{
	struct cold_errand *c = arg;

	if (c->requests)
		requests_line(c->requests, m);
}

// The answer to a PING behind the login comes after all that the login brings.
static int wait_rooms(struct cold *c)
{
	return cold_ask(c, "PING rooms", NULL, NULL);
}

static int ask_cold(const struct errand *e)
{
	struct cold_errand c = {0};

	progress_init(&c.progress, e);
	int code = cold_open(&c.cold, e->options, COLD_UNSEEN);

	if (code != EXIT_OK)
		return code;
	c.cold.on_line = on_line;
	c.cold.arg = &c;
	if (e->needs_rooms)
		code = wait_rooms(&c.cold);
	if (code == EXIT_OK) {
		c.requests = requests_new(c.cold.session, c.cold.calls, c.cold.model,
					  &terminal_words);
		run_all(&c, e->request);
		c.cold.is_over = !c.progress.n_open; // where nothing was asked, too
		code = cold_wait(&c.cold, e->timeout_ms);
		code = code ? code : c.progress.code;
		if (code == EXIT_OK)
			code = do_then(e, c.cold.loop);
		requests_free(c.requests);
		c.requests = NULL;
	}
	cold_close(&c.cold);
	free(c.progress.said);
	return code ? code : c.progress.code;
}

// A connection to the running program, or -1.
static int knock(const struct options *o, bool *is_exact)
{
	struct profile p;
	char *error = NULL, *path = NULL;

	if (profile_load(&p, &o->paths, o->profile, &error) == PROFILE_OK) {
		path = door_path(o->paths.runtime, p.name);
		*is_exact = strstr(p.caps, "snug.chat/exactly-once") != NULL;
	}
	int fd = path ? door_knock(path) : -1;
	free(error);
	free(path);
	profile_clear(&p);
	return fd;
}

// In a shell the sign of a room has to be quoted, so it is easily left out.
static void hint_room(const struct errand *e)
{
	const json_t *request =
		json_is_array(e->request)
			? json_array_get(e->request, json_array_size(e->request) - 1)
			: e->request;
	const char *target = json_string_value(json_object_get(request, "target"));

	if (target && target[0] != '#')
		print_words(stderr, "snug: if a room is meant, it is written '#%s'", target);
}

int errand_run(const struct errand *e)
{
	bool is_exact = false;
	int fd = knock(e->options, &is_exact);
	int code = EXIT_UNREACHABLE;

	if (fd >= 0)
		code = ask_running(e, fd, !e->changes || is_exact);
	// The running program waits for the server: perhaps it is back.
	code = code == EXIT_UNREACHABLE ? ask_cold(e) : code;
	if (code == EXIT_REFUSED)
		hint_room(e);
	return code;
}
