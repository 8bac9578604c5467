// SPDX-License-Identifier: MIT
// The keepsakes are the ids of what was said last, and always of all that is not durable
// yet: so the store may be asked at once for an id that is not among them.
//
// 1. An id that is not among the keepsakes and not in the store was never used.
// 2. Two sessions may ask for the same id at once (a client that reconnects resends what
//    its old connection still carries): who is answered second finds the keepsake.
#include "server/hub/commands/exactly.h"

#include "common/die.h"
#include "common/list.h"
#include "common/map.h"
#include "server/hub/journal/post.h"
#include "server/hub/wire/reply.h"
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

static void put_question(struct session *s, struct kept_utterance *q);

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
	struct kept_utterance *q = arg;

	if (!s || s->closing) {
		utterance_free(q); // its client will send it again
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
	utterance_free(q);
}

static void put_question(struct session *s, struct kept_utterance *q)
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
	if (u->client_id.len)
		put_question(s, utterance_keep(u, target));
	else
		message_say(s, u, target);
}
