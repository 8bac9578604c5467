// SPDX-License-Identifier: MIT
// Whole conversations are given to the model as lines; what it knows afterwards counts.
#include "tests/unit/client/model_fixture.h"

#include <stdio.h>

static void joining_shows_the_room_with_topic_and_members(void **state)
{
	struct fixture *f = *state;
	assert_ptr_equal(f->m->current, den(f));
	assert_string_equal(den(f)->topic, "Release Friday");
	assert_int_equal(den(f)->n_members, 3);
	assert_string_equal(people_member(den(f), SPAN("BOB"))->prefixes, "@");
	assert_string_equal(f->m->server->name, "Example");
}

static void a_message_counts_as_unread_and_a_mention_alerts(void **state)
{
	struct fixture *f = *state;
	say(f->m, "@time=2026-11-22T12:00:00.000Z;msgid=a :bob!b@h PRIVMSG #den :hello");
	say(f->m, "@time=2026-11-22T12:00:01.000Z;msgid=b :bob!b@h PRIVMSG #den :Ann: door?");
	say(f->m, "@time=2026-11-22T12:00:01.000Z;msgid=b :bob!b@h PRIVMSG #den :Ann: door?");
	say(f->m, "@time=2026-11-22T12:00:02.000Z;msgid=c :bob!b@h PRIVMSG #den :annette");
	assert_int_equal(den(f)->unread, 3);
	assert_int_equal(den(f)->mentions, 1);
	assert_int_equal(f->seen.alerts, 1);
	assert_int_equal(den(f)->log.count, 3);
}

static void a_read_marker_lowers_the_counts(void **state)
{
	struct fixture *f = *state;
	say(f->m, "@time=2026-11-22T12:00:00.000Z;msgid=a :bob!b@h PRIVMSG #den :ann");
	say(f->m, "@time=2026-11-22T12:00:05.000Z;msgid=b :bob!b@h PRIVMSG #den :two");
	say(f->m, ":srv MARKREAD #den timestamp=2026-11-22T12:00:00.000Z");
	assert_int_equal(den(f)->unread, 1);
	assert_int_equal(den(f)->mentions, 0);
	say(f->m, ":srv MARKREAD #den timestamp=2026-11-22T11:00:00.000Z");
	assert_int_equal(den(f)->unread, 1);
}

static void a_direct_message_opens_a_conversation_for_either_side(void **state)
{
	struct fixture *f = *state;
	say(f->m, "@msgid=a :bob!b@h PRIVMSG ann :psst");
	say(f->m, "@msgid=b :ann!a@h PRIVMSG bob :yes?");
	struct target *bob = target_find(f->m, SPAN("bob"));
	assert_non_null(bob);
	assert_int_equal(bob->log.count, 2);
	assert_int_equal(bob->unread, 1);
	assert_int_equal(bob->mentions, 1);
	assert_true(last(bob)->flags & LINE_SELF);
}

static void actions_lose_their_ctcp_clothes(void **state)
{
	struct fixture *f = *state;
	say(f->m, "@msgid=a :bob!b@h PRIVMSG #den :\1ACTION waves\1");
	assert_int_equal(last(den(f))->kind, LINE_ACTION);
	assert_true(span_eq(line_says(last(den(f))), SPAN("waves")));
	say(f->m, "@msgid=b :bob!b@h PRIVMSG #den :\1");
}

static void what_somebody_is_shown_as_is_told_beside_the_account(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":srv 760 ann bob display-name * :Zo\u00eb Doe");
	assert_true(span_eq(line_says(last(den(f))), SPAN("bob is shown as Zo\u00eb Doe")));
	say(f->m, ":srv 760 ann bob avatar * :https://example.org/a.png");
	assert_true(span_eq(line_says(last(den(f))),
			    SPAN("bob says of avatar: https://example.org/a.png")));
	say(f->m, ":srv 761 ann ann display-name * :Ann");
	assert_true(span_eq(line_says(last(den(f))), SPAN("ann is shown as Ann")));
	say(f->m, ":srv 766 ann ann display-name :not set");
	assert_true(span_eq(line_says(last(den(f))), SPAN("ann has no display name")));
	size_t lines = den(f)->log.count;
	say(f->m, ":srv METADATA bob display-name * :Bob");
	assert_int_equal(den(f)->log.count, lines);
}

