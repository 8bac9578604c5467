// SPDX-License-Identifier: MIT
// GSSAPI (RFC 4752): the token, the offer of no layer, and as whom.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "caller.h"

static int up(void **state)
{
	*state = caller_new();
	caller_gets_in(*state, "ann@EXAMPLE.ORG");
	return 0;
}

static int down(void **state)
{
	caller_free(*state);
	return 0;
}

static struct identity_context *context_of(struct identity_answer *a)
{
	struct identity_context *context = a->context;

	a->context = NULL;
	return context;
}

// Up to the offer, which is to be answered.
static struct identity_context *come(struct caller *c)
{
	struct identity_answer *a, *offer;
	struct identity_context *context;
	struct buf said = {0};

	caller_says(c, (struct span){0}, &said);
	a = caller_asks(c, buf_span(&said), NULL, NULL);
	assert_int_equal(a->result, IDENTITY_MORE);
	assert_true(caller_hears(c, buf_span(&a->reply)));
	offer = caller_asks(c, SPAN(""), NULL, context_of(a));
	assert_int_equal(offer->result, IDENTITY_MORE);
	buf_reset(&said);
	assert_true(gss_unwrap_plain(c->context, buf_span(&offer->reply), &said));
	assert_true(span_eq(buf_span(&said), SPAN("\x01\0\0\0")));
	context = context_of(offer);
	identity_answer_free(a);
	identity_answer_free(offer);
	buf_clear(&said);
	return context;
}

static struct identity_answer *choose(struct caller *c, struct span choice)
{
	struct identity_context *context = come(c);
	struct identity_answer *a;
	struct buf wrapped = {0};

	assert_true(gss_wrap_plain(c->context, choice, &wrapped));
	a = caller_asks(c, buf_span(&wrapped), NULL, context);
	buf_clear(&wrapped);
	return a;
}

static void no_layer_lets_in(void **state)
{
	struct identity_answer *a = choose(*state, SPAN("\x01\0\0\0"));

	assert_int_equal(a->result, IDENTITY_IS);
	assert_string_equal(a->subject, "ann");
	assert_null(a->acts_as);
	assert_null(a->context);
	assert_int_equal(a->reply.len, 0);
	identity_answer_free(a);
}

static void as_whom_is_handed_on(void **state)
{
	struct identity_answer *a = choose(*state, SPAN("\x01\0\0\0bob"));

	assert_int_equal(a->result, IDENTITY_IS);
	assert_string_equal(a->acts_as, "bob");
	identity_answer_free(a);
}

// Proves A24.
// Integrity, privacy, several, none at all, a size where there is no layer, too little, a name
// that is none.
static void every_other_choice_is_refused(void **state)
{
	const struct span choices[] = {SPAN("\x02\0\x10\0"),
				       SPAN("\x04\0\x10\0"),
				       SPAN("\x03\0\x10\0"),
				       SPAN("\0\0\0\0"),
				       SPAN("\x01\0\x10\0"),
				       SPAN("\x01\0\0"),
				       SPAN(""),
				       SPAN("\x01\0\0\0b\0b"),
				       SPAN("\x01\0\0\0\xff")};

	for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
		struct identity_answer *a = choose(*state, choices[i]);

		assert_int_equal(a->result, IDENTITY_NO);
		assert_int_equal(a->why, IDENTITY_WHY_MALFORMED);
		assert_null(a->subject);
		identity_answer_free(a);
	}
}

static void what_was_not_signed_is_refused(void **state)
{
	struct identity_answer *a = caller_asks(*state, SPAN("\x01\0\0\0"), NULL, come(*state));

	assert_int_equal(a->result, IDENTITY_NO);
	identity_answer_free(a);
}

static void words_where_none_belong_are_refused(void **state)
{
	struct identity_answer *a, *second;
	struct buf said = {0};

	caller_says(*state, (struct span){0}, &said);
	a = caller_asks(*state, buf_span(&said), NULL, NULL);
	second = caller_asks(*state, SPAN("\x01\0\0\0"), NULL, context_of(a));
	assert_int_equal(second->result, IDENTITY_NO);
	assert_null(second->context);
	identity_answer_free(a);
	identity_answer_free(second);
	buf_clear(&said);
}

