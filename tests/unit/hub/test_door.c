// SPDX-License-Identifier: MIT
// The door's own clocks and words: when something is looked at next, who is put out, what of a text
// names somebody who is erased.
#include "server/hub/door/endings.h"
#include "server/hub/door/enrol.h"
#include "server/hub/door/erase_words.h"
#include "server/hub/door/evict.h"
#include "server/hub/door/farewell.h"
#include "server/hub/door/forgotten.h"
#include "server/hub/door/group.h"
#include "server/hub/door/lockdown.h"
#include "server/hub/people/account.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/freed.h"
#include "server/hub/people/invite.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/hook.h"
#include "server/hub/rooms/room.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define MINUTE_MS (60LL * 1000)
#define NEVER (-1)

// What is to come for an account in so long, and when it is looked at.
static const struct {
	int64_t in_ms, looks_ms; // in 0: nothing is
} times[] = {{0, NEVER}, {30000, 30000}, {MINUTE_MS, MINUTE_MS}, {600000, MINUTE_MS}, {-5, 0}};

static void looks(const struct hub *h, const struct timer *t, int64_t in_ms)
{
	assert_int_equal(t->is_set, in_ms != NEVER);
	if (t->is_set)
		assert_int_equal(t->at_ms - h->now.mono_ms, in_ms);
}

static void the_next_look_is_in_a_minute_or_when_something_is_due(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct account *a = fixture_account(f, "ann"), *b = fixture_account(f, "bob");

	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		int64_t at = times[i].in_ms ? h->now.wall_ms + times[i].in_ms : 0;

		a->expires_ms = a->next_ms = a->erase_ms = at;
		endings_changed(h);
		looks(h, &h->on_endings, times[i].looks_ms);
		forgotten_changed(h);
		looks(h, &h->on_forgotten, times[i].looks_ms);
		farewells_changed(h);
		looks(h, &h->on_farewells, times[i].looks_ms);
	}
	// The earliest of all, of those who can still come.
	a->expires_ms = a->next_ms = a->erase_ms = h->now.wall_ms + 40000;
	b->expires_ms = b->next_ms = b->erase_ms = h->now.wall_ms + 20000;
	endings_changed(h);
	looks(h, &h->on_endings, 20000);
	forgotten_changed(h);
	looks(h, &h->on_forgotten, 20000);
	farewells_changed(h);
	looks(h, &h->on_farewells, 20000);
	b->disabled = true;
	endings_changed(h);
	looks(h, &h->on_endings, 40000);
	forgotten_changed(h);
	looks(h, &h->on_forgotten, 40000);
	farewells_changed(h);
	looks(h, &h->on_farewells, 20000);
	a->expires_ms = b->expires_ms = 0;
	h->config.disable_unseen_ms = 1000;
	endings_changed(h);
	looks(h, &h->on_endings, MINUTE_MS);
	// A hub that is here for one verb looks at nothing.
	timer_stop(&h->on_endings);
	h->config.n_shards = 0;
	timer_stop(&h->on_forgotten);
	timer_stop(&h->on_farewells);
	endings_changed(h);
	forgotten_changed(h);
	farewells_changed(h);
	looks(h, &h->on_endings, NEVER);
	looks(h, &h->on_forgotten, NEVER);
	looks(h, &h->on_farewells, NEVER);
	h->config.n_shards = 1;
	a->next_ms = a->erase_ms = b->next_ms = b->erase_ms = 0;
	forgotten_changed(h);
	farewells_changed(h);
}

static void who_is_put_out_is_counted(void **state)
{
	struct fixture *f = *state;
	struct session *one = peer_session(fixture_login(f, "ann", "")),
		       *other = peer_session(fixture_login(f, "ann", "")),
		       *bob = peer_session(fixture_login(f, "bob", ""));

	assert_int_equal(account_kick_others(one->account, one, SPAN("x")), 1);
	assert_true(other->closing && !one->closing && !bob->closing);
	assert_int_equal(account_kick(one->account, SPAN("x")), 1);
	assert_true(one->closing && !bob->closing);
	assert_int_equal(account_kick(one->account, SPAN("x")), 0);
}

