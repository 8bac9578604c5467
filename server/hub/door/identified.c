// SPDX-License-Identifier: MIT
#include "server/hub/door/identified.h"

#include "common/name_mend.h"
#include "server/hub/door/group.h"
#include "server/hub/door/lockdown.h"
#include "server/hub/door/new_name.h"
#include "server/hub/door/renewal.h"
#include "server/hub/door/second_step.h"
#include "server/hub/door/step_up.h"
#include "server/hub/door/vouch.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/factor.h"
#include "server/hub/people/signin.h"
#include "server/hub/people/throttle.h"
#include "server/hub/rooms/newcomer.h"
#include "server/hub/rooms/slip.h"
#include "server/hub/wire/reply.h"

bool identified_may_ask(const struct session *s)
{
	return throttle_may_ask(s->hub, &s->from);
}

// Who it would have been: of the account, or of nobody.
static void say_failed(struct session *s, const struct account *a, enum identity_way way,
		       enum identity_why why)
{
	struct signin_try try = signin_try(s, span_of(a ? a->name : ""), SPAN(""));

	signin_failed(s->hub, &try, binding_login_way(way), identity_why_word(why));
}

static void count(struct session *s, enum identity_way way, enum login_result result)
{
	if (!s->registered)
		s->hub->figures.logins[binding_login_way(way)][result]++;
}

static enum sasl_result refuse(struct exchange *x, const struct account *a,
			       enum identity_way way, enum identity_why why)
{
	struct session *s = x->session;

	count(s, way, LOGIN_WRONG);
	throttle_tried(s->hub, &s->from);
	say_failed(s, a, way, why);
	return SASL_REFUSED;
}

void identified_malformed(struct session *s, enum identity_way way)
{
	count(s, way, LOGIN_WRONG);
	throttle_tried(s->hub, &s->from);
	say_failed(s, NULL, way, IDENTITY_WHY_MALFORMED);
}

static enum sasl_result later(struct exchange *x, enum identity_way way, enum identity_why why)
{
	count(x->session, way, LOGIN_LATER);
	say_failed(x->session, NULL, way, why);
	exchange_say(x, "Whoever says who you are cannot be asked at the moment: try again in "
			"a while");
	return SASL_LATER;
}

static bool is_asked_for(const struct identity_answer *a, struct span account)
{
	struct span name, device;

	login_split(span_of(a->acts_as ? a->acts_as : ""), &name, &device);
	return !name.len || span_eq_fold(name, account);
}

static struct span device_of(const struct identity_answer *a)
{
	struct span name, device;

	login_split(span_of(a->acts_as ? a->acts_as : ""), &name, &device);
	return device;
}

static enum sasl_result let_in(struct exchange *x, struct account *account,
			       const struct identity_answer *a)
{
	struct session *s = x->session;

	count(s, a->way, LOGIN_PROVED);
	signin_proved(s, account, binding_login_way(a->way), false);
	throttle_met(s->hub, &s->from, span_of(account->name));
	step_up_proved(s);
	x->account = account;
	x->device = device_of(a);
	return SASL_DONE;
}

static void say_app_token(struct session *s)
{
	exchange_say(s->exchange, "%s", USE_APP_TOKEN);
	if (session_has(s, CAP_STANDARD_REPLIES))
		fail(s, "AUTHENTICATE", "USE_APP_TOKEN", (struct span){0}, USE_APP_TOKEN);
}

// The account's own second factor is wanted as behind a password.
static enum sasl_result half(struct exchange *x, struct account *account,
			     const struct identity_answer *a)
{
	struct session *s = x->session;
	struct verdict v = {.kind = VERDICT_YES,
			    .account = account,
			    .device = device_of(a),
			    .way = binding_login_way(a->way),
			    .wants_code = true};

	if (session_has(s, CAP_ACCOUNT_2FA)) {
		second_step_begin(s, &v);
		return SASL_HALF;
	}
	second_step_refuse(s, &v, say_app_token);
	return SASL_REFUSED;
}

