// SPDX-License-Identifier: MIT
// 1. A turn is in `waiting` or in `refused`; its session names it while it is in `waiting`.
// 2. Places are numbers that rise with time; a list of turns is in their order.
// 3. n_waiting, n_strangers and `weights` count those in `waiting` whose ranks are bounded.
#include "server/hub/journal/hash_queue.h"

#include "common/die.h"
#include "server/letters/limits.h"

#include <stdlib.h>

struct left_place {
	struct list in_order;
	uint64_t key, weighs_on, at;
	int64_t until_ms;
};

void hash_queue_init(struct hub *h)
{
	struct hash_queue *q = &h->hash_queue;

	for (size_t i = 0; i < HASH_RANKS; i++)
		list_init(&q->waiting[i]);
	list_init(&q->refused);
	list_init(&q->untold);
	list_init(&q->places);
}

static void forget_place(struct hash_queue *q, struct left_place *p)
{
	list_remove(&p->in_order);
	idmap_remove(&q->places_by_key, p->key);
	idmap_count(&q->places_of, p->weighs_on, -1);
	q->n_places--;
	free(p);
}

static void forget_old_places(struct hub *h)
{
	struct hash_queue *q = &h->hash_queue;

	while (!list_is_empty(&q->places)) {
		struct left_place *p =
			container_of(q->places.next, struct left_place, in_order);

		if (p->until_ms > h->now.mono_ms)
			return;
		forget_place(q, p);
	}
}

// No source can push out the places of all others.
static void keep_place(struct hub *h, const struct turn *t)
{
	struct hash_queue *q = &h->hash_queue;
	const struct hash_job *job = t->job;
	struct left_place *p;

	forget_old_places(h);
	if (!job->place || idmap_find(&q->places_by_key, job->place) ||
	    idmap_counted(&q->places_of, job->weighs_on) >= LEFT_PLACES_MAX / 4 ||
	    q->n_places >= LEFT_PLACES_MAX)
		return;
	p = xcalloc(1, sizeof(*p));
	*p = (struct left_place){.key = job->place,
				 .weighs_on = job->weighs_on,
				 .at = t->at,
				 .until_ms = h->now.mono_ms + PLACE_KEPT_MS};
	list_add(&q->places, &p->in_order);
	idmap_put(&q->places_by_key, p->key, p);
	idmap_count(&q->places_of, p->weighs_on, 1);
	q->n_places++;
}

static uint64_t take_place(struct hub *h, uint64_t key)
{
	struct hash_queue *q = &h->hash_queue;
	struct left_place *p;
	uint64_t at;

	forget_old_places(h);
	p = key ? idmap_find(&q->places_by_key, key) : NULL;
	if (!p)
		return ++q->last_place;
	at = p->at;
	forget_place(q, p);
	return at;
}

static bool is_bounded(const struct turn *t)
{
	return t->job->rank == HASH_KNOWN || t->job->rank == HASH_STRANGER;
}

static void count_turn(struct hash_queue *q, const struct turn *t, int change)
{
	if (!is_bounded(t))
		return;
	q->n_waiting += (size_t)change;
	if (t->job->rank != HASH_STRANGER)
		return;
	q->n_strangers += (size_t)change;
	idmap_count(&q->weights, t->job->weighs_on, change);
}

static void insert(struct hash_queue *q, struct turn *t)
{
	struct list *head = &q->waiting[t->job->rank], *before = head->prev;

	while (before != head && container_of(before, struct turn, in_queue)->at > t->at)
		before = before->prev;
	list_add(before->next, &t->in_queue);
	list_add(&q->untold, &t->in_untold);
	count_turn(q, t, 1);
}

static void take_out(struct hub *h, struct turn *t)
{
	struct session *s = t->session ? session_find(h, t->session) : NULL;

	count_turn(&h->hash_queue, t, -1);
	list_remove(&t->in_queue);
	list_remove(&t->in_untold);
	if (s)
		s->turn = NULL;
}

static void refuse(struct hub *h, struct turn *t)
{
	t->job->result = HASH_BUSY;
	list_add(&h->hash_queue.refused, &t->in_queue);
}

static bool has_room(const struct hub *h, enum hash_rank rank)
{
	const struct hash_queue *q = &h->hash_queue;
	size_t most = (size_t)h->config.logins_waiting;

	if (!most)
		return true;
	return q->n_waiting < most &&
	       (rank != HASH_STRANGER || q->n_strangers < most - most / 4);
}

// The newest turn of the stranger with the most, if that is more than `than`.
static struct turn *heaviest(const struct hash_queue *q, uintptr_t than)
{
	const struct list *head = &q->waiting[HASH_STRANGER];
	struct turn *found = NULL;

	for (struct list *item = head->prev; item != head; item = item->prev) {
		struct turn *t = container_of(item, struct turn, in_queue);
		uintptr_t n = idmap_counted(&q->weights, t->job->weighs_on);

		if (n <= than)
			continue;
		found = t;
		than = n;
	}
	return found;
}

