// SPDX-License-Identifier: MIT
// A model in #den with Bob and Cem, which is given lines and counts what it tells.
#pragma once

#include "client/model/extra.h"
#include "client/model/handle.h"
#include "client/model/people.h"
#include "client/model/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct seen {
	int alerts;
	int pages;
	struct history_page page;
};

struct fixture {
	struct model *m;
	struct seen seen;
};

static inline void on_alert(void *arg, struct target *t, struct log_line *l)
{
	(void)t;
	(void)l;
	((struct seen *)arg)->alerts++;
}

static inline void on_page(void *arg, const struct history_page *page)
{
	struct seen *seen = arg;
	seen->pages++;
	seen->page = *page;
}

static inline void say(struct model *m, const char *line)
{
	struct msg msg;
	assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
	handle_line(m, &msg, 1000000);
}

static inline int set_up(void **state)
{
	static struct fixture fixture;
	fixture = (struct fixture){.m = model_new(SPAN("ann"))};
	struct model_watch watch = {
		.arg = &fixture.seen, .on_alert = on_alert, .on_page = on_page};
	model_watch(fixture.m, &watch);
	*state = &fixture;
	say(fixture.m, ":srv 001 ann :Welcome");
	say(fixture.m,
	    ":srv 005 ann NETWORK=Example PREFIX=(qov)~@+ CHANTYPES=# :are supported");
	say(fixture.m, ":ann!a@h JOIN #den");
	say(fixture.m, ":srv 332 ann #den :Release Friday");
	say(fixture.m, ":srv 353 ann = #den :@bob +cem ann");
	say(fixture.m, ":srv 366 ann #den :End");
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	model_free(f->m);
	return 0;
}

static inline struct target *den(struct fixture *f)
{
	return target_find(f->m, SPAN("#den"));
}

static inline struct log_line *last(struct target *t)
{
	assert_true(t->log.count > 0);
	return scrollback_at(&t->log, t->log.count - 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
