// SPDX-License-Identifier: MIT
// OAUTHBEARER (RFC 7628): an access token of the issuer, or a code that the server exchanges
// for one (common/bearer.h has our pairs).
//
// What is not taken is told by one challenge, in words equal for every reason, with what a
// client needs to get a token; after whatever it answers comes 904. Without a token that is
// what is asked for (4.3), and no failure.
#include "common/bearer.h"
#include "common/bearer_failure.h"
#include "common/die.h"
#include "server/hub/door/identified.h"
#include "server/hub/journal/post.h"

#include <stdlib.h>

// Of an exchange whose challenge is out: what comes of it then.
struct bearer {
	enum sasl_result result;
};

static char *member(struct span text)
{
	return text.len ? span_dup(text) : NULL;
}

static enum sasl_result challenge(struct exchange *x, enum sasl_result result)
{
	const struct hub_oidc *oidc = &x->session->hub->config.oidc;
	struct bearer *own = xcalloc(1, sizeof(*own));
	struct bearer_failure f = {
		.status = xstrdup(result == SASL_LATER ? "temporarily_unavailable"
						       : "invalid_token"),
		.scope = member(oidc->scope),
		.configuration = member(oidc->configuration),
		.client_id = member(oidc->client_id),
		.resource = member(oidc->resource),
		.authorization = member(oidc->authorization),
	};

	own->result = result;
	x->own = own;
	bearer_failure_write(&x->challenge, &f);
	bearer_failure_clear(&f);
	return SASL_CHALLENGE;
}

static enum sasl_result judge(struct exchange *x, const struct identity_answer *a)
{
	enum sasl_result result = sasl_identified(x, a);

	if (result == SASL_DONE || result == SASL_HALF)
		return result;
	return challenge(x, result);
}

static void on_identified(struct hub *h, struct session *s, struct identity_answer *a,
			  void *name)
{
	(void)h;
	if (!s) {
		free(name);
		return;
	}
	free(a->acts_as);
	a->acts_as = name;
	sasl_answer(s, judge(s->exchange, a));
}

static enum sasl_result ask_issuer(struct exchange *x, const struct bearer_message *m)
{
	bool is_code = m->code.len > 0;
	struct identity_question *q =
		identity_question_new(is_code ? IDENTITY_CODE : IDENTITY_BEARER, 0);

	buf_add_span(&q->secret, is_code ? m->code : m->token);
	buf_add_span(&q->refresh, m->refresh);
	buf_add_span(&q->verifier, m->verifier);
	if (is_code)
		q->redirect = span_dup(m->redirect);
	ask_identity(x->session->hub, x->session, q, on_identified, span_dup(m->name));
	return SASL_SLOW;
}

static enum sasl_result step(struct exchange *x, struct span response)
{
	static const struct identity_answer too_many = {
		.way = IDENTITY_OIDC, .result = IDENTITY_LATER, .why = IDENTITY_WHY_TRIES};
	struct bearer_message m;

	if (x->own)
		return ((const struct bearer *)x->own)->result;
	switch (bearer_read(response, &m)) {
	case BEARER_MALFORMED:
		identified_malformed(x->session, IDENTITY_OIDC);
		return challenge(x, SASL_REFUSED);
	case BEARER_ASKS:
		return challenge(x, SASL_REFUSED);
	case BEARER_TOKEN:
	case BEARER_CODE:
		break;
	}
	return identified_may_ask(x->session) ? ask_issuer(x, &m) : judge(x, &too_many);
}

static void end(struct exchange *x)
{
	free(x->own);
}

static bool is_offered(const struct hub *h)
{
	return h->config.oidc.issuer.len > 0;
}

const struct mechanism sasl_oauthbearer = {.name = "OAUTHBEARER",
					   .is_offered = is_offered,
					   .step = step,
					   .end = end,
					   .binds = true};
