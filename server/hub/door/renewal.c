// SPDX-License-Identifier: MIT
// 1. Of each binding one question is out at most: who shows a refresh token twice loses what
//    it stands for. Whoever needs the answer waits along.
// 2. An answer counts while nothing was said of the binding since it was asked.
// 3. One timer looks at who is here: at the earliest moment that something is due, and once a
//    minute, since the wall clock may step. Without a binding it does not run. Here is, too,
//    whose devices are woken by pushes.
#include "server/hub/door/renewal.h"

#include "common/die.h"
#include "common/grow.h"
#include "server/hub/door/evict.h"
#include "server/hub/door/group.h"
#include "server/hub/door/session_life.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/signin.h"
#include "server/hub/rooms/oper.h"

#include <stdlib.h>

#define EVERY_MS (60LL * 1000)
#define OUT_MAX 64    // inside: questions that are out for who is here
#define FULL_MS 1000  // inside: then they are looked at again
#define SPREAD 8      // who came together asks within this part of a lease
#define AGAIN_PART 24 // after so long a part of a lease what nobody could say is asked again

struct asked {
	account_id account;
	int64_t binding;
	unsigned n_said;
};

struct login_wait {
	account_id account;
	renewed_fn *fn;
	char *device;
};

static void look(struct hub *h, struct timer *t);

static void look_at(struct hub *h, int64_t in_ms)
{
	int64_t at_ms = h->now.mono_ms + (in_ms < 0 ? 0 : in_ms > EVERY_MS ? EVERY_MS : in_ms);

	if (h->loading || !h->config.n_shards)
		return;
	if (!h->on_renewals.is_set || at_ms < h->on_renewals.at_ms)
		timer_set(h, &h->on_renewals, at_ms, look);
}

static bool can_ask(const struct account_binding *b)
{
	const struct hub *h = b->account->hub;

	return binding_is_of_service(b, h->config.pam_service) ||
	       span_eq(span_of(b->issuer), h->config.oidc.issuer);
}

static struct account_binding *askable(const struct account *a)
{
	struct account_binding *b = lease_renewable(a);

	return b && can_ask(b) ? b : NULL;
}

static void tell_waiting(struct account_binding *b, enum identity_result result,
			 enum identity_why why)
{
	for (size_t i = 0; i < b->n_waiting; i++)
		post_echo(b->account->hub, b->waiting[i], result, why);
	b->n_waiting = 0;
}

static bool is_of(const struct account_binding *b, const struct identity_answer *a)
{
	struct bound_to to;

	if (!a->issuer || !a->subject)
		return false;
	to = bound_to(a);
	return binding_find(b->account->hub, &to) == b;
}

static struct account_binding *asked_for(struct hub *h, const struct asked *asked)
{
	struct account *a = account_by_id(h, asked->account);

	return a ? binding_by_id(a, asked->binding) : NULL;
}

// What it came to, for who waits along.
static enum identity_result take(struct account_binding *b, struct identity_answer *a)
{
	struct hub *h = b->account->hub;
	enum identity_result result = a->result;

	if (result == IDENTITY_IS && !is_of(b, a)) {
		result = IDENTITY_NO;
		a->why = IDENTITY_WHY_CLAIMS;
	}
	if (result == IDENTITY_IS && can_mend(h)) {
		binding_yes(b, buf_span(&a->memory));
		group_settle(b, a->is_admin);
		renewal_begun(b->account);
	} else if (result == IDENTITY_NO) {
		renewal_end(b->account, binding_login_way(b->way), identity_why_word(a->why),
			    SPAN("Your sign-in is not good any more: sign in again"));
	} else {
		result = IDENTITY_LATER;
		b->again_ms = h->now.wall_ms + h->config.recheck_ms / AGAIN_PART;
	}
	return result;
}

static void on_again(struct hub *h, struct session *s, struct identity_answer *a, void *arg)
{
	struct asked *asked = arg;
	// A hub that ends has no accounts any more.
	struct account_binding *b = h->stopping ? NULL : asked_for(h, asked);
	enum identity_result result = IDENTITY_LATER;

	(void)s;
	h->n_renewals--;
	if (b) {
		b->is_asked = false;
		if (b->n_said == asked->n_said)
			result = take(b, a);
		else if (lease_lets_in(b->account, NULL))
			result = IDENTITY_IS;
		tell_waiting(b, result, a->why);
	}
	free(asked);
}

