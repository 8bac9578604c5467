// SPDX-License-Identifier: MIT
// When an issuer is asked again, by itself: what is due first, what is refused, and what an answer
// is worth that comes when something else was said.
#include "server/hub/door/renewal.h"

#include "server/hub/people/credential.h"
#include "tests/unit/hub/bearer_peer.h"

#define RECHECK (12 * HOUR)
#define LATER "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*"
#define OVER "server FAIL AUTHENTICATE SIGN_IN_AGAIN :*"

static struct account_binding *bind(struct fixture *f, const char *name, const char *memory)
{
	const struct bound_to to = {IDENTITY_OIDC, SPAN(ISSUER), span_of(name), SPAN("")};
	struct account_binding *b = binding_new(fixture_account(f, name), &to, true);

	binding_yes(b, span_of(memory));
	return b;
}

static struct peer *by_plain(struct fixture *f, const char *name)
{
	struct peer *p = opened(f);

	plain_of(p, "", name, FIXTURE_PASSWORD);
	return p;
}

static bool is_said(struct fixture *f, const char *what)
{
	return strstr(buf_str(fixture_signins(f)), what);
}

// In what time a look is due, with no other one before.
static int64_t due_ms(struct fixture *f, const struct account_binding *b)
{
	timer_stop(&f->hub->on_renewals);
	renewal_begun(b->account);
	assert_true(f->hub->on_renewals.is_set);
	return f->hub->on_renewals.at_ms - f->hub->now.mono_ms;
}

static void those_who_came_together_ask_apart(void **state)
{
	static const char *const names[] = {"ann", "bob", "cem", "dan"};
	struct fixture *f = *state;
	bool differ = false;
	int64_t first = -1;

	f->hub->config.recheck_ms = MINUTE;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct account_binding *b = bind(f, names[i], "m");
		int64_t due = due_ms(f, b);

		assert_in_range(due, MINUTE / 2, MINUTE / 2 + MINUTE / 8 - 1);
		differ = differ || (first >= 0 && due != first);
		first = due;
	}
	assert_true(differ);
	// A time that has no eighth.
	f->hub->config.recheck_ms = 7;
	assert_int_equal(due_ms(f, bound(f, ISSUER, "ann")), 3);
	timer_stop(&f->hub->on_renewals);
}

static void without_a_binding_nothing_is_due(void **state)
{
	struct fixture *f = *state;

	renewals_changed(f->hub);
	assert_false(f->hub->on_renewals.is_set);
}

static void what_is_due_sooner_is_looked_at_sooner(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct account_binding *late = bind(f, "ann", ""), *soon = bind(f, "bob", "");

	assert_int_equal(due_ms(f, late), MINUTE);
	soon->yes_ms = h->now.wall_ms - RECHECK + 10 * 1000;
	renewal_begun(soon->account);
	assert_int_equal(h->on_renewals.at_ms - h->now.mono_ms, 10 * 1000);
	renewal_begun(late->account);
	assert_int_equal(h->on_renewals.at_ms - h->now.mono_ms, 10 * 1000);
	// Other settings: at once.
	timer_stop(&h->on_renewals);
	renewals_changed(h);
	assert_true(h->on_renewals.is_set);
	// While it loads, and where it is here for one verb, nothing is.
	timer_stop(&h->on_renewals);
	h->loading = true;
	renewal_begun(soon->account);
	h->loading = false;
	assert_false(h->on_renewals.is_set);
	h->config.n_shards = 0;
	renewal_begun(soon->account);
	h->config.n_shards = 1;
	assert_false(h->on_renewals.is_set);
}

