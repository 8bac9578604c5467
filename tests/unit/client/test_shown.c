// SPDX-License-Identifier: MIT
// What people are shown as: who has a display name, which ones are none, and where the account
// has to stand beside it.
#include "tests/unit/client/model_fixture.h"

#include "client/model/shown.h"

#include <stdio.h>

static void set(struct fixture *f, const char *name, const char *display)
{
	char line[512];
	snprintf(line, sizeof(line), ":srv METADATA %s display-name * :%s", name, display);
	say(f->m, line);
}

static void expect_shown(struct fixture *f, const char *name, const char *wanted)
{
	struct buf out = {0};
	const struct person *p = person_find(f->m, span_of(name));
	assert_non_null(p);
	shown_add(&out, f->m, p);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void a_display_name_is_shown_and_followed(void **state)
{
	struct fixture *f = *state;
	expect_shown(f, "bob", "bob");
	set(f, "bob", "Zo\u00eb \u0417\u043e\u044f");
	expect_shown(f, "bob", "Zo\u00eb \u0417\u043e\u044f");
	uint64_t version = f->m->version;
	set(f, "BOB", "Robert");
	expect_shown(f, "bob", "Robert");
	assert_true(f->m->version > version); // it is drawn
	set(f, "bob", "");
	expect_shown(f, "bob", "bob");
	set(f, "bob", "Robert");
	say(f->m, ":srv METADATA bob display-name *");
	expect_shown(f, "bob", "bob");
}

static void ones_own_comes_with_the_answer(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":srv 761 ann ann display-name * :Anna");
	expect_shown(f, "ann", "Anna");
	say(f->m, ":srv 766 ann ann display-name :key not set");
	expect_shown(f, "ann", "ann");
	say(f->m, ":srv BATCH +1 metadata ann");
	say(f->m, "@batch=1 :srv METADATA ann display-name * :Anna");
	say(f->m, ":srv BATCH -1");
	expect_shown(f, "ann", "Anna");
}

static void what_is_said_of_rooms_and_under_other_keys_is_no_name(void **state)
{
	struct fixture *f = *state;
	size_t people = f->m->people.n_items;
	set(f, "#den", "The den");
	say(f->m, ":srv METADATA bob avatar * :Robert");
	expect_shown(f, "bob", "bob");
	assert_int_equal(f->m->people.n_items, people);
}

static void a_name_that_breaks_the_rule_is_none(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = {
		"",
		" ",
		"a  b",
		"\x1b[31mred",
		"two\tcells",
		"\u202egnp.bob",
		"\u2066bob",
		"\u200b",
		"\ufe0f",
		"@bob",
		"\xff\xfe",
		"Zoe\u0308", // not NFC
		"a name that is longer than anybody has to read, since it goes on and on",
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		set(f, "bob", "Robert");
		expect_shown(f, "bob", "Robert");
		set(f, "bob", bad[i]);
		expect_shown(f, "bob", "bob");
	}
}

static void two_who_look_alike_have_their_accounts_beside(void **state)
{
	struct fixture *f = *state;
	set(f, "bob", "Anna");
	set(f, "cem", "\u0410nn\u0430"); // Cyrillic
	expect_shown(f, "bob", "Anna (bob)");
	expect_shown(f, "cem", "\u0410nn\u0430 (cem)");
	set(f, "cem", "Cem");
	expect_shown(f, "bob", "Anna");
	expect_shown(f, "cem", "Cem"); // like its own name
}

static void one_shown_like_the_account_of_another_has_its_own_beside(void **state)
{
	struct fixture *f = *state;
	set(f, "cem", "B\u043eb");
	expect_shown(f, "cem", "B\u043eb (cem)");
	expect_shown(f, "bob", "bob");
	set(f, "bob", "Robert");
	expect_shown(f, "cem", "B\u043eb (cem)");
	// Who is that comes later, or is called so later, counts as much.
	set(f, "bob", "Dora");
	expect_shown(f, "bob", "Dora");
	say(f->m, ":dora!d@h JOIN #den");
	expect_shown(f, "bob", "Dora (bob)");
	set(f, "cem", "Eve");
	expect_shown(f, "cem", "Eve");
	say(f->m, ":dora!d@h NICK eve");
	expect_shown(f, "cem", "Eve (cem)");
}

static void a_name_cannot_put_on_the_account_of_another(void **state)
{
	struct fixture *f = *state;
	set(f, "cem", "Robert (bob)");
	expect_shown(f, "cem", "Robert (bob) (cem)");
	set(f, "cem", "bob: yes");
	expect_shown(f, "cem", "bob: yes (cem)");
	set(f, "cem", "Robert, Cem");
	expect_shown(f, "cem", "Robert, Cem (cem)");
}

