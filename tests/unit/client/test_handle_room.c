// SPDX-License-Identifier: MIT
// Who is in which room: what comes and goes, now and in the past.
#include "tests/unit/client/lines_fixture.h"

#include "client/model/shown.h"

#include <stdio.h>

static void each_change_is_a_line(void **state)
{
	static const struct line_row rows[] = {
		{":dora!d@h JOIN #den", "#den", LINE_JOIN, "joined"},
		{":dora!d@h PART #den", "#den", LINE_PART, "left"},
		{":cem!c@h PART #den :so long", "#den", LINE_PART, "left: so long"},
		{":bob!b@h KICK #den eve", "#den", LINE_KICK, "removed eve"},
		{":bob!b@h KICK #den eve :rude", "#den", LINE_KICK, "removed eve: rude"},
		{":bob!b@h KICK #den :", NULL, 0, NULL},
		{":bob!b@h TOPIC #den :cake", "#den", LINE_TOPIC, "changed the topic to: cake"},
		{":bob!b@h TOPIC #den :", "#den", LINE_TOPIC, "removed the topic"},
		{":bob!b@h MODE #den +m", "#den", LINE_MODE, "set mode +m"},
		{":bob!b@h MODE #den +ov cem ann", "#den", LINE_MODE, "set mode +ov cem ann"},
		{":bob!b@h MODE bob +i", NULL, 0, NULL},
		{":bob!b@h NICK bert", "#den", LINE_NICK, "is now known as bert"},
		{":bert!b@h NICK :", NULL, 0, NULL},
		{":srv.test NICK zed", NULL, 0, NULL},
		{":bert!b@h QUIT", "#den", LINE_QUIT, "quit"},
		{":bert!b@h QUIT :again", NULL, 0, NULL},
		{":dora!d@h JOIN :", NULL, 0, NULL},
		{":srv.test JOIN #den", NULL, 0, NULL},
		{":srv.test PART #den", NULL, 0, NULL},
		{":srv.test QUIT :bye", NULL, 0, NULL},
		{":srv.test AWAY :bye", NULL, 0, NULL},
		{":srv.test ACCOUNT bob", NULL, 0, NULL},
	};
	struct fixture *f = *state;

	target_need(f->m, SPAN("bob"));
	expect_lines(f, rows, ARRAY_LEN(rows));
}

// Inside a page all of that was so once: a line, and nothing else.
static void the_past_changes_nothing(void **state)
{
	static const struct line_row rows[] = {
		{"@batch=p;msgid=a :dora!d@h JOIN #den", "#den", LINE_JOIN, "joined"},
		{"@batch=p;msgid=b :ann!a@h JOIN #den", "#den", LINE_JOIN, "joined"},
		{"@batch=p;msgid=c :bob!b@h PART #den", "#den", LINE_PART, "left"},
		{"@batch=p;msgid=d :ann!a@h PART #den", "#den", LINE_PART, "left"},
		{"@batch=p;msgid=e :bob!b@h KICK #den ann", "#den", LINE_KICK, "removed ann"},
		{"@batch=p;msgid=f :eve!e@h QUIT :bye", "#den", LINE_QUIT, "quit: bye"},
		{"@batch=p;msgid=q :bob!b@h QUIT :bye", "#den", LINE_QUIT, "quit: bye"},
		{"@batch=p :srv.test QUIT :bye", NULL, 0, NULL},
		{"@batch=p;msgid=g :bob!b@h NICK bert", "#den", LINE_NICK,
		 "is now known as bert"},
		{"@batch=p;msgid=h :bob!b@h TOPIC #den :old", "#den", LINE_TOPIC,
		 "changed the topic to: old"},
		{"@batch=p;msgid=i :bob!b@h MODE #den -o bob", "#den", LINE_MODE,
		 "set mode -o bob"},
		{"@batch=p;msgid=j :bob!b@h RENAME #den #pit :why", NULL, 0, NULL},
		{"@batch=p;msgid=k :bob!b@h INVITE ann #pit", NULL, 0, NULL},
	};
	struct fixture *f = *state;

	say(f->m, ":ann!a@h JOIN #ops");
	say(f->m, ":eve!e@h JOIN #ops");
	say(f->m, ":bob!b@h JOIN #ops");
	say(f->m, ":srv CAP ann ACK :snug.chat/absent");
	say(f->m, ":srv BATCH +p chathistory #den");
	expect_lines(f, rows, ARRAY_LEN(rows));
	assert_true(den(f)->joined);
	assert_int_equal(den(f)->n_members, 3);
	assert_string_equal(people_member(den(f), SPAN("bob"))->prefixes, "@");
	assert_string_equal(den(f)->topic, "Release Friday");
	assert_null(people_member(den(f), SPAN("dora")));
	assert_non_null(people_member(target_find(f->m, SPAN("#ops")), SPAN("eve")));
	assert_false(people_member(den(f), SPAN("bob"))->is_absent);
	assert_null(target_find(f->m, SPAN("#pit")));
	assert_int_equal(f->m->n_invitations, 0);
	say(f->m, ":bob!b@h TOPIC #den :new");
	assert_string_equal(den(f)->topic, "new");
}

