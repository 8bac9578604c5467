// SPDX-License-Identifier: MIT
#include "client/errand.h"

#include "client/cold.h"
#include "client/door.h"
#include "client/event_json.h"
#include "client/link_words.h"
#include "common/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int say_end(const json_t *end)
{
	const char *words = json_string_value(json_object_get(end, "text"));
	int code = (int)json_integer_value(json_object_get(end, "code"));

	if (code && words)
		fprintf(stderr, "snug: %s\n", words);
	return code;
}

// Through the running program.

static int say_no_answer(int timeout_ms)
{
	fprintf(stderr, "snug: no answer within %d s\n", timeout_ms / 1000);
	return EXIT_UNKNOWN;
}

static int take_answer(const struct errand *e, struct span line, bool *is_last)
{
	json_t *answer = json_loadb(line.at, line.len, 0, NULL);
	const char *type = json_string_value(json_object_get(answer, "type"));
	int code = EXIT_OK;

	*is_last = type && strcmp(type, "end") == 0;
	if (*is_last)
		code = say_end(answer);
	else if (answer)
		e->fn(e->arg, answer, false);
	json_decref(answer);
	return code;
}

static int take_answers(const struct errand *e, struct buf *in, bool *is_last)
{
	int code = EXIT_OK;
	size_t taken = 0;
	struct span rest = buf_span(in);

	while (!*is_last && span_find(rest, '\n') < rest.len) {
		struct span line = span_cut(&rest, '\n');
		taken += line.len + 1;
		code = take_answer(e, line, is_last);
	}
	buf_drop(in, taken);
	return code;
}

static int wait_answers(const struct errand *e, int fd)
{
	struct buf in = {0};
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	int64_t until = clock_mono_ms() + e->timeout_ms;
	bool is_last = false;
	int code = EXIT_OK;

	while (!is_last) {
		int64_t left = e->timeout_ms ? until - clock_mono_ms() : -1;
		if (e->timeout_ms && (left <= 0 || poll(&ready, 1, (int)left) == 0)) {
			code = say_no_answer(e->timeout_ms);
			break;
		}
		ssize_t got = recv(fd, buf_space(&in, 65536), 65536, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			fprintf(stderr, "snug: the running program has ended\n");
			code = EXIT_UNKNOWN;
			break;
		}
		in.len += (size_t)got;
		code = take_answers(e, &in, &is_last);
	}
	buf_clear(&in);
	return code;
}

static bool send_request(int fd, const json_t *request)
{
	struct buf line = {0};
	bool sent = true;

	event_line(&line, request);
	for (size_t at = 0; sent && at < line.len;) {
		ssize_t wrote = send(fd, line.at + at, line.len - at, MSG_NOSIGNAL);
		sent = wrote > 0 || errno == EINTR;
		at += wrote > 0 ? (size_t)wrote : 0;
	}
	buf_clear(&line);
	return sent;
}

static int ask_running(const struct errand *e, int fd)
{
	int code = EXIT_UNREACHABLE;

	if (send_request(fd, e->request))
		code = wait_answers(e, fd);
	close(fd);
	return code;
}

// By a login of its own.

struct cold_errand {
	const struct errand *errand;
	struct cold cold;
	struct requests *requests;
	int code;
};

static void on_answer(void *arg, const json_t *answer, bool is_last)
{
	struct cold_errand *c = arg;

	if (!is_last) {
		c->errand->fn(c->errand->arg, answer, false);
		return;
	}
	c->code = say_end(answer);
	c->cold.is_over = true;
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
	struct cold_errand c = {.errand = e};
	int code = cold_open(&c.cold, e->options);

	if (code != EXIT_OK)
		return code;
	c.cold.on_line = on_line;
	c.cold.arg = &c;
	if (e->needs_rooms)
		code = wait_rooms(&c.cold);
	if (code == EXIT_OK) {
		c.requests = requests_new(c.cold.session, c.cold.calls, c.cold.model);
		requests_run(c.requests, e->request, on_answer, &c);
		code = cold_wait(&c.cold, e->timeout_ms);
		requests_free(c.requests);
		c.requests = NULL;
	}
	// What the lost connection left of the answer says more.
	bool is_told = c.cold.is_over && code == EXIT_OK;
	cold_close(&c.cold);
	return is_told ? c.code : code;
}

static char *running_path(const struct options *o)
{
	struct profile p;
	char *error = NULL, *path = NULL;

	if (profile_load(&p, &o->paths, o->profile, &error) == PROFILE_OK)
		path = door_path(o->paths.runtime, p.name);
	free(error);
	profile_clear(&p);
	return path;
}

int errand_run(const struct errand *e)
{
	char *path = running_path(e->options);
	int fd = path ? door_knock(path) : -1;

	free(path);
	return fd >= 0 ? ask_running(e, fd) : ask_cold(e);
}
