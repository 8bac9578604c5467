// SPDX-License-Identifier: MIT
// What belongs to people, asked directly: names, keys, bindings, leases, what they ignore, timers.
#include "server/hub/people/account.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/freed.h"
#include "server/hub/people/hush.h"
#include "server/hub/people/invite.h"
#include "server/hub/people/lease.h"
#include "server/hub/people/rehearsal.h"
#include "server/hub/people/whowas.h"
#include "server/hub/rooms/room.h"
#include "server/hub/state/timer.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define HOUR_MS (60LL * 60 * 1000)

static const struct bound_to them = {
	IDENTITY_OIDC, {"https://id.example", 18}, {"17", 2}, {"", 0}};

static void a_name_is_free_of_the_grammar_and_of_nobody(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct account *ann = account_new(h, SPAN("ann"), SPAN(""));

	assert_null(account_new(h, SPAN("a b"), SPAN("")));
	assert_null(account_new(h, SPAN("ANN"), SPAN("")));
	account_rename(ann, SPAN("Ann"));
	assert_int_equal(h->freed.n_items, 0);
	account_rename(ann, SPAN("zoe"));
	assert_int_equal(h->freed.n_items, 1);
	assert_null(account_new(h, SPAN("ann"), SPAN("")));
	assert_true(name_is_freed(h, SPAN("ANN"), 0));
	assert_false(name_is_freed(h, SPAN("ann"), ann->id));
	assert_false(name_is_freed(h, SPAN("bob"), 0));
	account_rename(ann, SPAN("ann"));
	assert_false(name_is_freed(h, SPAN("ann"), 0));
	assert_int_equal(h->freed.n_items, 1);
	assert_null(account_find(h, SPAN("")));
	assert_null(
		account_find(h, SPAN("a-name-that-is-longer-than-any-account-may-have-it")));
}

static void rights_are_those_of_any_session(void **state)
{
	struct fixture *f = *state;
	struct session *one = peer_session(fixture_login(f, "ann", "")),
		       *other = peer_session(fixture_login(f, "ann", ""));

	assert_false(account_is_oper(one->account));
	other->oper = true;
	assert_true(account_is_oper(one->account));
	other->oper = false;
}

static void a_key_is_of_the_session_that_came_by_it(void **state)
{
	struct fixture *f = *state;
	struct session *ann = peer_session(fixture_login(f, "ann", "")),
		       *bob = peer_session(fixture_login(f, "bob", ""));
	char text[TOKEN_TEXT_MAX + 1];
	struct credential *c = token_new(ann->account, SPAN("bot"), 0, text),
			  *other = token_new(ann->account, SPAN("bot2"), 0, text);

	ann->token = bob->token = c->id;
	assert_true(credential_is_of(c, ann));
	assert_false(credential_is_of(c, bob) || credential_is_of(other, ann));
	assert_ptr_equal(token_letting_in(ann), c);
	assert_null(token_letting_in(bob));
	assert_null(token_with_rate(ann));
	token_set_rate(c, 60);
	assert_ptr_equal(token_with_rate(ann), c);
	assert_false(token_without_presence(ann));
	token_set_no_presence(c);
	assert_true(token_without_presence(ann));
	assert_int_equal(credentials_beside(ann->account, NULL, CREDENTIAL_TOKEN), 2);
	assert_int_equal(credentials_beside(ann->account, ann, CREDENTIAL_TOKEN), 1);
	assert_int_equal(credentials_beside(ann->account, ann, CREDENTIAL_CERT), 0);
	ann->closing = true;
	assert_false(credential_is_of(c, ann));
	ann->closing = false;
	ann->token = bob->token = 0;
}

static void the_use_of_a_key_is_noted_once_an_hour(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	const uint8_t pin[32] = {7}, cert[64] = {8};
	struct credential *c =
		credential_new(fixture_account(f, "ann"), CREDENTIAL_CERT, pin, SPAN("x"), 0);
	entry_no head = h->head;

	credential_used(c);
	credential_used(c);
	assert_int_equal(h->head, head + 1);
	h->now.wall_ms += HOUR_MS - 1;
	credential_used(c);
	assert_int_equal(h->head, head + 1);
	h->now.wall_ms++;
	h->disk = DISK_LOW;
	credential_used(c);
	credential_shown(c, cert);
	assert_int_equal(c->used_ms, h->now.wall_ms);
	assert_int_equal(h->head, head + 1);
	h->disk = DISK_FINE;
	credential_shown(c, cert);
	credential_shown(c, cert);
	assert_int_equal(h->head, head + 2);
}

