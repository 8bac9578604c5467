// SPDX-License-Identifier: MIT
// Leases of who is bound more than once, and what is said of them.
#include "server/hub/door/renewal.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/lease.h"
#include "tests/unit/hub/bearer_peer.h"

#define RECHECK (12 * HOUR)

static struct account_binding *bind(struct fixture *f, const char *subject, const char *memory)
{
	const struct bound_to to = {IDENTITY_OIDC, SPAN(ISSUER), span_of(subject), SPAN("")};
	struct account_binding *b = binding_new(fixture_account(f, "ann"), &to, true);

	binding_yes(b, span_of(memory));
	return b;
}

static void the_youngest_yes_counts_wherever_it_stands(void **state)
{
	struct fixture *f = *state;
	const struct account *ann = fixture_account(f, "ann");
	struct account_binding *first = bind(f, "a1", ""), *second = bind(f, "a2", "");
	int64_t now = f->hub->now.wall_ms;

	second->yes_ms = now - HOUR;
	assert_int_equal(lease_ends_ms(ann), now + RECHECK);
	first->yes_ms = now - 2 * HOUR;
	assert_int_equal(lease_ends_ms(ann), now - HOUR + RECHECK);
	// One of a time that is to come takes nothing from another, and gives nothing.
	second->yes_ms = now + HOUR;
	assert_int_equal(lease_ends_ms(ann), now - 2 * HOUR + RECHECK);
	first->yes_ms = now + HOUR;
	assert_int_equal(lease_ends_ms(ann), 0);
	first->yes_ms = now + MINUTE; // by so much it may have stepped
	assert_int_equal(lease_ends_ms(ann), now + MINUTE + RECHECK);
}

static void the_youngest_that_can_be_asked_again_is_renewed(void **state)
{
	struct fixture *f = *state;
	const struct account *ann = fixture_account(f, "ann");
	struct account_binding *first = bind(f, "a1", "m"), *second = bind(f, "a2", "m"),
			       *third = bind(f, "a3", "");

	first->yes_ms -= 2;
	second->yes_ms -= 3;
	assert_ptr_equal(lease_renewable(ann), first); // third has no memory
	second->yes_ms += 2;
	assert_ptr_equal(lease_renewable(ann), second);
	binding_no(first);
	binding_no(second);
	assert_null(lease_renewable(ann));
	binding_yes(third, SPAN("m"));
	assert_ptr_equal(lease_renewable(ann), third);
}

static struct credential *free_token(struct account *a, int64_t expires_ms)
{
	char text[TOKEN_TEXT_MAX + 1];
	struct credential *c = token_new(a, SPAN("bot"), expires_ms, text);

	token_set_free_of_lease(c);
	return c;
}

static void an_excepted_token_lets_in_its_own_account_while_it_is_good(void **state)
{
	struct fixture *f = *state;
	struct account *ann = fixture_account(f, "ann"), *bob = fixture_account(f, "bob");
	const struct credential *of_bob = free_token(bob, 0), *of_ann;
	char text[TOKEN_TEXT_MAX + 1];

	bind(f, "a1", "")->yes_ms = 0;
	assert_false(lease_lets_in(ann, of_bob));
	assert_false(lease_lets_in(ann, token_new(ann, SPAN("plain"), 0, text)));
	assert_false(lease_lets_in(ann, NULL));
	assert_null(lease_beside(ann));
	of_ann = free_token(ann, f->hub->now.wall_ms + HOUR);
	assert_true(lease_lets_in(ann, of_ann));
	assert_ptr_equal(lease_beside(ann), of_ann);
	fixture_pass(f, HOUR);
	assert_null(lease_beside(ann));
}

static void without_a_lease_or_a_question_no_timer_runs(void **state)
{
	struct fixture *f = *state;
	struct account *ann = fixture_account(f, "ann");

	renewal_begun(ann);
	assert_false(f->hub->on_renewals.is_set);
	bind(f, "a1", "")->yes_ms = 0;
	renewal_begun(ann);
	assert_false(f->hub->on_renewals.is_set);
}

// Between the login and the end of what a client has to say of itself.
static void a_lease_that_ends_at_the_door_lets_nobody_in(void **state)
{
	struct fixture *f = *state;
	struct account_binding *b = bind(f, "a1", "");
	struct peer *p = opened(f);

	plain_of(p, "", "ann", FIXTURE_PASSWORD);
	expect_later(p, YES);
	b->yes_ms = 0;
	enter(p);
	expect_later(p, "ERROR :*Your sign-in is over*");
	assert_true(peer_is_closed(p));
}

static void the_words_name_the_largest_unit(void **state)
{
	static const struct {
		int64_t ms;
		const char *words;
	} spans[] = {{48 * HOUR, " 2 days,"},       {24 * HOUR, " 1 day,"},
		     {36 * HOUR, " 36 hours,"},     {HOUR, " 1 hour,"},
		     {90 * MINUTE, " 90 minutes,"}, {90 * 1000, " 90 seconds,"},
		     {1500, " 1 second,"}};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
		struct buf out = {0};

		f->hub->config.recheck_ms = spans[i].ms;
		lease_words(f->hub, &out);
		if (!strstr(buf_str(&out), spans[i].words))
			fail_msg("%s: %s", spans[i].words, buf_str(&out));
		buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ISSUER_TEST(the_youngest_yes_counts_wherever_it_stands),
		ISSUER_TEST(the_youngest_that_can_be_asked_again_is_renewed),
		ISSUER_TEST(an_excepted_token_lets_in_its_own_account_while_it_is_good),
		ISSUER_TEST(without_a_lease_or_a_question_no_timer_runs),
		ISSUER_TEST(a_lease_that_ends_at_the_door_lets_nobody_in),
		ISSUER_TEST(the_words_name_the_largest_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
