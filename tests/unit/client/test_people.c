// SPDX-License-Identifier: MIT
// People and what is ours: names, what calls us, what is on its way, the connection.
#include "tests/unit/client/lines_fixture.h"

#include "client/model/emoji.h"
#include "client/model/line_file.h"
#include "client/model/mention.h"
#include "client/model/model_private.h"
#include "client/model/numbers.h"
#include "client/model/own.h"
#include "client/model/picture.h"

#include <stdio.h>
#include <stdlib.h>

static void a_new_name_takes_all_with_it(void **state)
{
	struct fixture *f = *state;
	const struct person *me = f->m->me;

	say(f->m, ":bob!b@h AWAY :lunch");
	say(f->m, ":bob!b@h ACCOUNT robert");
	say(f->m, ":srv METADATA bob display-name * :Bobby");
	// The same one, spelled otherwise.
	say(f->m, ":bob!b@h NICK BOB");
	const struct person *bob = person_find(f->m, SPAN("bob"));
	assert_string_equal(bob->name, "BOB");
	assert_string_equal(bob->away, "lunch");
	assert_string_equal(bob->account, "robert");
	assert_string_equal(bob->display, "Bobby");
	assert_string_equal(people_member(den(f), SPAN("bob"))->prefixes, "@");
	say(f->m, ":BOB!b@h NICK bert");
	const struct person *bert = person_find(f->m, SPAN("bert"));
	assert_string_equal(bert->away, "lunch");
	assert_string_equal(bert->account, "robert");
	assert_string_equal(bert->display, "Bobby");
	assert_string_equal(people_member(den(f), SPAN("bert"))->prefixes, "@");
	assert_null(people_member(den(f), SPAN("bob")));
	assert_int_equal(den(f)->n_members, 3);
	assert_ptr_equal(f->m->me, me);
	say(f->m, ":ann!a@h NICK anna");
	assert_string_equal(f->m->me->name, "anna");
}

