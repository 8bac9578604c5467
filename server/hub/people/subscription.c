// SPDX-License-Identifier: MIT
#include "server/hub/people/subscription.h"

#include "common/die.h"
#include "common/wipe.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/parcel.h"

#include <stdlib.h>

#define ALIVE_EVERY_MS (24LL * 60 * 60 * 1000)

static struct subscription *add(struct account *a, int64_t id, struct span endpoint)
{
	struct subscription *s = xcalloc(1, sizeof(*s));

	s->account = a;
	s->id = id;
	s->endpoint = span_dup(endpoint);
	list_init(&s->parcels);
	list_init(&s->in_turn);
	list_init(&s->in_rest);
	if (list_is_empty(&a->subscriptions))
		list_add(&a->hub->subscribers, &a->in_subscribers);
	list_add(&a->subscriptions, &s->in_account);
	a->n_subscriptions++;
	a->hub->n_subscribers += a->n_subscriptions == 1;
	idmap_put(&a->hub->subscriptions, (uint64_t)id, s);
	return s;
}

// The device by which a session came in.
static int64_t device_of(const struct session *s)
{
	list_for_each(item, &s->account->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);

		if (credential_is_of(c, s))
			return c->id;
	}
	return 0;
}

struct subscription *subscription_new(const struct session *s, struct span endpoint,
				      const struct push_target *target)
{
	struct subscription *fresh = add(s->account, hub_new_id(s->hub), endpoint);

	fresh->device = device_of(s);
	fresh->target = *target;
	fresh->is_page = s->is_web;
	fresh->created_ms = fresh->alive_ms = s->hub->now.wall_ms;
	return fresh;
}

struct subscription *subscription_find(const struct account *a, struct span endpoint)
{
	list_for_each(item, &a->subscriptions) {
		struct subscription *s = container_of(item, struct subscription, in_account);

		if (span_eq(span_of(s->endpoint), endpoint))
			return s;
	}
	return NULL;
}

struct subscription *subscription_by_id(const struct hub *h, int64_t id)
{
	return idmap_find(&h->subscriptions, (uint64_t)id);
}

void subscription_post(struct subscription *s)
{
	struct entry e = {.kind = ENTRY_SUBSCRIPTION};

	e.subscription = (struct entry_subscription){
		.id = s->id,
		.account = s->account->id,
		.device = s->device,
		.endpoint = span_of(s->endpoint),
		.is_page = s->is_page,
		.created_ms = s->created_ms,
		.alive_ms = s->alive_ms,
	};
	memcpy(e.subscription.point, s->target.point, sizeof(s->target.point));
	memcpy(e.subscription.auth, s->target.auth, sizeof(s->target.auth));
	memcpy(e.subscription.vapid, s->target.vapid, sizeof(s->target.vapid));
	post(s->account->hub, &e);
}

void subscription_is_alive(struct subscription *s)
{
	int64_t now = s->account->hub->now.wall_ms;

	s->n_failed = 0;
	if (now - s->alive_ms < ALIVE_EVERY_MS || !can_post(s->account->hub))
		return;
	s->alive_ms = now;
	subscription_post(s);
}

static void subscription_free(struct subscription *s)
{
	struct account *a = s->account;

	parcels_free(s);
	list_remove(&s->in_turn);
	list_remove(&s->in_rest);
	list_remove(&s->in_account);
	idmap_remove(&a->hub->subscriptions, (uint64_t)s->id);
	a->n_subscriptions--;
	if (!a->n_subscriptions) {
		list_remove(&a->in_subscribers);
		a->hub->n_subscribers--;
	}
	idmap_clear(&s->shown);
	wipe_bytes(&s->target, sizeof(s->target));
	free(s->trial);
	free(s->endpoint);
	free(s);
}

void subscription_remove(struct subscription *s)
{
	struct entry e = {.kind = ENTRY_SUBSCRIPTION_GONE, .subscription_gone = {s->id}};

	if (!s->trial)
		post(s->account->hub, &e);
	subscription_free(s);
}

void subscriptions_of_device_gone(struct account *a, int64_t device)
{
	list_for_each_safe(item, after, &a->subscriptions) {
		struct subscription *s = container_of(item, struct subscription, in_account);

		if (s->device == device)
			subscription_remove(s);
	}
}

size_t subscriptions_end(struct account *a)
{
	size_t n = a->n_subscriptions;

	list_for_each_safe(item, after, &a->subscriptions)
		subscription_remove(container_of(item, struct subscription, in_account));
	return n;
}

static bool is_same(const struct subscription *a, const struct subscription *b)
{
	return strcmp(a->endpoint, b->endpoint) == 0 &&
	       memcmp(a->target.point, b->target.point, PUSH_POINT_LEN) == 0 &&
	       wipe_equal(a->target.auth, b->target.auth, PUSH_AUTH_LEN);
}

void subscription_take(struct subscription *s)
{
	size_t cursor = 0;
	struct subscription *other;

	while ((other = idmap_next(&s->account->hub->subscriptions, &cursor))) {
		if (other->account != s->account && !other->trial && is_same(other, s)) {
			subscription_remove(other);
			return;
		}
	}
}

// A device that was revoked since a copy was made is woken no more.
void subscription_load(struct hub *h, const struct entry_subscription *row)
{
	struct account *a = account_by_id(h, row->account);
	struct subscription *s;

	if (!a || (row->device && !idmap_find(&h->credentials, (uint64_t)row->device)) ||
	    subscription_by_id(h, row->id))
		return;
	if (!push_endpoint_is_valid(row->endpoint)) {
		hub_load_failed(h, "subscription %lld has no address of a push service",
				(long long)row->id);
		return;
	}
	s = add(a, row->id, row->endpoint);
	s->device = row->device;
	memcpy(s->target.point, row->point, sizeof(row->point));
	memcpy(s->target.auth, row->auth, sizeof(row->auth));
	memcpy(s->target.vapid, row->vapid, sizeof(row->vapid));
	s->is_page = row->is_page;
	s->created_ms = row->created_ms;
	s->alive_ms = row->alive_ms;
	hub_saw_id(h, s->id);
}

void subscriptions_free(struct account *a)
{
	list_for_each_safe(item, after, &a->subscriptions)
		subscription_free(container_of(item, struct subscription, in_account));
}
