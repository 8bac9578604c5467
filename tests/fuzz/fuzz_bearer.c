// SPDX-License-Identifier: MIT
// What two strangers say at a login by a token: the client by OAUTHBEARER, the issuer by JSON.
// The first byte says which. What is taken is fit for a header, an address and a log, and says
// the same when it is written again.
#include "common/bearer.h"
#include "common/bearer_failure.h"
#include "common/discovery.h"
#include "common/token_answer.h"
#include "server/oidc/claims.h"

#include <assert.h>
#include <stdlib.h>

#define NOW 1764500000
#define ISSUER "https://id.example.org"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char *const clients[] = {"snug", NULL};
static const char *const hosts[] = {"keys.example.net:8443", NULL};
static const struct claims_rules rules = {
	.issuer = ISSUER,
	.audience = "https://chat.example.org",
	.clients = clients,
	.name_claim = "preferred_username",
	.groups_claim = "groups",
	.admin_group = "admin",
	.tenant = "t",
};

static bool is_visible(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < ' ' || s.at[i] > '~')
			return false;
	}
	return true;
}

static void try_message(struct span text)
{
	struct bearer_message m, again;
	enum bearer_kind kind = bearer_read(text, &m);
	struct buf written = {0};

	if (kind == BEARER_MALFORMED)
		return;
	assert(!m.token.len || bearer_token_is_fit(m.token));
	assert(is_visible(m.refresh) && is_visible(m.code) && is_visible(m.redirect));
	assert((kind == BEARER_CODE) == (m.code.len && m.verifier.len && m.redirect.len));
	bearer_write(&written, &m);
	assert(bearer_read(buf_span(&written), &again) == kind);
	assert(span_eq(m.name, again.name) && span_eq(m.token, again.token));
	assert(span_eq(m.refresh, again.refresh) && span_eq(m.code, again.code));
	assert(span_eq(m.verifier, again.verifier) && span_eq(m.redirect, again.redirect));
	buf_clear(&written);
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void try_failure(struct span text)
{
	struct bearer_failure f, again;
	struct buf written = {0};

	if (!bearer_failure_read(text, &f))
		return;
	bearer_failure_write(&written, &f);
	assert(is_visible(buf_span(&written)));
	// Each character that is not ASCII takes six bytes: of those it may have become too long.
	if (bearer_failure_read(buf_span(&written), &again)) {
		assert(is_same(f.status, again.status) && is_same(f.scope, again.scope));
		assert(is_same(f.configuration, again.configuration));
		assert(is_same(f.authorization, again.authorization));
		assert(is_same(f.client_id, again.client_id));
		bearer_failure_clear(&again);
	} else {
		assert(written.len > BEARER_FAILURE_MAX);
	}
	bearer_failure_clear(&f);
	buf_clear(&written);
}

static void look_at(const char *url)
{
	struct span host;

	if (!url)
		return;
	host = endpoint_host(span_of(url));
	assert(endpoint_is_fit(span_of(url)));
	assert(span_eq_fold(host, SPAN("id.example.org")) ||
	       span_eq_fold(host, SPAN("keys.example.net:8443")));
}

static void try_discovery(struct span text)
{
	struct discovery d;
	char *why = NULL;

	if (discovery_read(text, ISSUER, hosts, &d, &why)) {
		assert(!why && d.token && d.keys);
		look_at(d.token);
		look_at(d.keys);
		look_at(d.authorization);
		look_at(d.device);
		look_at(d.userinfo);
		look_at(d.introspection);
		look_at(d.revocation);
	} else {
		assert(why && is_visible(span_of(why)) && !d.token);
	}
	discovery_clear(&d);
	free(why);
}

static void try_answers(struct span text)
{
	struct token_answer t;
	struct claims c;

	if (token_answer_read(text, &t)) {
		assert((t.access != NULL) != (t.error != NULL));
		assert(!t.access || bearer_token_is_fit(span_of(t.access)));
		assert(t.expires_in_s >= 0 && is_visible(span_of(t.error)));
	}
	if (introspection_read(text, &rules, NOW, &c) == IDENTITY_WHY_NONE) {
		assert(*c.subject && is_visible(span_of(c.subject)));
		assert(strcmp(c.tenant, "t") == 0);
		(void)!userinfo_read(text, &rules, &c);
	} else {
		assert(!c.subject && !c.tenant && !c.is_admin);
	}
	token_answer_clear(&t);
	claims_clear(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = span_from(bytes + 1, len ? len - 1 : 0);

	if (!len)
		return 0;
	switch (bytes[0]) {
	case 'm':
		try_message(text);
		break;
	case 'f':
		try_failure(text);
		break;
	case 'd':
		try_discovery(text);
		break;
	case 'a':
		try_answers(text);
		break;
	default:
		break;
	}
	return 0;
}
