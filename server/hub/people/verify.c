// SPDX-License-Identifier: MIT
#include "server/hub/people/verify.h"

#include "common/die.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/factor.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/signin.h"
#include "server/hub/people/throttle.h"

#include <stdio.h>
#include <stdlib.h>

struct attempt {
	verified_fn *fn;
	account_id account;   // 0: no such name
	unsigned n_passwords; // of the account then
	struct signin_try try;
	bool is_of_login; // and not of somebody who is in
	bool is_own;      // of somebody who is in as that account
	char *name, *device;
};

static void attempt_free(struct attempt *a)
{
	free(a->name);
	free(a->device);
	free(a);
}

// Who is in already proves something else by it; half a login is none yet (second_step.h).
static void count(const struct session *s, enum login_way way, const struct verdict *v)
{
	static const enum login_result results[] = {
		[VERDICT_YES] = LOGIN_PROVED,
		[VERDICT_NO] = LOGIN_WRONG,
		[VERDICT_LATER] = LOGIN_LATER,
	};

	if (!s->registered && !v->wants_code)
		s->hub->figures.logins[way][results[v->kind]]++;
}

// What it came to is told first: what is kept of it takes its time.
static void tell(struct session *s, const struct signin_try *try, enum login_way way,
		 const struct verdict *v, verified_fn *fn)
{
	struct hub *h = s->hub;
	bool is_of_login = !s->registered;

	count(s, way, v);
	fn(s, v);
	if (is_of_login && v->kind != VERDICT_YES)
		signin_failed(h, try, way, v->kind == VERDICT_NO ? "wrong" : "later");
}

static void verify_token(struct session *s, struct span name, struct span device,
			 struct span secret, verified_fn *fn)
{
	struct credential *c = token_find(s->hub, secret);
	struct signin_try try = signin_try(s, name, device);
	struct verdict v = {.kind = VERDICT_NO, .device = device, .is_token = true};

	if (c && credential_lets_in(c) &&
	    (!name.len || span_eq_fold(name, span_of(c->account->name)))) {
		v.kind = VERDICT_YES;
		v.account = c->account;
		if (!device.len)
			v.device = span_of(c->label);
		s->token = c->id;
		signin_proved(s, c->account, LOGIN_TOKEN, false);
		credential_used(c);
		throttle_met(s->hub, &s->from, span_of(c->account->name));
	} else if (!throttle_may_try(s->hub, &s->from, name)) {
		v.kind = VERDICT_LATER;
	} else {
		throttle_failed(s->hub, &s->from, name);
	}
	tell(s, &try, LOGIN_TOKEN, &v, fn);
}

// Whose account has a second factor is at the first of two steps, but who is in as it.
static bool is_half(const struct attempt *attempt, const struct account *a)
{
	return factor_is_on(a) && !attempt->is_own;
}

static void count_right(struct hub *h, const struct session *s, const struct attempt *attempt,
			const struct account *a)
{
	if (!is_half(attempt, a))
		throttle_worked(h, &attempt->try.from, span_of(attempt->name));
	else if (!s)
		throttle_failed(h, &attempt->try.from, span_of(attempt->name));
}

static enum verdict_kind judge(struct hub *h, const struct session *s,
			       const struct hash_job *job, const struct attempt *attempt,
			       struct account *a)
{
	struct span name = span_of(attempt->name);

	if (job->result == HASH_BUSY || job->result == HASH_NO_MEMORY)
		return VERDICT_LATER;
	if (job->result != HASH_OK || !a || account_is_shut(a) ||
	    a->n_passwords != attempt->n_passwords) {
		throttle_failed(h, &attempt->try.from, name);
		return VERDICT_NO;
	}
	count_right(h, s, attempt, a);
	if (job->outdated && can_post(h))
		account_rehash(a, span_of(job->phc));
	return VERDICT_YES;
}

// Others may have guessed since it was asked.
static bool may_run(struct hub *h, const void *arg)
{
	const struct attempt *attempt = arg;

	return throttle_may_try(h, &attempt->try.from, span_of(attempt->name));
}

