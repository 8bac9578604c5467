// SPDX-License-Identifier: MIT
// A model that is logged in at a scripted server: what delivery and catch-up need.
#pragma once

#include "client/model/handle.h"
#include "client/net/calls.h"
#include "tests/support/scripted_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct wire {
	struct loop *loop;
	struct scripted server;
	struct uplink *session;
	struct calls *calls;
	struct model *model;
	const char *caps; // offered
	void (*online)(void *arg);
	void (*offline)(void *arg);
	void (*line)(void *arg, const struct msg *m);
	void *arg;
	bool was_online;
	unsigned n_fences, n_fenced; // PINGs of the test, and their PONGs
};

static inline void wire_script(struct scripted *s, struct span line)
{
	struct wire *w = container_of(s, struct wire, server);
	struct buf answer = {0};
	if (span_eq(line, SPAN("CAP LS 302")))
		buf_printf(&answer, ":h CAP * LS :%s", w->caps);
	else if (span_starts(line, SPAN("CAP REQ :")))
		buf_printf(&answer, ":h CAP * ACK :" SPAN_FMT, SPAN_ARG(span_after(line, 9)));
	else if (span_eq(line, SPAN("CAP END")))
		buf_add_str(&answer,
			    ":h 001 ann :hi\r\n:h 005 ann CHATHISTORY=10 CHANTYPES=# :are");
	else if (span_starts(line, SPAN("PING snug-")) || span_starts(line, SPAN("PING fence")))
		buf_printf(&answer, ":h PONG h " SPAN_FMT, SPAN_ARG(span_after(line, 5)));
	if (answer.len)
		scripted_say(s, buf_str(&answer));
	buf_clear(&answer);
}

static inline void wire_on_state(void *arg)
{
	struct wire *w = arg;
	bool is_online = uplink_is_online(w->session);
	struct link_status link = {.state = is_online ? LINK_ONLINE : LINK_OFFLINE};
	model_set_link(w->model, &link);
	if (is_online && !w->was_online)
		w->online(w->arg);
	if (!is_online && w->was_online) {
		handle_reset(w->model);
		calls_lost(w->calls);
		w->offline(w->arg);
	}
	w->was_online = is_online;
}

static inline void wire_on_line(void *arg, const struct msg *m, struct span line)
{
	struct wire *w = arg;
	(void)line;
	w->n_fenced +=
		span_eq(m->command, SPAN("PONG")) && span_eq(msg_param(m, 1), SPAN("fence"));
	bool is_error = m->command.at[0] == '4' || span_eq(m->command, SPAN("FAIL"));
	if (is_error && calls_take(w->calls, m))
		return;
	handle_line(w->model, m, clock_wall_ms());
	if (!is_error)
		calls_take(w->calls, m);
	if (w->line)
		w->line(w->arg, m);
}

static inline void wire_init(struct wire *w, const char *caps)
{
	struct uplink_events events = {
		.arg = w, .on_state = wire_on_state, .on_line = wire_on_line};
	*w = (struct wire){.loop = loop_new(), .caps = caps};
	scripted_init(&w->server, w->loop);
	w->server.on_line = wire_script;
	w->session = uplink_new(w->loop, &events);
	w->calls = calls_new(w->session);
	w->model = model_new(SPAN("ann"));
}

static inline void wire_clear(struct wire *w)
{
	scripted_clear(&w->server);
	calls_free(w->calls);
	uplink_free(w->session);
	model_free(w->model);
	loop_free(w->loop);
}

static inline void wire_connect(struct wire *w)
{
	struct uplink_order order = {
		.host = "127.0.0.1",
		.port = w->server.port,
		.has_pin = true,
		.login = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""}};
	memcpy(order.pin, w->server.pin, TLS_PIN_LEN);
	uplink_open(w->session, &order);
	WAIT_UNTIL(uplink_is_online(w->session), loop_turn(w->loop, STEP_MS));
}

// Until all that was said has been heard on both sides, and all that was said to that: the
// second PING goes out behind it.
static inline void wire_settle(struct wire *w)
{
	for (int i = 0; i < 2; i++) {
		uplink_send(w->session, SPAN("PING fence"));
		w->n_fences++;
		WAIT_UNTIL(w->n_fenced == w->n_fences, loop_turn(w->loop, STEP_MS));
	}
}

// The connection breaks and comes back; what was heard before is forgotten.
static inline void wire_break(struct wire *w)
{
	scripted_drop(&w->server);
	buf_reset(&w->server.heard);
	WAIT_UNTIL(!uplink_is_online(w->session), loop_turn(w->loop, STEP_MS));
	uplink_retry(w->session);
	WAIT_UNTIL(uplink_is_online(w->session), loop_turn(w->loop, STEP_MS));
}

// The value of the tag `key` (with its '=') in the newest line heard that holds `text`.
static inline void wire_tag(struct wire *w, const char *text, const char *key,
			    char out[static 80])
{
	assert_true(scripted_hears(&w->server, text));
	const char *heard = buf_str(&w->server.heard), *at = heard;
	for (const char *next = heard; (next = strstr(next, text)); next++)
		at = next;
	while (at > heard && at[-1] != '\n')
		at--;
	const char *tag = strstr(at, key), *end = strchr(at, ' ');
	assert_true(tag && tag < end);
	tag += strlen(key);
	size_t len = strcspn(tag, "; ");
	assert_true(len < 80);
	memcpy(out, tag, len);
	out[len] = '\0';
}