static void what_is_hidden_from_us_is_told_when_we_enter(void **state)
{
	static const struct {
		const char *tags;
		uint64_t floor;
	} rows[] = {
		{"@snug.chat/floor=7 ", 7},
		{"", 0},
		{"@snug.chat/hidden=3-9 ", 10},
		{"@snug.chat/floor=x;snug.chat/hidden=3-9 ", 10},
		{"@snug.chat/hidden=3 ", 0},
		{"@snug.chat/hidden=3-9 ", 10},
		{"@snug.chat/hidden=3-x ", 0},
		{"@snug.chat/hidden=3-18446744073709551614 ", UINT64_MAX},
		{"@snug.chat/hidden=3-18446744073709551615 ", 0},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char line[120];
		snprintf(line, sizeof(line), "%s:ann!a@h JOIN #den", rows[i].tags);
		say(f->m, line);
		if (den(f)->floor != rows[i].floor)
			fail_msg("%s: %llu", line, (unsigned long long)den(f)->floor);
	}
	say(f->m, "@snug.chat/floor=4 :srv BATCH +p chathistory #den");
	assert_int_equal(den(f)->floor, 4);
}

static void what_is_entered_is_shown_where_nothing_else_is(void **state)
{
	struct fixture *f = *state;
	struct model *m = f->m;

	model_show(m, m->server);
	model_await(m, SPAN("#ops"));
	say(m, ":ann!a@h JOIN #other");
	assert_ptr_equal(m->current, m->server);
	say(m, "@snug.chat/modes=+im :ann!a@h JOIN #OPS");
	assert_string_equal(m->current->name, "#OPS");
	assert_string_equal(m->current->modes, "+im");
	assert_null(m->awaited);
	say(m, ":ann!a@h JOIN #OPS");
	assert_string_equal(m->current->modes, "+im");
	// It was awaited once.
	model_show(m, den(f));
	say(m, ":ann!a@h JOIN #ops");
	assert_ptr_equal(m->current, den(f));
	model_show(m, m->server);
	say(m, ":ann!a@h JOIN #pit");
	assert_string_equal(m->current->name, "#pit");
}

static void a_display_name_is_known_as_long_as_somebody_is_here(void **state)
{
	struct fixture *f = *state;
	const struct person *dora = person_need(f->m, SPAN("dora"));

	say(f->m, ":dora!d@h JOIN #den");
	say(f->m, ":srv METADATA dora display-name * :Dora Doe");
	assert_string_equal(dora->display, "Dora Doe");
	say(f->m, ":ann!a@h JOIN #ops");
	say(f->m, ":dora!d@h JOIN #ops");
	assert_string_equal(dora->display, "Dora Doe");
	say(f->m, ":dora!d@h PART #ops");
	say(f->m, ":srv ABSENT #den :dora");
	assert_true(people_member(den(f), SPAN("dora"))->is_absent);
	// Who is not connected may have been called otherwise meanwhile.
	say(f->m, ":dora!d@h JOIN #den");
	assert_false(people_member(den(f), SPAN("dora"))->is_absent);
	assert_null(dora->display);
}

static void an_account_comes_with_a_line(void **state)
{
	struct fixture *f = *state;
	const struct person *bob = person_find(f->m, SPAN("bob"));

	say(f->m, ":bob!b@h JOIN #den *");
	assert_string_equal(bob->account, "");
	say(f->m, ":bob!b@h JOIN #den bob :Bob");
	assert_string_equal(bob->account, "bob");
	say(f->m, ":bob!b@h JOIN #den");
	assert_string_equal(bob->account, "bob");
	say(f->m, "@account=other :bob!b@h TOPIC #den :x");
	assert_string_equal(bob->account, "other");
	say(f->m, ":bob!b@h ACCOUNT *");
	assert_string_equal(bob->account, "");
	say(f->m, ":bob!b@h ACCOUNT bob");
	assert_string_equal(bob->account, "bob");
	say(f->m, ":bob!b@h AWAY :lunch");
	assert_string_equal(bob->away, "lunch");
	say(f->m, ":bob!b@h AWAY");
	assert_null(bob->away);
}

