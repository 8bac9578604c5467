// SPDX-License-Identifier: MIT
// A server that lies about batches, times and ids, and callers that go while they are told:
// nothing is used that is gone. AddressSanitizer sees more of it than the asserts do.
#include "client/model/extra.h"
#include "client/model/own.h"
#include "client/model/target.h"
#include "client/api/requests.h"
#include "tests/unit/client/wire.h"

#define T(n) "time=2026-11-22T12:00:0" #n ".000Z"

static void say(struct model *m, const char *line)
{
	struct msg msg;
	assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
	handle_line(m, &msg, 1000000);
}

static void say_all(struct model *m, const char *const *lines)
{
	for (; *lines; lines++)
		say(m, *lines);
}

static int set_up(void **state)
{
	struct model *m = model_new(SPAN("ann"));
	say(m, ":srv 001 ann :Welcome");
	say(m, ":ann!a@h JOIN #den");
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	model_free(*state);
	return 0;
}

static struct scrollback *den(struct model *m)
{
	return &target_find(m, SPAN("#den"))->log;
}

static void expect_last(struct model *m, const char *text)
{
	const struct scrollback *log = den(m);
	assert_true(log->count > 0);
	struct span last = line_says(scrollback_at(log, log->count - 1));
	if (!span_eq(last, span_of(text)))
		fail_msg("the last line is " SPAN_FMT ", not %s", SPAN_ARG(last), text);
}

static void a_batch_that_lies_in_itself_is_a_message(void **state)
{
	struct model *m = *state;
	say(m, "@batch=m :bob!b@h BATCH +m draft/multiline #den");
	say(m, "@batch=m :bob!b@h PRIVMSG #den :AAAA");
	say(m, "BATCH -m");
	expect_last(m, "AAAA");
	assert_true(list_is_empty(&m->batches));
}

// Proves C4.
static void batches_that_lie_in_each_other_end_all_the_same(void **state)
{
	struct model *m = *state;
	static const char *const lines[] = {
		"@batch=b :bob!b@h BATCH +a draft/multiline #den",
		"@batch=a :bob!b@h BATCH +b draft/multiline #den",
		"@batch=a :bob!b@h PRIVMSG #den :one",
		"@batch=b :bob!b@h PRIVMSG #den :two",
		"@batch=b BATCH -a",
		"@batch=b BATCH -b",
		NULL,
	};
	say_all(m, lines);
	expect_last(m, "two\none");
	static const char *const pages[] = {
		"@batch=q BATCH +p chathistory #den",
		"@batch=p BATCH +q chathistory #den",
		"@batch=q;msgid=x;" T(1) " :bob!b@h PRIVMSG #den :three",
		"@batch=p BATCH -p",
		"@batch=q BATCH -q",
		NULL,
	};
	say_all(m, pages);
	assert_non_null(scrollback_find(den(m), SPAN("x")));
	assert_true(list_is_empty(&m->batches));
}

static void what_comes_for_a_batch_that_ended_stands_alone(void **state)
{
	struct model *m = *state;
	static const char *const lines[] = {
		":bob!b@h BATCH +m draft/multiline #den",
		"@batch=m :bob!b@h PRIVMSG #den :one",
		"BATCH -m",
		"BATCH -m",
		"@batch=m :bob!b@h PRIVMSG #den :late",
		NULL,
	};
	say_all(m, lines);
	assert_int_equal(den(m)->count, 2);
	expect_last(m, "late");
	// Opened anew from inside of itself: the first one is forgotten.
	static const char *const anew[] = {
		":bob!b@h BATCH +m draft/multiline #den",
		"@batch=m :bob!b@h PRIVMSG #den :gone",
		"@batch=m :bob!b@h BATCH +m draft/multiline #den",
		"@batch=m :bob!b@h PRIVMSG #den :new",
		"@batch=m BATCH -m",
		NULL,
	};
	say_all(m, anew);
	assert_int_equal(den(m)->count, 3);
	expect_last(m, "new");
}

// The name of an open page goes over to another room, whose lines are not those of the first.
static void a_page_whose_room_is_renamed_forgets_its_lines(void **state)
{
	struct model *m = *state;
	static const char *const lines[] = {
		"BATCH +p chathistory #den",
		"@batch=p;msgid=a;" T(1) " :bob!b@h PRIVMSG #den :one",
		":srv RENAME #den #pit",
		"@batch=p;msgid=b;" T(2) " :bob!b@h PRIVMSG #den :two",
		":ann!a@h PART #pit",
		"@batch=p;msgid=c;" T(3) " :bob!b@h PRIVMSG #den :three",
		"BATCH -p",
		NULL,
	};
	say_all(m, lines);
	assert_int_equal(den(m)->count, 2);
	assert_null(target_find(m, SPAN("#pit")));
}