static void a_lockdown_is_read_as_it_was_written(void **state)
{
	static const struct {
		const char *text;
		bool is_good;
		enum lockdown_kind kind;
		int64_t since;
	} rows[] = {
		{"off 7", true, LOCKDOWN_OFF, 7},
		{"strangers 8", true, LOCKDOWN_STRANGERS, 8},
		{"members 9223372036854775807", true, LOCKDOWN_MEMBERS, INT64_MAX},
		{"members 9223372036854775808", false, LOCKDOWN_MEMBERS, INT64_MAX},
		{"strangers", false, LOCKDOWN_MEMBERS, INT64_MAX},
		{"strangers x", false, LOCKDOWN_MEMBERS, INT64_MAX},
		{"nobody 5", false, LOCKDOWN_MEMBERS, INT64_MAX},
	};
	struct fixture *f = *state;
	struct hub *h = f->hub;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(lockdown_load(h, span_of(rows[i].text)), rows[i].is_good);
		assert_int_equal(h->lockdown, rows[i].kind);
		assert_int_equal(h->lockdown_since_ms, rows[i].since);
	}
	assert_non_null(lockdown_newcomer(h));
	h->lockdown = LOCKDOWN_OFF;
	assert_null(lockdown_newcomer(h));
}

static void a_drop_leaves_administrators(void **state)
{
	struct fixture *f = *state;
	struct session *ann = peer_session(fixture_login(f, "ann", "")),
		       *open = peer_session(fixture_open(f)), *root, *going;

	(void)fixture_admin_account(f, "root");
	root = peer_session(fixture_login(f, "root", ""));
	going = peer_session(fixture_login(f, "bob", ""));
	going->closing = true;
	f->hub->lockdown = LOCKDOWN_MEMBERS;
	assert_int_equal(lockdown_drop(f->hub), 2);
	assert_true(ann->closing && open->closing && !root->closing);
	assert_int_equal(lockdown_drop(f->hub), 0);
	going->closing = false;
	f->hub->lockdown = LOCKDOWN_OFF;
}

static void a_secret_waits_so_long_to_be_confirmed(void **state)
{
	struct fixture *f = *state;
	struct session *s = peer_session(fixture_login(f, "ann", ""));
	const uint8_t *secret;

	assert_null(enrol_secret(s));
	secret = enrol_start(s);
	assert_ptr_equal(enrol_secret(s), secret);
	f->hub->now.mono_ms += ENROL_MS - 1;
	assert_non_null(enrol_secret(s));
	f->hub->now.mono_ms++;
	assert_null(enrol_secret(s));
	enrol_forget(s);
	assert_null(enrol_secret(s));
}

static void a_name_is_found_as_a_word_of_its_own(void **state)
{
	static const struct {
		const char *text, *becomes; // NULL: it is not in it
	} rows[] = {
		{"bob", "X"},
		{"bob: hi Bob!", "X: hi X!"},
		{"(bob)", "(X)"},
		{"#bob and bob", "#bob and X"},
		{"#bob", NULL},
		{"bobby bob-x bob_ 1bob", NULL},
		{"\xc3\xa9"
		 "bob bob\xc3\xa9",
		 NULL},
		{"ann", NULL},
		{"", NULL},
	};
	struct fixture *f = *state;

	name_keep_back(f->hub, SPAN("bob"), 77);
	name_keep_back(f->hub, SPAN("ann"), 78);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = {0};
		bool is_in = erase_names(f->hub, 77, span_of(rows[i].text), SPAN("X"), &out);

		if (is_in != (rows[i].becomes != NULL) ||
		    (is_in && !span_eq(buf_span(&out), span_of(rows[i].becomes))))
			fail_msg("%s: %s", rows[i].text, buf_str(&out));
		assert_true(is_in || out.len == 0);
		buf_clear(&out);
	}
}

static void a_text_ends_where_it_says(void **state)
{
	struct fixture *f = *state;
	struct buf out = {0};

	name_keep_back(f->hub, SPAN("bob"), 77);
	assert_true(erase_names(f->hub, 77, span_from("to bobby", 6), SPAN("X"), &out));
	assert_string_equal(buf_str(&out), "to X");
	buf_clear(&out);
}