static void a_name_goes_along_with_a_new_nick(void **state)
{
	struct fixture *f = *state;
	set(f, "bob", "Robert");
	say(f->m, ":bob!b@h NICK rob");
	expect_shown(f, "rob", "Robert");
	expect_shown(f, "bob", "bob"); // lines of the past
	say(f->m, ":rob!b@h NICK Rob");
	expect_shown(f, "rob", "Robert");
}

static void what_may_have_changed_unseen_is_forgotten(void **state)
{
	struct fixture *f = *state;
	set(f, "bob", "Robert");
	say(f->m, ":bob!b@h PART #den");
	expect_shown(f, "bob", "Robert");
	say(f->m, ":bob!b@h JOIN #den");
	expect_shown(f, "bob", "bob");
	set(f, "bob", "Robert");
	say(f->m, ":bob!b@h JOIN #other");
	expect_shown(f, "bob", "Robert");   // in #den all the while
	say(f->m, ":srv 001 ann :Welcome"); // another connection
	expect_shown(f, "bob", "bob");
	set(f, "cem", "Bob");
	expect_shown(f, "cem", "Bob (cem)");
}

static void accounts_are_shown_where_the_user_wants_them(void **state)
{
	struct fixture *f = *state;
	set(f, "bob", "Robert");
	f->m->by_account = true;
	expect_shown(f, "bob", "bob");
}

static void expect_title(struct fixture *f, const char *target, const char *wanted)
{
	struct buf out = {0};
	shown_add_target(&out, f->m, target_find(f->m, span_of(target)));
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void conversations_are_called_by_display_names(void **state)
{
	struct fixture *f = *state;
	set(f, "bob", "Robert");
	expect_title(f, "#den", "#den");
	say(f->m, "@msgid=a :bob!b@h PRIVMSG ann :psst");
	expect_title(f, "bob", "Robert");
	say(f->m, "@snug.chat/people=ann,bob,cem,zoe :ann!a@h JOIN #talk");
	expect_title(f, "#talk", "Robert, cem, zoe");
	set(f, "cem", "Rob\u0435rt");
	expect_title(f, "#talk", "Robert (bob), Rob\u0435rt (cem), zoe");
}

static void a_mention_is_by_account_and_by_display_name(void **state)
{
	struct fixture *f = *state;
	say(f->m, "@msgid=a :bob!b@h PRIVMSG #den :\u0437\u043e\u044f, the door?");
	assert_false(last(den(f))->flags & LINE_MENTION);
	set(f, "ann", "\u0417\u043e\u044f");
	say(f->m, "@msgid=b :bob!b@h PRIVMSG #den :\u0437\u043e\u044f, the door?");
	assert_true(last(den(f))->flags & LINE_MENTION);
	say(f->m, "@msgid=c :bob!b@h PRIVMSG #den :ann, the door?");
	assert_true(last(den(f))->flags & LINE_MENTION);
	say(f->m, "@msgid=d :bob!b@h PRIVMSG #den :\u0437\u043e\u044f\u0431, the door?");
	assert_false(last(den(f))->flags & LINE_MENTION);
}

// The looks of those who are gone are no longer counted, and their names are freed.
static void people_without_end_leave_nothing_behind(void **state)
{
	struct fixture *f = *state;
	f->m->bounds.people = 64;
	set(f, "bob", "Ghost 7");
	for (int i = 0; i < 1000; i++) {
		char name[32], display[32];
		snprintf(name, sizeof(name), "ghost%d", i);
		snprintf(display, sizeof(display), "Ghost %d", i);
		set(f, name, display);
	}
	assert_true(f->m->people.n_items <= 64);
	assert_true(f->m->written.n_items <= 2 * 64);
	assert_true(f->m->small.n_items <= 2 * 64);
	expect_shown(f, "bob", "Ghost 7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_display_name_is_shown_and_followed),
		TEST(ones_own_comes_with_the_answer),
		TEST(what_is_said_of_rooms_and_under_other_keys_is_no_name),
		TEST(a_name_that_breaks_the_rule_is_none),
		TEST(two_who_look_alike_have_their_accounts_beside),
		TEST(one_shown_like_the_account_of_another_has_its_own_beside),
		TEST(a_name_cannot_put_on_the_account_of_another),
		TEST(a_name_goes_along_with_a_new_nick),
		TEST(what_may_have_changed_unseen_is_forgotten),
		TEST(accounts_are_shown_where_the_user_wants_them),
		TEST(conversations_are_called_by_display_names),
		TEST(a_mention_is_by_account_and_by_display_name),
		TEST(people_without_end_leave_nothing_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