static enum sasl_result enter(struct exchange *x, struct account_binding *b,
			      const struct identity_answer *a)
{
	struct account *account = b->account;

	if (account_is_shut(account))
		return refuse(x, account, a->way, IDENTITY_WHY_DISABLED);
	if (!is_asked_for(a, span_of(account->name)))
		return refuse(x, account, a->way, IDENTITY_WHY_NAME);
	if (can_mend(account->hub)) {
		binding_yes(b, buf_span(&a->memory));
		group_settle(b, a->is_admin);
	}
	x->account = account;
	return factor_is_on(account) ? SASL_HALF : let_in(x, account, a);
}

static void audit_made(struct account *account, const struct account_binding *b)
{
	struct buf detail = {0};

	buf_printf(&detail, "%s by ", account->name);
	binding_describe(b, &detail);
	post_audit(account->hub, span_of(account->name), SPAN("user register"),
		   buf_span(&detail), SPAN(""));
	buf_clear(&detail);
}

static enum sasl_result make(struct exchange *x, struct span name,
			     const struct identity_answer *a)
{
	struct session *s = x->session;
	struct account *account = new_name_make(s->hub, name, SPAN(""));
	struct bound_to to = bound_to(a);
	struct account_binding *b = binding_new(account, &to, false);

	newcomer_join(account);
	audit_made(account, b);
	return enter(x, b, a);
}

static void say_name(struct exchange *x, struct span name, enum name_fault fault)
{
	if (fault == NAME_TAKEN || fault == NAME_ALIKE)
		exchange_say(x,
			     "No account is bound to this identity, and the name " SPAN_FMT
			     " is another account's, or looks like one: log in there and say "
			     "/account bind, or ask an administrator for snugd user bind",
			     SPAN_ARG(name));
	else
		exchange_say(x,
			     "No account is bound to this identity, and what it is called is "
			     "no name for one: ask an administrator for snugd user bind");
}

// An issuer calls people by what an account cannot be called. A directory's name is typed at
// each login, so it is taken as it is.
static struct span name_for(const struct identity_answer *a,
			    char mended[static ACCOUNT_NAME_MAX + 1])
{
	struct span proposed = span_of(a->proposed ? a->proposed : "");
	size_t len = a->way == IDENTITY_PAM ? 0 : name_mend(proposed, mended);

	return len ? span_from(mended, len) : proposed;
}

// Bound to nobody. What is proposed is a name and no more.
static enum sasl_result meet(struct exchange *x, const struct identity_answer *a)
{
	struct session *s = x->session;
	char mended[ACCOUNT_NAME_MAX + 1];
	struct span name = name_for(a, mended);
	enum name_fault fault = new_name_fault(s->hub, name);

	if (!s->hub->config.sign_in_makes) {
		exchange_say(x, "No account is bound to this identity: log in to yours and say "
				"/account bind, or ask an administrator for snugd user bind");
		return refuse(x, NULL, a->way, IDENTITY_WHY_UNBOUND);
	}
	if (fault != NAME_FINE) {
		say_name(x, name, fault);
		return refuse(x, NULL, a->way, IDENTITY_WHY_NAME);
	}
	if (!is_asked_for(a, name))
		return refuse(x, NULL, a->way, IDENTITY_WHY_NAME);
	if (lockdown_newcomer(s->hub)) {
		s->hub->figures.refused[HUB_REFUSED_LOCKDOWN]++;
		exchange_say(x, "%s", lockdown_newcomer(s->hub));
		return refuse(x, NULL, a->way, IDENTITY_WHY_LOCKDOWN);
	}
	return can_post(s->hub) ? make(x, name, a) : later(x, a->way, IDENTITY_WHY_DISK);
}

static void tell_bound(struct session *s, const struct account_binding *b)
{
	struct buf what = {0};

	binding_describe(b, &what);
	post_audit(s->hub, span_of(s->account->name), SPAN("account bind"), buf_span(&what),
		   SPAN(""));
	slip_tell(s->account,
		  "Your account was bound to %s: whoever that is signs in as you. If that was "
		  "not you: ACCOUNT UNBIND %lld, and change your password",
		  buf_str(&what), (long long)b->id);
	buf_clear(&what);
}

