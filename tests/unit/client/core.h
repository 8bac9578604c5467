// SPDX-License-Identifier: MIT
// The client's core in a world made by hand: the server says what the test says, the store keeps
// when the test says so.
#pragma once

#include "client/app/terminal_words.h"
#include "client/model/own.h"
#include "client/model/target.h"
#include "client/sync/engine.h"
#include "tests/support/loose_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW_MS 1795348800000 // 2026-11-22T12:00:00Z
#define CORE_CAPS                                                                              \
	"message-tags server-time labeled-response batch echo-message draft/chathistory "      \
	"snug.chat/sequence"
#define CORE_EXACT CORE_CAPS " snug.chat/exactly-once"

struct core {
	struct loose_world world;
	struct engine e;
	unsigned n_done, n_sent; // as the store was told
};

static inline void core_keep(void *arg, const struct unsent_entry *entry)
{
	(void)arg;
	(void)entry;
}

static inline void core_sent(void *arg, const struct unsent_entry *entry)
{
	(void)entry;
	((struct core *)arg)->n_sent++;
}

static inline void core_done(void *arg, const struct unsent_entry *entry)
{
	(void)entry;
	((struct core *)arg)->n_done++;
}

static inline void core_set_store(struct core *c)
{
	struct unsent_store store = {.arg = c,
				     .keep = core_keep,
				     .sent = core_sent,
				     .done = core_done,
				     .stored = core_sent};

	unsent_set_store(c->e.unsent, &store);
}

static inline int core_set_up(void **state)
{
	struct core *c = calloc(1, sizeof(*c));
	struct engine_events events = {.arg = c};

	loose_world_init(&c->world, NOW_MS);
	engine_init(&c->e, &c->world.outside, &terminal_words, SPAN("ann"));
	engine_start(&c->e, &events);
	*state = c;
	return 0;
}

static inline int core_set_up_stored(void **state)
{
	core_set_up(state);
	core_set_store(*state);
	return 0;
}

static inline int core_tear_down(void **state)
{
	struct core *c = *state;

	calls_lost(c->e.calls);
	engine_clear(&c->e);
	loose_world_clear(&c->world);
	free(c);
	return 0;
}

static inline void core_hear(struct core *c, const char *line)
{
	loose_world_hear(&c->world, span_of(line));
}

static inline void core_welcome(struct core *c, const char *caps)
{
	struct buf offer = {0}, names = {0};
	struct span rest = span_of(caps);

	assert_true(loose_world_answer(&c->world));
	buf_printf(&offer, ":h CAP * LS :%s", caps);
	buf_add_str(&names, ":h CAP * ACK :");
	while (rest.len) {
		struct span word = span_cut(&rest, ' ');
		buf_add_span(&names, span_cut(&word, '='));
		buf_add_char(&names, ' ');
	}
	core_hear(c, buf_str(&offer));
	core_hear(c, buf_str(&names));
	buf_clear(&offer);
	buf_clear(&names);
	core_hear(c, ":h 001 ann :hi");
	core_hear(c, ":h 005 ann CHANTYPES=# :are");
	core_hear(c, ":h PONG h snug-alive-1");
	assert_true(model_is_online(c->e.model));
}

static inline void core_log_in(struct core *c, const char *caps)
{
	struct uplink_order order = {
		.host = "h",
		.port = "1",
		.pins.count = 1,
		.login = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""}};

	engine_open(&c->e, &order);
	core_welcome(c, caps);
}

// Breaks, and is back; what was said before is forgotten.
static inline void core_break(struct core *c, const char *caps)
{
	loose_world_break(&c->world);
	uplink_retry(c->e.session);
	core_welcome(c, caps);
}

static inline struct target *core_room(struct core *c, const char *name)
{
	return target_need(c->e.model, span_of(name));
}

// How often the client said this.
static inline size_t core_said(struct core *c, const char *text)
{
	size_t n = 0;

	for (const char *at = buf_str(&c->world.said); (at = strstr(at, text)); at++)
		n++;
	return n;
}

static inline void core_expect_said(struct core *c, const char *text, size_t times)
{
	if (core_said(c, text) != times)
		fail_msg("\"%s\" was said %zu times, not %zu, in: %s", text, core_said(c, text),
			 times, buf_str(&c->world.said));
}

// The server answers the newest line that holds `text`: `format` with its label in front, and $
// for it inside.
static inline void core_answer(struct core *c, const char *text, const char *lines)
{
	const char *said = buf_str(&c->world.said), *at = NULL, *label = NULL;
	struct buf out = {0};
	char copy[24] = "";

	for (const char *next = said; (next = strstr(next, text)); next++)
		at = next;
	if (!at)
		fail_msg("\"%s\" was not said, but: %s", text, said);
	while (at > said && at[-1] != '\n')
		at--;
	label = strstr(at, "@label=");
	assert_true(label == at);
	snprintf(copy, sizeof(copy), "%.*s", (int)strcspn(label + 7, "; "), label + 7);
	buf_printf(&out, "@label=%s", copy);
	for (; *lines; lines++) {
		if (*lines == '$') {
			buf_add_str(&out, copy);
		} else if (*lines == '\n') {
			core_hear(c, buf_str(&out));
			buf_reset(&out);
		} else {
			buf_add_char(&out, *lines);
		}
	}
	core_hear(c, buf_str(&out));
	buf_clear(&out);
}

static inline const struct log_line *core_newest(const struct target *t)
{
	assert_true(t->log.count > 0);
	return scrollback_at(&t->log, t->log.count - 1);
}

#define CORE(fn) cmocka_unit_test_setup_teardown(fn, core_set_up_stored, core_tear_down)
