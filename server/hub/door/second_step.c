// SPDX-License-Identifier: MIT
#include "server/hub/door/second_step.h"

#include "server/hub/journal/post.h"
#include "server/hub/people/factor.h"
#include "server/hub/people/signin.h"
#include "server/hub/people/throttle.h"
#include "server/hub/rooms/slip.h"

#include <stdlib.h>

#define TRIES_MAX 3               // inside: codes of one login
#define TOLD_EVERY_MS (60 * 1000) // inside: so that an attack is no flood of words

void second_step_begin(struct session *s, const struct verdict *v)
{
	struct login *l = s->login;

	second_step_end(s);
	l->half = v->account->id;
	l->half_way = v->way;
	l->half_tries = 0;
	account_set_text(&l->half_device, v->device);
}

static void tell(const struct signin_try *try, struct account *a, enum login_way way)
{
	struct factor *f = a->factor;
	int64_t now = a->hub->now.mono_ms;

	if (!f || (f->told_ms && now - f->told_ms < TOLD_EVERY_MS) || !can_post(a->hub))
		return;
	f->told_ms = now;
	slip_tell(a,
		  "Somebody at %s %s, and no right second factor: they are not in. If that was "
		  "not you, change your password%s",
		  try->source,
		  way == LOGIN_PASSWORD ? "gave your password" : "signed in as you",
		  way == LOGIN_PASSWORD ? " (/passwd)" : " where you sign in");
}

static void count_failed(const struct signin_try *try, struct account *a, enum login_way way)
{
	a->hub->figures.logins[way][LOGIN_WRONG]++;
	throttle_failed(a->hub, &try->from, span_of(a->name));
	tell(try, a, way);
	signin_failed(a->hub, try, way, "code");
}

static void count_failure(struct session *s, struct account *a)
{
	struct signin_try try = signin_try(s, span_of(a->name), span_of(s->login->half_device));

	count_failed(&try, a, s->login->half_way);
}

void second_step_refuse(struct session *s, const struct verdict *v,
			void (*refuse)(struct session *s))
{
	struct signin_try try = signin_try(s, span_of(v->account->name), v->device);
	struct account *a = v->account;

	refuse(s);
	count_failed(&try, a, v->way);
}

void second_step_end(struct session *s)
{
	struct login *l = s->login;
	struct account *a = l && l->half ? account_by_id(s->hub, l->half) : NULL;

	if (!l || !l->half)
		return;
	l->half = 0;
	if (a)
		count_failure(s, a);
}

static enum verdict_kind judge(struct session *s, struct account *a, struct span code)
{
	struct span name = span_of(a->name);

	if (!throttle_may_try(s->hub, &s->from, name) || !can_mend(s->hub))
		return VERDICT_LATER;
	return !account_is_shut(a) && factor_take(a, code) ? VERDICT_YES : VERDICT_NO;
}

void second_step_take(struct session *s, struct span code, struct verdict *v)
{
	struct login *l = s->login;
	struct account *a = l->half ? account_by_id(s->hub, l->half) : NULL;

	*v = (struct verdict){.kind = VERDICT_NO};
	if (!a)
		return;
	v->kind = judge(s, a, code);
	if (v->kind == VERDICT_YES) {
		l->half = 0;
		s->hub->figures.logins[l->half_way][LOGIN_PROVED]++;
		v->account = a;
		v->device = span_of(l->half_device);
		signin_proved(s, a, l->half_way,
			      throttle_is_strange(s->hub, &s->from, span_of(a->name)));
		throttle_worked(s->hub, &s->from, span_of(a->name));
	} else if (v->kind == VERDICT_NO) {
		count_failure(s, a);
		if (++l->half_tries >= TRIES_MAX)
			l->half = 0;
	}
}

enum verdict_kind second_step_prove(struct session *s, struct span code)
{
	enum verdict_kind kind = judge(s, s->account, code);

	if (kind == VERDICT_NO)
		throttle_failed(s->hub, &s->from, span_of(s->account->name));
	return kind;
}
