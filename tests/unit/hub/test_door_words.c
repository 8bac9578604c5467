// SPDX-License-Identifier: MIT
// Who is at the door when something else has happened: what is said then, and what is not done.
#include "server/hub/door/endings.h"
#include "server/hub/door/evict.h"
#include "server/hub/door/farewell.h"
#include "server/hub/door/forgotten.h"
#include "server/hub/door/group.h"
#include "server/hub/door/login.h"
#include "server/hub/door/offer.h"
#include "server/hub/door/rights.h"
#include "server/hub/door/step_up.h"
#include "server/hub/door/vouch.h"
#include "server/hub/door/wait.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/freed.h"
#include "server/hub/people/whowas.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/member.h"
#include "tests/unit/hub/devices_peer.h"
#include "tests/unit/hub/sasl_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct peer *asks_to_enter(struct fixture *f, const char *name)
{
	struct peer *p = fixture_open(f);

	(void)fixture_account(f, name);
	peer_send(p, "PASS :%s:" FIXTURE_PASSWORD, name);
	peer_send(p, "NICK %s", name);
	return p;
}

static void a_device_is_called_as_its_login_says(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	(void)fixture_account(f, "ann");
	plain_of(p, "", "ann@desk", FIXTURE_PASSWORD);
	peer_send(p, "NICK ann");
	peer_send(p, "USER u@lap 0 * :u");
	peer_send(p, "CAP END");
	expect_later(p, "server 001 ann :*");
	assert_string_equal(peer_session(p)->device, "desk");
}

static void whoever_is_in_the_room_of_the_invite_is_not_taken_in_again(void **state)
{
	struct fixture *f = *state;
	struct peer *old = fixture_login(f, "ann", ""), *p;
	struct room *r;

	peer_join(old, "#den");
	r = room_find(f->hub, SPAN("#den"));
	p = asks_to_enter(f, "ann");
	peer_session(p)->login->room = r->stream.id;
	peer_send(p, "USER u 0 * :u");
	expect_later(p, "server 001 ann :*");
	assert_int_equal(peer_session(p)->account->n_members, 1);
}

static void a_lockdown_takes_no_password_of_a_stranger(void **state)
{
	struct fixture *f = *state;
	struct peer *p = asks_to_enter(f, "ann");

	f->hub->lockdown = LOCKDOWN_STRANGERS;
	peer_send(p, "USER u 0 * :u");
	expect(p, "ERROR :*locked down*");
	assert_int_equal(f->hub->figures.refused[HUB_REFUSED_LOCKDOWN], 1);
	f->hub->lockdown = LOCKDOWN_OFF;
}

// A password is looked at once, and not beside an invite; nor while something is on its way.
static void who_may_not_enter_yet_is_not_looked_at(void **state)
{
	struct fixture *f = *state;
	struct peer *p = asks_to_enter(f, "ann");
	struct session *s = peer_session(p);

	s->login->has_user = true;
	s->closing = true;
	login_try(s);
	s->closing = false;
	s->waiting++;
	login_try(s);
	s->waiting--;
	assert_false(s->login->tried);
	expect_none(p);
	s->login->invite = 5;
	peer_send(p, "USER u 0 * :u");
	expect(p, "server FAIL * ACCOUNT_REQUIRED :*");
	assert_null(s->account);
	p = asks_to_enter(f, "ann");
	peer_session(p)->login->tried = true;
	peer_send(p, "USER u 0 * :u");
	expect(p, "server FAIL * ACCOUNT_REQUIRED :*");
}

static void a_hub_that_ends_or_cannot_write_ends_nobody(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct account *a = fixture_account(f, "ann");

	a->expires_ms = h->now.wall_ms - 1;
	account_set_next(a, SPAN("$new$"), h->now.wall_ms - 1);
	endings_changed(h);
	forgotten_changed(h);
	h->stopping = true;
	h->on_forgotten.fn(h, &h->on_forgotten);
	h->on_endings.fn(h, &h->on_endings);
	h->stopping = false;
	assert_false(a->disabled);
	assert_string_not_equal(a->password, "$new$");
	fixture_disk_is(f, DISK_FULL);
	h->on_endings.fn(h, &h->on_endings);
	assert_false(a->disabled);
	assert_int_equal(h->on_endings.at_ms - h->now.mono_ms, MINUTE_MS);
	a->next_ms = 0;
	fixture_disk_is(f, DISK_FINE);
	h->on_endings.fn(h, &h->on_endings);
	assert_true(a->disabled);
}

static void a_farewell_waits_a_minute_for_the_disk(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct account *a = fixture_account(f, "ann");

	a->erase_ms = h->now.wall_ms - 1;
	farewells_changed(h);
	fixture_disk_is(f, DISK_FULL);
	h->on_farewells.fn(h, &h->on_farewells);
	assert_int_equal(h->on_farewells.at_ms - h->now.mono_ms, MINUTE_MS);
	h->disk = DISK_FINE;
	h->stopping = true;
	h->on_farewells.fn(h, &h->on_farewells);
	h->stopping = false;
	assert_int_equal(h->on_farewells.at_ms - h->now.mono_ms, MINUTE_MS);
	assert_int_equal(h->erasures.n_items, 0);
	a->erase_ms = 0;
}

