// SPDX-License-Identifier: MIT
// Conversations of a few people are named by them.
#include "client/model/directory.h"
#include "client/model/target.h"
#include "client/slash/command.h"
#include "common/buf.h"
#include "client/model/shown.h"
#include "tests/unit/client/model_fixture.h"

#define ROOM "#talk-k3fw9q2b"

static struct target *talk(struct fixture *f)
{
	return target_find(f->m, SPAN(ROOM));
}

static void expect_title(struct fixture *f, const struct target *t, const char *wanted)
{
	struct buf title = {0};
	shown_add_target(&title, f->m, t);
	assert_string_equal(buf_str(&title), wanted);
	buf_clear(&title);
}

static void it_is_called_by_the_others_in_it(void **state)
{
	struct fixture *f = *state;

	say(f->m, "@snug.chat/people=cem,ANN :ann!a@h JOIN " ROOM);
	expect_title(f, talk(f), "cem");
	say(f->m, ":bob!b@h JOIN " ROOM);
	expect_title(f, talk(f), "cem, bob");
	// Who is there but was named already is not named twice.
	say(f->m, ":cem!c@h JOIN " ROOM);
	expect_title(f, talk(f), "cem, bob");
	say(f->m, ":cem!c@h PART " ROOM);
	expect_title(f, talk(f), "bob");
	say(f->m, ":bob!b@h PART " ROOM);
	expect_title(f, talk(f), "bob");
	expect_title(f, den(f), "#den");
	say(f->m, ":dora!d@h JOIN #den");
	expect_title(f, den(f), "#den");
}

static void a_room_that_is_made_of_it_is_called_by_its_name(void **state)
{
	struct fixture *f = *state;

	say(f->m, "@snug.chat/people=cem,bob,ann :ann!a@h JOIN " ROOM);
	say(f->m, ":bob!b@h RENAME " ROOM " #garden :");
	expect_title(f, target_find(f->m, SPAN("#garden")), "#garden");
	// Or it was while we were away.
	say(f->m, "@snug.chat/people=cem,bob,ann :ann!a@h JOIN " ROOM);
	say(f->m, ":ann!a@h JOIN " ROOM);
	expect_title(f, talk(f), ROOM);
}

static void what_was_asked_for_is_shown(void **state)
{
	struct fixture *f = *state;

	say(f->m, "@snug.chat/people=cem,bob,ann :ann!a@h JOIN " ROOM);
	model_show(f->m, den(f));
	say(f->m, ":srv NOTE TALK TALK_OPENED " ROOM " :A conversation was begun");
	assert_ptr_equal(f->m->current, talk(f));
	say(f->m, ":srv NOTE TALK TALK_OPENED #unknown :x");
	assert_ptr_equal(f->m->current, talk(f));
}

static void ask_message(void *arg, struct target *t, enum line_kind kind, struct span text,
			struct span reply_to)
{
	(void)kind;
	(void)reply_to;
	buf_printf(arg, "say to %s: " SPAN_FMT "\n", t->name, SPAN_ARG(text));
}

static bool ask_raw(void *arg, struct span line)
{
	buf_printf(arg, SPAN_FMT "\n", SPAN_ARG(line));
	return true;
}

// What is typed asks for that.
static void asks(struct fixture *f, const char *typed, const char *wanted)
{
	struct buf asked = {0};
	struct intents intents = {.arg = &asked, .message = ask_message, .raw = ask_raw};
	struct command_context c = {.model = f->m, .intents = &intents};

	command_typed(&c, f->m->current, span_of(typed));
	assert_string_equal(asked.len ? buf_str(&asked) : "", wanted);
	buf_clear(&asked);
}

static void several_people_are_asked_into_one(void **state)
{
	struct fixture *f = *state;

	asks(f, "/query dora,eve", "TALK dora,eve\n");
	asks(f, "/query bob cem", "TALK bob,cem\n");
	// A word that is nobody we know makes a text of it.
	asks(f, "/query bob cem?", "say to bob: cem?\n");
	asks(f, "/query bob", "");
	assert_string_equal(f->m->current->name, "bob");
}

static void a_list_is_asked_for_in_an_order(void **state)
{
	struct fixture *f = *state;

	asks(f, "/list by-said", "LIST\n");
	assert_int_equal(f->m->list_order, LIST_BY_SAID);
	asks(f, "/list by-name #d*", "LIST #d*\n");
	assert_int_equal(f->m->list_order, LIST_BY_NAME);
	asks(f, "/list #d*", "LIST #d*\n");
	assert_int_equal(f->m->list_order, LIST_BY_MEMBERS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_called_by_the_others_in_it, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_room_that_is_made_of_it_is_called_by_its_name,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_asked_for_is_shown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(several_people_are_asked_into_one, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_list_is_asked_for_in_an_order, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