static void members_come_go_and_are_renamed(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":dora!d@h JOIN #den dora :Dora");
	assert_non_null(people_member(den(f), SPAN("dora")));
	say(f->m, ":dora!d@h NICK :Dorothea");
	assert_null(people_member(den(f), SPAN("dora")));
	assert_non_null(people_member(den(f), SPAN("dorothea")));
	say(f->m, ":bob!b@h KICK #den cem :enough");
	assert_null(people_member(den(f), SPAN("cem")));
	assert_true(span_eq(line_says(last(den(f))), SPAN("removed cem: enough")));
	say(f->m, ":bob!b@h QUIT :bye");
	assert_null(people_member(den(f), SPAN("bob")));
	say(f->m, ":srv MODE #den +ov-v ann dorothea ann");
	assert_string_equal(people_member(den(f), SPAN("ann"))->prefixes, "@");
	assert_string_equal(people_member(den(f), SPAN("dorothea"))->prefixes, "+");
	say(f->m, ":srv MODE #den +mk secret");
	assert_string_equal(den(f)->modes, "+mk");
}

static void leaving_a_room_takes_it_from_the_list(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":ann!a@h PART #den");
	assert_null(den(f));
	assert_ptr_equal(f->m->current, f->m->server);
}

static void being_removed_keeps_the_room_to_be_read(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":bob!b@h KICK #den ann :out");
	assert_non_null(den(f));
	assert_false(den(f)->joined);
}

static void many_lines_are_one_message(void **state)
{
	struct fixture *f = *state;
	say(f->m,
	    "@msgid=big;time=2026-11-22T12:00:00.000Z :bob!b@h BATCH +m draft/multiline #den");
	say(f->m, "@batch=m :bob!b@h PRIVMSG #den :one");
	say(f->m, "@batch=m :bob!b@h PRIVMSG #den :two ");
	say(f->m, "@batch=m;draft/multiline-concat :bob!b@h PRIVMSG #den :more");
	assert_int_equal(den(f)->log.count, 0);
	say(f->m, ":srv BATCH -m");
	assert_int_equal(den(f)->log.count, 1);
	assert_true(span_eq(line_says(last(den(f))), SPAN("one\ntwo more")));
	assert_true(span_eq(line_id(last(den(f))), SPAN("big")));
}

static void a_first_line_is_joined_to_nothing_and_may_be_blank(void **state)
{
	struct fixture *f = *state;
	say(f->m, "@msgid=one :bob!b@h BATCH +m draft/multiline #den");
	say(f->m, "@batch=m;draft/multiline-concat :bob!b@h PRIVMSG #den :nothing before");
	say(f->m, ":srv BATCH -m");
	assert_true(span_eq(line_says(last(den(f))), SPAN("nothing before")));
	say(f->m, "@msgid=two :bob!b@h BATCH +n draft/multiline #den");
	say(f->m, "@batch=n :bob!b@h PRIVMSG #den :");
	say(f->m, "@batch=n :bob!b@h PRIVMSG #den :below");
	say(f->m, ":srv BATCH -n");
	assert_true(span_eq(line_says(last(den(f))), SPAN("\nbelow")));
}

