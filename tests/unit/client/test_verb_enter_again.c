// SPDX-License-Identifier: MIT
// snug join, snug login where the first answer is not the last one; and whose key is good.
#include "tests/unit/client/enter_fixture.h"

#define ASK_OLD(keys)                                                                          \
	{                                                                                      \
		"(empty where the server wants none): ", keys                                  \
	}

static const struct verb_answer wrong_once[] = {
	{"CERT ADD :", "$T:h CERT ADD 1 sha256:x :$R"},
	{"AUTHENTICATE AGFubgB3cm9uZw==", ":h 904 * :SASL authentication failed"},
	{0}};

static void after_a_wrong_password_the_name_stands(void **state)
{
	static const struct verb_typing again[] = {
		ASK_NAME, ASK_OLD("wrong\r"), ASK_OLD(SECRET "\r"), {0}};
	struct verb_run *v = *state;
	v->answers = wrong_once;
	v->typing = again;
	verb_expect(v, SNUG(v, "", "login", "--no-ui", "--pin", pin(v), address(v)), EXIT_OK,
		    "", "this computer has its own key now");
	verb_expect_said(v, "AUTHENTICATE AGFubgBjb3JyZWN0IGhvcnNlIGJhdHRlcnk=\n");
}

static void who_gives_a_password_by_a_descriptor_gives_one(void **state)
{
	static const struct verb_typing once[] = {ASK_NAME, {0}};
	struct verb_run *v = *state;
	v->answers = wrong_once;
	v->typing = once;
	verb_expect(v,
		    SNUG(v, "wrong\n", "login", "--no-ui", "--password-fd", "0", "--pin",
			 pin(v), address(v)),
		    EXIT_LOGIN, "", "snug: ");
	assert_null(strstr(buf_str(&v->err), "no password on descriptor"));
}

static void another_one_as_long_is_not_the_same(void **state)
{
	static const struct verb_typing slip[] = {ASK_NAME,
						  ASK_NEW,
						  {"Again: ", "correct horse batterz\r"},
						  ASK_NEW,
						  {"Again: ", SECRET "\r"},
						  {0}};
	struct verb_run *v = *state;
	v->typing = slip;
	verb_expect(v, SNUG(v, "", "join", "--no-ui", invite(v)), EXIT_OK, "",
		    "The two are not the same.\n");
	verb_expect_said(v, "REGISTER ann * :" SECRET "\n");
}

static void an_authority_may_vouch_for_the_key(void **state)
{
	struct verb_run *v = *state;
	struct profile p;
	char at[64], authorities[80];
	snprintf(at, sizeof(at), "localhost:%s", v->server.port);
	snprintf(authorities, sizeof(authorities), "%s/cert.pem", v->server.dir);
	setenv("SSL_CERT_FILE", authorities, 1);
	int code = SNUG(v, SECRET "\n", "login", "--no-ui", "--name", "ann", "--password-fd",
			"0", at);
	unsetenv("SSL_CERT_FILE");
	verb_expect(v, code, EXIT_OK, "", "(an authority of this computer vouches for it)\n");
	load(v, "localhost", &p);
	assert_true(p.has_device);
	profile_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ENTER(after_a_wrong_password_the_name_stands),
		TEST_ENTER(who_gives_a_password_by_a_descriptor_gives_one),
		TEST_ENTER(another_one_as_long_is_not_the_same),
		TEST_ENTER(an_authority_may_vouch_for_the_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
