// SPDX-License-Identifier: MIT
// GS2-KRB5-PLUS with the library itself on both sides, and tickets of the test's own printing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "caller.h"

#include <sys/stat.h>

static int up(void **state)
{
	*state = caller_new();
	return 0;
}

static int down(void **state)
{
	caller_free(*state);
	return 0;
}

static struct identity_answer *come(struct caller *c, const char *header, char client,
				    char server)
{
	struct tls_binding mine = caller_binding(client), theirs = caller_binding(server);
	struct identity_answer *a;
	struct buf said = {0};

	caller_says_gs2(c, header, client ? &mine : NULL, &said);
	a = caller_asks(c, buf_span(&said), &theirs, NULL);
	buf_clear(&said);
	return a;
}

static void is_refused(struct identity_answer *a, enum identity_why why)
{
	assert_int_equal(a->result, IDENTITY_NO);
	assert_string_equal(identity_why_word(a->why), identity_why_word(why));
	assert_int_equal(a->reply.len, 0);
	assert_null(a->subject);
	assert_null(a->context);
	identity_answer_free(a);
}

static void a_bound_ticket_says_who_it_is(void **state)
{
	struct caller *c = *state;
	struct identity_answer *a;

	caller_gets_in(c, "ann@EXAMPLE.ORG");
	a = come(c, "p=tls-exporter,,", 'x', 'x');
	assert_int_equal(a->result, IDENTITY_IS);
	assert_string_equal(a->issuer, "krb5:EXAMPLE.ORG");
	assert_string_equal(a->subject, "ann");
	assert_string_equal(a->proposed, "ann");
	assert_null(a->tenant);
	assert_null(a->acts_as);
	assert_false(a->is_admin);
	assert_int_equal(a->memory.len, 0);
	assert_true(caller_hears(c, buf_span(&a->reply)));
	identity_answer_free(a);
}

static void without_mutual_authentication_there_is_no_last_word(void **state)
{
	struct caller *c = *state;
	struct identity_answer *a;

	c->flags = 0;
	caller_gets_in(c, "ann@EXAMPLE.ORG");
	a = come(c, "p=tls-exporter,,", 'x', 'x');
	assert_int_equal(a->result, IDENTITY_IS);
	assert_int_equal(a->reply.len, 0);
	identity_answer_free(a);
}

// Proves A24.
static void bindings_that_differ_are_refused(void **state)
{
	caller_gets_in(*state, "ann@EXAMPLE.ORG");
	is_refused(come(*state, "p=tls-exporter,,", 'x', 'y'), IDENTITY_WHY_BINDING);
}

// The library by itself would say yes.
static void a_ticket_that_is_bound_to_nothing_is_refused(void **state)
{
	caller_gets_in(*state, "ann@EXAMPLE.ORG");
	is_refused(come(*state, "p=tls-exporter,,", 0, 'y'), IDENTITY_WHY_BINDING);
	is_refused(come(*state, "n,,", 0, 'y'), IDENTITY_WHY_BINDING);
	is_refused(come(*state, "y,,", 0, 'y'), IDENTITY_WHY_BINDING);
}

static void another_kind_of_binding_is_refused(void **state)
{
	caller_gets_in(*state, "ann@EXAMPLE.ORG");
	is_refused(come(*state, "p=tls-server-end-point,,", 'x', 'x'), IDENTITY_WHY_BINDING);
	is_refused(come(*state, "p=tls-unique,,", 'x', 'x'), IDENTITY_WHY_BINDING);
}

static void whose_account_is_asked_for_is_handed_on_and_bound(void **state)
{
	struct identity_answer *a;

	caller_gets_in(*state, "ann@EXAMPLE.ORG");
	a = come(*state, "p=tls-exporter,a=bob=2Cby,", 'x', 'x');
	assert_int_equal(a->result, IDENTITY_IS);
	assert_string_equal(a->subject, "ann");
	assert_string_equal(a->acts_as, "bob,by");
	identity_answer_free(a);
}

// Somebody on the way wrote another header before the token.
static void another_header_than_the_bound_one_is_refused(void **state)
{
	struct tls_binding binding = caller_binding('x');
	struct buf said = {0};
	struct identity_answer *a;

	caller_gets_in(*state, "ann@EXAMPLE.ORG");
	caller_says_gs2(*state, "p=tls-exporter,,", &binding, &said);
	buf_drop(&said, strlen("p=tls-exporter,,"));
	{
		struct buf forged = {0};

		buf_add_str(&forged, "p=tls-exporter,a=root,");
		buf_add_span(&forged, buf_span(&said));
		a = caller_asks(*state, buf_span(&forged), &binding, NULL);
		buf_clear(&forged);
	}
	is_refused(a, IDENTITY_WHY_BINDING);
	buf_clear(&said);
}

static void a_ticket_that_is_shown_twice_is_refused(void **state)
{
	struct tls_binding binding = caller_binding('x');
	struct identity_answer *a;
	struct buf said = {0};

	caller_gets_in(*state, "ann@EXAMPLE.ORG");
	caller_says_gs2(*state, "p=tls-exporter,,", &binding, &said);
	a = caller_asks(*state, buf_span(&said), &binding, NULL);
	assert_int_equal(a->result, IDENTITY_IS);
	identity_answer_free(a);
	is_refused(caller_asks(*state, buf_span(&said), &binding, NULL), IDENTITY_WHY_REPLAY);
	buf_clear(&said);
}