// False: what it would be asked with cannot be opened.
static bool renew(struct account_binding *b)
{
	struct hub *h = b->account->hub;
	bool is_pam = b->way == IDENTITY_PAM;
	struct identity_question *q =
		identity_question_new(is_pam ? IDENTITY_STANDING : IDENTITY_AGAIN, 0);
	struct asked *asked;

	if (!is_pam && !binding_memory(b, &q->secret)) {
		identity_question_free(q);
		return false;
	}
	q->subject = xstrdup(b->subject);
	if (is_pam)
		q->name = xstrdup(b->subject);
	asked = xcalloc(1, sizeof(*asked));
	*asked = (struct asked){b->account->id, b->id, b->n_said};
	b->is_asked = true;
	h->n_renewals++;
	ask_identity(h, NULL, q, on_again, asked);
	return true;
}

static void on_waited(struct hub *h, struct session *s, struct identity_answer *a, void *arg)
{
	static const enum renewed results[] = {
		[IDENTITY_IS] = RENEWED_YES,
		[IDENTITY_MORE] = RENEWED_LATER,
		[IDENTITY_NO] = RENEWED_NO,
		[IDENTITY_LATER] = RENEWED_LATER,
	};
	struct login_wait *w = arg;
	struct account *account = s ? account_by_id(h, w->account) : NULL;

	if (s)
		w->fn(s, account, span_of(w->device),
		      account ? results[a->result] : RENEWED_NO);
	free(w->device);
	free(w);
}

static void wait_along(struct session *s, struct account_binding *b, struct span device,
		       renewed_fn *fn)
{
	struct login_wait *w = xcalloc(1, sizeof(*w));

	w->account = b->account->id;
	w->fn = fn;
	w->device = span_dup(device);
	b->waiting = grow(b->waiting, b->n_waiting, &b->waiting_space, sizeof(*b->waiting));
	b->waiting[b->n_waiting++] = ask_along(s->hub, s, on_waited, w);
}

void renewal_login(struct session *s, struct account *a, struct span device, renewed_fn *fn)
{
	struct hub *h = s->hub;
	const struct credential *by = idmap_find(&h->credentials, (uint64_t)s->token);
	struct account_binding *b = askable(a);

	if (lease_lets_in(a, by)) {
		fn(s, a, device, RENEWED_YES);
		return;
	}
	if (!b)
		fn(s, a, device, RENEWED_NO);
	else if (!can_mend(h))
		fn(s, a, device, RENEWED_LATER);
	else if (b->is_asked || renew(b))
		wait_along(s, b, device, fn);
	else
		fn(s, a, device, RENEWED_NO);
}

const char *renewal_words(const struct hub *h, enum renewed r, struct buf *out)
{
	if (r == RENEWED_LATER) {
		buf_add_str(out, "Whoever says that you may come in cannot be asked at the "
				 "moment: try again in a while");
		return "TEMPORARILY_UNAVAILABLE";
	}
	lease_words(h, out);
	return "SIGN_IN_AGAIN";
}

void renewal_refused(struct session *s, const struct account *a, enum renewed r)
{
	struct signin_try try = signin_try(s, span_of(a ? a->name : ""), SPAN(""));

	s->token = 0;
	signin_failed(s->hub, &try, s->way, r == RENEWED_LATER ? "later" : "lease");
}

// When its issuer is to be asked, wall: in the second half, for each account another moment,
// and not before it may be asked again. Without a question that is out.
static int64_t asks_ms(const struct account *a)
{
	const struct account_binding *b = askable(a);
	int64_t part = a->hub->config.recheck_ms / SPREAD, at_ms;

	if (!b || b->is_asked)
		return INT64_MAX;
	at_ms = b->yes_ms + a->hub->config.recheck_ms / 2;
	if (part > 1)
		at_ms += (int64_t)((uint64_t)b->id * 2654435761u % (uint64_t)part);
	return at_ms > b->again_ms ? at_ms : b->again_ms;
}

