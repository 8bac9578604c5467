// SPDX-License-Identifier: MIT
// What rooms do at their edges: who inherits them, who is told at the next login, whose
// conversation it is, and what is seen of people in them.
#include "server/hub/people/account.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/oper.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/rooms/room_log.h"
#include "server/hub/rooms/roster.h"
#include "server/hub/rooms/rules.h"
#include "server/hub/rooms/saved.h"
#include "server/hub/rooms/slip.h"
#include "server/hub/rooms/succession.h"
#include "server/hub/rooms/talk.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define ID "0000000000007"

static struct room *room_of(struct fixture *f, const char *name)
{
	struct room *r = room_find(f->hub, span_of(name));

	return r ? r : room_new(f->hub, span_of(name), NULL);
}

static struct member *joins(struct fixture *f, const char *name, enum member_role role,
			    int64_t joined_ms)
{
	struct member *m = member_join(room_of(f, "#den"), fixture_account(f, name), role);

	m->joined_ms = joined_ms;
	return m;
}

static bool leads(struct fixture *f, const char *name)
{
	const struct member *m = room_founder(room_of(f, "#den"), true);

	return m ? !strcmp(m->account->name, name) : !name[0];
}

static void the_oldest_moderator_who_can_come_inherits(void **state)
{
	struct fixture *f = *state;
	struct peer *here = fixture_login(f, "here", "");

	(void)joins(f, "founder", MEMBER_FOUNDER, 1);
	(void)joins(f, "plain", MEMBER_PLAIN, 2);
	joins(f, "shut", MEMBER_MODERATOR, 3)->account->disabled = true;
	(void)joins(f, "late", MEMBER_MODERATOR, 9);
	(void)joins(f, "old", MEMBER_MODERATOR, 4);
	(void)joins(f, "here", MEMBER_MODERATOR, 5);
	(void)joins(f, "twin", MEMBER_MODERATOR, 5);
	member_leave(room_founder(room_of(f, "#den"), true));
	assert_true(leads(f, "old"));
	assert_int_equal(fixture_account(f, "old")->n_slips, 1);
	member_leave(room_founder(room_of(f, "#den"), true));
	assert_true(leads(f, "here")); // of two that came at once the older account
	assert_int_equal(fixture_account(f, "here")->n_slips, 0);
	member_leave(room_founder(room_of(f, "#den"), true));
	assert_true(leads(f, "twin"));
	member_leave(room_founder(room_of(f, "#den"), true));
	assert_true(leads(f, "late"));
	member_leave(room_founder(room_of(f, "#den"), true));
	assert_true(leads(f, ""));
	(void)here;
}

static void who_is_told_later_is_told_the_newest(void **state)
{
	struct fixture *f = *state;
	struct account *a = fixture_account(f, "alice");

	for (int i = 0; i <= SLIPS_MAX; i++)
		slip_tell(a, "number %d", i);
	assert_int_equal(a->n_slips, SLIPS_MAX);
	assert_string_equal(container_of(a->slips.next, struct slip, in_account)->text,
			    "number 1");
	fixture_restart(f, false);
	assert_int_equal(fixture_account(f, "alice")->n_slips, SLIPS_MAX);
}

static void what_was_answered_is_not_told_again(void **state)
{
	struct fixture *f = *state;
	struct peer *alice;
	struct session *s;
	char token[32];

	for (int i = 0; i < 3; i++)
		slip_tell(fixture_account(f, "alice"), "number %d", i);
	alice = fixture_login_loud(f, "alice", "");
	expect_later(alice, "server NOTICE alice :number 0");
	expect(alice, "server NOTICE alice :number 1");
	expect(alice, "server NOTICE alice :number 2");
	expect(alice, "server PING :slip-*");
	s = peer_session(alice);
	slips_pong(s, SPAN("other"));
	slips_pong(s, SPAN("slip-"));
	slips_pong(s, SPAN("slip-x"));
	slips_pong(s, SPAN("slip-0"));
	assert_int_equal(s->account->n_slips, 3);
	snprintf(token, sizeof(token), "slip-%lld",
		 (long long)container_of(s->account->slips.next, struct slip, in_account)->id);
	f->hub->disk = DISK_FULL;
	slips_pong(s, span_of(token));
	assert_int_equal(s->account->n_slips, 3);
	f->hub->disk = DISK_FINE;
	slips_pong(s, span_of(token));
	assert_int_equal(s->account->n_slips, 2);
}

