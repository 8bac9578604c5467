// SPDX-License-Identifier: MIT
// What is muted, pinned, alerts: set by commands without any screen, kept, and there again.
#include "client/seat/arranged.h"
#include "client/app/layout_file.h"
#include "client/model/target.h"
#include "client/slash/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	char dir[32], file[48];
	struct model *m;
	struct arranged *a;
};

// The next run of the program.
static void start(struct fixture *f)
{
	f->m = model_new(SPAN("ann"));
	f->a = layout_file_open(f->m, f->file);
	model_show(f->m, target_need(f->m, SPAN("#den")));
}

static void end(struct fixture *f)
{
	arranged_free(f->a);
	model_free(f->m);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	snprintf(f->dir, sizeof(f->dir), "/tmp/snug-arranged-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->file, sizeof(f->file), "%s/layout", f->dir);
	start(f);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	end(f);
	unlink(f->file);
	rmdir(f->dir);
	free(f);
	return 0;
}

static void again(struct fixture *f)
{
	end(f);
	start(f);
}

static void run(struct fixture *f, const char *typed, const char *answer)
{
	static const struct intents none;
	struct command_context c = {.model = f->m, .intents = &none, .now_ms = 1000};
	struct target *t = f->m->current;
	command_typed(&c, t, span_of(typed));
	assert_true(t->log.count > 0);
	struct span said = line_says(scrollback_at(&t->log, t->log.count - 1));
	char text[200];
	snprintf(text, sizeof(text), SPAN_FMT, SPAN_ARG(said));
	assert_string_equal(text, answer);
}

static void what_alerts_is_kept(void **state)
{
	struct fixture *f = *state;
	static const char *const typed[] = {"/alert all", "/alert none", "/alert mentions"};
	static const char *const said[] = {
		"#den: alert all, every message alerts",
		"#den: alert none, nothing alerts, all is counted",
		"#den: alert mentions, what calls you alerts",
	};
	static const enum alerts alerts[] = {ALERTS_ALL, ALERTS_NONE, ALERTS_MENTIONS};
	for (size_t i = 0; i < ARRAY_LEN(alerts); i++) {
		run(f, typed[i], said[i]);
		assert_int_equal(f->m->current->alerts, alerts[i]);
		again(f);
		assert_int_equal(f->m->current->alerts, alerts[i]);
		run(f, "/alert", said[i]);
	}
	run(f, "/alert loud",
	    "/alert [all|mentions|none]: it takes no \"loud\" (which messages here alert; alone: "
	    "what is set); nothing was done");
	// All is as if nothing had been set.
	assert_int_equal(access(f->file, F_OK), -1);
}

static void mute_and_pin_are_kept_each_for_itself(void **state)
{
	struct fixture *f = *state;
	run(f, "/mute", "#den is muted: no counts, no alerts");
	run(f, "/pin", "#den is pinned: it stands on top");
	run(f, "/alert", "#den: alert mentions, what calls you alerts; but it is muted");
	struct stat st;
	assert_int_equal(stat(f->file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	again(f);
	assert_true(f->m->current->muted);
	assert_true(f->m->current->pinned);
	assert_false(target_need(f->m, SPAN("#attic"))->muted);
	run(f, "/mute", "#den is not muted");
	again(f);
	assert_false(f->m->current->muted);
	assert_true(f->m->current->pinned);
	run(f, "/pin", "#den is not pinned");
}

static void who_was_there_before_is_as_it_was_left(void **state)
{
	struct fixture *f = *state;
	run(f, "/mute", "#den is muted: no counts, no alerts");
	arranged_free(f->a);
	f->m->current->muted = false;
	f->a = layout_file_open(f->m, f->file);
	assert_true(f->m->current->muted);
}

static void a_face_keeps_words_of_its_own(void **state)
{
	struct fixture *f = *state;
	assert_null(arranged_find(f->a, SPAN(".members")));
	arranged_keep(f->a, SPAN(".members"), SPAN("hidden"));
	run(f, "/mute", "#den is muted: no counts, no alerts");
	again(f);
	assert_string_equal(arranged_find(f->a, SPAN(".members")), "hidden");
	arranged_keep(f->a, SPAN(".members"), SPAN(""));
	assert_null(arranged_find(f->a, SPAN(".members")));
	assert_true(f->m->current->muted);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_alerts_is_kept),
		TEST(mute_and_pin_are_kept_each_for_itself),
		TEST(who_was_there_before_is_as_it_was_left),
		TEST(a_face_keeps_words_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
