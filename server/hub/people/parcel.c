// SPDX-License-Identifier: MIT
#include "server/hub/people/parcel.h"

#include "common/die.h"
#include "server/letters/limits.h"

#include <stdlib.h>

void parcels_have_turn(struct subscription *s)
{
	struct hub *h = s->account->hub;

	if (!s->out && s->n_parcels && s->rest_ms <= h->now.mono_ms &&
	    list_is_empty(&s->in_turn))
		list_add(&h->push_turns, &s->in_turn);
}

static void unlink_parcel(struct parcel *p)
{
	list_remove(&p->in_subscription);
	list_remove(&p->in_hub);
	list_remove(&p->in_delay);
	p->subscription->n_parcels--;
	p->subscription->account->hub->n_parcels--;
}

void parcel_free(struct parcel *p)
{
	struct subscription *s = p->subscription;

	if (s->out == p) {
		list_remove(&p->in_hub);
		s->out = NULL;
	} else {
		unlink_parcel(p);
	}
	free(p->text);
	free(p);
}

static struct parcel *oldest_of(const struct subscription *s, stream_id stream)
{
	list_for_each(item, &s->parcels) {
		struct parcel *p = container_of(item, struct parcel, in_subscription);

		if (p->stream == stream)
			return p;
	}
	return list_is_empty(&s->parcels)
		       ? NULL
		       : container_of(s->parcels.next, struct parcel, in_subscription);
}

static void make_room(struct subscription *s, stream_id stream)
{
	struct hub *h = s->account->hub;
	struct parcel *last = NULL;

	if (s->n_parcels >= PARCELS_PER_SUBSCRIPTION)
		last = oldest_of(s, stream);
	else if (h->n_parcels >= PARCELS_MAX)
		last = container_of(h->parcels.next, struct parcel, in_hub);
	if (!last)
		return;
	parcel_free(last);
	h->figures.pushes_dropped++;
}

static void link_first(struct list *head, struct list *item)
{
	list_add(head->next, item);
}

static void count(struct subscription *s)
{
	s->n_parcels++;
	s->account->hub->n_parcels++;
}

void parcel_put(struct subscription *s, const struct parcel *p, int64_t delay_ms)
{
	struct hub *h = s->account->hub;
	struct parcel *fresh = xmalloc(sizeof(*fresh));

	make_room(s, p->stream);
	*fresh = *p;
	fresh->subscription = s;
	fresh->made_ms = h->now.mono_ms;
	fresh->due_ms = h->now.mono_ms + delay_ms;
	fresh->after = h->head;
	list_init(&fresh->in_delay);
	list_add(&s->parcels, &fresh->in_subscription);
	list_add(&h->parcels, &fresh->in_hub);
	count(s);
	if (delay_ms > 0)
		list_add(&h->push_delays, &fresh->in_delay);
	else
		parcels_have_turn(s);
}

struct parcel *parcel_due(const struct subscription *s)
{
	list_for_each(item, &s->parcels) {
		struct parcel *p = container_of(item, struct parcel, in_subscription);

		if (list_is_empty(&p->in_delay))
			return p;
	}
	return NULL;
}

void parcel_take(struct parcel *p)
{
	unlink_parcel(p);
	list_add(&p->subscription->account->hub->push_outs, &p->in_hub);
	p->subscription->out = p;
}

void parcel_put_back(struct parcel *p)
{
	struct subscription *s = p->subscription;

	s->out = NULL;
	list_remove(&p->in_hub);
	link_first(&s->parcels, &p->in_subscription);
	link_first(&s->account->hub->parcels, &p->in_hub);
	count(s);
	parcels_have_turn(s);
}

void parcels_free(struct subscription *s)
{
	list_for_each_safe(item, after, &s->parcels)
		parcel_free(container_of(item, struct parcel, in_subscription));
	if (s->out)
		parcel_free(s->out);
}

void parcels_forget(struct hub *h, message_id message)
{
	list_for_each_safe(item, after, &h->parcels) {
		struct parcel *p = container_of(item, struct parcel, in_hub);

		if (p->message == message)
			parcel_free(p);
	}
	list_for_each(item, &h->push_outs) {
		struct parcel *p = container_of(item, struct parcel, in_hub);

		p->is_void = p->is_void || p->message == message;
	}
}

void parcels_ripen(struct hub *h)
{
	list_for_each_safe(item, after, &h->push_delays) {
		struct parcel *p = container_of(item, struct parcel, in_delay);

		if (p->due_ms > h->now.mono_ms)
			return;
		list_remove(item);
		parcels_have_turn(p->subscription);
	}
}
