// SPDX-License-Identifier: MIT
#include "server/hub/door/elsewhere.h"

#include "common/die.h"
#include "common/wipe.h"
#include "server/hub/door/identified.h"
#include "server/hub/journal/post.h"
#include "server/hub/door/kept_yes.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/factor.h"
#include "server/hub/people/signin.h"
#include "server/hub/people/throttle.h"

#include <stdlib.h>

struct elsewhere {
	verified_fn *fn;
	int64_t began_ms;
	struct signin_try try;
	char *name, *acts_as; // acts_as: NAME@DEVICE
	bool is_passed_on;    // and not refused without asking
	struct buf secret;    // that was passed on, where it may be kept; wiped
	unsigned n_kept;      // of the binding when it was compared with what was kept
	// What came of it, while that is held: right, but for a code that cannot be asked for.
	account_id half; // 0: it was wrong
	enum login_way half_way;
	char *half_device;
};

static void elsewhere_free(struct elsewhere *e)
{
	wipe_away(&e->secret);
	free(e->name);
	free(e->acts_as);
	free(e->half_device);
	free(e);
}

static struct elsewhere *elsewhere_new(struct session *s, struct span name, struct span device,
				       verified_fn *fn)
{
	struct elsewhere *e = xcalloc(1, sizeof(*e));
	struct buf acts_as = {0};

	e->fn = fn;
	e->began_ms = s->hub->now.mono_ms;
	e->try = signin_try(s, name, device);
	e->name = span_dup(name);
	buf_printf(&acts_as, SPAN_FMT "%s" SPAN_FMT, SPAN_ARG(name), device.len ? "@" : "",
		   SPAN_ARG(device));
	e->acts_as = buf_take(&acts_as);
	return e;
}

// By which the stack is asked about it; NULL: it is not.
static struct account_binding *binding_here(const struct account *a)
{
	struct span service = a->hub->config.pam_service;

	list_for_each(item, &a->bindings) {
		struct account_binding *b =
			container_of(item, struct account_binding, in_account);

		if (binding_is_of_service(b, service))
			return b;
	}
	return NULL;
}

static struct account_binding *binding_now(struct hub *h, const struct elsewhere *e)
{
	const struct account *a = account_find(h, span_of(e->name));

	return a ? binding_here(a) : NULL;
}

static void on_held(struct hub *h, struct session *s, UNUSED struct identity_answer *a,
		    void *arg)
{
	struct elsewhere *e = arg;
	struct account *half = s && e->half ? account_by_id(h, e->half) : NULL;
	struct verdict v = {.kind = VERDICT_NO};

	if (half)
		v = (struct verdict){.kind = VERDICT_YES,
				     .account = half,
				     .device = span_of(e->half_device),
				     .way = e->half_way,
				     .wants_code = true};
	if (s)
		e->fn(s, &v);
	elsewhere_free(e);
}

static struct identity_question *question_new(const struct elsewhere *e)
{
	struct identity_question *q = identity_question_new(IDENTITY_PASSWORD, 0);

	q->asked_ms = e->began_ms;
	return q;
}

// Whoever cannot be asked for a code is told what a wrong password is told.
static bool is_refusal(const struct session *s, const struct verdict *v)
{
	bool can_be_asked = s->exchange && session_has(s, CAP_ACCOUNT_2FA);

	return v->kind == VERDICT_NO || (v->wants_code && !can_be_asked);
}

// A question about nobody comes back when a refusal would. Takes e.
static void deliver(struct session *s, const struct verdict *v, struct elsewhere *e)
{
	if (!is_refusal(s, v)) {
		e->fn(s, v);
		elsewhere_free(e);
		return;
	}
	if (v->kind == VERDICT_YES) {
		e->half = v->account->id;
		e->half_way = v->way;
		e->half_device = span_dup(v->device);
	}
	ask_identity(s->hub, s, question_new(e), on_held, e);
}

static struct verdict on_refused(struct hub *h, const struct elsewhere *e,
				 enum identity_why why)
{
	h->figures.logins[LOGIN_PAM][LOGIN_WRONG]++;
	throttle_failed(h, &e->try.from, span_of(e->name));
	signin_failed(h, &e->try, LOGIN_PAM, identity_why_word(why));
	return (struct verdict){.kind = VERDICT_NO};
}