static void a_key_is_named_by_number_label_or_pin(void **state)
{
	struct fixture *f = *state;
	const uint8_t pin[32] = {0};
	struct account *a = fixture_account(f, "ann");
	struct credential *c = credential_new(a, CREDENTIAL_CERT, pin, SPAN("desk"), 0), *t;
	char text[TOKEN_TEXT_MAX + 1], number[24];

	t = token_new(a, SPAN("bot"), 0, text);
	snprintf(number, sizeof(number), "%lld", (long long)c->id);
	assert_ptr_equal(credential_named(a, CREDENTIAL_CERT, span_of(number)), c);
	assert_ptr_equal(credential_named(a, CREDENTIAL_CERT, SPAN("desk")), c);
	assert_ptr_equal(credential_named(a, CREDENTIAL_CERT,
					  SPAN("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
			 c);
	assert_null(credential_named(a, CREDENTIAL_TOKEN, span_of(number)));
	assert_ptr_equal(credential_named(a, CREDENTIAL_TOKEN, SPAN("bot")), t);
	assert_null(credential_named(a, CREDENTIAL_CERT, SPAN("bot")));
	assert_true(token_is(span_of(text)));
	text[strlen(text) - 1] = '\0';
	assert_false(token_is(span_of(text)) || token_is(SPAN("snug_x_y")) ||
		     token_is(SPAN("")));
}

static void a_token_lets_in_until_it_is_over(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	char text[TOKEN_TEXT_MAX + 1];
	struct credential *c =
		token_new(fixture_account(f, "ann"), SPAN("bot"), h->now.wall_ms + 1000, text);

	assert_ptr_equal(token_find(h, span_of(text)), c);
	assert_true(credential_lets_in(c));
	c->account->disabled = true;
	assert_false(credential_lets_in(c));
	c->account->disabled = false;
	h->now.wall_ms += 1000;
	assert_null(token_find(h, span_of(text)));
	assert_false(credential_lets_in(c));
	assert_null(token_find(h, SPAN("snug_1_x")));
}

static void a_binding_says_when_it_changed(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct account_binding *b = binding_new(fixture_account(f, "ann"), &them, true);
	entry_no head = h->head;
	struct buf memory = {0};

	assert_ptr_equal(binding_find(h, &them), b);
	binding_set_by_group(b, false);
	assert_int_equal(h->head, head);
	binding_set_by_group(b, true);
	assert_int_equal(h->head, head + 1);
	assert_false(binding_is_renewable(b) || binding_memory(b, &memory));
	binding_yes(b, SPAN(""));
	assert_false(binding_is_renewable(b));
	binding_yes(b, SPAN("m"));
	assert_true(binding_is_renewable(b) && binding_is_open(b));
	assert_true(binding_memory(b, &memory) && span_eq(buf_span(&memory), SPAN("m")));
	binding_yes(b, SPAN(""));
	assert_true(binding_is_renewable(b));
	h->sign_in_key[0] ^= 1;
	buf_reset(&memory);
	assert_false(binding_is_open(b) || binding_memory(b, &memory));
	assert_int_equal(memory.len, 0);
	assert_int_equal(hub_sealed_sign_ins(h), 1);
	h->sign_in_key[0] ^= 1;
	assert_int_equal(hub_sealed_sign_ins(h), 0);
	binding_no(b);
	assert_false(binding_is_renewable(b));
	assert_int_equal(hub_sealed_sign_ins(h), 0);
	buf_clear(&memory);
}

static void an_identity_is_of_a_form(void **state)
{
	static const struct {
		const char *issuer, *subject, *tenant;
		bool is_fit;
	} rows[] = {
		{"https://id.example", "17", "", true},
		{"https://id.example", "a b", "t", true},
		{"https://", "17", "", false},
		{"https://id example", "17", "", false},
		{"https://id.example", "", "", false},
		{"https://id.example", "a\x02", "", false},
		{"https://id.example", "17", ":t", false},
		{"https://id.example", "17", "a b", false},
		{"krb5:EXAMPLE", "ann", "", false},
		{"id.example", "17", "", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bound_to to = {IDENTITY_OIDC, span_of(rows[i].issuer),
				      span_of(rows[i].subject), span_of(rows[i].tenant)};

		if (bound_to_is_fit(&to) != rows[i].is_fit)
			fail_msg("%s %s %s", rows[i].issuer, rows[i].subject, rows[i].tenant);
	}
}

static void a_lease_is_as_long_as_the_youngest_yes(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct account *a = fixture_account(f, "ann");
	char text[TOKEN_TEXT_MAX + 1];
	struct credential *c = token_new(a, SPAN("bot"), 0, text);
	struct bound_to more = them;
	struct account_binding *b, *other;
	int64_t now = h->now.wall_ms;

	assert_int_equal(lease_ends_ms(a), INT64_MAX);
	assert_true(lease_lets_in(a, NULL));
	b = binding_new(a, &them, true);
	more.subject = SPAN("18");
	other = binding_new(a, &more, true);
	b->yes_ms = now - 10;
	other->yes_ms = now - 20;
	assert_int_equal(lease_ends_ms(a), now - 10 + h->config.recheck_ms);
	other->yes_ms = now - 5;
	assert_int_equal(lease_ends_ms(a), now - 5 + h->config.recheck_ms);
	binding_yes(b, SPAN("m"));
	assert_ptr_equal(lease_renewable(a), b);
	other->yes_ms = now + 2 * 60 * 1000; // of a clock that was wrong
	b->yes_ms = 0;
	assert_int_equal(lease_ends_ms(a), 0);
	assert_false(lease_lets_in(a, NULL) || lease_lets_in(a, c));
	assert_null(lease_beside(a));
	token_set_free_of_lease(c);
	assert_true(lease_lets_in(a, c));
	assert_ptr_equal(lease_beside(a), c);
	assert_false(lease_lets_in(fixture_account(f, "ann"), NULL));
}

static void what_is_over_is_ignored_no_more(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct account *a = fixture_account(f, "ann");

	(void)hush_put(a, HUSH_MUTE, 1, h->now.wall_ms + 1000, SPAN(""));
	(void)hush_put(a, HUSH_MUTE, 2, 0, SPAN(""));
	(void)hush_put(a, HUSH_IGNORE, 1, 0, SPAN(""));
	(void)hush_put(a, HUSH_MUTE, 2, 0, SPAN("again"));
	assert_int_equal(a->n_hushes, 3);
	assert_non_null(hush_of(a, HUSH_MUTE, 1));
	assert_null(hush_of(a, HUSH_DND, 1));
	h->now.wall_ms += 1000;
	assert_null(hush_of(a, HUSH_MUTE, 1));
	(void)hush_put(a, HUSH_MUTE, 3, 0, SPAN("")); // and the one that is over goes
	assert_int_equal(a->n_hushes, 3);
	for (int64_t i = 10; a->n_hushes < HUSHES_MAX; i++)
		assert_non_null(hush_put(a, HUSH_MUTE, i, 0, SPAN("")));
	assert_null(hush_put(a, HUSH_MUTE, 5, 0, SPAN("")));
	assert_non_null(hush_put(a, HUSH_MUTE, 2, 0, SPAN("")));
}

static void an_invite_is_good_while_it_brings_somebody_somewhere(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct account *ann = fixture_account(f, "ann");
	struct room *r = room_new(h, SPAN("#den"), NULL);
	char token[SECRET_TEXT_LEN + 1], creator[] = "ann", note[] = "";
	struct invite *i = invite_new(h,
				      &(struct invite){.uses_max = 1,
						       .room = r->stream.id,
						       .maker = ann->id,
						       .creator = creator,
						       .note = note},
				      token);

	assert_ptr_equal(invite_find(h, span_of(token)), i);
	assert_null(invite_find(h, SPAN("short")));
	ann->disabled = true;
	assert_null(invite_find(h, span_of(token)));
	ann->disabled = false;
	i->expires_ms = h->now.wall_ms + 1;
	i->guest_ms = h->now.wall_ms + 1;
	assert_true(invite_is_usable(h, i));
	i->expires_ms--;
	assert_false(invite_is_usable(h, i));
	i->expires_ms = 0;
	i->guest_ms--;
	assert_false(invite_is_usable(h, i));
	i->guest_ms += 2;
	i->room = 999;
	assert_false(invite_is_usable(h, i));
	i->guest_ms = 0;
	assert_true(invite_is_usable(h, i));
	invite_refund(h, i->id); // none was used
	assert_int_equal(i->uses_left, 1);
	invite_use(h, i);
	assert_false(invite_is_usable(h, i));
	invite_refund(h, i->id);
	invite_refund(h, 12345);
	assert_int_equal(i->uses_left, 1);
	invites_withdraw(ann, r->stream.id);
	assert_int_equal(h->invites.n_items, 1);
	invites_withdraw(ann, 999);
	assert_int_equal(h->invites.n_items, 0);
}

static void who_left_is_remembered_so_far(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	const struct account *ann = fixture_account(f, "ann");
	const struct whowas *w;

	whowas_add(ann);
	whowas_add(fixture_account(f, "bob"));
	w = whowas_before(h, SPAN("ANN"), UINT64_MAX);
	assert_non_null(w);
	assert_null(whowas_before(h, SPAN("ann"), w->number));
	for (int i = 0; i < WHOWAS_MAX - 1; i++)
		whowas_add(fixture_account(f, "cem"));
	assert_null(whowas_before(h, SPAN("ann"), UINT64_MAX));
	assert_non_null(whowas_before(h, SPAN("bob"), UINT64_MAX));
	assert_int_equal(h->n_whowas, WHOWAS_MAX);
}

static unsigned n_rung;

static void ring(struct hub *h, struct timer *t)
{
	n_rung++;
	timer_set(h, t, h->now.mono_ms, ring); // for another turn
}

static void a_timer_rings_when_it_is_due_and_once_a_turn(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	int64_t now = h->now.mono_ms;
	struct timer one = {0}, other = {0};

	n_rung = 0;
	timer_set(h, &one, now + 10, ring);
	timer_set(h, &one, now + 20, ring);
	timer_set(h, &other, now + 30, ring);
	assert_true(hub_wakes_at(h) <= now + 10);
	h->now.mono_ms = now + 19;
	timers_run(h);
	assert_int_equal(n_rung, 0);
	assert_int_equal(h->next_timer_ms, now + 20);
	h->now.mono_ms = now + 20;
	timers_run(h);
	assert_int_equal(n_rung, 1);
	timer_stop(&one);
	timer_stop(&one);
	timers_run(h);
	assert_int_equal(n_rung, 1);
	h->now.mono_ms = now + 30;
	timers_run(h);
	assert_int_equal(n_rung, 2);
	timer_stop(&other);
}

static void what_would_let_in_is_found_out_without_a_login(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	const uint8_t pins[2][32] = {{1}, {2}};
	struct account *ann = fixture_account(f, "ann"), *bob = fixture_account(f, "bob");
	struct credential *over = credential_new(ann, CREDENTIAL_CERT, pins[0], SPAN("x"), 1),
			  *good = credential_new(bob, CREDENTIAL_CERT, pins[1], SPAN("y"), 0);
	struct rehearsal found;
	const char *name = NULL;

	rehearse_credentials(h, &found);
	assert_int_equal(found.accounts, 2);
	assert_int_equal(found.credentials, 2);
	assert_int_equal(found.n_let_in, 1);
	assert_int_equal(found.let_in, good->id);
	assert_int_equal(found.lost, 0);
	map_remove(&h->credential_hashes, span_from(over->hash, sizeof(over->hash)));
	rehearse_credentials(h, &found);
	assert_int_equal(found.lost, over->id);
	ann->disabled = true;
	hash_job_free(rehearse_password(h, &name));
	assert_string_equal(name, "bob");
	bob->disabled = true;
	assert_null(rehearse_password(h, &name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_name_is_free_of_the_grammar_and_of_nobody),
		HUB_TEST(rights_are_those_of_any_session),
		HUB_TEST(a_key_is_of_the_session_that_came_by_it),
		HUB_TEST(the_use_of_a_key_is_noted_once_an_hour),
		HUB_TEST(a_key_is_named_by_number_label_or_pin),
		HUB_TEST(a_token_lets_in_until_it_is_over),
		HUB_TEST(a_binding_says_when_it_changed),
		HUB_TEST(an_identity_is_of_a_form),
		HUB_TEST(a_lease_is_as_long_as_the_youngest_yes),
		HUB_TEST(what_is_over_is_ignored_no_more),
		HUB_TEST(an_invite_is_good_while_it_brings_somebody_somewhere),
		HUB_TEST(who_left_is_remembered_so_far),
		HUB_TEST(a_timer_rings_when_it_is_due_and_once_a_turn),
		HUB_TEST(what_would_let_in_is_found_out_without_a_login),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
