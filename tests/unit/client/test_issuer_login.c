// SPDX-License-Identifier: MIT
// A sign-in from the screen: to come back, and to bind the account; a server and an issuer that
// say what the test says.
#include "tests/unit/client/issuer_stage.h"

static void an_account_is_bound_on_the_login_there_is(void **state)
{
	struct stage *s = *state;
	char line[200];
	begin_binding(s);
	say_yes(s);
	answer(s->issuer, 200, TOKENS);
	assert_int_equal(s->n_over, 1);
	core_expect_said(s->c, "ACCOUNT BIND\n", 2);
	core_hear(s->c, ":h NOTE ACCOUNT BIND_NOW 300 :Within five minutes");
	core_hear(s->c, "AUTHENTICATE +");
	give(s, line, sizeof(line), "n,,\1auth=Bearer acc3ss\1refresh=r3fresh\1\1");
	core_expect_said(s->c, line, 1);
	core_hear(s->c, ":h 903 ann :SASL authentication successful");
	told(s, "your account is bound to who you are at login.example.org");
	assert_true(uplink_is_online(s->c->e.session));
	// It is over: what comes now is somebody else's.
	core_hear(s->c, "AUTHENTICATE +");
	core_expect_said(s->c, line, 1);
}

static void asking_shows_no_refusal(void **state)
{
	struct stage *s = *state;
	begin_binding(s);
	assert_false(is_told(s, "SASL authentication failed"));
}

static void what_the_server_says_against_it_is_told(void **state)
{
	struct stage *s = *state;
	begin_binding(s);
	say_yes(s);
	answer(s->issuer, 200, TOKENS);
	core_hear(s->c, ":h NOTE ACCOUNT BIND_NOW 300 :Within five minutes");
	core_hear(s->c, "AUTHENTICATE +");
	core_hear(s->c, "AUTHENTICATE e30=");
	core_hear(s->c, ":h 904 ann :That identity is bound to another account");
	told(s, "That identity is bound to another account");
}

static void a_proof_is_asked_for_and_it_goes_on(void **state)
{
	struct stage *s = *state;
	core_log_in(s->c, CAPS);
	issuer_login_begin(s->login, true);
	core_hear(s->c, ":h FAIL ACCOUNT STEP_UP_REQUIRED :Prove that it is you");
	assert_int_equal(s->c->e.model->question.id, QUESTION_STEP_UP);
	core_hear(s->c, ":h CERT PROVE * 600");
	core_expect_said(s->c, "ACCOUNT BIND\n", 2);
	core_hear(s->c, ":h NOTE ACCOUNT BIND_NOW 300 :Within five minutes");
	core_expect_said(s->c, "AUTHENTICATE OAUTHBEARER\n", 1);
}

static void a_no_ends_it(void **state)
{
	struct stage *s = *state;
	begin_binding(s);
	issuer_login_answer(s->login, QUESTION_SIGN_IN, 'n');
	assert_int_equal(s->issuer->n_asked, 0);
	assert_int_equal(s->c->e.model->question.id, 0);
}

static void a_connection_that_breaks_ends_it(void **state)
{
	struct stage *s = *state;
	begin_binding(s);
	say_yes(s);
	loose_world_break(&s->c->world);
	told(s, "the connection broke: nothing was bound");
	assert_null(s->issuer->told);
	assert_int_equal(s->n_over, 1);
}

static void what_comes_of_the_code_is_told(void **state)
{
	struct stage *s = *state;
	begin_binding(s);
	say_yes(s);
	answer(s->issuer, 400, "{\"error\":\"access_denied\"}");
	told(s, "said no at login.example.org");
	assert_int_equal(s->n_over, 1);
}

static void who_cannot_bind_is_told(void **state)
{
	struct stage *s = *state;
	issuer_login_begin(s->login, true);
	told(s, "there is no connection to bind your account on");
	core_log_in(s->c, CORE_EXACT " sasl=PLAIN");
	issuer_login_begin(s->login, true);
	told(s, "this server asks nobody else who somebody is");
	core_expect_said(s->c, "ACCOUNT BIND\n", 0);
	issuer_login_begin(s->login, false);
	core_expect_said(s->c, "CERT PROVE SIGN-IN\n", 0);
}

// To come back.

static void meet(struct stage *s)
{
	assert_true(loose_world_answer(&s->c->world));
	core_hear(s->c, ":h CAP * LS :" CAPS);
	core_expect_said(s->c, "AUTHENTICATE OAUTHBEARER\n", 1);
}

static void begin_again(struct stage *s)
{
	issuer_login_begin(s->login, false);
	meet(s);
	core_expect_said(s->c, "NICK ", 0);
	refuse(s);
	assert_false(loose_world_is_up(&s->c->world));
}

static void one_comes_back_by_the_tokens(void **state)
{
	struct stage *s = *state;
	begin_again(s);
	say_yes(s);
	answer(s->issuer, 200, TOKENS);
	meet(s);
	core_hear(s->c, "AUTHENTICATE +");
	core_hear(s->c, ":h 900 ann ann!a@h ann :in");
	core_hear(s->c, ":h 903 ann :ok");
	core_hear(s->c, ":h 001 ann :hi");
	assert_true(uplink_is_online(s->c->e.session));
	assert_int_equal(s->n_back, 1);
	assert_int_equal(s->n_over, 1);
}

static void a_server_without_issuer_is_told_of(void **state)
{
	struct stage *s = *state;
	issuer_login_begin(s->login, false);
	meet(s);
	core_hear(s->c, "AUTHENTICATE +");
	core_hear(s->c, "AUTHENTICATE e30=");
	core_hear(s->c, ":h 904 * :SASL authentication failed");
	told(s, "the server names no issuer to sign in at");
}

static void tokens_that_do_not_do_are_told(void **state)
{
	struct stage *s = *state;
	begin_again(s);
	say_yes(s);
	answer(s->issuer, 200, TOKENS);
	meet(s);
	core_hear(s->c, "AUTHENTICATE +");
	core_hear(s->c, "AUTHENTICATE e30=");
	core_hear(s->c, ":h 904 * :No account is bound to this identity");
	told(s, "No account is bound to this identity");
	assert_int_equal(s->n_back, 0);
	// And once more.
	issuer_login_begin(s->login, false);
	meet(s);
}

static void bindings_are_told_in_words(void **state)
{
	struct stage *s = *state;
	core_log_in(s->c, CAPS);
	core_hear(s->c, ":h NOTE ACCOUNT BINDING 3 oidc " ISSUER
			" * 2026-11-30T08:30:12.345Z :sub-1");
	told(s, "binding 3: sub-1 at " ISSUER ", who last said yes 2026-11-30T08:30");
	core_hear(s->c, ":h NOTE ACCOUNT BINDING 4 oidc " ISSUER " t-1 * :sub-2");
	told(s, "binding 4: sub-2 at " ISSUER " of t-1, who last said yes never");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE(an_account_is_bound_on_the_login_there_is),
		STAGE(bindings_are_told_in_words),
		STAGE(asking_shows_no_refusal),
		STAGE(what_the_server_says_against_it_is_told),
		STAGE(a_proof_is_asked_for_and_it_goes_on),
		STAGE(a_no_ends_it),
		STAGE(a_connection_that_breaks_ends_it),
		STAGE(what_comes_of_the_code_is_told),
		STAGE(who_cannot_bind_is_told),
		STAGE(one_comes_back_by_the_tokens),
		STAGE(a_server_without_issuer_is_told_of),
		STAGE(tokens_that_do_not_do_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