static void a_conversation_is_that_of_exactly_these(void **state)
{
	struct fixture *f = *state;
	struct account *p[] = {fixture_account(f, "ann"), fixture_account(f, "bob"),
			       fixture_account(f, "cem"), fixture_account(f, "dora")};
	struct account *others[] = {p[0], p[1], p[3]};
	struct room *r = room_new(f->hub, SPAN("#room"), p[0]), *talk;

	(void)member_join(r, p[1], MEMBER_PLAIN);
	(void)member_join(r, p[2], MEMBER_PLAIN);
	assert_null(talk_find(p, 3));
	talk = talk_new(p, 3);
	assert_ptr_equal(talk_find(p, 3), talk);
	assert_null(talk_find(p, 4));
	assert_null(talk_find(others, 3));
	talk_ends(talk, p[3]); // who is not in it gets no role
	assert_false(talk->talk);
	assert_null(talk_find(p, 3));
	assert_null(room_founder(talk, true));
}

static void people_share_a_room_or_they_do_not(void **state)
{
	struct fixture *f = *state;
	struct account *ann = fixture_account(f, "ann"), *bob = fixture_account(f, "bob"),
		       *cem = fixture_account(f, "cem");

	(void)member_join(room_of(f, "#a"), ann, MEMBER_PLAIN);
	(void)member_join(room_of(f, "#b"), ann, MEMBER_PLAIN);
	(void)member_join(room_of(f, "#b"), bob, MEMBER_PLAIN);
	(void)member_join(room_of(f, "#c"), cem, MEMBER_PLAIN);
	assert_true(accounts_share_room(ann, bob) && accounts_share_room(bob, ann));
	assert_false(accounts_share_room(ann, cem) || accounts_share_room(cem, ann));
}

static void idle_is_who_is_on_all_devices_that_count(void **state)
{
	struct fixture *f = *state;
	struct session *desk = peer_session(fixture_login(f, "ann", "")),
		       *phone = peer_session(fixture_login(f, "ann", "")),
		       *bridge = peer_session(fixture_login(f, "ann", "snug.chat/no-presence"));
	int64_t now = f->hub->now.wall_ms;

	desk->active_ms = now - 10;
	phone->active_ms = now - 20;
	bridge->active_ms = now - 5;
	assert_true(bridge->no_presence);
	assert_int_equal(account_idle_ms(desk->account), 10);
	desk->active_ms = now - 30;
	assert_int_equal(account_idle_ms(desk->account), 20);
}

static void rules_wait_for_a_disk_that_takes_something(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "");
	struct member *m = joins(f, "ann", MEMBER_PLAIN, 1);

	fixture_settle(f);
	peer_skip(ann);
	f->hub->disk = DISK_FULL;
	rules_set(m->room, SPAN("be kind"));
	fixture_settle(f);
	expect_none(ann);
	f->hub->disk = DISK_FINE;
	rules_show(m);
	fixture_settle(f);
	expect(ann, "server NOTICE #den :*be kind");
	rules_show(m);
	rules_set(m->room, SPAN("be kinder"));
	fixture_settle(f);
	expect(ann, "server NOTICE #den :*be kinder");
	expect_none(ann);
}

static void what_is_saved_stands_in_the_order_it_was_said(void **state)
{
	static const message_id ids[] = {5, 3, 4, 1, 9};
	struct fixture *f = *state;
	struct account *a = fixture_account(f, "ann");
	message_id last = 0;

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		const struct entry_message m = {.id = ids[i],
						.stream = room_of(f, "#den")->stream.id};
		struct saved *v = saved_put(a, &m);

		assert_ptr_equal(saved_put(a, &m), v);
	}
	assert_int_equal(a->n_saved, ARRAY_LEN(ids));
	list_for_each(item, &a->saved) {
		const struct saved *v = container_of(item, struct saved, in_account);

		assert_true(v->message > last);
		last = v->message;
	}
}

