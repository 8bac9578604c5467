// SPDX-License-Identifier: MIT
// A token, its parts and the keys, whatever stands in them. The first byte says which. What is
// taken holds what was demanded of it; nothing that the key did not sign is taken.
#include "common/encode.h"
#include "common/json_read.h"
#include "server/oidc/claims.h"
#include "server/oidc/jwt.h"
#include "server/oidc/logout_token.h"
#include "tests/support/minted.h"

#include <assert.h>
#include <stdlib.h>

#define NOW 1764500000
#define ISSUER "https://id.example.org"
#define TYPED(type) "{\"alg\":\"EdDSA\",\"typ\":\"" type "\"}"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char *const clients[] = {"snug", NULL};
static const struct claims_rules rules = {
	.issuer = ISSUER,
	.audience = "https://chat.example.org",
	.clients = clients,
	.name_claim = "preferred_username",
	.groups_claim = "realm_access.roles",
	.admin_group = "admin",
	.tenant = NULL,
};

// The same in each process: what is found is found again.
static EVP_PKEY *key(void)
{
	static const uint8_t seed[32] = "a key of nobody in particular...";

	return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof(seed));
}

static struct jwks *keys_of(EVP_PKEY *k)
{
	struct buf text = {0};
	struct jwks *keys;

	buf_add_str(&text, "{\"keys\":[");
	minted_jwk(&text, k, "\"kid\":\"k\"");
	buf_add_str(&text, "]}");
	keys = jwks_read(buf_span(&text));
	assert(keys);
	buf_clear(&text);
	return keys;
}

static bool is(const json_t *token, const char *name, const char *wanted)
{
	const char *text = json_string_value(json_object_get(token, name));

	return text && strcmp(text, wanted) == 0;
}

static void judge_claims(const json_t *token)
{
	struct claims c;
	struct logout_token t;

	if (claims_read(token, &rules, NOW, &c) == IDENTITY_WHY_NONE) {
		assert(is(token, "iss", ISSUER) && is(token, "sub", c.subject));
		assert(*c.subject && strlen(c.subject) <= IDENTITY_SUBJECT_MAX && !c.tenant);
		assert(c.expires_s + 60 > NOW && (!c.is_admin || c.has_groups));
		assert(is(token, "client_id", "snug") || is(token, "azp", "snug") ||
		       is(token, "appid", "snug"));
	} else {
		assert(!c.subject && !c.name && !c.is_admin);
	}
	if (logout_token_read(token, &rules, NOW, &t) == IDENTITY_WHY_NONE)
		assert(t.id && (t.subject || t.session) && !json_object_get(token, "nonce"));
	claims_clear(&c);
	logout_token_clear(&t);
}

static enum identity_why try(struct span token, enum jwt_type type, const struct jwks *keys)
{
	const struct jwt_rules how = {keys, {true, true, true}};
	json_t *claims = NULL;
	enum identity_why why = jwt_open(token, type, &how, &claims);

	assert((claims != NULL) == (why == IDENTITY_WHY_NONE));
	if (claims)
		judge_claims(claims);
	json_decref(claims);
	return why;
}

// No token of a stranger is signed: his parts are, so that he gets further.
static void try_parts(const char *header, struct span claims, EVP_PKEY *k,
		      const struct jwks *keys)
{
	struct buf token = {0};
	struct span text;

	minted_token(&token, k, header, claims);
	text = buf_span(&token);
	for (int type = JWT_ACCESS; type <= JWT_LOGOUT; type++) {
		enum identity_why why = try(text, (enum jwt_type)type, keys);

		assert(why != IDENTITY_WHY_SIGNATURE || !jwt_is_like_one(text));
	}
	buf_clear(&token);
}

static void try_token(struct span token, const struct jwks *keys)
{
	bool is_one = jwt_is_like_one(token);

	for (int type = JWT_ACCESS; type <= JWT_LOGOUT; type++) {
		enum identity_why why = try(token, (enum jwt_type)type, keys);

		assert(is_one || why != IDENTITY_WHY_NONE);
	}
}

static void try_keys(struct span text)
{
	struct jwks *keys = jwks_read(text);

	for (int a = 0; keys && a < JOSE_ALGORITHMS; a++) {
		const struct jose_key *found =
			jwks_find(keys, (struct span){0}, (enum jose_algorithm)a);

		assert(!found || (found->key && (int)found->algorithm == a));
		if (found)
			assert(!jose_verify(found, text, span_from(text.at, 0)));
	}
	jwks_free(keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = span_from(bytes + 1, len ? len - 1 : 0);
	EVP_PKEY *k;
	struct jwks *keys;
	char *header;

	if (!len)
		return 0;
	k = key();
	keys = keys_of(k);
	switch (bytes[0]) {
	case 't':
		try_token(text, keys);
		break;
	case 'k':
		try_keys(text);
		break;
	case 'h':
		header = span_dup(text);
		try_parts(header, SPAN("{\"scope\":\"openid\"}"), k, keys);
		free(header);
		break;
	case 'c':
		try_parts(TYPED("at+jwt"), text, k, keys);
		break;
	case 'p':
		try_parts(TYPED("JWT"), text, k, keys);
		break;
	case 'l':
		try_parts(TYPED("logout+jwt"), text, k, keys);
		break;
	default:
		break;
	}
	jwks_free(keys);
	EVP_PKEY_free(k);
	return 0;
}