static void an_issuer_is_asked_about_its_subject_alone(void **state)
{
	struct fixture *f = *state;

	bind(f, "ann", "m");
	peer_close(is_in(f, is(ISSUER, "bob", "bob"), "bob"));
	fixture_pass(f, RECHECK);
	(void)by_plain(f, "ann");
	assert_non_null(fixture_identity(f));
	assert_string_equal(fixture_identity(f)->subject, "ann");
	assert_null(fixture_identity(f)->name);
	fixture_identified(f, says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
}

static void is_no_answer(struct fixture *f, const char *name, struct identity_answer *a)
{
	struct peer *p;

	bind(f, name, "m");
	fixture_pass(f, RECHECK);
	p = by_plain(f, name);
	fixture_identified(f, a);
	expect(p, OVER);
}

static void an_answer_without_an_issuer_or_a_subject_is_a_no(void **state)
{
	struct identity_answer *a = says(IDENTITY_IS, IDENTITY_WHY_NONE);

	a->subject = xstrdup("ann");
	is_no_answer(*state, "ann", a);
	a = says(IDENTITY_IS, IDENTITY_WHY_NONE);
	a->issuer = xstrdup(ISSUER);
	is_no_answer(*state, "bob", a);
}

static void a_yes_that_cannot_be_stored_is_none(void **state)
{
	struct fixture *f = *state;
	struct account_binding *b = bind(f, "ann", "m");
	struct peer *p;
	int64_t yes_ms = b->yes_ms;

	fixture_pass(f, RECHECK);
	p = by_plain(f, "ann");
	fixture_disk_is(f, DISK_FULL);
	fixture_identified(f, is(ISSUER, "ann", NULL));
	expect(p, LATER);
	assert_int_equal(b->yes_ms, yes_ms);
	// ... and nobody is asked for one.
	p = by_plain(f, "ann");
	expect(p, LATER);
	assert_null(fixture_identity(f));
	fixture_disk_is(f, DISK_FINE);
	p = by_plain(f, "ann");
	fixture_identified(f, is(ISSUER, "ann", NULL));
	expect_later(p, YES);
}

static void who_waits_hears_what_was_said_meanwhile(void **state)
{
	struct fixture *f = *state;
	struct account_binding *b = bind(f, "ann", "m");
	struct peer *p;

	fixture_pass(f, RECHECK);
	p = by_plain(f, "ann");
	binding_yes(b, SPAN(""));
	fixture_identified(f, says(IDENTITY_NO, IDENTITY_WHY_INACTIVE));
	expect_later(p, YES);
	fixture_pass(f, RECHECK);
	p = by_plain(f, "ann");
	binding_no(b);
	fixture_identified(f, is(ISSUER, "ann", NULL));
	expect(p, LATER);
}

static void told(struct fixture *f, const char *issuer, const char *subject)
{
	struct identity_answer *a = says(IDENTITY_NO, IDENTITY_WHY_LOGGED_OUT);

	a->issuer = issuer ? xstrdup(issuer) : NULL;
	a->subject = subject ? xstrdup(subject) : NULL;
	fixture_told(f, a);
}

static void a_logout_is_of_somebody_and_happens_once(void **state)
{
	struct fixture *f = *state;
	struct account_binding *b = bind(f, "ann", "m");
	struct identity_answer *a;
	entry_no head;

	told(f, NULL, "ann");
	told(f, ISSUER, NULL);
	assert_true(b->yes_ms);
	f->hub->stopping = true;
	a = says(IDENTITY_NO, IDENTITY_WHY_LOGGED_OUT);
	a->issuer = xstrdup(ISSUER);
	a->subject = xstrdup("ann");
	renewal_told(f->hub, a);
	f->hub->stopping = false;
	identity_answer_free(a);
	assert_true(b->yes_ms);
	told(f, ISSUER, "ann");
	assert_false(b->yes_ms);
	head = f->hub->head;
	told(f, ISSUER, "ann");
	assert_int_equal(f->hub->head, head);
}

static bool audit_says(struct fixture *f, const char *what)
{
	struct admin_answer *a = fixture_verb(f, "audit list", NULL);
	bool is_in = false;

	for (size_t i = 0; i < a->n_rows * a->n_columns; i++) {
		struct span text = a->cells[i].text;

		is_in = is_in || (a->cells[i].kind == CELL_TEXT &&
				  memmem(text.at, text.len, what, strlen(what)));
	}
	admin_answer_free(a);
	return is_in;
}

static void who_goes_already_is_neither_asked_after_nor_signed_out(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_in(f, is(ISSUER, "ann", "ann"), "ann");

	binding_yes(bound(f, ISSUER, "ann"), SPAN("m"));
	buf_reset(fixture_signins(f));
	peer_session(p)->closing = true;
	fixture_pass(f, RECHECK + MINUTE);
	assert_null(fixture_identity(f));
	assert_false(is_said(f, "signed_out"));
	renewal_end(fixture_account(f, "ann"), LOGIN_OIDC, "inactive", SPAN("x"));
	assert_true(audit_says(f, "ann: inactive, sessions closed: 0"));
	peer_session(p)->closing = false;
	renewal_end(fixture_account(f, "ann"), LOGIN_OIDC, "inactive", SPAN("x"));
	assert_true(audit_says(f, "ann: inactive, sessions closed: 1"));
}

static void nobody_is_put_out_where_that_cannot_be_stored(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_in(f, is(ISSUER, "ann", "ann"), "ann");
	struct hub *h = f->hub;

	fixture_disk_is(f, DISK_FULL);
	fixture_pass(f, RECHECK + MINUTE);
	assert_false(peer_is_closed(p));
	// A hub that ends looks at nothing.
	h->disk = DISK_FINE;
	h->stopping = true;
	h->on_renewals.fn(h, &h->on_renewals);
	h->stopping = false;
	assert_false(peer_session(p)->closing);
	fixture_disk_is(f, DISK_FINE);
	fixture_pass(f, 2 * MINUTE);
	assert_true(peer_is_closed(p));
}

static void what_cannot_be_asked_now_is_asked_later(void **state)
{
	static const uint8_t other[HUB_SIGN_IN_KEY_LEN] = {9};
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct peer *p = is_in(f, is(ISSUER, "ann", "ann"), "ann");
	struct account_binding *b = bound(f, ISSUER, "ann");

	binding_yes(b, SPAN("m"));
	h->n_renewals = 64; // as many as may be out
	fixture_pass(f, RECHECK * 5 / 8 + MINUTE);
	assert_null(fixture_identity(f));
	h->n_renewals = 0;
	fixture_pass(f, 1000);
	assert_non_null(fixture_identity(f));
	fixture_identified(f, is(ISSUER, "ann", NULL));
	assert_int_equal(h->n_renewals, 0);
	// With another key its memory is none.
	hub_set_sign_in_key(h, other);
	fixture_pass(f, RECHECK * 5 / 8 + MINUTE);
	assert_null(fixture_identity(f));
	assert_true(b->again_ms > f->now.wall_ms + RECHECK / 2);
	assert_false(peer_is_closed(p));
}

static void rights_stay_while_the_lease_does(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;

	bind(f, "ann", "");
	account_find(f->hub, SPAN("ann"))->role = ROLE_ADMIN;
	bob = fixture_login(f, "bob", "");
	peer_send(bob, "OPER ann :" FIXTURE_PASSWORD);
	expect_later(bob, "server 381 bob :*");
	fixture_pass(f, RECHECK - 2 * MINUTE);
	assert_true(peer_session(bob)->oper);
}

static void who_may_stay_is_not_signed_out_each_minute(void **state)
{
	struct fixture *f = *state;
	char token[TOKEN_TEXT_MAX + 1];
	struct peer *bot;

	bind(f, "ann", "");
	token_set_free_of_lease(token_new(fixture_account(f, "ann"), SPAN("bot"), 0, token));
	bot = fixture_open(f);
	peer_send(bot, "PASS :ann:%s", token);
	peer_send(bot, "NICK ann");
	peer_send(bot, "USER u 0 * :u");
	expect_later(bot, "server 001 ann :*");
	buf_reset(fixture_signins(f));
	fixture_pass(f, RECHECK + 10 * MINUTE);
	assert_false(peer_is_closed(bot));
	assert_false(is_said(f, "signed_out"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ISSUER_TEST(those_who_came_together_ask_apart),
		ISSUER_TEST(without_a_binding_nothing_is_due),
		ISSUER_TEST(what_is_due_sooner_is_looked_at_sooner),
		ISSUER_TEST(an_issuer_is_asked_about_its_subject_alone),
		ISSUER_TEST(an_answer_without_an_issuer_or_a_subject_is_a_no),
		ISSUER_TEST(a_yes_that_cannot_be_stored_is_none),
		ISSUER_TEST(who_waits_hears_what_was_said_meanwhile),
		ISSUER_TEST(a_logout_is_of_somebody_and_happens_once),
		ISSUER_TEST(who_goes_already_is_neither_asked_after_nor_signed_out),
		ISSUER_TEST(nobody_is_put_out_where_that_cannot_be_stored),
		ISSUER_TEST(what_cannot_be_asked_now_is_asked_later),
		ISSUER_TEST(rights_stay_while_the_lease_does),
		ISSUER_TEST(who_may_stay_is_not_signed_out_each_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