static void a_reaction_is_to_what_its_tag_names(void **state)
{
	static const struct {
		enum message_kind kind;
		const char *tags;
		message_id about;
	} rows[] = {
		{MESSAGE_TAGMSG, "+draft/reply=" ID ";+a=b", 7},
		{MESSAGE_TAGMSG, "+a=b;+reply=" ID, 7},
		{MESSAGE_TAGMSG, "+a=" ID, 0},
		{MESSAGE_TAGMSG, "+reply=" ID ";+draft/reply=x", 0},
		{MESSAGE_TAGMSG, "", 0},
		{MESSAGE_PRIVMSG, "+draft/reply=" ID, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(reaction_to(&(struct entry_message){
					 .kind = rows[i].kind, .tags = span_of(rows[i].tags)}),
				 rows[i].about);
}

// Of those who took the rights of somebody by his password.
static void rights_that_were_lent_end_with_whose_they_were(void **state)
{
	struct fixture *f = *state;
	struct account *root = fixture_admin_account(f, "root");
	struct peer *ann = fixture_login(f, "ann", ""), *back = fixture_login(f, "ann", ""),
		    *going = fixture_login(f, "ann", ""), *other = fixture_login(f, "cem", ""),
		    *admin;
	struct peer *const lent[] = {ann, back, going};

	(void)fixture_admin_account(f, "boss");
	admin = fixture_login(f, "boss", "");
	for (size_t i = 0; i < ARRAY_LEN(lent); i++) {
		peer_session(lent[i])->oper = true;
		peer_session(lent[i])->oper_by = root->id;
	}
	peer_session(other)->oper = true;
	peer_session(admin)->oper_by = root->id;
	peer_session(back)->oper = false;
	peer_session(going)->closing = true;
	opers_end(root);
	assert_false(peer_session(ann)->oper);
	assert_true(peer_session(other)->oper && peer_session(admin)->oper);
	assert_int_equal(peer_session(admin)->oper_by, 0);
	fixture_settle(f);
	peer_session(going)->closing = false;
	expect(ann, "server MODE ann -o");
	expect_none(back);
	expect_none(going);
	expect_none(admin);
}

static void what_a_line_of_the_log_is_of(struct fixture *f, const char *verb,
					 const char *detail)
{
	struct admin_answer *a = fixture_verb(f, "room log den", NULL);
	const struct cell *row = a->cells + (a->n_rows - 1) * a->n_columns;

	if (!span_eq(row[2].text, span_of(verb)) || !span_eq(row[3].text, span_of(detail)))
		fail_msg(SPAN_FMT ", " SPAN_FMT, SPAN_ARG(row[2].text), SPAN_ARG(row[3].text));
	admin_answer_free(a);
}

static void each_deed_stands_in_the_log_by_its_word(void **state)
{
	static const struct {
		const char *line, *verb, *detail;
	} rows[] = {
		{"MODE #den +m", "mode", "+m"},
		{"MODE #den +v bob", "role", "+v bob"},
		{"MODE #den +b bad", "ban", "+b bad!*@*"},
		{"MODE #den +b ~m:bad", "mute", "+b ~m:bad!*@*"},
		{"MODE #den +e good", "mode", "+e good!*@*"},
		{"MODE #den -m+v cem", "mode", "-m+v cem"},
		{"TOPIC #den :tea", "topic", "tea"},
		{"KICK #den bob :noise", "kick", "bob: noise"},
		{"KICK #den cem", "kick", "cem: alice"},
	};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_join(fixture_login(f, "bob", ""), "#den");
	peer_join(fixture_login(f, "cem", ""), "#den");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		peer_send(alice, "%s", rows[i].line);
		what_a_line_of_the_log_is_of(f, rows[i].verb, rows[i].detail);
	}
	room_log(room_of(f, "#den"), NULL, "test", SPAN("bob"), SPAN(""));
	fixture_settle(f);
	what_a_line_of_the_log_is_of(f, "test", "bob");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(the_oldest_moderator_who_can_come_inherits),
		HUB_TEST(who_is_told_later_is_told_the_newest),
		HUB_TEST(what_was_answered_is_not_told_again),
		HUB_TEST(a_conversation_is_that_of_exactly_these),
		HUB_TEST(people_share_a_room_or_they_do_not),
		HUB_TEST(idle_is_who_is_on_all_devices_that_count),
		HUB_TEST(rules_wait_for_a_disk_that_takes_something),
		HUB_TEST(what_is_saved_stands_in_the_order_it_was_said),
		HUB_TEST(a_reaction_is_to_what_its_tag_names),
		HUB_TEST(rights_that_were_lent_end_with_whose_they_were),
		HUB_TEST(each_deed_stands_in_the_log_by_its_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
