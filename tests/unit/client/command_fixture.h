// SPDX-License-Identifier: MIT
// Typed texts go in, what is asked of the network comes out: for tests of the slash commands.
#pragma once

#include "client/slash/command.h"
#include "client/model/handle.h"
#include "client/model/own.h"
#include "client/model/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

struct fixture {
	struct model *m;
	struct intents intents;
	struct buf asked; // what was asked, one thing a line
	bool is_offline, has_removal;
};

static inline void ask_message(void *arg, struct target *t, enum line_kind kind,
			       struct span text, struct span reply_to)
{
	struct fixture *f = arg;
	const char *does = kind == LINE_ACTION ? "act" : kind == LINE_TOPIC ? "topic" : "say";
	buf_printf(&f->asked, "%s to %s: " SPAN_FMT SPAN_FMT "\n", does, t->name,
		   SPAN_ARG(text), SPAN_ARG(reply_to));
}

static inline void ask_sign_in(void *arg, bool binds)
{
	struct fixture *f = arg;
	buf_add_str(&f->asked, binds ? "sign in to bind\n" : "sign in\n");
}

static inline bool ask_raw(void *arg, struct span line)
{
	struct fixture *f = arg;
	if (f->is_offline)
		return false;
	buf_add_span(&f->asked, line);
	buf_add_char(&f->asked, '\n');
	return true;
}

static inline void ask_mark(void *arg, struct target *t, int64_t at_ms)
{
	buf_printf(&((struct fixture *)arg)->asked, "read %s %lld\n", t->name,
		   (long long)at_ms);
}

static inline void ask_retry(void *arg, uint64_t id)
{
	buf_printf(&((struct fixture *)arg)->asked, "retry %d\n", (int)id);
}

static inline bool ask_restore(void *arg, bool any)
{
	buf_printf(&((struct fixture *)arg)->asked, "restore%s\n", any ? " any" : "");
	return ((struct fixture *)arg)->has_removal;
}

static inline void ask_quit(void *arg, struct span reason)
{
	buf_printf(&((struct fixture *)arg)->asked, "quit " SPAN_FMT "\n", SPAN_ARG(reason));
}

static inline void say(struct model *m, const char *line)
{
	struct msg msg;
	assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
	handle_line(m, &msg, 1000);
}

static inline int set_up(void **state)
{
	static struct fixture f;
	f = (struct fixture){.m = model_new(SPAN("ann"))};
	f.intents = (struct intents){.arg = &f,
				     .message = ask_message,
				     .raw = ask_raw,
				     .mark_read = ask_mark,
				     .retry = ask_retry,
				     .restore = ask_restore,
				     .quit = ask_quit};
	say(f.m, ":srv 001 ann :hi");
	say(f.m, ":ann!a@h JOIN #den");
	*state = &f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	model_free(f->m);
	buf_clear(&f->asked);
	return 0;
}

static inline void expect(struct fixture *f, const char *typed, const char *asked)
{
	struct command_context c = {.model = f->m, .intents = &f->intents, .now_ms = 2000};
	buf_reset(&f->asked);
	command_typed(&c, f->m->current, span_of(typed));
	assert_string_equal(buf_str(&f->asked), asked);
}

static inline struct span last_note(struct fixture *f)
{
	const struct scrollback *log = &f->m->current->log;
	assert_true(log->count > 0);
	return line_says(scrollback_at(log, log->count - 1));
}

static inline bool note_says(struct fixture *f, const char *part)
{
	struct span note = last_note(f);
	return memmem(note.at, note.len, part, strlen(part)) != NULL;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