static void reactions_and_redaction_find_their_message(void **state)
{
	struct fixture *f = *state;
	say(f->m, "@msgid=a :bob!b@h PRIVMSG #den :cake");
	say(f->m, "@+draft/reply=a;+draft/react=\xf0\x9f\x91\x8d :cem!c@h TAGMSG #den");
	say(f->m, "@+draft/reply=a;+draft/react=\xf0\x9f\x91\x8d :cem!c@h TAGMSG #den");
	struct log_line *l = last(den(f));
	assert_int_equal(l->extra->n_reactions, 1);
	assert_int_equal(l->extra->reactions[0].n_who, 1);
	say(f->m, "@+draft/reply=a;+draft/unreact=\xf0\x9f\x91\x8d :cem!c@h TAGMSG #den");
	assert_int_equal(l->extra->n_reactions, 0);
	say(f->m, "@msgid=b;+draft/reply=a :cem!c@h PRIVMSG #den :yes");
	assert_true(span_eq(line_reply_to(last(den(f))), SPAN("a")));
	say(f->m, ":bob!b@h REDACT #den a :typo");
	assert_int_equal(l->text_len, 0);
	assert_true(l->flags & LINE_REDACTED);
}

static void who_removed_a_message_is_known(void **state)
{
	struct fixture *f = *state;
	say(f->m, "@msgid=a :bob!b@h PRIVMSG #den :one");
	say(f->m, ":bob!b@h REDACT #den a");
	assert_true(span_eq(line_removal(last(den(f))), SPAN("")));
	say(f->m, "@msgid=b :bob!b@h PRIVMSG #den :two");
	say(f->m, ":cem!c@h REDACT #den b :spam");
	assert_true(span_eq(line_removal(last(den(f))), SPAN("by cem: spam")));
	say(f->m, "@msgid=c :bob!b@h PRIVMSG #den :three");
	say(f->m, ":srv.test REDACT #den c");
	assert_true(span_eq(line_removal(last(den(f))), SPAN("by the server")));
	// Of a conversation the server names the one it speaks to.
	say(f->m, "@msgid=d :bob!b@h PRIVMSG ann :four");
	say(f->m, ":srv.test REDACT ann d");
	assert_true(last(target_find(f->m, SPAN("bob")))->flags & LINE_REDACTED);
}

static void what_came_removed_has_its_place_and_calls_nobody(void **state)
{
	struct fixture *f = *state;
	size_t before = den(f)->log.count;
	say(f->m, ":srv MARKREAD #den timestamp=2026-11-22T12:00:00.000Z");
	say(f->m, ":srv BATCH +h chathistory #den");
	say(f->m, "@batch=h;time=2026-11-22T12:05:00.000Z;msgid=a;snug.chat/author=bob "
		  ":cem!c@h REDACT #den a :ann, no");
	say(f->m, "@batch=h;time=2026-11-22T12:06:00.000Z;msgid=b;snug.chat/author=bob;"
		  "+draft/edit=a :cem!c@h REDACT #den b :ann, no");
	say(f->m, ":srv BATCH -h");
	assert_int_equal(den(f)->log.count, before + 2);
	assert_int_equal(last(den(f))->kind, LINE_EDIT);
	const struct log_line *l = scrollback_find(&den(f)->log, SPAN("a"));
	assert_string_equal(l->from->name, "bob");
	assert_true(span_eq(line_removal(l), SPAN("by cem: ann, no")));
	assert_false(l->flags & LINE_MENTION);
	assert_int_equal(den(f)->unread, 0);
	assert_int_equal(f->seen.alerts, 0);
	// Live there is nothing to remove.
	say(f->m, "@msgid=z;snug.chat/author=bob :cem!c@h REDACT #den z");
	assert_int_equal(den(f)->log.count, before + 2);
}

static void an_answer_to_me_is_a_mention(void **state)
{
	struct fixture *f = *state;
	say(f->m, "@msgid=mine :ann!a@h PRIVMSG #den :shall we?");
	say(f->m, "@msgid=b;+draft/reply=mine :cem!c@h PRIVMSG #den :yes");
	assert_true(last(den(f))->flags & LINE_MENTION);
	assert_int_equal(f->seen.alerts, 1);
}