static struct verdict on_judged(struct session *s, struct identity_answer *a,
				const struct elsewhere *e)
{
	struct verdict v;

	free(a->acts_as);
	a->acts_as = xstrdup(e->acts_as);
	v = identified_verdict(s, a);
	if (v.kind == VERDICT_YES && !v.wants_code)
		throttle_worked(s->hub, &e->try.from, span_of(e->name));
	return v;
}

static struct verdict on_kept(struct session *s, struct account *a, const struct elsewhere *e)
{
	struct verdict v = {.kind = VERDICT_YES,
			    .account = a,
			    .device = span_of(e->try.device),
			    .way = LOGIN_PAM,
			    .is_kept = true,
			    .wants_code = factor_is_on(a)};

	s->is_kept = true;
	if (v.wants_code)
		return v;
	s->hub->figures.logins[LOGIN_PAM][LOGIN_PROVED]++;
	signin_proved(s, a, LOGIN_PAM, false);
	throttle_worked(s->hub, &s->from, span_of(e->name));
	return v;
}

static struct verdict nobody_can_say(struct session *s, enum identity_why why)
{
	const struct identity_answer a = {
		.way = IDENTITY_PAM, .result = IDENTITY_LATER, .why = why};

	return identified_verdict(s, &a);
}

// What is not the one that was kept may be the one that holds now: it is no refusal, but a
// guess.
static void on_compared(struct hub *h, struct session *s, struct hash_job *job, void *arg)
{
	struct elsewhere *e = arg;
	struct account_binding *b = binding_now(h, e);
	bool is_same = b && b->n_kept == e->n_kept && kept_yes_lets_in(b);
	struct verdict v = {.kind = VERDICT_LATER};

	if (job->result == HASH_WRONG)
		(void)on_refused(h, e, IDENTITY_WHY_WRONG);
	else if (s && job->result == HASH_OK && is_same)
		v = on_kept(s, b->account, e);
	else if (s)
		v = nobody_can_say(s, IDENTITY_WHY_DOWN);
	if (s)
		deliver(s, &v, e);
	else
		elsewhere_free(e);
}

static bool may_compare(struct hub *h, const void *arg)
{
	const struct elsewhere *e = arg;

	return throttle_may_try(h, &e->try.from, span_of(e->name));
}

static void compare(struct session *s, const struct account_binding *b, struct elsewhere *e)
{
	struct hash_job *job = verify_with_kept(b, buf_span(&e->secret));

	e->n_kept = b->n_kept;
	job->rank =
		throttle_knows(s->hub, &s->from, span_of(e->name)) ? HASH_KNOWN : HASH_STRANGER;
	job->weighs_on = s->from.wide;
	job->place = throttle_place(s->hub, &s->from, span_of(e->name));
	job->stays = true;
	ask_hash_if(s->hub, s, job, may_compare, on_compared, e);
}

// For when it can say nothing.
static void learn(struct hub *h, const struct identity_answer *a, const struct elsewhere *e)
{
	struct account_binding *b = e->secret.len ? binding_now(h, e) : NULL;

	if (!b || a->result == IDENTITY_LATER)
		return;
	if (a->result == IDENTITY_IS)
		kept_yes_put(b, buf_span(&e->secret));
	else if (a->why == IDENTITY_WHY_WRONG)
		kept_yes_refused(b, buf_span(&e->secret));
	else
		binding_forget(b);
}

// Whom the directory does not know is counted by nobody there.
static void count_passed(struct hub *h, const struct identity_answer *a,
			 const struct elsewhere *e)
{
	if (!e->is_passed_on)
		return;
	if (a->result != IDENTITY_NO)
		throttle_passed_well(h, span_of(e->name));
	else if (a->why != IDENTITY_WHY_UNKNOWN)
		throttle_passed_badly(h, span_of(e->name));
}

// Who hung up before has guessed all the same.
static void on_told(struct hub *h, struct session *s, struct identity_answer *a, void *arg)
{
	struct elsewhere *e = arg;
	struct verdict v = {.kind = VERDICT_LATER};
	const struct account_binding *b = e->secret.len ? binding_now(h, e) : NULL;

	a->way = IDENTITY_PAM;
	count_passed(h, a, e);
	if (s && a->result == IDENTITY_LATER && b && kept_yes_lets_in(b)) {
		compare(s, b, e);
		return;
	}
	if (a->result == IDENTITY_NO)
		v = on_refused(h, e, e->is_passed_on ? a->why : IDENTITY_WHY_TRIES);
	else if (s)
		v = on_judged(s, a, e);
	learn(h, a, e);
	if (s)
		deliver(s, &v, e);
	else
		elsewhere_free(e);
}