static void who_wants_no_token_of_ours_gets_the_offer(void **state)
{
	struct caller *c = *state;
	struct identity_answer *a, *last;
	struct buf said = {0}, plain = {0};

	c->flags = 0;
	caller_says(c, (struct span){0}, &said);
	a = caller_asks(c, buf_span(&said), NULL, NULL);
	assert_int_equal(a->result, IDENTITY_MORE);
	assert_true(gss_unwrap_plain(c->context, buf_span(&a->reply), &plain));
	assert_true(span_eq(buf_span(&plain), SPAN("\x01\0\0\0")));
	buf_reset(&said);
	assert_true(gss_wrap_plain(c->context, SPAN("\x01\0\0\0"), &said));
	last = caller_asks(c, buf_span(&said), NULL, context_of(a));
	assert_int_equal(last->result, IDENTITY_IS);
	identity_answer_free(a);
	identity_answer_free(last);
	buf_clear(&said);
	buf_clear(&plain);
}

static void a_ticket_in_the_wrong_time_is_refused(void **state)
{
	static const struct {
		int64_t from_s, until_s;
		enum identity_why why;
	} times[] = {{-2 * HOUR_S, -HOUR_S, IDENTITY_WHY_EXPIRED},
		     {HOUR_S, 2 * HOUR_S, IDENTITY_WHY_EARLY}};

	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		struct identity_answer *a;
		struct buf said = {0};

		caller_gets(*state, "ann@EXAMPLE.ORG", CALLER_SERVICE, times[i].from_s,
			    times[i].until_s);
		caller_says(*state, (struct span){0}, &said);
		a = caller_asks(*state, buf_span(&said), NULL, NULL);
		assert_int_equal(a->result, IDENTITY_NO);
		assert_string_equal(identity_why_word(a->why), identity_why_word(times[i].why));
		identity_answer_free(a);
		buf_clear(&said);
	}
}

// As a directory makes them, which puts all groups in.
static void a_long_ticket_is_looked_at(void **state)
{
	struct caller *c = *state;
	int64_t now = (int64_t)time(NULL);
	struct identity_answer *a;
	struct buf said = {0};

	press_cache(c->cache, &(struct press_ticket){.keytab = c->keytab,
						     .client = "ann@EXAMPLE.ORG",
						     .service = CALLER_SERVICE,
						     .from_s = now,
						     .until_s = now + HOUR_S,
						     .padding = 60000});
	caller_says(c, (struct span){0}, &said);
	assert_true(said.len > 60000);
	a = caller_asks(c, buf_span(&said), NULL, NULL);
	assert_int_equal(a->result, IDENTITY_MORE);
	identity_answer_free(a);
	buf_clear(&said);
}

static void a_key_of_somebody_else_opens_nothing(void **state)
{
	struct caller *c = *state;
	struct identity_answer *a;
	struct buf said = {0};

	unlink(c->keytab);
	press_key(c->keytab, CALLER_SERVICE);
	caller_says(c, (struct span){0}, &said);
	a = caller_asks(c, buf_span(&said), NULL, NULL);
	assert_int_equal(a->result, IDENTITY_NO);
	identity_answer_free(a);
	buf_clear(&said);
}

// SPNEGO around a ticket that is good.
static void another_mechanism_is_refused(void **state)
{
	struct identity_answer *a = caller_asks(
		*state, SPAN("\x60\x0a\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\0"), NULL, NULL);

	assert_int_equal(a->result, IDENTITY_NO);
	identity_answer_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
		TEST(no_layer_lets_in),
		TEST(as_whom_is_handed_on),
		TEST(every_other_choice_is_refused),
		TEST(what_was_not_signed_is_refused),
		TEST(words_where_none_belong_are_refused),
		TEST(who_wants_no_token_of_ours_gets_the_offer),
		TEST(a_ticket_in_the_wrong_time_is_refused),
		TEST(a_long_ticket_is_looked_at),
		TEST(a_key_of_somebody_else_opens_nothing),
		TEST(another_mechanism_is_refused),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