static void who_goes_already_is_not_put_out(void **state)
{
	struct fixture *f = *state;
	struct session *s = peer_session(fixture_login(f, "ann", ""));
	const struct ban *b =
		ban_add(f->hub, NULL, BAN_SERVER, SPAN("ann"), SPAN("root"), SPAN(""), 0);

	s->closing = true;
	assert_int_equal(server_ban_enforce(f->hub, b), 0);
	s->account->role = ROLE_ADMIN;
	rights_settle(s->account);
	assert_false(s->oper);
	s->closing = false;
	rights_settle(s->account);
	assert_true(s->oper);
	assert_int_equal(server_ban_enforce(f->hub, b), 1);
}

static void rights_of_another_stay_when_ones_own_are_settled(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", "");

	(void)fixture_admin_account(f, "root");
	peer_send(bob, "OPER root :" FIXTURE_PASSWORD);
	expect_later(bob, "server 381 bob :*");
	rights_settle(peer_session(bob)->account);
	assert_true(peer_session(bob)->oper);
}

static void a_role_that_a_verb_took_is_not_taken_again(void **state)
{
	struct fixture *f = *state;
	struct bound_to to = {IDENTITY_OIDC, SPAN("https://id.example"), SPAN("1"), SPAN("")};
	struct account_binding *b = binding_new(fixture_account(f, "ann"), &to, false);
	entry_no head;

	binding_set_by_group(b, true);
	head = f->hub->head;
	group_settle(b, false);
	assert_int_equal(f->hub->head, head + 1);
}

// The certificate that it shows is another's.
static void a_device_is_one_of_the_account_that_is_in(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	(void)device(f, 1, "desk");
	(void)fixture_account(f, "bob");
	p = shows(f, 1);
	log_in(p, "bob", "PASS :bob:" FIXTURE_PASSWORD);
	assert_non_null(credential_shown_by(peer_session(p)));
	assert_null(step_up_device(peer_session(p)));
}

static void whoever_is_bound_to_nobody_proves_it_by_a_password(void **state)
{
	struct fixture *f = *state;
	struct session *s = peer_session(fixture_login(f, "ann", ""));
	struct bound_to to = {IDENTITY_OIDC, SPAN("https://id.example"), SPAN("1"), SPAN("")};

	s->proved_until_ms = 0;
	s->account->password[0] = '\0';
	assert_false(step_up_add(s)->signs_in);
	(void)binding_new(s->account, &to, false);
	assert_true(step_up_add(s)->signs_in);
}

static void an_answer_is_to_the_question_of_its_number(void **state)
{
	struct fixture *f = *state;
	struct session *old = peer_session(device(f, 1, "desk")),
		       *one = peer_session(device(f, 2, "lap")),
		       *other = peer_session(device(f, 3, "phone"));
	int64_t first, second;

	vouch_ask(one);
	first = f->hub->last_question;
	vouch_ask(other);
	second = f->hub->last_question;
	assert_true(second > first);
	assert_false(vouch_answer(old, second + 1, true));
	assert_true(vouch_answer(old, second, true));
	assert_true(step_up_is_proved(other));
	assert_false(step_up_is_proved(one));
}

static void whoever_waited_long_is_told_how_not_to(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "ann", ""),
		    *q = fixture_login(f, "bob", "standard-replies");

	peer_session(p)->hash_waited_ms = peer_session(q)->hash_waited_ms = SLOW_LOGIN_MS - 1;
	wait_advise(peer_session(p));
	fixture_settle(f);
	expect_none(p);
	peer_session(p)->hash_waited_ms = peer_session(q)->hash_waited_ms = SLOW_LOGIN_MS;
	wait_advise(peer_session(p));
	wait_advise(peer_session(q));
	fixture_settle(f);
	expect(p, "server NOTICE ann :Your password waited 5 s*");
	expect(q, "server NOTE AUTHENTICATE SLOW_LOGIN :Your password waited 5 s*");
}

static void who_was_somebody_else_is_remembered(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;

	whowas_add(fixture_account(f, "ann"));
	whowas_add(fixture_account(f, "bob"));
	name_keep_back(h, SPAN("bob"), 77);
	whowas_forget(h, 77);
	assert_non_null(whowas_before(h, SPAN("ann"), UINT64_MAX));
	assert_null(whowas_before(h, SPAN("bob"), UINT64_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_device_is_called_as_its_login_says),
		HUB_TEST(whoever_is_in_the_room_of_the_invite_is_not_taken_in_again),
		HUB_TEST(a_lockdown_takes_no_password_of_a_stranger),
		HUB_TEST(who_may_not_enter_yet_is_not_looked_at),
		HUB_TEST(a_hub_that_ends_or_cannot_write_ends_nobody),
		HUB_TEST(a_farewell_waits_a_minute_for_the_disk),
		HUB_TEST(who_goes_already_is_not_put_out),
		HUB_TEST(rights_of_another_stay_when_ones_own_are_settled),
		HUB_TEST(a_role_that_a_verb_took_is_not_taken_again),
		HUB_TEST(a_device_is_one_of_the_account_that_is_in),
		HUB_TEST(whoever_is_bound_to_nobody_proves_it_by_a_password),
		HUB_TEST(an_answer_is_to_the_question_of_its_number),
		HUB_TEST(whoever_waited_long_is_told_how_not_to),
		HUB_TEST(who_was_somebody_else_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
