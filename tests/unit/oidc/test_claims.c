// SPDX-License-Identifier: MIT
#include "server/oidc/claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW 1764500000
#define ISS "\"iss\":\"https://id.example.org/a\""
#define AUD "\"aud\":\"https://chat.example.org\""
#define WHO "\"sub\":\"248\",\"client_id\":\"snug\""
#define EXP "\"exp\":1764500300"
#define REST AUD "," WHO "," EXP

static const char *const clients[] = {"snug", "gamja", NULL};
static const struct claims_rules usual = {
	.issuer = "https://id.example.org/a",
	.audience = "https://chat.example.org",
	.clients = clients,
	.name_claim = "preferred_username",
	.groups_claim = "groups",
	.admin_group = "chat-admins",
};

static enum identity_why read_by(const struct claims_rules *rules, const char *text,
				 struct claims *out)
{
	json_t *token = json_loads(text, 0, NULL);
	enum identity_why why;

	assert_non_null(token);
	why = claims_read(token, rules, NOW, out);
	json_decref(token);
	if (why != IDENTITY_WHY_NONE)
		assert_null(out->subject);
	return why;
}

static void judge_by(const struct claims_rules *rules, const char *text,
		     enum identity_why wanted)
{
	struct claims c;
	enum identity_why why = read_by(rules, text, &c);

	if (why != wanted)
		fail_msg("%s: %d, not %d", text, why, wanted);
	claims_clear(&c);
}

static const struct {
	const char *text;
	enum identity_why why;
} judged[] = {
	{"{" ISS "," REST "}", IDENTITY_WHY_NONE},
	// The issuer, to the byte.
	{"{" REST "}", IDENTITY_WHY_ISSUER},
	{"{\"iss\":\"https://id.example.org/a/\"," REST "}", IDENTITY_WHY_ISSUER},
	{"{\"iss\":\"https://id.example.org/A\"," REST "}", IDENTITY_WHY_ISSUER},
	{"{\"iss\":\"https://evil.example/a\"," REST "}", IDENTITY_WHY_ISSUER},
	{"{\"iss\":[\"https://id.example.org/a\"]," REST "}", IDENTITY_WHY_ISSUER},
	// For whom: a text or a list.
	{"{" ISS "," WHO "," EXP "}", IDENTITY_WHY_AUDIENCE},
	{"{" ISS ",\"aud\":\"snug\"," WHO "," EXP "}", IDENTITY_WHY_AUDIENCE},
	{"{" ISS ",\"aud\":[]," WHO "," EXP "}", IDENTITY_WHY_AUDIENCE},
	{"{" ISS ",\"aud\":[\"account\",7]," WHO "," EXP "}", IDENTITY_WHY_AUDIENCE},
	{"{" ISS ",\"aud\":[\"account\",\"https://chat.example.org\"]," WHO "," EXP "}",
	 IDENTITY_WHY_NONE},
	{"{" ISS ",\"aud\":\"https://chat.example.org/\"," WHO "," EXP "}",
	 IDENTITY_WHY_AUDIENCE},
	// By whom it was got.
	{"{" ISS "," AUD "," EXP ",\"sub\":\"a\"}", IDENTITY_WHY_CLIENT},
	{"{" ISS "," AUD "," EXP ",\"sub\":\"a\",\"client_id\":\"games\"}",
	 IDENTITY_WHY_CLIENT},
	{"{" ISS "," AUD "," EXP ",\"sub\":\"a\",\"azp\":\"gamja\"}", IDENTITY_WHY_NONE},
	{"{" ISS "," AUD "," EXP ",\"sub\":\"a\",\"appid\":\"snug\"}", IDENTITY_WHY_NONE},
	{"{" ISS "," AUD "," EXP ",\"sub\":\"a\",\"azp\":\"snug\",\"client_id\":\"x\"}",
	 IDENTITY_WHY_CLIENT},
	{"{" ISS "," AUD "," EXP ",\"sub\":\"a\",\"azp\":[\"snug\"]}", IDENTITY_WHY_CLIENT},
	// Until when: a minute of difference is forgiven.
	{"{" ISS "," AUD "," WHO "}", IDENTITY_WHY_CLAIMS},
	{"{" ISS "," AUD "," WHO ",\"exp\":\"1764500300\"}", IDENTITY_WHY_CLAIMS},
	{"{" ISS "," AUD "," WHO ",\"exp\":null}", IDENTITY_WHY_CLAIMS},
	{"{" ISS "," AUD "," WHO ",\"exp\":1e300}", IDENTITY_WHY_CLAIMS},
	{"{" ISS "," AUD "," WHO ",\"exp\":0}", IDENTITY_WHY_CLAIMS},
	{"{" ISS "," AUD "," WHO ",\"exp\":-1764500300}", IDENTITY_WHY_EXPIRED},
	{"{" ISS "," AUD "," WHO ",\"exp\":1764499940}", IDENTITY_WHY_EXPIRED},
	{"{" ISS "," AUD "," WHO ",\"exp\":1764499941}", IDENTITY_WHY_NONE},
	{"{" ISS "," AUD "," WHO ",\"exp\":1764500300.5}", IDENTITY_WHY_NONE},
	{"{" ISS "," REST ",\"nbf\":1764500060}", IDENTITY_WHY_NONE},
	{"{" ISS "," REST ",\"nbf\":1764500061}", IDENTITY_WHY_EARLY},
	{"{" ISS "," REST ",\"nbf\":\"now\"}", IDENTITY_WHY_CLAIMS},
	{"{" ISS "," REST ",\"iat\":1764500060}", IDENTITY_WHY_NONE},
	{"{" ISS "," REST ",\"iat\":1764500061}", IDENTITY_WHY_EARLY},
	{"{" ISS "," REST ",\"iat\":[]}", IDENTITY_WHY_CLAIMS},
	// Who.
	{"{" ISS "," AUD "," EXP ",\"azp\":\"snug\"}", IDENTITY_WHY_CLAIMS},
	{"{" ISS "," AUD "," EXP ",\"azp\":\"snug\",\"sub\":\"\"}", IDENTITY_WHY_CLAIMS},
	{"{" ISS "," AUD "," EXP ",\"azp\":\"snug\",\"sub\":7}", IDENTITY_WHY_CLAIMS},
	{"{" ISS "," AUD "," EXP ",\"azp\":\"snug\",\"sub\":\"a\\nb\"}", IDENTITY_WHY_CLAIMS},
	{"{" ISS "," AUD "," EXP ",\"azp\":\"snug\",\"sub\":\"\\u0430nn\"}",
	 IDENTITY_WHY_CLAIMS},
};