static void words_call_us(void **state)
{
	static const struct {
		const char *text;
		bool calls;
	} rows[] = {{"ann", true},        {"hi Ann!", true}, {"anne", false},
		    {"Annie Doe?", true}, {"annie", false},  {"the build", true},
		    {"builder", false}};
	struct fixture *f = *state;
	const struct target *bob = target_need(f->m, SPAN("bob"));

	say(f->m, ":srv METADATA * display-name * :Annie Doe");
	model_add_keyword(f->m, SPAN("other"));
	model_add_keyword(f->m, SPAN("build"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (mention_is(f->m, den(f), span_of(rows[i].text)) != rows[i].calls)
			fail_msg("%s", rows[i].text);
		assert_true(mention_is(f->m, bob, span_of(rows[i].text)));
	}
	model_clear_keywords(f->m);
	assert_false(mention_is(f->m, den(f), SPAN("the build")));
}

static void a_crowd_is_more_than_some(void **state)
{
	struct fixture *f = *state;
	char line[60];

	for (int i = 0; i < MENTION_CROWD - 3; i++) {
		snprintf(line, sizeof(line), ":n%d!n@h JOIN #den", i);
		say(f->m, line);
	}
	assert_int_equal(mention_crowd(den(f), LINE_MESSAGE, SPAN("@room")), 0);
	say(f->m, ":more!n@h JOIN #den");
	assert_int_equal(mention_crowd(den(f), LINE_MESSAGE, SPAN("@room")), MENTION_CROWD + 1);
	assert_int_equal(mention_crowd(den(f), LINE_ACTION, SPAN("@room")), MENTION_CROWD + 1);
	assert_int_equal(mention_crowd(den(f), LINE_NOTICE, SPAN("@here")), MENTION_CROWD + 1);
	assert_int_equal(mention_crowd(den(f), LINE_EDIT, SPAN("@room")), 0);
	assert_int_equal(mention_crowd(den(f), LINE_MESSAGE, SPAN("room")), 0);
	people_member(den(f), SPAN("more"))->is_absent = true;
	assert_int_equal(mention_crowd(den(f), LINE_MESSAGE, SPAN("@here")), 0);
	den(f)->kind = TARGET_PERSON;
	assert_int_equal(mention_crowd(den(f), LINE_MESSAGE, SPAN("@room")), 0);
	den(f)->kind = TARGET_ROOM;
}

static void an_emoji_has_names(void **state)
{
	static const char *const rows[][2] = {
		{":tada:", "\xf0\x9f\x8e\x89"},
		{"tada", "\xf0\x9f\x8e\x89"},
		{"TADA", "\xf0\x9f\x8e\x89"},
		{":tada", ":tada"},
		{"tada:", "tada:"},
		{"xtada:", "xtada:"},
		{"::", "::"},
		{"tad", "tad"},
		{"", ""},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_true(span_eq(emoji_named(span_of(rows[i][0])), span_of(rows[i][1])));
}

static void recall(void *arg, struct target *t UNUSED, const struct own *o)
{
	buf_add_str(arg, o->text);
}

static void what_is_on_its_way_is_said_and_taken_back(void **state)
{
	static const struct {
		enum line_kind kind;
		const char *text, *words;
		bool can_recall;
		const char *answers;
	} rows[] = {
		{LINE_MESSAGE, "hi", "hi", true, "m1"},
		{LINE_ACTION, "waves", "waves", true, "m1"},
		{LINE_EDIT, "new", "new", false, "m1"},
		{LINE_REACTION, "x", "reacts with x", false, "m1"},
		{LINE_REMOVAL, "", "removes the message", false, "m1"},
		{LINE_REMOVAL, "spam", "removes the message: spam", false, "m1"},
		{LINE_TOPIC, "cake", "changes the topic to: cake", false, ""},
		{LINE_TOPIC, "", "removes the topic", false, ""},
	};
	struct fixture *f = *state;
	struct buf taken = {0};
	struct model_watch watch = {.arg = &taken, .on_recall = recall};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf words = {0};
		const struct own *o = own_add(f->m, den(f), i + 1, rows[i].kind,
					      span_of(rows[i].text), SPAN("m1"), 5, OWN_QUEUED);
		own_says(o, &words);
		assert_string_equal(buf_str(&words), rows[i].words);
		assert_true(span_eq(own_answers(o), span_of(rows[i].answers)));
		// Where nobody takes it, it stays.
		assert_false(own_recall(f->m, i + 1));
		buf_clear(&words);
	}
	assert_int_equal(own_count(f->m), ARRAY_LEN(rows));
	model_watch(f->m, &watch);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(own_recall(f->m, i + 1), rows[i].can_recall);
		assert_int_equal(own_find(f->m, i + 1, NULL) == NULL, rows[i].can_recall);
	}
	assert_string_equal(buf_str(&taken), "hiwaves");
	model_unwatch(f->m, &taken);
	buf_clear(&taken);
	// What is not there is nobody's.
	assert_false(own_recall(f->m, 99));
	own_set_state(f->m, 99, OWN_REFUSED, SPAN("no"));
	own_stored(f->m, 99, SPAN("m9"), 5, 1);
	own_drop(f->m, 99);
	assert_int_equal(den(f)->log.count, 0);
	const struct own *o =
		own_add(f->m, den(f), 50, LINE_MESSAGE, SPAN("x"), SPAN(""), 5, OWN_REFUSED);
	assert_null(o->reply_to);
	own_set_state(f->m, 50, OWN_REFUSED, SPAN("no"));
	assert_string_equal(o->reason, "no");
	own_set_state(f->m, 50, OWN_QUEUED, SPAN("no"));
	assert_null(o->reason);
}

static void on_link(void *arg)
{
	++*(int *)arg;
}

static void the_connection_is_told_when_it_changes(void **state)
{
	struct fixture *f = *state;
	char slow[] = "slow";
	int n_told = 0, n_other = 0;
	struct model_watch watch = {.arg = &n_told, .on_link = on_link};
	struct model_watch other = {.arg = &n_other, .on_link = on_link};
	struct link_status status = {.state = LINK_ONLINE};

	model_watch(f->m, &watch);
	model_watch(f->m, &other);
	model_set_link(f->m, &status);
	model_set_link(f->m, &status);
	assert_int_equal(n_told, 1);
	model_unwatch(f->m, &n_told);
	status.text = slow;
	model_set_link(f->m, &status);
	assert_int_equal(n_told, 1);
	assert_int_equal(n_other, 2);
	model_unwatch(f->m, &n_other);
}