// The subject is the directory's spelling, where that is known.
static void pass_on(struct session *s, const struct account_binding *b, struct span secret,
		    identified_fn *told, struct elsewhere *e)
{
	struct identity_question *q = question_new(e);

	throttle_passed_on(s->hub, span_of(e->name));
	e->is_passed_on = true;
	q->name = xstrdup(b ? b->subject : e->name);
	buf_add_span(&q->secret, secret);
	if (s->hub->config.pam_cache_ms)
		buf_add_span(&e->secret, secret);
	ask_identity(s->hub, s, q, told, e);
}

// So many a day, and what is more is refused without asking; b NULL: of who is new.
static void pass_on_or_refuse(struct session *s, const struct account_binding *b,
			      struct span secret, identified_fn *told, struct elsewhere *e)
{
	if (throttle_may_pass_on(s->hub, span_of(e->name), s->hub->config.pam_tries))
		pass_on(s, b, secret, told, e);
	else
		ask_identity(s->hub, s, question_new(e), told, e);
}

// By what is stored here.
static void on_own(struct session *s, const struct verdict *v)
{
	struct elsewhere *e = s->login->own;

	s->login->own = NULL;
	deliver(s, v, e);
}

void elsewhere_end(struct login *l)
{
	if (l->own)
		elsewhere_free(l->own);
	l->own = NULL;
}

static void look_here(struct session *s, struct span name, struct span device,
		      struct span secret, bool is_first_step, verified_fn *fn)
{
	if (is_first_step)
		verify_first_step(s, name, device, secret, fn);
	else
		verify_secret(s, name, device, secret, fn);
}

static void say_later(struct session *s, verified_fn *fn)
{
	struct verdict v = nobody_can_say(s, IDENTITY_WHY_TRIES);

	fn(s, &v);
}

void elsewhere_look(struct session *s, struct span name, struct span device, struct span secret,
		    bool is_first_step, verified_fn *fn)
{
	struct hub *h = s->hub;
	const struct account *a = account_find(h, name);
	const struct account_binding *b =
		a && h->config.pam_service.len ? binding_here(a) : NULL;

	s->is_kept = false;
	if (!h->config.pam_service.len || token_is(secret) || s->registered) {
		look_here(s, name, device, secret, is_first_step, fn);
		return;
	}
	if (!b && (a || !h->config.sign_in_makes)) {
		elsewhere_end(s->login);
		s->login->own = elsewhere_new(s, SPAN(""), SPAN(""), fn);
		look_here(s, name, device, secret, is_first_step, on_own);
		return;
	}
	if (!throttle_may_try(h, &s->from, name))
		say_later(s, fn);
	else
		pass_on_or_refuse(s, b, secret, on_told, elsewhere_new(s, name, device, fn));
}

// Of who is in: it proves that it is them, and no more.
static void on_proof(struct hub *h, struct session *s, struct identity_answer *a, void *arg)
{
	static const enum verdict_kind kinds[] = {[IDENTITY_IS] = VERDICT_YES,
						  [IDENTITY_MORE] = VERDICT_LATER,
						  [IDENTITY_NO] = VERDICT_NO,
						  [IDENTITY_LATER] = VERDICT_LATER};
	struct elsewhere *e = arg;
	struct verdict v = {.kind = kinds[a->result], .account = s ? s->account : NULL};

	count_passed(h, a, e);
	if (a->result == IDENTITY_NO)
		throttle_failed(h, &e->try.from, span_of(e->name));
	else if (a->result == IDENTITY_IS)
		throttle_worked(h, &e->try.from, span_of(e->name));
	learn(h, a, e);
	if (s)
		e->fn(s, &v);
	elsewhere_free(e);
}

void elsewhere_prove(struct session *s, struct span secret, verified_fn *fn)
{
	struct hub *h = s->hub;
	struct span name = span_of(s->account->name);
	const struct account_binding *b =
		h->config.pam_service.len ? binding_here(s->account) : NULL;

	if (!b)
		verify_secret(s, name, SPAN(""), secret, fn);
	else if (!throttle_may_try(h, &s->from, name))
		fn(s, &(struct verdict){.kind = VERDICT_LATER});
	else
		pass_on_or_refuse(s, b, secret, on_proof, elsewhere_new(s, name, SPAN(""), fn));
}