static void the_past_alerts_only_from_the_last_alert_on(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":srv MARKREAD #den timestamp=2026-11-22T12:00:00.000Z");
	say(f->m, "@time=2026-11-22T12:00:05.000Z;msgid=b :bob!b@h PRIVMSG #den :ann?");
	assert_int_equal(f->seen.alerts, 1);
	say(f->m, ":srv BATCH +h chathistory #den");
	say(f->m, "@batch=h;time=2026-11-22T12:00:04.000Z;msgid=a :bob!b@h PRIVMSG #den :ann");
	say(f->m, "@batch=h;time=2026-11-22T12:00:05.000Z;msgid=c :bob!b@h PRIVMSG #den :ann!");
	say(f->m, ":srv BATCH -h");
	assert_int_equal(den(f)->mentions, 3);
	assert_int_equal(f->seen.alerts, 1);
	say(f->m, "@time=2026-11-22T12:00:06.000Z;msgid=d :bob!b@h PRIVMSG #den :ann!!");
	assert_int_equal(f->seen.alerts, 2);
}

static void what_the_server_found_is_kept_apart(void **state)
{
	struct fixture *f = *state;
	size_t before = den(f)->log.count;
	say(f->m, ":srv BATCH +s soju.im/search");
	say(f->m,
	    "@batch=s;msgid=x1;time=2026-11-01T12:00:00.000Z :bob!b@h PRIVMSG #den :old cake");
	say(f->m,
	    "@batch=s;msgid=x2;time=2026-11-01T12:00:00.000Z :bob!b@h PRIVMSG ann :cake?");
	say(f->m, ":srv BATCH -s");
	assert_int_equal(den(f)->log.count, before);
	assert_int_equal(f->m->n_found, 2);
	assert_string_equal(f->m->found[1].target, "bob");
	say(f->m, ":srv BATCH +s soju.im/search");
	say(f->m, ":srv BATCH -s");
	assert_int_equal(f->m->n_found, 0);
}

static void a_target_alerts_as_is_set_for_it(void **state)
{
	static const struct {
		enum alerts alerts;
		bool muted;
		int told; // of a message and a mention
	} rows[] = {
		{ALERTS_MENTIONS, false, 1}, {ALERTS_ALL, false, 2}, {ALERTS_NONE, false, 0},
		{ALERTS_MENTIONS, true, 0},  {ALERTS_ALL, true, 0},  {ALERTS_NONE, true, 0},
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char line[120];
		den(f)->alerts = rows[i].alerts;
		den(f)->muted = rows[i].muted;
		f->seen.alerts = 0;
		for (int k = 0; k < 2; k++) {
			snprintf(line, sizeof(line),
				 "@time=2026-11-22T12:0%zu:0%d.000Z :bob!b@h PRIVMSG #den :%s",
				 i, k, k ? "ann?" : "hi");
			say(f->m, line);
		}
		say(f->m, ":bob!b@h TOPIC #den :not a message");
		assert_int_equal(f->seen.alerts, rows[i].told);
		assert_int_equal(den(f)->mentions, i + 1);
	}
}

static void typing_ends_with_the_message(void **state)
{
	struct fixture *f = *state;
	say(f->m, "@+typing=active :bob!b@h TAGMSG #den");
	assert_true(den(f)->typing[0].until_ms > 1000000);
	say(f->m, "@msgid=a :bob!b@h PRIVMSG #den :done");
	for (size_t i = 0; i < TYPING_MAX; i++)
		assert_int_equal(den(f)->typing[i].until_ms, 0);
}

static void what_no_row_knows_is_shown_all_the_same(void **state)
{
	struct fixture *f = *state;
	size_t before = f->m->server->log.count;
	say(f->m, ":srv 999 ann something :new");
	assert_int_equal(f->m->server->log.count, before + 1);
	say(f->m, ":srv 482 ann #den :You're not a moderator");
	assert_int_equal(last(den(f))->kind, LINE_ERROR);
	assert_true(
		span_eq(line_says(last(den(f))), SPAN("only moderators of #den can do that")));
}