static bool make_room(struct hub *h, const struct hash_job *job)
{
	struct hash_queue *q = &h->hash_queue;
	struct turn *gives_way;

	if (has_room(h, job->rank))
		return true;
	gives_way = heaviest(q, job->rank == HASH_KNOWN
					? 0
					: idmap_counted(&q->weights, job->weighs_on) + 1);
	if (!gives_way)
		return false;
	take_out(h, gives_way);
	refuse(h, gives_way);
	return true;
}

void hash_queue_add(struct hub *h, struct session *s, struct hash_job *job, may_run_fn *may_run,
		    const void *arg)
{
	struct turn *t = xcalloc(1, sizeof(*t));

	list_init(&t->in_queue);
	list_init(&t->in_untold);
	t->job = job;
	t->session = s ? s->id : 0;
	t->may_run = may_run;
	t->arg = arg;
	if (h->stopping || (is_bounded(t) && !make_room(h, job))) {
		refuse(h, t);
		return;
	}
	t->at = take_place(h, job->place);
	insert(&h->hash_queue, t);
	if (s)
		s->turn = t;
}

void hash_queue_leave(struct session *s)
{
	struct hub *h = s->hub;
	struct turn *t = s->turn;
	bool was_patient = s->hash_asked_ms && h->now.mono_ms - s->hash_asked_ms >= PATIENT_MS;

	s->is_excused = s->is_excused || was_patient;
	s->hash_asked_ms = 0;
	if (!t)
		return;
	if (was_patient)
		keep_place(h, t);
	take_out(h, t);
	refuse(h, t);
}

static struct turn *first(const struct hash_queue *q)
{
	for (size_t i = 0; i < HASH_RANKS; i++) {
		if (!list_is_empty(&q->waiting[i]))
			return container_of(q->waiting[i].next, struct turn, in_queue);
	}
	return NULL;
}

static void hand_out(struct hub *h, struct turn *t)
{
	t->job->letter.next = NULL;
	*h->jobs_end = &t->job->letter;
	h->jobs_end = &t->job->letter.next;
	h->hash_queue.n_running++;
	free(t);
}

void hash_queue_run(struct hub *h)
{
	struct hash_queue *q = &h->hash_queue;
	unsigned most = h->config.n_hashers ? h->config.n_hashers : 1;
	struct turn *t;

	while (q->n_running < most && (t = first(q)) != NULL) {
		take_out(h, t);
		if (t->may_run && !t->may_run(h, t->arg))
			refuse(h, t);
		else
			hand_out(h, t);
	}
}

void hash_queue_done(struct hub *h, const struct hash_job *job)
{
	struct hash_queue *q = &h->hash_queue;

	q->n_running--;
	q->usual_ms = q->usual_ms ? (7 * q->usual_ms + job->took_ms) / 8 : job->took_ms;
	h->figures.hashed++;
	h->figures.hashing_ms += job->took_ms;
}

struct hash_job *hash_queue_refused(struct hub *h)
{
	struct hash_queue *q = &h->hash_queue;
	struct hash_job *job;
	struct turn *t;

	if (list_is_empty(&q->refused))
		return NULL;
	t = container_of(q->refused.next, struct turn, in_queue);
	list_remove(&t->in_queue);
	job = t->job;
	free(t);
	return job;
}

const struct turn *hash_queue_untold(struct hub *h)
{
	struct list *item = h->hash_queue.untold.next;

	if (list_is_empty(&h->hash_queue.untold))
		return NULL;
	list_remove(item);
	return container_of(item, struct turn, in_untold);
}

size_t hash_queue_before(const struct hub *h, const struct turn *t)
{
	const struct hash_queue *q = &h->hash_queue;
	size_t n = q->n_running;

	for (size_t i = 0; i <= t->job->rank; i++) {
		list_for_each(item, &q->waiting[i]) {
			if (item == &t->in_queue)
				break;
			n++;
		}
	}
	return n;
}

int64_t hash_queue_wait_ms(const struct hub *h, size_t n_before)
{
	unsigned n_hashers = h->config.n_hashers ? h->config.n_hashers : 1;

	return (int64_t)n_before * h->hash_queue.usual_ms / n_hashers;
}

void hash_queue_stop(struct hub *h)
{
	struct turn *t;

	while ((t = first(&h->hash_queue)) != NULL) {
		take_out(h, t);
		refuse(h, t);
	}
}

void hash_queue_free(struct hub *h)
{
	struct hash_queue *q = &h->hash_queue;

	while (!list_is_empty(&q->places))
		forget_place(q, container_of(q->places.next, struct left_place, in_order));
	idmap_clear(&q->places_by_key);
	idmap_clear(&q->places_of);
	idmap_clear(&q->weights);
}