static void only_people_of_these_realms_come_in(void **state)
{
	struct identity_answer *a;

	caller_gets_in(*state, "ann@SECOND.EXAMPLE.ORG");
	a = come(*state, "p=tls-exporter,,", 'x', 'x');
	assert_string_equal(a->issuer, "krb5:SECOND.EXAMPLE.ORG");
	identity_answer_free(a);
	caller_gets_in(*state, "ann@ELSEWHERE.ORG");
	is_refused(come(*state, "p=tls-exporter,,", 'x', 'x'), IDENTITY_WHY_REALM);
	caller_gets_in(*state, "ann@example.org");
	is_refused(come(*state, "p=tls-exporter,,", 'x', 'x'), IDENTITY_WHY_REALM);
}

static void rights_and_machines_are_nobody(void **state)
{
	static const char *const others[] = {"ann/admin@EXAMPLE.ORG",
					     "host/chat.example.org@EXAMPLE.ORG",
					     "irc/chat.example.org@EXAMPLE.ORG",
					     "ann/@EXAMPLE.ORG",
					     "ann\\@EXAMPLE.ORG@EXAMPLE.ORG",
					     "a\\/nn@EXAMPLE.ORG"};

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		caller_gets_in(*state, others[i]);
		is_refused(come(*state, "p=tls-exporter,,", 'x', 'x'), IDENTITY_WHY_PRINCIPAL);
	}
}

static void a_ticket_for_another_service_is_refused(void **state)
{
	struct tls_binding binding = caller_binding('x');
	struct caller *c = *state;
	struct buf said = {0}, whole = {0}, bound = {0};
	struct span token;

	press_key(c->keytab, "host/chat.example.org@EXAMPLE.ORG");
	caller_gets(c, "ann@EXAMPLE.ORG", "host/chat.example.org@EXAMPLE.ORG", 0, HOUR_S);
	buf_add_str(&bound, "p=tls-exporter,,");
	buf_add(&bound, binding.bytes, binding.len);
	caller_says_to(c, "host/chat.example.org@EXAMPLE.ORG", buf_span(&bound), &whole);
	token = buf_span(&whole);
	assert_true(gs2_unwrap(&token));
	buf_add_str(&said, "p=tls-exporter,,");
	buf_add_span(&said, token);
	is_refused(caller_asks(c, buf_span(&said), &binding, NULL), IDENTITY_WHY_AUDIENCE);
	buf_clear(&said);
	buf_clear(&whole);
	buf_clear(&bound);
}

static void garbage_is_refused(void **state)
{
	static const struct span garbage[] = {
		{"", 0},
		{"p=tls-exporter", 14},
		{"p=tls-exporter,", 15},
		{"p=tls-exporter,,", 16},
		{"p=tls-exporter,,nonsense", 24},
		{"p=tls-exporter,b=ann,nonsense", 29},
		{"F,p=tls-exporter,,nonsense", 26},
		{"p=tls-exporter,,\x01\x00\x6e\x82\xff\xff", 22},
	};
	struct tls_binding binding = caller_binding('x');

	for (size_t i = 0; i < ARRAY_LEN(garbage); i++) {
		struct identity_answer *a = caller_asks(*state, garbage[i], &binding, NULL);

		assert_int_equal(a->result, IDENTITY_NO);
		identity_answer_free(a);
	}
}

static void without_a_key_nobody_can_say(void **state)
{
	struct caller *c = *state;
	struct identity_answer *a;

	caller_gets_in(c, "ann@EXAMPLE.ORG");
	unlink(c->keytab);
	a = come(c, "p=tls-exporter,,", 'x', 'x');
	assert_int_equal(a->result, IDENTITY_LATER);
	assert_int_equal(a->why, IDENTITY_WHY_DOWN);
	identity_answer_free(a);
}

// Whoever cannot know whether it was shown before does not say yes.
static void without_a_place_against_replays_nobody_can_say(void **state)
{
	struct caller *c = *state;
	struct identity_answer *a;

	caller_gets_in(c, "ann@EXAMPLE.ORG");
	assert_int_equal(mkdir(c->rcache, 0700), 0);
	a = come(c, "p=tls-exporter,,", 'x', 'x');
	assert_int_equal(a->result, IDENTITY_LATER);
	identity_answer_free(a);
	assert_int_equal(rmdir(c->rcache), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
		TEST(a_bound_ticket_says_who_it_is),
		TEST(without_mutual_authentication_there_is_no_last_word),
		TEST(bindings_that_differ_are_refused),
		TEST(a_ticket_that_is_bound_to_nothing_is_refused),
		TEST(another_kind_of_binding_is_refused),
		TEST(whose_account_is_asked_for_is_handed_on_and_bound),
		TEST(another_header_than_the_bound_one_is_refused),
		TEST(a_ticket_that_is_shown_twice_is_refused),
		TEST(only_people_of_these_realms_come_in),
		TEST(rights_and_machines_are_nobody),
		TEST(a_ticket_for_another_service_is_refused),
		TEST(garbage_is_refused),
		TEST(without_a_key_nobody_can_say),
		TEST(without_a_place_against_replays_nobody_can_say),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
