// SPDX-License-Identifier: MIT
// What the account is not to be disturbed by: rows of the server, and what they mean.
#include "client/faces.h"
#include "client/model/hush.h"
#include "client/model/people.h"
#include "client/model/target.h"
#include "tests/unit/client/ui_fixture.h"

#define OF_BOB(id, minute, text)                                                               \
	"@time=2026-11-22T12:0" #minute ":00.000Z;msgid=" id " :bob!b@h PRIVMSG #den :" text

static struct target *den(struct fixture *f)
{
	return target_find(f->m, SPAN("#den"));
}

static void expect_note(struct fixture *f, const char *part)
{
	const struct scrollback *log = &f->m->current->log;
	struct span note = line_says(scrollback_at(log, log->count - 1));

	if (!memmem(note.at, note.len, part, strlen(part)))
		fail_msg("%s: " SPAN_FMT, part, SPAN_ARG(note));
}

// We were away from #den, and nothing in it was read since noon.
static void leave(struct fixture *f)
{
	say(f, ":srv CAP ann ACK :snug.chat/quiet");
	say(f, ":srv MARKREAD #den timestamp=2026-11-22T12:00:00.000Z");
	model_show(f->m, f->m->server);
}

static void who_is_ignored_counts_not_and_is_folded(void **state)
{
	struct fixture *f = *state;

	leave(f);
	say(f, OF_BOB("b1", 1, "ann: look"));
	assert_int_equal(den(f)->mentions, 1);
	say(f, ":srv QUIET ADD ignore Bob *");
	assert_int_equal(den(f)->unread + den(f)->mentions, 0);
	say(f, OF_BOB("b2", 2, "ann: here"));
	say(f, "@time=2026-11-22T12:03:00.000Z;msgid=c1 :cem!c@h PRIVMSG #den :hello");
	assert_int_equal(den(f)->unread, 1);
	assert_int_equal(den(f)->mentions, 0);
	model_show(f->m, den(f));
	settle(f);
	expect_row(f, -4, "hello");
	expect_row(f, -6, "2 by people you ignore (F6 unfolds)");
	say(f, ":srv QUIET DEL ignore bob *");
	settle(f);
	expect_row(f, -5, "ann: here");
}

static void one_ignored_line_is_folded_as_well(void **state)
{
	struct fixture *f = *state;

	say(f, ":srv QUIET ADD ignore bob *");
	say(f, "@time=2026-11-22T12:00:30.000Z;msgid=c1 :cem!c@h PRIVMSG #den :hello");
	say(f, OF_BOB("b1", 1, "psst"));
	settle(f);
	expect_row(f, -4, "1 by people you ignore");
	// What is folded is not chosen.
	type(f, "\x1b");
	type(f, "r");
	type(f, "hi\r");
	assert_non_null(strstr(buf_str(&f->asked), "message to #den: hi (answers c1)\n"));
}

static void it_follows_the_person_not_the_name(void **state)
{
	struct fixture *f = *state;

	leave(f);
	say(f, ":srv QUIET ADD ignore bob *");
	say(f, ":bob!b@h NICK rob");
	say(f, "@msgid=b1 :rob!b@h PRIVMSG #den :one");
	assert_int_equal(den(f)->unread, 0);
	assert_non_null(hush_find(f->m, "ignore", SPAN("rob")));
	say(f, ":bob!x@h JOIN #den");
	say(f, "@msgid=b2 :bob!x@h PRIVMSG #den :two");
	assert_int_equal(den(f)->unread, 1);
}

static void it_ends_by_itself(void **state)
{
	struct fixture *f = *state;

	leave(f);
	say(f, ":srv QUIET ADD ignore bob 2026-11-22T12:05:00.000Z");
	say(f, OF_BOB("b1", 4, "one"));
	assert_int_equal(den(f)->unread, 0);
	say(f, OF_BOB("b2", 6, "two"));
	assert_int_equal(den(f)->unread, 1);
}

static void a_list_of_a_login_takes_the_place_of_what_was(void **state)
{
	struct fixture *f = *state;

	say(f, ":srv QUIET ADD ignore bob *");
	say(f, ":srv QUIET ADD mute #den *");
	say(f, ":srv QUIET LIST *");
	assert_true(target_is_muted(den(f)));
	say(f, ":srv QUIET ADD ignore bob *");
	say(f, ":srv QUIET LIST *");
	assert_false(target_is_muted(den(f)));
	assert_non_null(hush_find(f->m, "ignore", SPAN("bob")));
	say(f, ":srv QUIET LIST *");
	assert_int_equal(f->m->n_hushes, 0);
}

static void what_is_set_meanwhile_is_told(void **state)
{
	static const struct {
		const char *line, *note;
	} rows[] = {
		{":srv QUIET ADD ignore bob *", "bob is ignored, on all your computers"},
		{":srv QUIET DEL ignore bob *", "bob is shown again"},
		{":srv QUIET ADD mute #den *", "#den is muted: no counts, no alerts"},
		{":srv QUIET DEL mute #den *", "#den is not muted"},
		{":srv QUIET ADD dnd * *", "nothing rings"},
		{":srv QUIET DEL dnd * *", "it rings again"},
		{":srv QUIET ADD hours 22:00-07:00 *", "22:00-07:00 are quiet hours"},
		{":srv QUIET DEL hours 22:00-07:00 *", "22:00-07:00 are hours like others"},
	};
	struct fixture *f = *state;
	size_t before = den(f)->log.count;

	say(f, ":srv QUIET ADD ignore bob *");
	say(f, ":srv QUIET LIST *");
	assert_int_equal(den(f)->log.count, before);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		say(f, rows[i].line);
		expect_note(f, rows[i].note);
	}
	assert_int_equal(den(f)->log.count, before + ARRAY_LEN(rows));
}