static void a_line_older_than_all_that_is_kept_stays_for_now(void **state)
{
	struct model *m = *state;
	m->line_max = 3;
	for (int i = 0; i < 3; i++)
		say(m, "@" T(5) " :bob!b@h PRIVMSG #den :new");
	say(m, "@msgid=a;+draft/reply=b;" T(1) " :bob!b@h PRIVMSG #den :old");
	assert_int_equal(den(m)->count, 3);
	struct log_line *old = scrollback_find(den(m), SPAN("a"));
	assert_non_null(old);
	assert_true(span_eq(line_reply_to(old), SPAN("b")));
	// The next one lets it go.
	say(m, "@" T(6) " :bob!b@h PRIVMSG #den :newest");
	assert_int_equal(den(m)->count, 3);
	assert_null(scrollback_find(den(m), SPAN("a")));
	own_add(m, target_find(m, SPAN("#den")), 1, LINE_MESSAGE, SPAN("mine"), SPAN("b"), 0,
		OWN_SENDING);
	own_stored(m, 1, SPAN("c"), 1000, 0);
	assert_non_null(scrollback_find(den(m), SPAN("c")));
}

static size_t count_edited(struct model *m)
{
	size_t count = 0;
	for (size_t i = 0; i < den(m)->count; i++)
		count += (scrollback_at(den(m), i)->flags & LINE_EDITED) != 0;
	return count;
}

static void an_edit_that_goes_is_shown_by_nobody(void **state)
{
	struct model *m = *state;
	m->line_max = 6;
	static const char *const lines[] = {
		"@msgid=e;+draft/edit=x;" T(1) " :bob!b@h PRIVMSG #den :changed",
		// One id for three, and one of them is no message.
		"@msgid=x;" T(2) " :bob!b@h PRIVMSG #den :one",
		"@msgid=x;" T(3) " :bob!b@h PRIVMSG #den :two",
		"@msgid=x;" T(4) " :bob!b@h JOIN #den",
		NULL,
	};
	say_all(m, lines);
	assert_int_equal(count_edited(m), 2);
	for (int i = 0; i < 3; i++)
		say(m, "@" T(5) " :bob!b@h PRIVMSG #den :new");
	assert_null(scrollback_find(den(m), SPAN("e")));
	assert_int_equal(count_edited(m), 0);
	assert_true(span_eq(line_says(scrollback_at(den(m), 0)), SPAN("one")));
}

// Two things asked for by one caller, who is gone when it is told of the first.

struct caller {
	struct requests *requests;
	int told;
};

static void go_when_told(void *arg, const json_t *answer, bool is_last)
{
	struct caller *c = arg;
	(void)answer;
	(void)is_last;
	c->told++;
	requests_cancel(c->requests, c);
}

static void a_caller_that_goes_while_it_is_told_is_told_once(void **state)
{
	struct wire w;
	(void)state;
	wire_init(&w, "message-tags");
	wire_start(&w);
	wire_connect(&w);
	struct caller c = {.requests = requests_new(w.core.session, w.core.calls, w.core.model,
						    &terminal_words)};
	json_t *follow = json_pack("{s:s}", "op", "follow");
	for (int i = 0; i < 3; i++)
		requests_run(c.requests, follow, go_when_told, &c);
	struct msg msg;
	assert_int_equal(msg_parse(&msg, SPAN(":bob!b@h PRIVMSG #den :hi")), MSG_OK);
	requests_line(c.requests, &msg);
	requests_link(c.requests, false);
	assert_int_equal(c.told, 1);
	json_decref(follow);
	requests_free(c.requests);
	wire_clear(&w);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_batch_that_lies_in_itself_is_a_message),
		TEST(batches_that_lie_in_each_other_end_all_the_same),
		TEST(what_comes_for_a_batch_that_ended_stands_alone),
		TEST(a_page_whose_room_is_renamed_forgets_its_lines),
		TEST(a_line_older_than_all_that_is_kept_stays_for_now),
		TEST(an_edit_that_goes_is_shown_by_nobody),
		cmocka_unit_test(a_caller_that_goes_while_it_is_told_is_told_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