// Proves J2.
static void each_claim_is_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(judged); i++)
		judge_by(&usual, judged[i].text, judged[i].why);
}

static void a_subject_has_at_most_255_bytes(void **state)
{
	struct buf text = {0};

	(void)state;
	for (int len = 255; len <= 256; len++) {
		buf_reset(&text);
		buf_printf(&text, "{" ISS "," AUD "," EXP ",\"azp\":\"snug\",\"sub\":\"%0*d\"}",
			   len, 7);
		judge_by(&usual, buf_str(&text),
			 len == 255 ? IDENTITY_WHY_NONE : IDENTITY_WHY_CLAIMS);
	}
	buf_clear(&text);
}

static void a_tenant_is_demanded_where_one_is_set(void **state)
{
	struct claims_rules rules = usual;
	struct claims c;

	(void)state;
	assert_int_equal(read_by(&usual, "{" ISS "," REST ",\"tid\":\"t1\"}", &c),
			 IDENTITY_WHY_NONE);
	assert_null(c.tenant);
	claims_clear(&c);
	rules.tenant = "t1";
	assert_int_equal(read_by(&rules, "{" ISS "," REST ",\"tid\":\"t1\"}", &c),
			 IDENTITY_WHY_NONE);
	assert_string_equal(c.tenant, "t1");
	claims_clear(&c);
	judge_by(&rules, "{" ISS "," REST "}", IDENTITY_WHY_TENANT);
	judge_by(&rules, "{" ISS "," REST ",\"tid\":\"t2\"}", IDENTITY_WHY_TENANT);
	judge_by(&rules, "{" ISS "," REST ",\"tid\":[\"t1\"]}", IDENTITY_WHY_TENANT);
}

