// SPDX-License-Identifier: MIT
// A ticket of Kerberos that is there binds the account and proves who it is, and nobody is
// asked; and what else proves it to who is in.
#include "tests/unit/client/issuer_stage.h"

static void has_ticket(struct stage *s, const char *caps, bool binds)
{
	s->ticket = (struct sasl_way){"GS2-KRB5-PLUS", s, on_ticket_begins, on_ticket_hears};
	core_log_in(s->c, caps);
	issuer_login_begin(s->login, binds);
}

static void show_ticket(struct stage *s)
{
	core_expect_said(s->c, "AUTHENTICATE GS2-KRB5-PLUS\n", 0);
	core_hear(s->c, ":h NOTE ACCOUNT BIND_NOW 300 :Within five minutes");
	core_expect_said(s->c, "AUTHENTICATE GS2-KRB5-PLUS\n", 1);
	core_hear(s->c, "AUTHENTICATE +");
}

static void a_ticket_that_is_there_binds_and_nobody_is_asked(void **state)
{
	struct stage *s = *state;
	has_ticket(s, BOTH, true);
	core_expect_said(s->c, "ACCOUNT BIND\n", 1);
	show_ticket(s);
	core_expect_said(s->c, "AUTHENTICATE dGlja2V0\n", 1);
	assert_string_equal(s->acts_as, "ann");
	core_hear(s->c, ":h 903 ann :SASL authentication successful");
	told(s, "your account is bound to who you are by your ticket");
	assert_int_equal(s->c->e.model->question.id, 0);
	core_expect_said(s->c, "AUTHENTICATE OAUTHBEARER\n", 0);
}

static void a_ticket_that_does_not_do_is_told_and_the_issuer_asked(void **state)
{
	struct stage *s = *state;
	has_ticket(s, BOTH, true);
	show_ticket(s);
	core_hear(s->c, ":h 904 ann :This identity is bound to another account");
	told(s, "This identity is bound to another account");
	core_expect_said(s->c, "ACCOUNT BIND\n", 2);
	core_hear(s->c, ":h NOTE ACCOUNT BIND_NOW 300 :Within five minutes");
	core_expect_said(s->c, "AUTHENTICATE OAUTHBEARER\n", 1);
	refuse(s);
	assert_int_equal(s->c->e.model->question.id, QUESTION_SIGN_IN);
}

static void a_ticket_that_cannot_be_had_is_told_of_by_itself(void **state)
{
	struct stage *s = *state;
	s->gives_up = true;
	has_ticket(s, TICKETS, true);
	show_ticket(s);
	core_expect_said(s->c, "AUTHENTICATE *\n", 1);
	core_hear(s->c, ":h 906 ann :SASL authentication aborted");
	assert_false(is_told(s, "SASL authentication aborted"));
	// Nothing else is there to be tried.
	core_expect_said(s->c, "ACCOUNT BIND\n", 1);
	core_hear(s->c, ":h NOTE ACCOUNT BIND_NOW 300 :Within five minutes");
	core_expect_said(s->c, "AUTHENTICATE GS2-KRB5-PLUS\n", 1);
}

static void a_ticket_is_left_alone_where_it_is_not_taken(void **state)
{
	struct stage *s = *state;
	has_ticket(s, CAPS, true);
	core_hear(s->c, ":h NOTE ACCOUNT BIND_NOW 300 :Within five minutes");
	core_expect_said(s->c, "AUTHENTICATE GS2-KRB5-PLUS\n", 0);
	core_expect_said(s->c, "AUTHENTICATE OAUTHBEARER\n", 1);
}

// To prove that it is oneself.

static void who_is_in_proves_it_by_a_ticket(void **state)
{
	struct stage *s = *state;
	has_ticket(s, TICKETS, false);
	core_expect_said(s->c, "CERT PROVE SIGN-IN\n", 1);
	core_expect_said(s->c, "ACCOUNT BIND\n", 0);
	core_hear(s->c, ":h NOTE CERT SIGN_IN_NOW 300 :Sign in");
	core_expect_said(s->c, "AUTHENTICATE GS2-KRB5-PLUS\n", 1);
	core_hear(s->c, "AUTHENTICATE +");
	core_hear(s->c, ":h CERT PROVE * 600");
	core_hear(s->c, ":h 903 ann :SASL authentication successful");
	told(s, "it is proved that it is you, for ten minutes");
}

static void who_is_in_proves_it_at_the_issuer(void **state)
{
	struct stage *s = *state;
	core_log_in(s->c, CAPS);
	issuer_login_begin(s->login, false);
	core_hear(s->c, ":h NOTE CERT SIGN_IN_NOW 300 :Sign in");
	core_expect_said(s->c, "AUTHENTICATE OAUTHBEARER\n", 1);
	refuse(s);
	say_yes(s);
	answer(s->issuer, 200, TOKENS);
	core_expect_said(s->c, "CERT PROVE SIGN-IN\n", 2);
	core_hear(s->c, ":h NOTE CERT SIGN_IN_NOW 300 :Sign in");
	core_expect_said(s->c, "AUTHENTICATE OAUTHBEARER\n", 2);
	core_hear(s->c, "AUTHENTICATE +");
	core_hear(s->c, ":h 903 ann :SASL authentication successful");
	told(s, "it is proved that it is you, for ten minutes");
	assert_int_equal(s->n_back, 0);
}

static void who_is_bound_to_nobody_proves_nothing_so(void **state)
{
	struct stage *s = *state;
	core_log_in(s->c, CAPS);
	issuer_login_begin(s->login, false);
	core_hear(s->c, ":h FAIL CERT NOT_BOUND :Your account is bound to nobody");
	core_hear(s->c, ":h NOTE CERT SIGN_IN_NOW 300 :Sign in");
	core_expect_said(s->c, "AUTHENTICATE OAUTHBEARER\n", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE(a_ticket_that_is_there_binds_and_nobody_is_asked),
		STAGE(a_ticket_that_does_not_do_is_told_and_the_issuer_asked),
		STAGE(a_ticket_that_cannot_be_had_is_told_of_by_itself),
		STAGE(a_ticket_is_left_alone_where_it_is_not_taken),
		STAGE(who_is_in_proves_it_by_a_ticket),
		STAGE(who_is_in_proves_it_at_the_issuer),
		STAGE(who_is_bound_to_nobody_proves_nothing_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
