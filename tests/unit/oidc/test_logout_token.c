// SPDX-License-Identifier: MIT
#include "server/oidc/logout_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW 1764500000
#define ISS "\"iss\":\"https://id.example.org\""
#define AUD "\"aud\":\"snug\""
#define IAT "\"iat\":1764500000"
#define EVENT "\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}"
#define JTI "\"jti\":\"j1\""
#define ALL ISS "," AUD "," IAT "," EVENT "," JTI

static const char *const clients[] = {"snug", "gamja", NULL};
static const struct claims_rules usual = {
	.issuer = "https://id.example.org",
	.audience = "https://chat.example.org",
	.clients = clients,
	.name_claim = "preferred_username",
	.groups_claim = "groups",
};

static enum identity_why read_by(const struct claims_rules *rules, const char *text,
				 struct logout_token *t)
{
	json_t *token = json_loads(text, 0, NULL);
	enum identity_why why;

	assert_non_null(token);
	why = logout_token_read(token, rules, NOW, t);
	json_decref(token);
	assert_int_equal(t->id != NULL, why == IDENTITY_WHY_NONE);
	return why;
}

static void each_member_is_judged(void **state)
{
	static const struct {
		const char *text;
		enum identity_why why;
	} rows[] = {
		{"{" ALL ",\"sub\":\"248\"}", IDENTITY_WHY_NONE},
		{"{" ALL ",\"sid\":\"s1\"}", IDENTITY_WHY_NONE},
		{"{" ALL ",\"sub\":\"248\",\"sid\":\"s1\"}", IDENTITY_WHY_NONE},
		{"{" ALL "}", IDENTITY_WHY_CLAIMS},
		{"{" ALL ",\"sub\":7,\"sid\":\"s1\"}", IDENTITY_WHY_CLAIMS},
		{"{" ALL ",\"sub\":\"248\",\"sid\":\"\"}", IDENTITY_WHY_CLAIMS},
		{"{" ALL ",\"sub\":\"248\",\"nonce\":\"n\"}", IDENTITY_WHY_CLAIMS},
		{"{" AUD "," IAT "," EVENT "," JTI ",\"sub\":\"248\"}", IDENTITY_WHY_ISSUER},
		{"{\"iss\":\"https://evil.example\"," AUD "," IAT "," EVENT "," JTI
		 ",\"sub\":\"248\"}",
		 IDENTITY_WHY_ISSUER},
		{"{" ISS "," IAT "," EVENT "," JTI ",\"sub\":\"248\"}", IDENTITY_WHY_AUDIENCE},
		{"{" ISS ",\"aud\":\"https://chat.example.org\"," IAT "," EVENT "," JTI
		 ",\"sub\":\"248\"}",
		 IDENTITY_WHY_AUDIENCE},
		{"{" ISS ",\"aud\":[\"games\",\"gamja\"]," IAT "," EVENT "," JTI
		 ",\"sub\":\"248\"}",
		 IDENTITY_WHY_NONE},
		{"{" ISS "," AUD "," EVENT "," JTI ",\"sub\":\"248\"}", IDENTITY_WHY_CLAIMS},
		{"{" ISS "," AUD "," EVENT "," JTI ",\"iat\":1764500061,\"sub\":\"248\"}",
		 IDENTITY_WHY_EARLY},
		{"{" ISS "," AUD "," EVENT "," JTI ",\"iat\":1764499400,\"sub\":\"248\"}",
		 IDENTITY_WHY_EXPIRED},
		{"{" ISS "," AUD "," EVENT "," JTI ",\"iat\":1764499401,\"sub\":\"248\"}",
		 IDENTITY_WHY_NONE},
		{"{" ALL ",\"sub\":\"248\",\"exp\":1764499940}", IDENTITY_WHY_EXPIRED},
		{"{" ISS "," AUD "," IAT "," EVENT ",\"sub\":\"248\"}", IDENTITY_WHY_CLAIMS},
		{"{" ISS "," AUD "," IAT "," JTI ",\"sub\":\"248\"}", IDENTITY_WHY_CLAIMS},
		{"{" ISS "," AUD "," IAT "," JTI ",\"sub\":\"248\",\"events\":"
		 "[\"http://schemas.openid.net/event/backchannel-logout\"]}",
		 IDENTITY_WHY_CLAIMS},
		{"{" ISS "," AUD "," IAT "," JTI ",\"sub\":\"248\",\"events\":"
		 "{\"http://schemas.openid.net/event/backchannel-logout\":true}}",
		 IDENTITY_WHY_CLAIMS},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct logout_token t;
		enum identity_why why = read_by(&usual, rows[i].text, &t);

		if (why != rows[i].why)
			fail_msg("%s: %d, not %d", rows[i].text, why, rows[i].why);
		logout_token_clear(&t);
	}
}

static void it_says_who_and_by_which_name_it_is_known_again(void **state)
{
	struct claims_rules rules = usual;
	struct logout_token t;

	(void)state;
	assert_int_equal(read_by(&rules, "{" ALL ",\"sub\":\"248\"}", &t), IDENTITY_WHY_NONE);
	assert_string_equal(t.subject, "248");
	assert_null(t.session);
	assert_string_equal(t.id, "j1");
	assert_int_equal(t.issued_s, NOW);
	logout_token_clear(&t);
	rules.tenant = "t1";
	assert_int_equal(read_by(&rules, "{" ALL ",\"sub\":\"248\"}", &t), IDENTITY_WHY_TENANT);
	assert_int_equal(read_by(&rules, "{" ALL ",\"sub\":\"248\",\"tid\":\"t1\"}", &t),
			 IDENTITY_WHY_NONE);
	assert_string_equal(t.tenant, "t1");
	logout_token_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_member_is_judged),
		cmocka_unit_test(it_says_who_and_by_which_name_it_is_known_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