static void a_name_is_proposed_by_the_claim_that_is_set(void **state)
{
	static const struct {
		const char *claim, *more, *name;
	} rows[] = {
		{"preferred_username", ",\"preferred_username\":\"ann\"", "ann"},
		{"preferred_username", ",\"name\":\"ann\"", NULL},
		{"preferred_username", ",\"preferred_username\":7", NULL},
		{"preferred_username", ",\"preferred_username\":\"\"", NULL},
		{"a.b", ",\"a\":{\"b\":\"ann\"}", "ann"},
		{"a.b", ",\"a.b\":\"ann\",\"a\":{\"b\":\"eve\"}", "ann"},
		{"a.b.c", ",\"a\":{\"b\":\"ann\"}", NULL},
		{"a..b", ",\"a\":{\"b\":\"ann\"}", NULL},
		{"https://example.org/name", ",\"https://example.org/name\":\"ann\"", "ann"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct claims_rules rules = usual;
		struct buf text = {0};
		struct claims c;

		rules.name_claim = rows[i].claim;
		buf_printf(&text, "{" ISS "," REST "%s}", rows[i].more);
		assert_int_equal(read_by(&rules, buf_str(&text), &c), IDENTITY_WHY_NONE);
		assert_string_equal(c.name ? c.name : "(none)",
				    rows[i].name ? rows[i].name : "(none)");
		assert_int_equal(c.expires_s, NOW + 300);
		assert_string_equal(c.client, "snug");
		claims_clear(&c);
		buf_clear(&text);
	}
}

static void only_the_named_group_makes_an_administrator(void **state)
{
	static const struct {
		const char *claim, *more, *group;
		bool has_groups, is_admin;
	} rows[] = {
		{"groups", ",\"groups\":[\"chat-admins\"]", "chat-admins", true, true},
		{"groups", ",\"groups\":[\"a\",\"chat-admins\"]", "chat-admins", true, true},
		{"groups", ",\"groups\":\"chat-admins\"", "chat-admins", true, true},
		{"groups", ",\"groups\":[\"Chat-Admins\"]", "chat-admins", true, false},
		{"groups", ",\"groups\":[\"chat-admins2\"]", "chat-admins", true, false},
		{"groups", ",\"groups\":[]", "chat-admins", true, false},
		{"groups", ",\"groups\":[[\"chat-admins\"]]", "chat-admins", true, false},
		{"groups", ",\"groups\":{\"chat-admins\":true}", "chat-admins", false, false},
		{"groups", "", "chat-admins", false, false},
		{"groups", ",\"groups\":[\"chat-admins\"]", NULL, true, false},
		{"realm_access.roles", ",\"realm_access\":{\"roles\":[\"chat-admins\"]}",
		 "chat-admins", true, true},
		{"realm_access.roles", ",\"groups\":[\"chat-admins\"]", "chat-admins", false,
		 false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct claims_rules rules = usual;
		struct buf text = {0};
		struct claims c;

		rules.groups_claim = rows[i].claim;
		rules.admin_group = rows[i].group;
		buf_printf(&text, "{" ISS "," REST "%s}", rows[i].more);
		assert_int_equal(read_by(&rules, buf_str(&text), &c), IDENTITY_WHY_NONE);
		assert_int_equal(c.has_groups, rows[i].has_groups);
		assert_int_equal(c.is_admin, rows[i].is_admin);
		claims_clear(&c);
		buf_clear(&text);
	}
}

#define ON "\"active\":true,\"token_type\":\"Bearer\""

// Proves J3.
static void an_opaque_token_is_what_the_issuer_says(void **state)
{
	static const struct {
		const char *text;
		enum identity_why why;
	} rows[] = {
		{"{" ON "," WHO "," EXP "," ISS "," AUD "}", IDENTITY_WHY_NONE},
		{"{" ON "," WHO "}", IDENTITY_WHY_NONE},
		{"{\"active\":true,\"token_type\":\"bearer\"," WHO "}", IDENTITY_WHY_NONE},
		{"{\"active\":false}", IDENTITY_WHY_INACTIVE},
		{"{\"active\":false,\"token_type\":\"Bearer\"," WHO "," EXP "}",
		 IDENTITY_WHY_INACTIVE},
		{"{\"active\":\"true\",\"token_type\":\"Bearer\"," WHO "}",
		 IDENTITY_WHY_MALFORMED},
		{"{\"token_type\":\"Bearer\"," WHO "}", IDENTITY_WHY_MALFORMED},
		{"{\"active\":false,\"active\":true}", IDENTITY_WHY_MALFORMED},
		{"<html>", IDENTITY_WHY_MALFORMED},
		{"", IDENTITY_WHY_MALFORMED},
		// A refresh token is active, too.
		{"{\"active\":true," WHO "}", IDENTITY_WHY_TYPE},
		{"{\"active\":true,\"token_type\":\"Refresh\"," WHO "}", IDENTITY_WHY_TYPE},
		{"{\"active\":true,\"token_type\":\"refresh_token\"," WHO "}",
		 IDENTITY_WHY_TYPE},
		{"{\"active\":true,\"token_type\":\"DPoP\"," WHO "}", IDENTITY_WHY_TYPE},
		{"{" ON "," WHO ",\"iss\":\"https://evil.example\"}", IDENTITY_WHY_ISSUER},
		{"{" ON "," WHO ",\"iss\":null}", IDENTITY_WHY_ISSUER},
		{"{" ON "," WHO ",\"aud\":\"https://other.example\"}", IDENTITY_WHY_AUDIENCE},
		{"{" ON ",\"sub\":\"a\"}", IDENTITY_WHY_CLIENT},
		{"{" ON ",\"sub\":\"a\",\"client_id\":\"games\"}", IDENTITY_WHY_CLIENT},
		{"{" ON "," WHO ",\"exp\":1764499940}", IDENTITY_WHY_EXPIRED},
		{"{" ON "," WHO ",\"exp\":\"never\"}", IDENTITY_WHY_CLAIMS},
		{"{" ON "," WHO ",\"nbf\":1764500061}", IDENTITY_WHY_EARLY},
		{"{" ON ",\"client_id\":\"snug\"}", IDENTITY_WHY_CLAIMS},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct claims c;
		enum identity_why why =
			introspection_read(span_of(rows[i].text), &usual, NOW, &c);

		if (why != rows[i].why)
			fail_msg("%s: %d, not %d", rows[i].text, why, rows[i].why);
		assert_int_equal(c.subject != NULL, why == IDENTITY_WHY_NONE);
		assert_int_equal(c.client != NULL, why == IDENTITY_WHY_NONE);
		claims_clear(&c);
	}
}

static void what_an_issuer_knows_of_a_person_is_added(void **state)
{
	struct claims c;

	(void)state;
	assert_int_equal(introspection_read(SPAN("{" ON "," WHO "}"), &usual, NOW, &c),
			 IDENTITY_WHY_NONE);
	assert_null(c.name);
	assert_int_equal(userinfo_read(SPAN("{\"sub\":\"249\",\"groups\":[\"chat-admins\"],"
					    "\"preferred_username\":\"eve\"}"),
				       &usual, &c),
			 IDENTITY_WHY_CLAIMS);
	assert_int_equal(userinfo_read(SPAN("{\"preferred_username\":\"eve\"}"), &usual, &c),
			 IDENTITY_WHY_CLAIMS);
	assert_int_equal(userinfo_read(SPAN("eyJ.signed.one"), &usual, &c),
			 IDENTITY_WHY_MALFORMED);
	assert_null(c.name);
	assert_false(c.has_groups);
	assert_int_equal(userinfo_read(SPAN("{\"sub\":\"248\",\"groups\":[\"chat-admins\"],"
					    "\"preferred_username\":\"ann\"}"),
				       &usual, &c),
			 IDENTITY_WHY_NONE);
	assert_string_equal(c.name, "ann");
	assert_true(c.has_groups && c.is_admin);
	claims_clear(&c);
}

static void a_person_may_be_known_by_what_the_issuer_says_of_him_alone(void **state)
{
	struct claims_rules rules = usual;
	struct claims c = {0};

	(void)state;
	assert_int_equal(userinfo_read(SPAN("{\"preferred_username\":\"ann\"}"), &usual, &c),
			 IDENTITY_WHY_CLAIMS);
	assert_null(c.subject);
	assert_null(c.name);
	assert_int_equal(userinfo_read(SPAN("{\"sub\":\"248\",\"preferred_username\":\"ann\"}"),
				       &usual, &c),
			 IDENTITY_WHY_NONE);
	assert_string_equal(c.subject, "248");
	assert_string_equal(c.name, "ann");
	claims_clear(&c);
	rules.tenant = "t1";
	assert_int_equal(userinfo_read(SPAN("{\"sub\":\"248\",\"tid\":\"t2\"}"), &rules, &c),
			 IDENTITY_WHY_TENANT);
	assert_null(c.name);
	claims_clear(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_claim_is_judged),
		cmocka_unit_test(a_subject_has_at_most_255_bytes),
		cmocka_unit_test(a_tenant_is_demanded_where_one_is_set),
		cmocka_unit_test(a_name_is_proposed_by_the_claim_that_is_set),
		cmocka_unit_test(only_the_named_group_makes_an_administrator),
		cmocka_unit_test(an_opaque_token_is_what_the_issuer_says),
		cmocka_unit_test(what_an_issuer_knows_of_a_person_is_added),
		cmocka_unit_test(a_person_may_be_known_by_what_the_issuer_says_of_him_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
