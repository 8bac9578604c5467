// SPDX-License-Identifier: MIT
// Modes of a room by words: said, set, and shown by a lock.
#include "client/model/modes.h"
#include "tests/unit/client/command_fixture.h"

static void words_become_letters(void **state)
{
	struct fixture *f = *state;
	expect(f, "/private on", "MODE #den +is\n");
	expect(f, "/private off", "MODE #den -is\n");
	expect(f, "/moderated on", "MODE #den +m\n");
	expect(f, "/topic-lock off", "MODE #den -t\n");
	expect(f, "/members-only on", "MODE #den +n\n");
	expect(f, "/slow 2m", "MODE #den +W 120\n");
	expect(f, "/slow off", "MODE #den -W\n");
	expect(f, "/key tea", "MODE #den +k tea\n");
	expect(f, "/key off", "MODE #den -k *\n");
	expect(f, "/mode", "MODE #den\n");
	expect(f, "/mode +m", "MODE #den +m\n");
	expect(f, "/slow soon", "");
	assert_true(note_says(f, "not soon"));
	expect(f, "/private maybe", "");
	model_show(f->m, f->m->server);
	expect(f, "/private on", "");
	assert_true(note_says(f, "works in a room"));
}

static void a_word_alone_says_how_it_is(void **state)
{
	struct fixture *f = *state;
	expect(f, "/private", "");
	assert_true(note_says(f, "#den: everybody may enter"));
	say(f->m, ":bob!b@h MODE #den +i");
	expect(f, "/private", "");
	assert_true(note_says(f, "#den: only who is invited enters"));
	expect(f, "/moderated", "");
	assert_true(note_says(f, "#den: every member writes"));
}

static void modes_are_said_in_words(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":srv 005 ann CHANMODES=Ibe,k,lWd,AHJimnst :are supported");
	say(f->m, ":srv 324 ann #den +nt");
	assert_true(note_says(f, "#den (+nt): only members write here, only moderators set the "
				 "topic"));
	say(f->m, ":srv 324 ann #den +klW tea 9 30");
	assert_true(note_says(f, "who knows its key enters, at most 9 are in it, 30 seconds"));
	say(f->m, ":srv 324 ann #den +klW");
	assert_true(note_says(f, "at most some are in it"));
	say(f->m, ":srv 324 ann #den +");
	assert_true(note_says(f, "#den: everybody may enter"));
}

static void what_is_private_is_known_from_the_join_on(void **state)
{
	struct fixture *f = *state;
	struct target *t;
	say(f->m, "@snug.chat/modes=+int :ann!a@h JOIN #ops");
	t = target_find(f->m, SPAN("#ops"));
	assert_true(target_is_private(t));
	say(f->m, ":bob!b@h MODE #ops -i");
	assert_false(target_is_private(t));
	say(f->m, ":bob!b@h MODE #ops +i");
	assert_true(target_is_private(t));
	// A conversation of a few always is: nothing to tell.
	say(f->m, "@snug.chat/people=cem,bob;snug.chat/modes=+ins :ann!a@h JOIN #talk-x");
	assert_false(target_is_private(target_find(f->m, SPAN("#talk-x"))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(words_become_letters),
		TEST(a_word_alone_says_how_it_is),
		TEST(modes_are_said_in_words),
		TEST(what_is_private_is_known_from_the_join_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