static void who_quits_stays_a_member_where_the_server_tells_of_those(void **state)
{
	struct fixture *f = *state;

	say(f->m, "@+typing=active :bob!b@h TAGMSG #den");
	say(f->m, ":srv CAP ann ACK :snug.chat/absent");
	say(f->m, ":bob!b@h QUIT :bye");
	assert_true(people_member(den(f), SPAN("bob"))->is_absent);
	assert_string_equal(people_member(den(f), SPAN("bob"))->prefixes, "@");
	for (size_t i = 0; i < TYPING_MAX; i++)
		assert_int_equal(den(f)->typing[i].until_ms, 0);
	say(f->m, ":srv CAP ann DEL :snug.chat/absent");
	say(f->m, ":cem!c@h QUIT :bye");
	assert_null(people_member(den(f), SPAN("cem")));
	// Who left is not typing there either.
	say(f->m, "@+typing=active :bob!b@h TAGMSG #den");
	say(f->m, ":bob!b@h PART #den");
	for (size_t i = 0; i < TYPING_MAX; i++)
		assert_int_equal(den(f)->typing[i].until_ms, 0);
}

static void a_room_gets_another_name_that_is_free(void **state)
{
	struct fixture *f = *state;
	struct target *t = den(f);

	say(f->m, ":ann!a@h JOIN #ops");
	say(f->m, ":bob!b@h RENAME #den #ops :why");
	say(f->m, ":bob!b@h RENAME #den :");
	assert_ptr_equal(den(f), t);
	say(f->m, ":bob!b@h RENAME #den #garden :why");
	assert_ptr_equal(target_find(f->m, SPAN("#Garden")), t);
	assert_null(den(f));
	assert_true(span_eq(line_says(last(t)), SPAN("renamed the room to #garden")));
}

static void modes_change_rooms_and_members(void **state)
{
	static const struct {
		const char *modes;
		const char *room, *bob, *cem;
	} rows[] = {
		{"+m", "+m", "@", "+"},
		{"+m", "+m", "@", "+"},
		{"+i-m", "+i", "@", "+"},
		{"-i", "", "@", "+"},
		{"-i", "", "@", "+"},
		// Lists and ranks are none of the room; a key's word is no rank's.
		{"+b-v *!*@x cem", "", "@", ""},
		{"+kv key cem", "+k", "@", "+"},
		{"-kv key cem", "", "@", ""},
		{"+lv 5 cem", "+l", "@", "+"},
		{"-lv cem", "", "@", ""},
		{"+o nobody", "", "@", ""},
		{"+v", "", "@", ""},
		{"-o+q bob bob", "", "~", ""},
		{"+ov bob bob", "", "~@+", ""},
		{"-ov bob bob", "", "~", ""},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char line[80];
		snprintf(line, sizeof(line), ":srv MODE #den %s", rows[i].modes);
		say(f->m, line);
		if (strcmp(den(f)->modes, rows[i].room) != 0 ||
		    strcmp(people_member(den(f), SPAN("bob"))->prefixes, rows[i].bob) != 0 ||
		    strcmp(people_member(den(f), SPAN("cem"))->prefixes, rows[i].cem) != 0)
			fail_msg("%s: \"%s\"", line, den(f)->modes);
	}
	// The words of modes that were there are not told again.
	say(f->m, ":srv 324 ann #den +kl key 5");
	say(f->m, ":srv MODE #den +m");
	assert_string_equal(den(f)->modes, "+klm");
	say(f->m, ":srv MODE #den +abcdefghjnpqrstuwxyzABCDEFGHJKLMNOPQRSTUVWXYZ0123456789!=#");
	assert_true(strlen(den(f)->modes) < 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_change_is_a_line),
		TEST(the_past_changes_nothing),
		TEST(what_is_hidden_from_us_is_told_when_we_enter),
		TEST(what_is_entered_is_shown_where_nothing_else_is),
		TEST(a_display_name_is_known_as_long_as_somebody_is_here),
		TEST(an_account_comes_with_a_line),
		TEST(who_quits_stays_a_member_where_the_server_tells_of_those),
		TEST(a_room_gets_another_name_that_is_free),
		TEST(modes_change_rooms_and_members),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