static void on_hashed(struct hub *h, struct session *s, struct hash_job *job, void *arg)
{
	struct attempt *attempt = arg;
	struct account *a = account_by_id(h, attempt->account);
	struct verdict v = {.device = span_of(attempt->device)};

	bool is_strange =
		a && throttle_is_strange(h, &attempt->try.from, span_of(attempt->name));

	v.kind = judge(h, s, job, attempt, a);
	if (v.kind == VERDICT_YES) {
		v.account = a;
		v.wants_code = is_half(attempt, a);
	}
	if (s && v.kind == VERDICT_YES && !v.wants_code)
		signin_proved(s, a, LOGIN_PASSWORD, is_strange);
	if (s)
		tell(s, &attempt->try, LOGIN_PASSWORD, &v, attempt->fn);
	else if (attempt->is_of_login && (v.kind == VERDICT_NO || v.wants_code))
		signin_failed(h, &attempt->try, LOGIN_PASSWORD,
			      v.wants_code ? "code" : "wrong");
	attempt_free(attempt);
}

static struct attempt *attempt_new(struct session *s, const struct account *a, struct span name,
				   struct span device, verified_fn *fn)
{
	struct attempt *attempt = xcalloc(1, sizeof(*attempt));

	attempt->fn = fn;
	attempt->account = a ? a->id : 0;
	attempt->n_passwords = a ? a->n_passwords : 0;
	attempt->try = signin_try(s, name, device);
	attempt->is_of_login = !s->registered;
	attempt->is_own = s->registered && s->account == a;
	attempt->name = span_dup(name);
	attempt->device = span_dup(device);
	return attempt;
}

static void verify_password(struct session *s, struct span name, struct span device,
			    struct span secret, bool is_first_step, verified_fn *fn)
{
	const struct account *a = account_find(s->hub, name);
	struct attempt *attempt = attempt_new(s, a, name, device, fn);
	struct hash_job *job = hash_job_new(HASH_VERIFY, 0, secret.at, secret.len);

	// An empty phc costs as much as a real one and is never right.
	snprintf(job->phc, sizeof(job->phc), "%s", a && !account_is_shut(a) ? a->password : "");
	job->rank = s->registered || throttle_knows(s->hub, &s->from, name) ? HASH_KNOWN
									    : HASH_STRANGER;
	job->weighs_on = s->from.wide;
	job->place = throttle_place(s->hub, &s->from, name);
	job->stays = a && is_half(attempt, a) && !is_first_step;
	ask_hash_if(s->hub, s, job, may_run, on_hashed, attempt);
}

static void verify(struct session *s, struct span name, struct span device, struct span secret,
		   bool is_first_step, verified_fn *fn)
{
	struct signin_try try = signin_try(s, name, device);
	struct verdict v = {.kind = VERDICT_NO};

	if (token_is(secret)) {
		verify_token(s, name, device, secret, fn);
		return;
	}
	if (secret.len && secret.len <= PASSWORD_MAX) {
		if (throttle_may_try(s->hub, &s->from, name)) {
			verify_password(s, name, device, secret, is_first_step, fn);
			return;
		}
		v.kind = VERDICT_LATER;
	}
	tell(s, &try, LOGIN_PASSWORD, &v, fn);
}

void verify_secret(struct session *s, struct span name, struct span device, struct span secret,
		   verified_fn *fn)
{
	verify(s, name, device, secret, false, fn);
}

void verify_first_step(struct session *s, struct span name, struct span device,
		       struct span secret, verified_fn *fn)
{
	verify(s, name, device, secret, true, fn);
}

struct hash_job *verify_with_none(const struct account *a)
{
	// No way in takes a NUL.
	struct hash_job *job = hash_job_new(HASH_VERIFY, 0, "", 1);

	snprintf(job->phc, sizeof(job->phc), "%s", a->password);
	return job;
}

struct hash_job *verify_with_kept(const struct account_binding *b, struct span secret)
{
	struct hash_job *job = hash_job_new(HASH_VERIFY, 0, secret.at, secret.len);

	snprintf(job->phc, sizeof(job->phc), "%s", b->kept);
	return job;
}