void renewal_begun(const struct account *a)
{
	int64_t now = a->hub->now.wall_ms, at_ms = asks_ms(a), ends_ms = lease_ends_ms(a);

	if (ends_ms > now && ends_ms < at_ms)
		at_ms = ends_ms;
	if (at_ms != INT64_MAX)
		look_at(a->hub, at_ms - now);
}

// Those that came by a token that is excepted stay.
static size_t close_sessions(struct account *a, struct span words)
{
	size_t n = 0;

	list_for_each_safe(item, after, &a->hub->session_list) {
		struct session *s = container_of(item, struct session, in_hub);

		if (s->account != a || s->closing || lease_lets_stay(s))
			continue;
		session_close(s, words);
		n++;
	}
	return n;
}

static void sign_out(struct account *a, enum login_way way, const char *why, struct span words)
{
	struct buf detail = {0};

	opers_end(a);
	buf_printf(&detail, "%s: %s, sessions closed: %zu", a->name, why,
		   close_sessions(a, words));
	post_audit(a->hub, SPAN("server"), SPAN("user sign-out"), buf_span(&detail), SPAN(""));
	buf_clear(&detail);
	signin_out(a, way, why);
}

void renewal_end(struct account *a, enum login_way way, const char *why, struct span words)
{
	list_for_each(item, &a->bindings) {
		struct account_binding *b =
			container_of(item, struct account_binding, in_account);

		binding_no(b);
		group_settle(b, false);
	}
	sign_out(a, way, why, words);
}

void renewal_told(struct hub *h, const struct identity_answer *a)
{
	struct bound_to to;
	struct account_binding *b;

	if (a->result != IDENTITY_NO || !a->issuer || !a->subject || h->stopping)
		return;
	to = bound_to(a);
	b = binding_find(h, &to);
	if (b && b->yes_ms)
		renewal_end(b->account, binding_login_way(b->way), identity_why_word(a->why),
			    SPAN("You were signed out: sign in again"));
}

static enum login_way way_of(const struct account *a)
{
	const struct account_binding *b =
		container_of(a->bindings.next, struct account_binding, in_account);

	return binding_login_way(b->way);
}

static bool has_leased_sessions(const struct account *a)
{
	list_for_each(item, &a->sessions) {
		const struct session *s = container_of(item, struct session, in_account);

		if (!s->closing && !lease_lets_stay(s))
			return true;
	}
	return false;
}

static void end_lease(struct account *a)
{
	struct buf words = {0};

	lease_words(a->hub, &words);
	sign_out(a, way_of(a), "lease", buf_span(&words));
	buf_clear(&words);
}

static void ask_if_due(struct account *a)
{
	struct hub *h = a->hub;
	struct account_binding *b = askable(a);

	if (!b || asks_ms(a) > h->now.wall_ms)
		return;
	if (h->n_renewals >= OUT_MAX)
		b->again_ms = h->now.wall_ms + FULL_MS;
	else if (!renew(b))
		b->again_ms = h->now.wall_ms + h->config.recheck_ms;
}

static void look_at_account(struct account *a)
{
	if (has_leased_sessions(a))
		end_lease(a);
	ask_if_due(a);
	renewal_begun(a);
}

// Whose rights somebody else took by its password.
static void look_at_oper(struct account *a)
{
	if (lease_lets_in(a, NULL))
		renewal_begun(a);
	else
		opers_end(a);
}

static void look(struct hub *h, struct timer *t)
{
	if (h->stopping)
		return;
	if (!can_mend(h)) {
		timer_set(h, t, h->now.mono_ms + FULL_MS, look);
		return;
	}
	list_for_each_safe(item, after, &h->session_list) {
		struct session *s = container_of(item, struct session, in_hub);
		struct account *by = s->oper_by ? account_by_id(h, s->oper_by) : NULL;

		if (!s->registered || s->closing)
			continue;
		if (by && !list_is_empty(&by->bindings))
			look_at_oper(by);
		if (!list_is_empty(&s->account->bindings))
			look_at_account(s->account);
	}
	list_for_each_safe(item, after, &h->subscribers) {
		struct account *a = container_of(item, struct account, in_subscribers);

		if (!list_is_empty(&a->bindings))
			look_at_account(a);
	}
}

void renewals_changed(struct hub *h)
{
	size_t cursor = 0;

	if (map_next(&h->bindings, &cursor))
		look_at(h, 0);
}
