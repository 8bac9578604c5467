// SPDX-License-Identifier: MIT
// The client's core, logged in at a scripted server over a real socket.
#pragma once

#include "client/app/terminal_words.h"
#include "client/model/handle.h"
#include "client/outside/outside_loop.h"
#include "client/sync/engine.h"
#include "tests/support/scripted_server.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct wire {
	struct loop *loop;
	struct scripted server;
	struct outside outside;
	struct engine core;
	const char *caps;            // offered
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

static inline void wire_on_line(void *arg, const struct msg *m)
{
	struct wire *w = arg;
	w->n_fenced +=
		span_eq(m->command, SPAN("PONG")) && span_eq(msg_param(m, 1), SPAN("fence"));
}

// Behind it the outbox may be given a store; then wire_start.
static inline void wire_init(struct wire *w, const char *caps)
{
	signal(SIGPIPE, SIG_IGN); // as the program does
	*w = (struct wire){.loop = loop_new(), .caps = caps};
	w->outside = outside_of_loop(w->loop);
	scripted_init(&w->server, w->loop);
	w->server.on_line = wire_script;
	engine_init(&w->core, &w->outside, &terminal_words, SPAN("ann"));
}

static inline void wire_start(struct wire *w)
{
	struct engine_events events = {.arg = w, .on_line = wire_on_line};
	engine_start(&w->core, &events);
}

static inline void wire_clear(struct wire *w)
{
	scripted_clear(&w->server);
	engine_clear(&w->core);
	loop_free(w->loop);
}

static inline void wire_connect(struct wire *w)
{
	struct uplink_order order = {
		.host = "127.0.0.1",
		.port = w->server.port,
		.pins.count = 1,
		.login = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""}};
	pins_set(&order.pins, w->server.pin);
	engine_open(&w->core, &order);
	WAIT_UNTIL(uplink_is_online(w->core.session), loop_turn(w->loop, STEP_MS));
}

// Until all that was said has been heard on both sides, and all that was said to that: the
// second PING goes out behind it.
static inline void wire_settle(struct wire *w)
{
	for (int i = 0; i < 2; i++) {
		uplink_send(w->core.session, SPAN("PING fence"));
		w->n_fences++;
		WAIT_UNTIL(w->n_fenced == w->n_fences, loop_turn(w->loop, STEP_MS));
	}
}

// The connection breaks and comes back; what was heard before is forgotten.
static inline void wire_break(struct wire *w)
{
	scripted_drop(&w->server);
	buf_reset(&w->server.heard);
	WAIT_UNTIL(!uplink_is_online(w->core.session), loop_turn(w->loop, STEP_MS));
	uplink_retry(w->core.session);
	WAIT_UNTIL(uplink_is_online(w->core.session), loop_turn(w->loop, STEP_MS));
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
