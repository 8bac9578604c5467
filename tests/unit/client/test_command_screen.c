// SPDX-License-Identifier: MIT
// What slash commands ask of a full screen.
#include "tests/unit/client/command_fixture.h"

static bool screen_act(void *arg, struct span name)
{
	buf_printf(arg, "act " SPAN_FMT "\n", SPAN_ARG(name));
	return !span_eq(name, SPAN("unknown"));
}

static bool screen_bind(void *arg, struct span key, struct span act)
{
	buf_printf(arg, "bind " SPAN_FMT "\n", SPAN_ARG(key));
	return !span_eq(act, SPAN("unknown"));
}

static bool screen_theme(void *arg, struct span name, struct buf *errors)
{
	buf_printf(arg, "theme " SPAN_FMT "\n", SPAN_ARG(name));
	if (!span_eq(name, SPAN("unknown")))
		return true;
	buf_add_str(errors, "no such theme");
	return false;
}

static void screen_search(void *arg, struct span text)
{
	buf_printf(arg, "search " SPAN_FMT "\n", SPAN_ARG(text));
}

static void screen_say(void *arg, struct span text)
{
	buf_printf(arg, "passing: " SPAN_FMT "\n", SPAN_ARG(text));
}

static bool screen_go(void *arg, struct span where)
{
	buf_printf(arg, "go " SPAN_FMT "\n", SPAN_ARG(where));
	return !span_eq(where, SPAN("unknown"));
}

static void what_is_for_a_screen_is_asked_of_it(void **state)
{
	static const struct {
		const char *typed, *asked, *noted; // noted NULL: nothing
	} rows[] = {
		{"/theme dark", "theme dark\n", NULL},
		{"/theme unknown", "theme unknown\n", "no such theme"},
		{"/bind F5 inbox", "bind F5\n", NULL},
		{"/bind F5 unknown", "bind F5\n", "the key or the act is unknown"},
		{"/act fold", "act fold\n", NULL},
		{"/act unknown", "act unknown\n", "there is no act unknown; these are: fold"},
		{"/act", "", "fold inbox"},
		{"/help", "act help\n", NULL},
		{"/search cake", "search cake\n", NULL},
		{"/search", "act search\n", NULL},
		{"/goto", "act go_to\n", NULL},
		{"/goto yesterday 14:00", "go yesterday 14:00\n", NULL},
		{"/goto unknown", "go unknown\n", "\"unknown\" is no time (14:00, today"},
		{"/mute", "passing: #den is muted: no counts, no alerts\n", NULL},
	};
	struct fixture *f = *state;
	const struct screen_acts acts = {.arg = &f->asked,
					 .names = "fold inbox",
					 .act = screen_act,
					 .bind = screen_bind,
					 .set_theme = screen_theme,
					 .search = screen_search,
					 .go = screen_go,
					 .say = screen_say};
	struct command_context c = {
		.model = f->m, .intents = &f->intents, .screen = &acts, .now_ms = 2000};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t before = f->m->current->log.count;
		buf_reset(&f->asked);
		command_typed(&c, f->m->current, span_of(rows[i].typed));
		assert_string_equal(buf_str(&f->asked), rows[i].asked);
		assert_int_equal(f->m->current->log.count, before + (rows[i].noted != NULL));
		assert_true(!rows[i].noted || note_says(f, rows[i].noted));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_for_a_screen_is_asked_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