// Of a session that is in: its account is bound to that identity from now on.
static enum sasl_result bind_here(struct exchange *x, const struct identity_answer *a)
{
	struct session *s = x->session;
	struct bound_to to = bound_to(a);
	struct account_binding *b = binding_find(s->hub, &to);

	if (b && b->account != s->account) {
		exchange_say(x, "This identity is bound to another account");
		return refuse(x, s->account, a->way, IDENTITY_WHY_BOUND);
	}
	if (!is_asked_for(a, span_of(s->account->name)))
		return refuse(x, s->account, a->way, IDENTITY_WHY_NAME);
	if (!b && bindings_count(s->account) >= BINDINGS_MAX) {
		exchange_say(x, "Your account is bound to too many: ACCOUNT UNBIND one first");
		return refuse(x, s->account, a->way, IDENTITY_WHY_BOUND);
	}
	if (!can_post(s->hub))
		return later(x, a->way, IDENTITY_WHY_DISK);
	if (!b) {
		b = binding_new(s->account, &to, true);
		tell_bound(s, b);
	}
	binding_yes(b, buf_span(&a->memory));
	group_settle(b, a->is_admin);
	renewal_begun(s->account);
	return SASL_DONE;
}

// ... or is proved to be them: a sign-in of now.
static enum sasl_result prove_here(struct exchange *x, struct account_binding *b,
				   const struct identity_answer *a)
{
	struct session *s = x->session;

	if (!b || b->account != s->account) {
		exchange_say(x, "Your account is not bound to this identity");
		return refuse(x, s->account, a->way, IDENTITY_WHY_BOUND);
	}
	if (!is_asked_for(a, span_of(s->account->name)))
		return refuse(x, s->account, a->way, IDENTITY_WHY_NAME);
	if (can_mend(s->hub)) {
		binding_yes(b, buf_span(&a->memory));
		group_settle(b, a->is_admin);
		renewal_begun(s->account);
	}
	vouch_say_proved(s);
	return SASL_DONE;
}

void identified_await(struct session *s, bool binds)
{
	s->signs_in_until_ms = s->hub->now.mono_ms + SIGN_IN_MS;
	s->binds = binds;
}

static enum sasl_result is_somebody(struct exchange *x, const struct identity_answer *a)
{
	struct bound_to to = bound_to(a);
	struct account_binding *b = binding_find(x->session->hub, &to);

	if (!bound_to_is_fit(&to))
		return refuse(x, NULL, a->way, IDENTITY_WHY_CLAIMS);
	if (x->session->registered)
		return x->session->binds ? bind_here(x, a) : prove_here(x, b, a);
	return b ? enter(x, b, a) : meet(x, a);
}

enum sasl_result sasl_identified(struct exchange *x, const struct identity_answer *a)
{
	enum sasl_result result;

	if (a->result == IDENTITY_LATER)
		return later(x, a->way, a->why);
	x->session->signs_in_until_ms = 0;
	if (a->result != IDENTITY_IS)
		return refuse(x, NULL, a->way, a->why);
	result = is_somebody(x, a);
	return result == SASL_HALF ? half(x, x->account, a) : result;
}

struct verdict identified_verdict(struct session *s, const struct identity_answer *a)
{
	struct exchange x = {.session = s};
	struct verdict v = {.kind = VERDICT_NO, .way = binding_login_way(a->way)};
	enum sasl_result result =
		a->result == IDENTITY_LATER ? later(&x, a->way, a->why) : is_somebody(&x, a);

	if (result == SASL_LATER)
		v.kind = VERDICT_LATER;
	if (result == SASL_DONE || result == SASL_HALF)
		v = (struct verdict){.kind = VERDICT_YES,
				     .account = x.account,
				     .device = device_of(a),
				     .way = v.way,
				     .wants_code = result == SASL_HALF};
	buf_clear(&x.said);
	return v;
}
