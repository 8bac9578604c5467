// SPDX-License-Identifier: MIT
#include "server/oidc/claims_private.h"

#include "server/oidc/claim.h"

#include <stdlib.h>

#define NAME_LEN 255 // of what is proposed; the hub's own rule is shorter
#define PATH_DEPTH 8 // of a claim in claims

void claims_clear(struct claims *c)
{
	free(c->subject);
	free(c->tenant);
	free(c->name);
	free(c->client);
	*c = (struct claims){0};
}

static bool is_one_of(const json_t *value, const char *const *list)
{
	for (; json_is_string(value) && *list; list++) {
		if (strcmp(json_string_value(value), *list) == 0)
			return true;
	}
	return false;
}

// Who got the token (RFC 9068 and 7662 client_id, OpenID azp, Entra's first version appid): all
// that are said must be known, and one must be.
bool claims_take_client(const json_t *token, const struct claims_rules *r, struct claims *out)
{
	static const char *const names[] = {"client_id", "azp", "appid"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const json_t *value = json_object_get(token, names[i]);

		if (value && !is_one_of(value, r->clients))
			return false;
		if (value && !out->client)
			out->client = span_dup(span_of(json_string_value(value)));
	}
	return out->client != NULL;
}

enum identity_why claims_take_subject(const json_t *token, const struct claims_rules *r,
				      struct claims *out)
{
	out->subject = claim_text(token, "sub", IDENTITY_SUBJECT_MAX);
	if (!out->subject)
		return IDENTITY_WHY_CLAIMS;
	if (!r->tenant)
		return IDENTITY_WHY_NONE;
	out->tenant = claim_text(token, "tid", CLAIMS_TENANT_MAX);
	return out->tenant && strcmp(out->tenant, r->tenant) == 0 ? IDENTITY_WHY_NONE
								  : IDENTITY_WHY_TENANT;
}

// The member of this very name, which may have dots in it, or else what the path leads to.
static const json_t *member_at(const json_t *token, const char *path)
{
	const json_t *at = json_object_get(token, path);
	struct span rest = span_of(path);

	if (at)
		return at;
	at = token;
	for (int depth = 0; at && rest.len && depth < PATH_DEPTH; depth++) {
		struct span name = span_cut(&rest, '.');

		at = json_object_getn(at, name.at, name.len);
	}
	return rest.len ? NULL : at;
}

void claims_take_person(const json_t *token, const struct claims_rules *r, struct claims *out)
{
	const json_t *name = member_at(token, r->name_claim);
	const json_t *groups = member_at(token, r->groups_claim);
	size_t len = json_string_length(name);

	if (!out->name && len && len <= NAME_LEN)
		out->name = span_dup(span_from(json_string_value(name), len));
	if (!json_is_array(groups) && !json_is_string(groups))
		return;
	out->has_groups = true;
	out->is_admin = r->admin_group && claim_has(groups, r->admin_group);
}

static enum identity_why judge(const json_t *token, const struct claims_rules *r, int64_t now_s,
			       struct claims *out)
{
	enum identity_why why;

	if (!claim_is(token, "iss", r->issuer))
		return IDENTITY_WHY_ISSUER;
	if (!claim_has(json_object_get(token, "aud"), r->audience))
		return IDENTITY_WHY_AUDIENCE;
	if (!claims_take_client(token, r, out))
		return IDENTITY_WHY_CLIENT;
	if (!claim_time(token, "exp", &out->expires_s) || !out->expires_s)
		return IDENTITY_WHY_CLAIMS;
	why = claim_times(token, now_s);
	return why != IDENTITY_WHY_NONE ? why : claims_take_subject(token, r, out);
}

enum identity_why claims_read(const json_t *token, const struct claims_rules *r, int64_t now_s,
			      struct claims *out)
{
	enum identity_why why;

	*out = (struct claims){0};
	why = judge(token, r, now_s, out);
	if (why == IDENTITY_WHY_NONE)
		claims_take_person(token, r, out);
	else
		claims_clear(out);
	return why;
}
