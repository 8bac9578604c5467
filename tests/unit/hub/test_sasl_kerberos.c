// SPDX-License-Identifier: MIT
// GS2-KRB5-PLUS and GSSAPI as the hub has them: what goes to who looks at tickets, and what comes
// of the answers.
#include "tests/support/hub_fixture.h"

#include "server/hub/state/session.h"
#include "server/letters/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define NO "server 904 * :*"
#define YES "server 903 * :*"
#define TOKEN "dG9rZW4=" // token

static int n_ended;

static int up(void **state)
{
	struct hub_config config = fixture_config();

	n_ended = 0;
	config.has_kerberos = config.has_plain_kerberos = true;
	*state = fixture_new(&config);
	return 0;
}

static void end_context(struct identity_context *c)
{
	n_ended++;
	free(c);
}

static struct peer *begun(struct fixture *f, const char *mechanism, bool is_bound)
{
	struct inbox_opened opened = {.host = SPAN("192.0.2.1"), .source = 1};
	struct peer *p;

	if (is_bound)
		opened.binding = (struct tls_binding){
			.kind = TLS_BINDING_EXPORTER, .len = 3, .bytes = {'a', 'b', 'c'}};
	p = fixture_open_as(f, &opened);
	peer_send(p, "CAP REQ :sasl standard-replies");
	peer_skip(p);
	peer_send(p, "AUTHENTICATE %s", mechanism);
	return p;
}

// ... and the client's token is being looked at.
static struct peer *asked(struct fixture *f, const char *mechanism)
{
	struct peer *p = begun(f, mechanism, true);

	expect(p, "AUTHENTICATE +");
	peer_send(p, "AUTHENTICATE " TOKEN);
	expect_none(p);
	return p;
}

static struct identity_answer *is_ann(const char *reply)
{
	struct identity_answer *a = identity_answer_new(0, IDENTITY_IS, IDENTITY_WHY_NONE);

	a->way = IDENTITY_KERBEROS;
	a->issuer = span_dup(SPAN("krb5:EXAMPLE.ORG"));
	a->subject = span_dup(SPAN("ann"));
	a->proposed = span_dup(SPAN("ann"));
	buf_add_str(&a->reply, reply);
	return a;
}

static struct identity_answer *more(const char *reply)
{
	struct identity_answer *a = identity_answer_new(0, IDENTITY_MORE, IDENTITY_WHY_NONE);

	a->context = calloc(1, sizeof(*a->context));
	assert_non_null(a->context);
	a->context->end = end_context;
	buf_add_str(&a->reply, reply);
	return a;
}

static void what_a_client_said_is_asked_about_with_its_stream(void **state)
{
	const struct identity_question *q;

	(void)asked(*state, "GS2-KRB5-PLUS");
	q = fixture_identity(*state);
	assert_non_null(q);
	assert_int_equal(q->act, IDENTITY_TICKET);
	assert_true(span_eq(buf_span(&q->secret), SPAN("token")));
	assert_int_equal(q->binding.kind, TLS_BINDING_EXPORTER);
	assert_memory_equal(q->binding.bytes, "abc", 3);
	assert_null(q->context);
}

static void the_last_word_is_said_and_answered_by_nothing(void **state)
{
	struct peer *p = asked(*state, "GS2-KRB5-PLUS");

	fixture_identified(*state, is_ann("hello"));
	expect(p, "AUTHENTICATE aGVsbG8=");
	expect_none(p);
	peer_send(p, "AUTHENTICATE +");
	expect(p, "server 900 * ann!* ann :You are now logged in as ann");
	expect(p, YES);
}

static void an_answer_to_the_last_word_is_refused(void **state)
{
	struct peer *p = asked(*state, "GS2-KRB5-PLUS");

	fixture_identified(*state, is_ann("hello"));
	peer_skip(p);
	peer_send(p, "AUTHENTICATE " TOKEN);
	expect(p, NO);
	assert_null(peer_session(p)->account);
}

static void without_a_last_word_it_is_done(void **state)
{
	struct peer *p = asked(*state, "GS2-KRB5-PLUS");

	fixture_identified(*state, is_ann(""));
	expect(p, "server 900 * ann!* ann :*");
	expect(p, YES);
}