static void a_server_without_a_dot_in_its_name_is_no_person(void **state)
{
	struct fixture *f = *state;
	size_t before = f->m->server->log.count;
	say(f->m, ":srv NOTICE ann :restart at noon");
	assert_int_equal(f->m->server->log.count, before + 1);
	assert_null(target_find(f->m, SPAN("srv")));
	assert_null(last(f->m->server)->from);
}

static void capabilities_follow_ack_and_del(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":srv CAP * LS :batch sasl");
	assert_false(model_has_cap(f->m, "batch"));
	say(f->m, ":srv CAP ann ACK :batch message-tags");
	assert_true(model_has_cap(f->m, "batch"));
	say(f->m, ":srv CAP ann ACK :-batch");
	assert_false(model_has_cap(f->m, "batch"));
	say(f->m, ":srv CAP ann DEL :message-tags");
	assert_false(model_has_cap(f->m, "message-tags"));
}

static void an_awaited_room_is_shown_when_it_is_entered(void **state)
{
	struct fixture *f = *state;
	model_await(f->m, SPAN("#Ops"));
	say(f->m, ":ann!a@h JOIN #other");
	assert_ptr_equal(f->m->current, den(f));
	say(f->m, ":ann!a@h JOIN #ops");
	assert_ptr_equal(f->m->current, target_find(f->m, SPAN("#ops")));
}

static void odd_lines_do_no_harm(void **state)
{
	struct fixture *f = *state;
	static const char *const odd[] = {
		"PRIVMSG",
		":x PRIVMSG",
		":x!y@z PRIVMSG #den",
		":x!y@z JOIN",
		"BATCH",
		"BATCH +",
		"BATCH -none",
		"BATCH +a chathistory",
		"BATCH -a",
		":a MODE #den",
		":a MODE #den +o",
		":a KICK #den",
		":a NICK",
		"353",
		":s 353 ann = #den",
		"MARKREAD #den never",
		"FAIL",
		"FAIL A",
		":x TAGMSG #den",
		"CAP",
		":ann!a@h NICK :",
		"@batch=zz :a!b@c PRIVMSG #den :q",
		"REDACT #den",
		":bob!b@h RENAME #den #bar",
		"005",
		"001",
	};
	for (size_t i = 0; i < ARRAY_LEN(odd); i++)
		say(f->m, odd[i]);
	assert_non_null(target_find(f->m, SPAN("#bar")));
}

static void names_without_end_do_not_stay(void **state)
{
	struct fixture *f = *state;
	char line[128];
	say(f->m, ":ann!a@h JOIN #den");
	say(f->m, ":bob!b@h JOIN #den");
	say(f->m, "@msgid=1 :cem!c@h PRIVMSG #den :I leave a line");
	for (int i = 0; i < 50000; i++) {
		snprintf(line, sizeof(line), ":nobody%d!x@h AWAY :gone", i);
		say(f->m, line);
	}
	assert_in_range(f->m->people.n_items, 3, 10000);
	assert_non_null(person_find(f->m, SPAN("bob")));
	assert_string_equal(target_newest(target_find(f->m, SPAN("#den")))->from->name, "cem");
}

