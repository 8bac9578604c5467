// SPDX-License-Identifier: MIT
// What an issuer answers when it is asked of a token, and of a person. Who answers is known by
// TLS; what must still be looked at is whether the answer is about what was asked.
#include "server/oidc/claims_private.h"

#include "common/json_read.h"
#include "server/oidc/claim.h"

// Each is left out by some issuers, and judged where it is there.
static enum identity_why judge_origin(const json_t *token, const struct claims_rules *r,
				      struct claims *out)
{
	const json_t *audience = json_object_get(token, "aud");

	if (json_object_get(token, "iss") && !claim_is(token, "iss", r->issuer))
		return IDENTITY_WHY_ISSUER;
	if (audience && !claim_has(audience, r->audience))
		return IDENTITY_WHY_AUDIENCE;
	return claims_take_client(token, r, out) ? IDENTITY_WHY_NONE : IDENTITY_WHY_CLIENT;
}

// A refresh token is active, too; of one, no type of an access token is said.
static bool is_bearer(const json_t *token)
{
	const json_t *type = json_object_get(token, "token_type");

	return json_is_string(type) &&
	       span_eq_fold(span_of(json_string_value(type)), SPAN("Bearer"));
}

static enum identity_why judge(const json_t *token, const struct claims_rules *r, int64_t now_s,
			       struct claims *out)
{
	enum identity_why why;

	if (!token || !json_is_boolean(json_object_get(token, "active")))
		return IDENTITY_WHY_MALFORMED;
	if (!json_is_true(json_object_get(token, "active")))
		return IDENTITY_WHY_INACTIVE;
	if (!is_bearer(token))
		return IDENTITY_WHY_TYPE;
	why = judge_origin(token, r, out);
	if (why == IDENTITY_WHY_NONE)
		why = claim_times(token, now_s);
	if (why != IDENTITY_WHY_NONE)
		return why;
	if (!claim_time(token, "exp", &out->expires_s))
		return IDENTITY_WHY_CLAIMS;
	return claims_take_subject(token, r, out);
}

enum identity_why introspection_read(struct span json, const struct claims_rules *r,
				     int64_t now_s, struct claims *out)
{
	json_t *token = json_read_object(json);
	enum identity_why why;

	*out = (struct claims){0};
	why = judge(token, r, now_s, out);
	if (why == IDENTITY_WHY_NONE)
		claims_take_person(token, r, out);
	else
		claims_clear(out);
	json_decref(token);
	return why;
}

enum identity_why userinfo_read(struct span json, const struct claims_rules *r,
				struct claims *out)
{
	json_t *person = json_read_object(json);
	enum identity_why why = IDENTITY_WHY_NONE;

	if (!person)
		return IDENTITY_WHY_MALFORMED;
	// Of somebody else, it is as if nothing was said (OpenID Connect Core, 5.3.2).
	if (!out->subject)
		why = claims_take_subject(person, r, out);
	else if (!claim_is(person, "sub", out->subject))
		why = IDENTITY_WHY_CLAIMS;
	if (why == IDENTITY_WHY_NONE)
		claims_take_person(person, r, out);
	json_decref(person);
	return why;
}