// Proves A24.
static void where_nothing_binds_nobody_is_asked(void **state)
{
	struct peer *p = begun(*state, "GS2-KRB5-PLUS", false);

	expect(p, "AUTHENTICATE +");
	peer_send(p, "AUTHENTICATE " TOKEN);
	expect(p, NO);
	assert_null(fixture_identity(*state));
}

static void gssapi_goes_to_and_fro_with_its_context(void **state)
{
	struct peer *p = asked(*state, "GSSAPI");

	assert_int_equal(fixture_identity(*state)->binding.kind, TLS_BINDING_NONE);
	fixture_identified(*state, more("mine"));
	expect(p, "AUTHENTICATE bWluZQ==");
	peer_send(p, "AUTHENTICATE +");
	assert_non_null(fixture_identity(*state)->context);
	assert_int_equal(fixture_identity(*state)->secret.len, 0);
	fixture_identified(*state, is_ann(""));
	expect(p, "server 900 * ann!* ann :*");
	expect(p, YES);
	assert_int_equal(n_ended, 1); // with the question, which had it
}

static void a_context_ends_with_whoever_goes(void **state)
{
	struct peer *p = asked(*state, "GSSAPI");

	// Between two steps, by a word, and while it is away.
	fixture_identified(*state, more("mine"));
	peer_send(p, "AUTHENTICATE *");
	assert_int_equal(n_ended, 1);
	p = asked(*state, "GSSAPI");
	fixture_identified(*state, more("mine"));
	peer_close(p);
	assert_int_equal(n_ended, 2);
	p = asked(*state, "GSSAPI");
	peer_close(p);
	fixture_identified(*state, more("mine"));
	assert_int_equal(n_ended, 3);
}

static void whose_account_is_asked_for_must_be_the_one(void **state)
{
	struct peer *p = asked(*state, "GS2-KRB5-PLUS");
	struct identity_answer *a = is_ann("");

	a->acts_as = span_dup(SPAN("bob"));
	fixture_identified(*state, a);
	expect(p, NO);
	p = asked(*state, "GS2-KRB5-PLUS");
	a = is_ann("");
	a->acts_as = span_dup(SPAN("Ann"));
	fixture_identified(*state, a);
	expect_later(p, YES);
}

static void a_refusal_and_nobody_who_can_say_are_told_apart(void **state)
{
	struct peer *p = asked(*state, "GS2-KRB5-PLUS");

	fixture_identified(*state, identity_answer_new(0, IDENTITY_NO, IDENTITY_WHY_REPLAY));
	expect(p, NO);
	p = asked(*state, "GS2-KRB5-PLUS");
	fixture_identified(*state, identity_answer_new(0, IDENTITY_LATER, IDENTITY_WHY_DOWN));
	expect(p, "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*");
	expect(p, NO);
}

static void only_what_is_set_is_offered(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = fixture_new(&config);
	struct peer *p = fixture_open(f);

	(void)state;
	peer_send(p, "AUTHENTICATE GSSAPI");
	expect(p, "server 908 * PLAIN,EXTERNAL :*");
	fixture_free(f);
	config.has_kerberos = true;
	f = fixture_new(&config);
	p = fixture_open(f);
	peer_send(p, "AUTHENTICATE GSSAPI");
	expect(p, "server 908 * PLAIN,EXTERNAL,GS2-KRB5-PLUS :*");
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, fixture_tear_down)
		TEST(what_a_client_said_is_asked_about_with_its_stream),
		TEST(the_last_word_is_said_and_answered_by_nothing),
		TEST(an_answer_to_the_last_word_is_refused),
		TEST(without_a_last_word_it_is_done),
		TEST(where_nothing_binds_nobody_is_asked),
		TEST(gssapi_goes_to_and_fro_with_its_context),
		TEST(a_context_ends_with_whoever_goes),
		TEST(whose_account_is_asked_for_must_be_the_one),
		TEST(a_refusal_and_nobody_who_can_say_are_told_apart),
		cmocka_unit_test(only_what_is_set_is_offered),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