static void who_is_here_is_called_with_the_room(void **state)
{
	static const struct {
		const char *line;
		bool calls;
	} rows[] = {
		{"@time=2026-11-22T12:00:01.000Z;msgid=a;snug.chat/alert=room :bob!b@h PRIVMSG #den :@room cake",
		 true},
		{"@time=2026-11-22T12:00:02.000Z;msgid=b;snug.chat/alert=here :bob!b@h NOTICE #den :@here",
		 true},
		// The server says who may: words alone call nobody.
		{"@time=2026-11-22T12:00:03.000Z;msgid=c :bob!b@h PRIVMSG #den :@room cake",
		 false},
		{"@time=2026-11-22T12:00:04.000Z;msgid=d;snug.chat/alert=all :bob!b@h PRIVMSG #den :@all",
		 false},
		{"@time=2026-11-22T12:00:05.000Z;msgid=e;snug.chat/alert=room :ann!a@h PRIVMSG #den :@room mine",
		 false},
		{"@time=2026-11-22T12:00:05.100Z;msgid=n;snug.chat/alert=none :ci[hook]!hook@h PRIVMSG #den :ann: @room",
		 false},
		{"@time=2026-11-22T12:00:05.200Z;msgid=o;bot :ci[hook]!hook@h PRIVMSG #den :ann: the build failed",
		 true},
		{":srv 306 ann :You are away", false},
		{"@time=2026-11-22T12:00:06.000Z;msgid=f;snug.chat/alert=here :bob!b@h PRIVMSG #den :@here",
		 false},
		{"@time=2026-11-22T12:00:07.000Z;msgid=g;snug.chat/alert=room :bob!b@h PRIVMSG #den :@room",
		 true},
	};
	struct fixture *f = *state;
	unsigned calls = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		say(f->m, rows[i].line);
		calls += rows[i].calls;
		if (den(f)->mentions != calls || f->seen.alerts != (int)calls)
			fail_msg("%s", rows[i].line);
	}
	den(f)->muted = true;
	say(f->m,
	    "@time=2026-11-22T12:00:08.000Z;msgid=h;snug.chat/alert=room :bob!b@h PRIVMSG #den :@room");
	assert_int_equal(f->seen.alerts, calls);
	den(f)->muted = false;
	den(f)->alerts = ALERTS_NONE;
	say(f->m,
	    "@time=2026-11-22T12:00:09.000Z;msgid=i;snug.chat/alert=room :bob!b@h PRIVMSG #den :@room");
	assert_int_equal(f->seen.alerts, calls);
}

static void what_called_who_was_there_calls_nobody_later(void **state)
{
	struct fixture *f = *state;

	say(f->m, ":srv BATCH +p chathistory #den");
	say(f->m, "@batch=p;msgid=a;snug.chat/alert=here :bob!b@h PRIVMSG #den :@here");
	say(f->m, "@batch=p;msgid=b;snug.chat/alert=room :bob!b@h PRIVMSG #den :@room");
	say(f->m, ":srv BATCH -p");
	assert_false(scrollback_find(&den(f)->log, SPAN("a"))->flags & LINE_MENTION);
	assert_true(scrollback_find(&den(f)->log, SPAN("b"))->flags & LINE_MENTION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(joining_shows_the_room_with_topic_and_members),
		TEST(a_message_counts_as_unread_and_a_mention_alerts),
		TEST(a_read_marker_lowers_the_counts),
		TEST(a_direct_message_opens_a_conversation_for_either_side),
		TEST(actions_lose_their_ctcp_clothes),
		TEST(what_somebody_is_shown_as_is_told_beside_the_account),
		TEST(members_come_go_and_are_renamed),
		TEST(leaving_a_room_takes_it_from_the_list),
		TEST(being_removed_keeps_the_room_to_be_read),
		TEST(many_lines_are_one_message),
		TEST(a_first_line_is_joined_to_nothing_and_may_be_blank),
		TEST(reactions_and_redaction_find_their_message),
		TEST(who_removed_a_message_is_known),
		TEST(what_came_removed_has_its_place_and_calls_nobody),
		TEST(an_answer_to_me_is_a_mention),
		TEST(who_is_here_is_called_with_the_room),
		TEST(what_called_who_was_there_calls_nobody_later),
		TEST(the_past_alerts_only_from_the_last_alert_on),
		TEST(what_the_server_found_is_kept_apart),
		TEST(a_target_alerts_as_is_set_for_it),
		TEST(typing_ends_with_the_message),
		TEST(what_no_row_knows_is_shown_all_the_same),
		TEST(a_server_without_a_dot_in_its_name_is_no_person),
		TEST(capabilities_follow_ack_and_del),
		TEST(an_awaited_room_is_shown_when_it_is_entered),
		TEST(odd_lines_do_no_harm),
		TEST(names_without_end_do_not_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
