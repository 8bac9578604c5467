// SPDX-License-Identifier: MIT
#include "server/oidc/logout_token.h"

#include "server/oidc/claim.h"

#include <stdlib.h>

#define EVENT "http://schemas.openid.net/event/backchannel-logout"
#define ID_LEN 255

void logout_token_clear(struct logout_token *t)
{
	free(t->subject);
	free(t->session);
	free(t->tenant);
	free(t->id);
	*t = (struct logout_token){0};
}

static bool is_for_us(const json_t *token, const struct claims_rules *r)
{
	const json_t *audience = json_object_get(token, "aud");

	for (const char *const *client = r->clients; *client; client++) {
		if (claim_has(audience, *client))
			return true;
	}
	return false;
}

// An id_token has a nonce and no event: neither passes for the other.
static bool is_logout(const json_t *token)
{
	const json_t *events = json_object_get(token, "events");

	return json_is_object(json_object_get(events, EVENT)) &&
	       !json_object_get(token, "nonce");
}

// A member that is there must be one that can be compared.
static bool take_text(const json_t *token, const char *name, char **to)
{
	*to = claim_text(token, name, ID_LEN);
	return *to || !json_object_get(token, name);
}

static enum identity_why take(const json_t *token, const struct claims_rules *r,
			      struct logout_token *out)
{
	if (!take_text(token, "sub", &out->subject) ||
	    !take_text(token, "sid", &out->session) || !take_text(token, "jti", &out->id) ||
	    !out->id || (!out->subject && !out->session))
		return IDENTITY_WHY_CLAIMS;
	if (!r->tenant)
		return IDENTITY_WHY_NONE;
	out->tenant = claim_text(token, "tid", CLAIMS_TENANT_MAX);
	return out->tenant && strcmp(out->tenant, r->tenant) == 0 ? IDENTITY_WHY_NONE
								  : IDENTITY_WHY_TENANT;
}

static enum identity_why judge(const json_t *token, const struct claims_rules *r, int64_t now_s,
			       struct logout_token *out)
{
	enum identity_why why;

	if (!claim_is(token, "iss", r->issuer))
		return IDENTITY_WHY_ISSUER;
	if (!is_for_us(token, r))
		return IDENTITY_WHY_AUDIENCE;
	if (!is_logout(token) || !claim_time(token, "iat", &out->issued_s) || !out->issued_s)
		return IDENTITY_WHY_CLAIMS;
	why = claim_times(token, now_s);
	if (why != IDENTITY_WHY_NONE)
		return why;
	if (out->issued_s + LOGOUT_TOKEN_AGE <= now_s)
		return IDENTITY_WHY_EXPIRED;
	return take(token, r, out);
}

enum identity_why logout_token_read(const json_t *token, const struct claims_rules *r,
				    int64_t now_s, struct logout_token *out)
{
	enum identity_why why;

	*out = (struct logout_token){0};
	why = judge(token, r, now_s, out);
	if (why != IDENTITY_WHY_NONE)
		logout_token_clear(out);
	return why;
}
