// SPDX-License-Identifier: MIT
#include "server/hub/history/keepsake.h"

#include "common/die.h"
#include "common/timed_id.h"
#include "server/hub/people/account.h"
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

bool keepsake_is(const struct hub *h, account_id account, struct span client_id)
{
	char key[sizeof(account_id) + CLIENT_ID_MAX];
	size_t len = make_key(account, client_id, key);

	return h->keepsakes && map_find(&h->keepsakes->by_key, span_from(key, len));
}

static int64_t newest_ms(const struct hub *h)
{
	return (int64_t)(h->last_message >> MESSAGE_RANDOM_BITS);
}

void keepsakes_start(struct hub *h)
{
	h->ids_upto_ms = newest_ms(h) + TIMED_ID_AHEAD_MS;
}

bool keepsake_is_ahead(const struct hub *h, struct span client_id)
{
	int64_t now_ms = h->now.wall_ms > newest_ms(h) ? h->now.wall_ms : newest_ms(h);
	int64_t at_ms;

	return timed_id_parse(client_id, &at_ms) && at_ms > now_ms + TIMED_ID_AHEAD_MS;
}

bool keepsake_is_fresh(const struct hub *h, const struct account *a, struct span client_id)
{
	int64_t at_ms;

	return timed_id_parse(client_id, &at_ms) && at_ms > h->ids_upto_ms &&
	       at_ms > a->ids_upto_ms && !keepsake_is(h, a->id, client_id);
}

// Its id may come again: then the store has to be asked.
static void note_gone(struct hub *h, const struct keepsake *k)
{
	struct span key = span_from(k->key, k->key_len);
	struct account *a;
	account_id account;
	int64_t at_ms;

	memcpy(&account, key.at, sizeof(account));
	a = account_by_id(h, account);
	if (a && timed_id_parse(span_after(key, sizeof(account)), &at_ms) &&
	    at_ms > a->ids_upto_ms)
		a->ids_upto_ms = at_ms;
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

		if (first->entry > h->applied)
			break;
		note_gone(h, first);
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