static void a_target_that_comes_later_is_as_the_list_says(void **state)
{
	struct fixture *f = *state;

	say(f, ":srv QUIET ADD mute #lab *");
	say(f, ":ann!a@h JOIN #lab");
	assert_true(target_is_muted(target_find(f->m, SPAN("#lab"))));
	say(f, ":srv QUIET ADD ignore zed *");
	assert_true(person_need(f->m, SPAN("zed"))->ignored_until > 0);
}

static void nothing_rings_in_its_hours_and_while_told_so(void **state)
{
	struct fixture *f = *state;

	assert_false(hush_holds_now(f->m, 1000, 60));
	say(f, ":srv QUIET ADD hours 22:00-07:00 *");
	assert_true(hush_holds_now(f->m, 1000, 60));
	assert_false(hush_holds_now(f->m, 1000, 12 * 60));
	say(f, ":srv QUIET ADD hours 12:00-13:00 *");
	assert_false(hush_holds_now(f->m, 1000, 60));
	say(f, ":srv QUIET DEL hours 12:00-13:00 *");
	assert_false(hush_holds_now(f->m, 1000, 12 * 60));
	say(f, ":srv QUIET ADD dnd * 2030-01-01T00:00:00.000Z");
	assert_true(hush_holds_now(f->m, 1000, 60));
	assert_false(hush_holds_now(f->m, INT64_C(1893456000000), 60));
}

static void a_server_may_say_anything(void **state)
{
	struct fixture *f = *state;

	say(f, ":srv QUIET");
	say(f, ":srv QUIET ADD");
	say(f, ":srv QUIET ADD ignore");
	say(f, ":srv QUIET ADD hours x *");
	say(f, ":srv QUIET ADD sleep * *");
	say(f, ":srv QUIET DEL ignore bob");
	assert_false(hush_holds_now(f->m, 1000, 60));
	for (int i = 0; i < 1100; i++) {
		char line[80];

		snprintf(line, sizeof(line), ":srv QUIET ADD ignore p%d *", i);
		say(f, line);
	}
	assert_int_equal(f->m->n_hushes, 1000);
}

static void expect_sent(struct fixture *f, const char *typed, const char *sent)
{
	struct command_context c = {
		.model = f->m, .intents = &f->intents, .now_ms = INT64_C(1795348800000)};

	buf_reset(&f->asked);
	command_typed(&c, f->m->current, span_of(typed));
	assert_string_equal(buf_str(&f->asked), sent);
}

static void commands_ask_the_server_to_keep_it(void **state)
{
	struct fixture *f = *state;

	say(f, ":srv CAP ann ACK :snug.chat/quiet");
	expect_sent(f, "/ignore bob", "raw QUIET ADD ignore bob *\n");
	expect_sent(f, "/ignore bob 2h", "raw QUIET ADD ignore bob 2026-11-22T14:00:00.000Z\n");
	expect_sent(f, "/ignore bob soon", "");
	expect_note(f, "how long is written 30m, 2h, 7d, not soon");
	say(f, ":srv QUIET ADD ignore bob *");
	expect_sent(f, "/ignore", "");
	expect_note(f, "you ignore: bob");
	expect_sent(f, "/unignore bob", "raw QUIET DEL ignore bob\n");
	expect_sent(f, "/mute 30m", "raw QUIET ADD mute #den 2026-11-22T12:30:00.000Z\n");
	expect_sent(f, "/mute", "raw QUIET ADD mute #den *\n");
	say(f, ":srv QUIET ADD mute #den *");
	expect_sent(f, "/mute", "raw QUIET DEL mute #den\n");
	expect_sent(f, "/dnd", "raw QUIET ADD dnd * 2026-11-22T20:00:00.000Z\n");
	expect_sent(f, "/dnd off", "raw QUIET DEL dnd *\n");
	expect_sent(f, "/quiet", "");
	expect_note(f, "it rings at any hour");
	expect_sent(f, "/quiet 22:00-07:00", "raw QUIET ADD hours 22:00-07:00 *\n");
	expect_sent(f, "/quiet late", "");
	expect_sent(f, "/quiet off", "raw QUIET DEL hours *\n");
}

// What was muted here before is unmuted here.
static void other_servers_mute_on_this_computer(void **state)
{
	static const char *const typed[] = {"/ignore bob", "/unignore bob", "/dnd", "/quiet",
					    "/mute 2h"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
		expect_sent(f, typed[i], "");
		expect_note(f, "this server keeps no list of what may not disturb you");
	}
	expect_sent(f, "/mute", "");
	assert_true(den(f)->muted);
	say(f, ":srv CAP ann ACK :snug.chat/quiet");
	expect_sent(f, "/mute", "");
	assert_false(den(f)->muted);
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		TEST(who_is_ignored_counts_not_and_is_folded),
		TEST(one_ignored_line_is_folded_as_well),
		TEST(it_follows_the_person_not_the_name),
		TEST(it_ends_by_itself),
		TEST(a_list_of_a_login_takes_the_place_of_what_was),
		TEST(what_is_set_meanwhile_is_told),
		TEST(a_target_that_comes_later_is_as_the_list_says),
		TEST(nothing_rings_in_its_hours_and_while_told_so),
		TEST(a_server_may_say_anything),
		TEST(commands_ask_the_server_to_keep_it),
		TEST(other_servers_mute_on_this_computer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