static void of_a_deed_that_is_what_stays(void **state)
{
	static const struct {
		const char *actor, *verb, *detail, *reason;
		const char *by, *text, *why; // by NULL: nothing changes
	} rows[] = {
		{"ann", "user disable", "cem", "noise", NULL, NULL, NULL},
		{"ann", "user disable", "bob", "noise", "ann", "X", "noise"},
		{"ann", "user disable", "cem", "says bob", "ann", "cem", "says X"},
		{"bob", "user disable", "cem", "noise", "X", "cem", ""},
		{"bob", "room grant", "den: cem", "", "X", "den", ""},
		{"bob", "topic", "tea", "", "X", "", ""},
		{"bob", "wallops", "hello", "", "X", "", ""},
		{"bob", "server announce", "hello", "", "X", "", ""},
		{"ann", "topic", "tea", "", NULL, NULL, NULL},
		{"bob", "room set", "a:b", "", "X", "a:b", ""},
		{"bob", "server stop", "in 5 minutes", "", "X", "in 5 minutes", ""},
	};
	struct fixture *f = *state;

	name_keep_back(f->hub, SPAN("bob"), 77);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reworded to = {0};
		bool changes =
			erase_logged(f->hub, 77,
				     &(struct entry_audit){.actor = span_of(rows[i].actor),
							   .verb = span_of(rows[i].verb),
							   .detail = span_of(rows[i].detail),
							   .reason = span_of(rows[i].reason)},
				     SPAN("X"), &to);

		assert_int_equal(changes, rows[i].by != NULL);
		if (changes && (!span_eq(buf_span(&to.by), span_of(rows[i].by)) ||
				!span_eq(buf_span(&to.text), span_of(rows[i].text)) ||
				!span_eq(buf_span(&to.reason), span_of(rows[i].why))))
			fail_msg("%zu: %s, %s, %s", i, buf_str(&to.by), buf_str(&to.text),
				 buf_str(&to.reason));
		reworded_clear(&to);
	}
}

static void what_somebody_made_is_made_by_nobody(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct room *r = room_new(h, SPAN("#den"), NULL),
		    *other = room_new(h, SPAN("#b"), NULL);
	char secret[SECRET_TEXT_LEN + 1], bob[] = "bob", note[] = "of bob";
	struct hook *k = hook_new(r, SPAN("ci"), false, SPAN("bob"), secret),
		    *anns = hook_new(r, SPAN("cd"), false, SPAN("ann"), secret);
	struct invite *i = invite_new(
		h, &(struct invite){.uses_max = 1, .creator = bob, .note = note}, secret);

	name_keep_back(h, SPAN("bob"), 77);
	room_set_text(&r->topic_by, SPAN("bob"));
	room_set_text(&other->topic_by, SPAN("ann"));
	erase_makers(h, 77, SPAN("X"));
	assert_string_equal(k->creator, "X");
	assert_string_equal(anns->creator, "ann");
	assert_string_equal(i->creator, "X");
	assert_string_equal(i->note, "");
	assert_string_equal(r->topic_by, "X");
	assert_string_equal(other->topic_by, "ann");
}

static void what_names_somebody_else_is_not_written_anew(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct room *r = room_new(h, SPAN("#den"), NULL);
	char secret[SECRET_TEXT_LEN + 1], ann[] = "ann", note[] = "for cem";
	struct ban *b;
	entry_no head;

	(void)hook_new(r, SPAN("ci"), false, SPAN("ann"), secret);
	(void)invite_new(h, &(struct invite){.uses_max = 1, .creator = ann, .note = note},
			 secret);
	(void)ban_add(h, NULL, BAN_SERVER, SPAN("192.0.2.1"), SPAN("ann"), SPAN("of cem"), 0);
	(void)ban_add(h, r, BAN_BAN, SPAN("eve!*@*"), SPAN("ann"), SPAN(""), 0);
	room_set_text(&r->topic_by, SPAN("ann"));
	name_keep_back(h, SPAN("bob"), 77);
	head = h->head;
	erase_makers(h, 77, SPAN("X"));
	assert_int_equal(h->head, head);
	b = ban_add(h, r, BAN_BAN, SPAN("eve!*@*"), SPAN("ann"), SPAN("of bob"), 0);
	head = h->head;
	erase_makers(h, 77, SPAN("X"));
	assert_int_equal(h->head, head + 1);
	assert_string_equal(b->by, "ann");
	assert_string_equal(b->reason, "of X");
	b = ban_add(h, NULL, BAN_SERVER, SPAN("192.0.2.1"), SPAN("bob"), SPAN("of cem"), 0);
	erase_makers(h, 77, SPAN("X"));
	assert_string_equal(b->by, "X");
	assert_string_equal(b->reason, "");
}

