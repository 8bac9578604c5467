// SPDX-License-Identifier: MIT
// The issuer's word that somebody is no more, which strangers bring too: it is taken once, and
// only with a signature of its own.
#include "server/issuer/issuer_private.h"

#include "common/die.h"
#include "common/log.h"
#include "server/oidc/logout_token.h"

// Whom it is about; a session alone is nobody's here.
static enum stand note(struct asking *a, struct logout_token *t)
{
	enum seen_before before = SEEN_BEFORE;
	int64_t until_s = t->issued_s + 2 * LOGOUT_TOKEN_AGE;

	if (!t->subject)
		return asking_no(a, IDENTITY_WHY_CLAIMS);
	before = seen_add(&a->issuer->seen, span_of(t->id), issuer_wall_ms(a->issuer) / 1000,
			  until_s);
	if (before == SEEN_FULL)
		return asking_later(a);
	if (before == SEEN_BEFORE)
		return asking_no(a, IDENTITY_WHY_REPLAY);
	a->claims.subject = t->subject;
	a->claims.tenant = t->tenant;
	t->subject = t->tenant = NULL;
	return STAND_GOES_ON;
}

static enum stand judge(struct asking *a)
{
	const struct issuer *i = a->issuer;
	struct logout_token t = {0};
	json_t *claims = NULL;
	enum stand stand = asking_open(a, buf_span(&a->token), JWT_LOGOUT, &claims);
	enum identity_why why = IDENTITY_WHY_NONE;

	if (stand == STAND_GOES_ON) {
		why = logout_token_read(claims, &i->settings.claims, issuer_wall_ms(i) / 1000,
					&t);
		stand = why == IDENTITY_WHY_NONE ? note(a, &t) : asking_no(a, why);
	}
	logout_token_clear(&t);
	json_decref(claims);
	return stand;
}

static step_fn *const steps[] = {asking_need_places, judge, NULL};

static void tell(struct asking *a)
{
	struct issuer *i = a->issuer;
	struct identity_answer *out =
		identity_answer_new(0, IDENTITY_NO, IDENTITY_WHY_LOGGED_OUT);

	out->way = IDENTITY_OIDC;
	out->issuer = span_dup(span_of(i->settings.claims.issuer));
	out->subject = a->claims.subject;
	out->tenant = a->claims.tenant;
	a->claims.subject = a->claims.tenant = NULL;
	log_event(LOG_INFO, "issuer_logout", "subject", out->subject, NULL);
	i->out.answer(i->out.arg, out);
}

static void finish(struct asking *a)
{
	struct issuer *i = a->issuer;
	enum issuer_logout what = ISSUER_CANNOT_SAY;

	i->n_logouts--;
	if (a->result == IDENTITY_IS) {
		what = ISSUER_LOGGED_OUT;
		tell(a);
	} else if (a->result == IDENTITY_NO) {
		what = ISSUER_REFUSED;
		log_event(LOG_DEBUG, "issuer_logout_refused", "why", identity_why_word(a->why),
			  NULL);
	}
	i->out.logged_out(i->out.arg, a->conn, what);
}

void issuer_take_logout(struct issuer *i, conn_id conn, struct span token)
{
	struct asking *a;

	if (i->n_logouts == ISSUER_LOGOUTS_MAX) {
		i->out.logged_out(i->out.arg, conn, ISSUER_BUSY);
		return;
	}
	a = issuer_new_asking(i);
	i->n_logouts++;
	a->conn = conn;
	a->steps = steps;
	a->finish = finish;
	buf_add_span(&a->token, token);
	issuer_go(i);
}
