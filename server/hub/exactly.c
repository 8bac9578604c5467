// SPDX-License-Identifier: MIT
// The keepsakes are the ids of what was said last, and always of all that is not durable
// yet: so the store may be asked at once for an id that is not among them.
//
// 1. An id that is not among the keepsakes and not in the store was never used.
// 2. Two sessions may ask for the same id at once (a client that reconnects resends what
//    its old connection still carries): who is answered second finds the keepsake.
#include "server/hub/exactly.h"

#include "common/die.h"
#include "common/list.h"
#include "common/map.h"
#include "server/hub/post.h"
#include "server/hub/reply.h"
#include "server/letters/limits.h"

#include <stdlib.h>

struct keepsake {
	struct list in_order;
	entry_no entry;
	size_t key_len;
	char key[sizeof(account_id) + CLIENT_ID_MAX];
};

struct keepsakes {
	struct map by_key;
	struct list order; // oldest first
};

// A message that waits for the answer whether it is new.
struct question {
	struct utterance u;
	struct pieces pieces;
	struct span target;
	struct arena arena; // of the spans
};

static size_t make_key(account_id account, struct span client_id, char *key)
{
	memcpy(key, &account, sizeof(account));
	memcpy(key + sizeof(account), client_id.at, client_id.len);
	return sizeof(account) + client_id.len;
}

static bool is_kept(const struct hub *h, account_id account, struct span client_id)
{
	char key[sizeof(account_id) + CLIENT_ID_MAX];
	size_t len = make_key(account, client_id, key);

	return h->keepsakes && map_find(&h->keepsakes->by_key, span_from(key, len));
}

static void forget_oldest(struct keepsakes *all)
{
	struct keepsake *k = container_of(all->order.next, struct keepsake, in_order);

	list_remove(&k->in_order);
	map_remove(&all->by_key, span_from(k->key, k->key_len));
	free(k);
}

void keepsake_add(struct hub *h, account_id account, struct span client_id)
{
	struct keepsakes *all = h->keepsakes;
	struct keepsake *k = xcalloc(1, sizeof(*k));

	if (!all) {
		all = h->keepsakes = xcalloc(1, sizeof(*all));
		list_init(&all->order);
	}
	k->entry = h->head;
	k->key_len = make_key(account, client_id, k->key);
	map_put(&all->by_key, span_from(k->key, k->key_len), k);
	list_add(&all->order, &k->in_order);
	while (all->by_key.n_items > KEEPSAKES_MAX) {
		const struct keepsake *first =
			container_of(all->order.next, struct keepsake, in_order);

		if (first->entry > h->durable)
			break;
		forget_oldest(all);
	}
}

void keepsakes_free(struct hub *h)
{
	if (!h->keepsakes)
		return;
	while (!list_is_empty(&h->keepsakes->order))
		forget_oldest(h->keepsakes);
	map_clear(&h->keepsakes->by_key);
	free(h->keepsakes);
	h->keepsakes = NULL;
}

static struct question *question_new(const struct utterance *u, struct span target)
{
	struct question *q = xcalloc(1, sizeof(*q));

	q->u = *u;
	q->u.text = arena_dup(&q->arena, u->text);
	q->u.tags = arena_dup(&q->arena, u->tags);
	q->u.client_id = arena_dup(&q->arena, u->client_id);
	q->u.label = arena_dup(&q->arena, u->label);
	q->target = arena_dup(&q->arena, target);
	if (u->pieces) {
		for (size_t i = 0; i < u->pieces->n; i++)
			pieces_add(&q->pieces, arena_dup(&q->arena, u->pieces->at[i].text),
				   u->pieces->at[i].concat);
		q->u.pieces = &q->pieces;
	}
	return q;
}

static void question_free(struct question *q)
{
	pieces_clear(&q->pieces);
	arena_clear(&q->arena);
	free(q);
}

static void put_question(struct session *s, struct question *q);

// What the first message of this id became, to this session alone.
static void say_again(struct session *s, const struct entry_message *m)
{
	const struct stream *stream = history_stream(s->hub, m->stream);
	struct span target = stream ? message_target(stream, m, s->account) : SPAN("*");
	struct entry_message shown = *m;

	// The text may be gone since; its numbers are what the sender needs.
	shown.redacted = false;
	message_show(s, &shown, target, (struct span){0}, false);
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct question *q = arg;

	if (!s || s->closing) {
		question_free(q); // its client will send it again
		return;
	}
	if (rows->n_messages) {
		say_again(s, &rows->messages[0]);
	} else if (rows->result != ROWS_OK) {
		fail(s, message_command(q->u.kind), "INTERNAL_ERROR", q->u.client_id,
		     "The store could not be read: send it again later");
	} else if (is_kept(h, s->account->id, q->u.client_id)) {
		put_question(s, q);
		return;
	} else {
		message_say(s, &q->u, q->target);
	}
	question_free(q);
}

static void put_question(struct session *s, struct question *q)
{
	struct hub *h = s->hub;
	struct query *query = ask_new(h, QUERY_CLIENT_ID);

	query->account = s->account->id;
	query->client_id = arena_dup(&query->arena, q->u.client_id);
	query->limit = 1;
	if (is_kept(h, s->account->id, q->u.client_id))
		ask(h, s, query, on_rows, q);
	else
		ask_at_once(h, s, query, on_rows, q);
}

void exactly_say(struct session *s, const struct utterance *u, struct span target)
{
	put_question(s, question_new(u, target));
}