static void a_group_gives_rights_to_whom_nobody_else_did(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct account *a = fixture_account(f, "ann");
	struct bound_to to = {IDENTITY_OIDC, SPAN("https://id.example"), SPAN("1"), SPAN("")};
	struct account_binding *one = binding_new(a, &to, false), *other;
	entry_no head;

	to.subject = SPAN("2");
	other = binding_new(a, &to, false);
	group_settle(one, false);
	assert_true(a->role == ROLE_USER && !one->by_group);
	group_settle(one, true);
	assert_true(a->role == ROLE_ADMIN && one->by_group);
	head = h->head;
	group_settle(one, true);
	group_settle(other, false);
	assert_int_equal(h->head, head);
	group_settle(other, true);
	group_settle(one, false);
	assert_true(a->role == ROLE_ADMIN && !one->by_group && other->by_group);
	group_settle(other, false);
	assert_true(a->role == ROLE_USER && !other->by_group);
	a->role = ROLE_ADMIN; // by hand
	group_settle(one, true);
	assert_false(one->by_group);
	group_settle(one, false);
	assert_int_equal(a->role, ROLE_ADMIN);
	one->by_group = true;
	group_forget(a);
	assert_false(one->by_group);
}

static void who_is_here_is_noted_once_a_day(void **state)
{
	struct fixture *f = *state;
	struct account *ann = peer_session(fixture_login(f, "ann", ""))->account;
	entry_no head;

	f->config.disable_unseen_ms = 1000 * 24 * 60 * MINUTE_MS;
	hub_configure(f->hub, &f->config);
	fixture_pass(f, 2 * MINUTE_MS);
	head = f->hub->head;
	fixture_pass(f, 5 * MINUTE_MS);
	assert_int_equal(f->hub->head, head);
	ann->seen_ms = f->hub->now.wall_ms - 24 * 60 * MINUTE_MS;
	fixture_pass(f, 2 * MINUTE_MS);
	assert_int_equal(f->hub->head, head + 1);
}

static void a_password_to_come_waits_for_who_is_shut_out(void **state)
{
	struct fixture *f = *state;
	struct account *a = fixture_account(f, "ann");

	account_set_next(a, SPAN("$new$"), f->hub->now.wall_ms + 1000);
	a->disabled = true;
	forgotten_changed(f->hub);
	fixture_pass(f, 2 * MINUTE_MS);
	assert_string_not_equal(a->password, "$new$");
	a->disabled = false;
	fixture_disk_is(f, DISK_FULL);
	forgotten_changed(f->hub);
	fixture_pass(f, 2 * MINUTE_MS);
	assert_string_not_equal(a->password, "$new$");
	fixture_disk_is(f, DISK_FINE);
	fixture_pass(f, 2 * MINUTE_MS);
	assert_string_equal(a->password, "$new$");
	assert_int_equal(a->next_ms, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(the_next_look_is_in_a_minute_or_when_something_is_due),
		HUB_TEST(who_is_put_out_is_counted),
		HUB_TEST(a_lockdown_is_read_as_it_was_written),
		HUB_TEST(a_drop_leaves_administrators),
		HUB_TEST(a_secret_waits_so_long_to_be_confirmed),
		HUB_TEST(a_name_is_found_as_a_word_of_its_own),
		HUB_TEST(a_text_ends_where_it_says),
		HUB_TEST(of_a_deed_that_is_what_stays),
		HUB_TEST(what_somebody_made_is_made_by_nobody),
		HUB_TEST(what_names_somebody_else_is_not_written_anew),
		HUB_TEST(a_group_gives_rights_to_whom_nobody_else_did),
		HUB_TEST(who_is_here_is_noted_once_a_day),
		HUB_TEST(a_password_to_come_waits_for_who_is_shut_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