static void behind_a_break_something_may_be_missing(void **state)
{
	struct fixture *f = *state;
	struct link_status online = {.state = LINK_ONLINE}, offline = {.state = LINK_OFFLINE};
	struct target *quiet = target_need(f->m, SPAN("#quiet"));

	say(f->m, "@time=1970-01-01T00:00:05.000Z;msgid=a :bob!b@h PRIVMSG #den :hi");
	model_note(f->m, f->m->server, LINE_INFO, 5, SPAN("x"));
	den(f)->history = HISTORY_LOADING;
	quiet->history = HISTORY_ALL;
	// It was not there before.
	model_set_link(f->m, &offline);
	assert_false(den(f)->gap_open);
	model_set_link(f->m, &online);
	assert_false(den(f)->gap_open);
	say(f->m, "@+typing=active :bob!b@h TAGMSG #den");
	den(f)->n_missed = 3;
	model_set_link(f->m, &offline);
	assert_true(den(f)->gap_open);
	assert_int_equal(den(f)->lost_at, 5000);
	assert_int_equal(den(f)->n_missed, 0);
	assert_int_equal(den(f)->typing[0].until_ms, 0);
	assert_int_equal(den(f)->history, HISTORY_MORE);
	assert_false(quiet->gap_open);
	assert_int_equal(quiet->lost_at, 0);
	assert_int_equal(quiet->history, HISTORY_ALL);
	assert_false(f->m->server->gap_open);
}

static void what_goes_on_is_told_once(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;

	model_set_progress(m, SPAN("half"));
	uint64_t version = m->version;
	model_set_progress(m, SPAN("half"));
	assert_int_equal(m->version, version);
	model_set_progress(m, SPAN(""));
	assert_null(m->progress);
	assert_int_equal(m->version, version + 1);
	model_ask(m, 7, SPAN("?"), "yn");
	model_ask_done(m, 8);
	assert_int_equal(m->question.id, 7);
}

// Numbers are of a history of the server; of an older copy they are others.
static void numbers_are_of_a_history(void **state)
{
	struct fixture *f = *state;
	struct model *m = f->m;
	char name[80];

	numbers_are_of(m, SPAN(""));
	assert_int_equal(m->history, 0);
	for (int len = 64; len <= 65; len++) {
		memset(name, 'h', sizeof(name));
		numbers_are_of(m, span_from(name, (size_t)len));
		assert_int_equal(m->history, 1);
		assert_int_equal(m->n_histories, 1);
	}
	den(f)->floor = 7;
	numbers_are_of(m, span_from(name, 64));
	assert_int_equal(den(f)->floor, 7);
	numbers_are_of(m, SPAN("two"));
	assert_int_equal(m->history, 2);
	assert_int_equal(den(f)->floor, 0);
	numbers_are_of(m, span_from(name, 64));
	assert_int_equal(m->history, 1);
	say(m, "@msgid=a;snug.chat/seq=1 :bob!b@h PRIVMSG #den :x");
	for (int i = 0; i < HISTORIES_MAX - 2; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		numbers_are_of(m, span_of(name));
		assert_int_equal(m->history, i + 3);
	}
	assert_int_equal(last(den(f))->seq, 1);
	// One more than can be told apart.
	numbers_are_of(m, SPAN("new"));
	assert_int_equal(m->history, 1);
	assert_int_equal(m->n_histories, 1);
	assert_int_equal(last(den(f))->seq, 0);
}

static void of_one_history_the_numbers_become_anothers(void **state)
{
	struct fixture *f = *state;
	struct scrollback *log = &den(f)->log;

	numbers_are_of(f->m, SPAN("one"));
	say(f->m,
	    "@time=1970-01-01T00:00:01.000Z;msgid=a;snug.chat/seq=1 :bob!b@h PRIVMSG #den :x");
	say(f->m,
	    "@time=1970-01-01T00:00:02.000Z;msgid=b;snug.chat/seq=2 :bob!b@h PRIVMSG #den :x");
	scrollback_at(log, 0)->history = 3;
	say(f->m,
	    "@time=1970-01-01T00:00:03.000Z;msgid=c;snug.chat/seq=3 :bob!b@h PRIVMSG #den :x");
	numbers_are_of(f->m, SPAN("two"));
	assert_false(number_counts(f->m, scrollback_at(log, 1)));
	numbers_adopt(f->m, den(f), scrollback_at(log, 1));
	assert_int_equal(scrollback_at(log, 0)->history, 3);
	assert_int_equal(scrollback_at(log, 1)->history, 2);
	assert_int_equal(scrollback_at(log, 2)->history, 1);
	assert_true(number_counts(f->m, scrollback_at(log, 1)));
	numbers_forget(den(f));
	assert_false(number_counts(f->m, scrollback_at(log, 1)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_name_takes_all_with_it),
		TEST(words_call_us),
		TEST(a_crowd_is_more_than_some),
		TEST(an_emoji_has_names),
		TEST(what_is_on_its_way_is_said_and_taken_back),
		TEST(the_connection_is_told_when_it_changes),
		TEST(behind_a_break_something_may_be_missing),
		TEST(what_goes_on_is_told_once),
		TEST(numbers_are_of_a_history),
		TEST(of_one_history_the_numbers_become_anothers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
