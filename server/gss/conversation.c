// SPDX-License-Identifier: MIT
// 1. Kerberos has one token each way: whatever wants to go on behind the first is refused, and
//    so is a mechanism that stands around it (SPNEGO, IAKERB).
// 2. A library that is given bindings takes who sends none: that both had them, its flag alone
//    says.
// 3. GS2-KRB5-PLUS ends with our token. Of GSSAPI two more steps follow: which layer, and as
//    whom; "none" is all that is offered, since TLS is below.
#include "server/gss/conversation.h"

#include "common/die.h"
#include "common/gs2.h"
#include "common/utf8.h"
#include "common/wipe.h"
#include "server/gss/gss.h"

#include <stdlib.h>

#define LAYER_NONE 1 // RFC 4752, 3.3; then three bytes of a size, which is 0 without a layer
#define LAYER_LEN 4

struct conversation {
	struct identity_context context;
	gss_ctx_id_t gss;
	struct identity_answer *found; // who it is, once the rest is said
	bool has_offered;
};

static void end(struct identity_context *context)
{
	struct conversation *c = container_of(context, struct conversation, context);

	gss_end(&c->gss);
	identity_answer_free(c->found);
	free(c);
}

static struct identity_answer *refuse(enum identity_why why)
{
	return identity_answer_new(0, why == IDENTITY_WHY_DOWN ? IDENTITY_LATER : IDENTITY_NO,
				   why);
}

static struct identity_answer *found(struct span subject, struct span realm)
{
	struct identity_answer *a = identity_answer_new(0, IDENTITY_IS, IDENTITY_WHY_NONE);
	struct buf issuer = {0};

	buf_printf(&issuer, "krb5:" SPAN_FMT, SPAN_ARG(realm));
	a->issuer = buf_take(&issuer);
	a->subject = span_dup(subject);
	a->proposed = span_dup(subject);
	return a;
}

static struct identity_answer *who(const struct acceptor_settings *settings,
				   const struct gss_accepted *accepted)
{
	struct span subject, realm;

	if (!principal_is_service(buf_span(&accepted->target), settings->service,
				  settings->host, &settings->realms))
		return refuse(IDENTITY_WHY_AUDIENCE);
	switch (principal_read(buf_span(&accepted->source), &settings->realms, &subject,
			       &realm)) {
	case PRINCIPAL_FINE:
		return found(subject, realm);
	case PRINCIPAL_REALM:
		return refuse(IDENTITY_WHY_REALM);
	case PRINCIPAL_KIND:
		break;
	}
	return refuse(IDENTITY_WHY_PRINCIPAL);
}

// The library's context lives on in *gss where `gss` is given.
static struct identity_answer *accept_token(const struct acceptor_settings *settings,
					    struct span token, struct span bound,
					    gss_ctx_id_t *gss)
{
	struct gss_accepted accepted = {0};
	struct identity_answer *a;
	enum identity_why why = gss_accept(settings, token, bound, &accepted);

	a = why == IDENTITY_WHY_NONE ? who(settings, &accepted) : refuse(why);
	if (a->result == IDENTITY_IS) {
		a->reply = accepted.reply;
		accepted.reply = (struct buf){0};
	}
	if (gss && a->result == IDENTITY_IS) {
		*gss = accepted.context;
		accepted.context = GSS_C_NO_CONTEXT;
	}
	gss_accepted_clear(&accepted);
	return a;
}

static struct identity_answer *bound(const struct acceptor_settings *settings,
				     const struct identity_question *q)
{
	struct identity_answer *a;
	struct gs2_first first;
	struct buf token = {0}, beside = {0};

	if (!gs2_read(&first, buf_span(&q->secret)))
		return refuse(IDENTITY_WHY_MALFORMED);
	if (first.kind != (enum tls_binding_kind)q->binding.kind)
		return refuse(IDENTITY_WHY_BINDING);
	gs2_wrap(&first, &token);
	buf_add_span(&beside, first.header);
	buf_add(&beside, q->binding.bytes, q->binding.len);
	a = accept_token(settings, buf_span(&token), buf_span(&beside), NULL);
	if (a->result == IDENTITY_IS && first.acts_as[0])
		a->acts_as = xstrdup(first.acts_as);
	wipe_bytes(token.at, token.cap);
	buf_clear(&token);
	buf_clear(&beside);
	return a;
}

static struct identity_answer *go_on(struct conversation *c, struct buf *reply)
{
	struct identity_answer *a = identity_answer_new(0, IDENTITY_MORE, IDENTITY_WHY_NONE);

	a->context = &c->context;
	a->reply = *reply;
	*reply = (struct buf){0};
	return a;
}

static struct identity_answer *offer(struct conversation *c)
{
	static const char offered[LAYER_LEN] = {LAYER_NONE};
	struct buf reply = {0};

	c->has_offered = true;
	if (gss_wrap_plain(c->gss, span_from(offered, sizeof(offered)), &reply))
		return go_on(c, &reply);
	end(&c->context);
	return refuse(IDENTITY_WHY_TICKET);
}

static struct identity_answer *begin(const struct acceptor_settings *settings,
				     const struct identity_question *q)
{
	gss_ctx_id_t gss = GSS_C_NO_CONTEXT;
	struct identity_answer *a =
		accept_token(settings, buf_span(&q->secret), (struct span){0}, &gss);
	struct conversation *c;

	if (a->result != IDENTITY_IS)
		return a;
	c = xcalloc(1, sizeof(*c));
	c->context.end = end;
	c->gss = gss;
	c->found = a;
	// Whoever wanted no token of ours gets the offer at once.
	return a->reply.len ? go_on(c, &a->reply) : offer(c);
}

// A layer, a size, and as whom.
static struct identity_answer *choose(struct conversation *c, struct span wrapped)
{
	struct identity_answer *a = NULL;
	struct buf plain = {0};
	struct span as;

	if (gss_unwrap_plain(c->gss, wrapped, &plain) && plain.len >= LAYER_LEN &&
	    memcmp(plain.at, (const char[LAYER_LEN]){LAYER_NONE}, LAYER_LEN) == 0) {
		as = span_after(buf_span(&plain), LAYER_LEN);
		if (as.len <= GS2_NAME_MAX && utf8_is_valid(as) &&
		    span_find(as, '\0') == as.len) {
			a = c->found;
			c->found = NULL;
			a->acts_as = as.len ? span_dup(as) : NULL;
		}
	}
	buf_clear(&plain);
	end(&c->context);
	return a ? a : refuse(IDENTITY_WHY_MALFORMED);
}

static struct identity_answer *step(const struct acceptor_settings *settings,
				    struct identity_question *q)
{
	struct conversation *c;

	if (!q->context)
		return q->binding.kind ? bound(settings, q) : begin(settings, q);
	c = container_of(q->context, struct conversation, context);
	q->context = NULL;
	if (c->has_offered)
		return choose(c, buf_span(&q->secret));
	if (!q->secret.len)
		return offer(c);
	end(&c->context);
	return refuse(IDENTITY_WHY_MALFORMED);
}

struct identity_answer *conversation_step(const struct acceptor_settings *settings,
					  struct identity_question *q)
{
	struct identity_answer *a = step(settings, q);

	a->ticket = q->ticket;
	a->way = IDENTITY_KERBEROS;
	return a;
}
