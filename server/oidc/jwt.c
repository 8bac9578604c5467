// SPDX-License-Identifier: MIT
// What a stranger wrote is read as late as can be: the claims only when their signature was
// good.
// `jku`, `jwk`, `x5u` and `x5c`, by which a token would bring its own key, are not looked at.
#include "server/oidc/jwt.h"

#include "common/encode.h"
#include "common/json_read.h"

struct parts {
	struct span head, body, signature;
	struct span text; // what is signed: head and body, with the dot
};

static bool split(struct span token, struct parts *p)
{
	size_t first = span_find(token, '.');
	struct span rest = span_after(token, first + 1);
	size_t second = span_find(rest, '.');

	p->head = span_from(token.at, first);
	p->body = span_from(rest.at, second);
	p->signature = span_after(rest, second + 1);
	p->text = span_from(token.at, first + 1 + second);
	return second < rest.len && p->head.len && p->body.len &&
	       span_find(p->signature, '.') == p->signature.len;
}

static json_t *object_of(struct span text)
{
	struct buf json = {0};
	json_t *object = NULL;

	if (decode_b64url(&json, text))
		object = json_read_object(buf_span(&json));
	buf_clear(&json);
	return object;
}

bool jwt_is_like_one(struct span token)
{
	struct parts p;
	json_t *header;

	if (!split(token, &p))
		return false;
	if (token.len > JWT_MAX)
		return true;
	header = object_of(p.head);
	json_decref(header);
	return header != NULL;
}

// A media type without its "application/", in any case (RFC 7515, 4.1.9).
static bool is_type(const json_t *header, enum jwt_type type)
{
	static const char *const names[] = {
		[JWT_ACCESS] = "at+jwt",
		[JWT_PLAIN] = "jwt",
		[JWT_LOGOUT] = "logout+jwt",
	};
	const json_t *value = json_object_get(header, "typ");
	struct span said = span_from(json_string_value(value), json_string_length(value));

	if (!value)
		return type == JWT_PLAIN;
	if (span_starts_fold(said, SPAN("application/")))
		said = span_after(said, strlen("application/"));
	return span_eq_fold(said, span_of(names[type]));
}

static enum identity_why find_key(const json_t *header, const struct jwt_rules *rules,
				  const struct jose_key **key)
{
	const json_t *alg = json_object_get(header, "alg"),
		     *kid = json_object_get(header, "kid");
	struct span name = span_from(json_string_value(alg), json_string_length(alg));
	enum jose_algorithm algorithm;

	if (!jose_algorithm_find(name, &algorithm) || !rules->algorithms[algorithm])
		return IDENTITY_WHY_ALGORITHM;
	if (kid && !json_is_string(kid))
		return IDENTITY_WHY_MALFORMED;
	if (!rules->keys)
		return IDENTITY_WHY_KEY;
	*key = jwks_find(rules->keys,
			 span_from(json_string_value(kid), json_string_length(kid)), algorithm);
	return *key ? IDENTITY_WHY_NONE : IDENTITY_WHY_KEY;
}

static enum identity_why judge_header(const json_t *header, enum jwt_type type,
				      const struct jwt_rules *rules,
				      const struct jose_key **key)
{
	if (!header)
		return IDENTITY_WHY_MALFORMED;
	// It says itself that it is not to be read by who does not know more than we do.
	if (json_object_get(header, "crit") || !is_type(header, type))
		return IDENTITY_WHY_TYPE;
	return find_key(header, rules, key);
}

static bool is_signed(const struct parts *p, const struct jose_key *key)
{
	struct buf signature = {0};
	bool is_fine = decode_b64url(&signature, p->signature) &&
		       jose_verify(key, p->text, buf_span(&signature));

	buf_clear(&signature);
	return is_fine;
}

// Keycloak says in `typ` of the claims, too, what a token is.
static bool is_plain_access(const json_t *claims)
{
	const json_t *kind = json_object_get(claims, "typ");

	if (kind && (!json_is_string(kind) ||
		     !span_eq_fold(span_of(json_string_value(kind)), SPAN("Bearer"))))
		return false;
	if (json_object_get(claims, "nonce") || json_object_get(claims, "at_hash") ||
	    json_object_get(claims, "c_hash"))
		return false;
	return json_is_string(json_object_get(claims, "scp")) ||
	       json_is_string(json_object_get(claims, "scope"));
}

static enum identity_why take_claims(struct span body, enum jwt_type type, json_t **claims)
{
	json_t *object = object_of(body);

	if (!object)
		return IDENTITY_WHY_MALFORMED;
	if (type == JWT_PLAIN && !is_plain_access(object)) {
		json_decref(object);
		return IDENTITY_WHY_TYPE;
	}
	*claims = object;
	return IDENTITY_WHY_NONE;
}

enum identity_why jwt_open(struct span token, enum jwt_type type, const struct jwt_rules *rules,
			   json_t **claims)
{
	const struct jose_key *key = NULL;
	struct parts p;
	enum identity_why why;
	json_t *header;

	if (token.len > JWT_MAX || !split(token, &p))
		return IDENTITY_WHY_MALFORMED;
	header = object_of(p.head);
	why = judge_header(header, type, rules, &key);
	json_decref(header);
	if (why != IDENTITY_WHY_NONE)
		return why;
	if (!is_signed(&p, key))
		return IDENTITY_WHY_SIGNATURE;
	return take_claims(p.body, type, claims);
}
