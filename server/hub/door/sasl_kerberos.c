// SPDX-License-Identifier: MIT
// GS2-KRB5-PLUS (RFC 5801) and GSSAPI (RFC 4752): tickets of Kerberos. What is said in them the
// thread knows that looks at them (server/gss); here it goes to and fro.
#include "common/die.h"
#include "server/hub/door/identified.h"
#include "server/hub/journal/post.h"
#include "server/hub/state/session.h"

#include <stdlib.h>

struct kerberos_talk {
	struct identity_context *context; // for the next question; NULL: there is none
	struct identity_answer *found;    // once our last word was said; NULL: not yet
};

// What is to be kept of it is taken out of the letter.
static struct identity_answer *keep(struct identity_answer *a)
{
	struct identity_answer *kept = xmemdup(a, sizeof(*a));

	*a = (struct identity_answer){.letter = a->letter, .ticket = a->ticket};
	return kept;
}

static enum sasl_result take(struct exchange *x, struct identity_answer *a)
{
	struct kerberos_talk *own = x->own;

	if (a->result != IDENTITY_MORE && (a->result != IDENTITY_IS || !a->reply.len))
		return sasl_identified(x, a);
	buf_add_span(&x->challenge, buf_span(&a->reply));
	own->context = a->context;
	a->context = NULL;
	if (a->result == IDENTITY_IS)
		own->found = keep(a);
	return SASL_CHALLENGE;
}

// An exchange that ended meanwhile takes its session's wait along: then there is none.
static void on_identified(UNUSED struct hub *h, struct session *s, struct identity_answer *a,
			  UNUSED void *arg)
{
	if (s && s->exchange)
		sasl_answer(s, take(s->exchange, a));
}

static enum sasl_result ask_about(struct exchange *x, struct span response,
				  const struct tls_binding *binding)
{
	struct identity_question *q = identity_question_new(IDENTITY_TICKET, 0);
	struct kerberos_talk *own = x->own;

	buf_add_span(&q->secret, response);
	q->context = own->context;
	own->context = NULL;
	if (binding)
		q->binding = *binding;
	ask_identity(x->session->hub, x->session, q, on_identified, NULL);
	return SASL_SLOW;
}

static enum sasl_result start(struct exchange *x)
{
	static const struct identity_answer too_many = {
		.way = IDENTITY_KERBEROS, .result = IDENTITY_LATER, .why = IDENTITY_WHY_TRIES};

	x->own = xcalloc(1, sizeof(struct kerberos_talk));
	return identified_may_ask(x->session) ? SASL_CHALLENGE : sasl_identified(x, &too_many);
}

// Our last word is answered by an empty response.
static enum sasl_result last(struct exchange *x, struct span response)
{
	const struct kerberos_talk *own = x->own;

	if (!response.len)
		return sasl_identified(x, own->found);
	identified_malformed(x->session, IDENTITY_KERBEROS);
	return SASL_REFUSED;
}

// The binding is the listener's word on the stream; without one nothing can be bound to it.
static enum sasl_result step_bound(struct exchange *x, struct span response)
{
	const struct kerberos_talk *own = x->own;
	const struct identity_answer unbound = {
		.way = IDENTITY_KERBEROS, .result = IDENTITY_NO, .why = IDENTITY_WHY_BINDING};

	if (own->found)
		return last(x, response);
	if (!x->session->binding)
		return sasl_identified(x, &unbound);
	return ask_about(x, response, x->session->binding);
}

static enum sasl_result step_plain(struct exchange *x, struct span response)
{
	const struct kerberos_talk *own = x->own;

	return own->found ? last(x, response) : ask_about(x, response, NULL);
}

static void end(struct exchange *x)
{
	struct kerberos_talk *own = x->own;

	if (own->context)
		own->context->end(own->context);
	identity_answer_free(own->found);
	free(own);
}

static bool is_bound_offered(const struct hub *h)
{
	return h->config.has_kerberos;
}

static bool is_plain_offered(const struct hub *h)
{
	return h->config.has_plain_kerberos;
}

const struct mechanism sasl_gs2_krb5 = {.name = "GS2-KRB5-PLUS",
					.max = SASL_TICKET_MAX,
					.binds = true,
					.is_offered = is_bound_offered,
					.start = start,
					.step = step_bound,
					.end = end};
const struct mechanism sasl_gssapi = {.name = "GSSAPI",
				      .max = SASL_TICKET_MAX,
				      .binds = true,
				      .is_offered = is_plain_offered,
				      .start = start,
				      .step = step_plain,
				      .end = end};
