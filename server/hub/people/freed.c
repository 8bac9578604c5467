// SPDX-License-Identifier: MIT
#include "server/hub/people/freed.h"

#include "common/die.h"
#include "common/names.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/invite.h"

#include <stdlib.h>

struct freed {
	uint8_t hash[SECRET_HASH_LEN]; // the key in hub.freed
	account_id was_of;
};

// The key is that of tokens; no token has a space in it.
static void hash_of(const struct hub *h, struct span name, uint8_t hash[static SECRET_HASH_LEN])
{
	char text[5 + ACCOUNT_NAME_MAX + 1] = "name ";
	size_t len = name.len < ACCOUNT_NAME_MAX ? name.len : ACCOUNT_NAME_MAX;

	name_fold(span_from(name.at, len), text + 5);
	secret_hash(h, span_from(text, 5 + len), hash);
}

static struct freed *find(const struct hub *h, struct span name)
{
	uint8_t hash[SECRET_HASH_LEN];

	if (h->freed.n_items == 0)
		return NULL;
	hash_of(h, name, hash);
	return map_find(&h->freed, span_from(hash, sizeof(hash)));
}

bool name_is_freed(const struct hub *h, struct span name, account_id from)
{
	account_id was_of = name_was_of(h, name);

	return was_of != 0 && was_of != from;
}

account_id name_was_of(const struct hub *h, struct span name)
{
	const struct freed *f = find(h, name);

	return f == NULL ? 0 : f->was_of;
}

static void put(struct hub *h, const uint8_t *hash, account_id was_of)
{
	struct freed *f = map_find(&h->freed, span_from(hash, sizeof(f->hash)));

	if (f == NULL) {
		f = xcalloc(1, sizeof(*f));
		memcpy(f->hash, hash, sizeof(f->hash));
		map_put(&h->freed, span_from(f->hash, sizeof(f->hash)), f);
	}
	f->was_of = was_of;
}

void name_keep_back(struct hub *h, struct span name, account_id was_of)
{
	struct entry e = {.kind = ENTRY_FREED, .freed.account = was_of};

	hash_of(h, name, e.freed.hash);
	put(h, e.freed.hash, was_of);
	post(h, &e);
}

void name_take(struct hub *h, struct span name)
{
	struct freed *f = find(h, name);
	struct entry e = {.kind = ENTRY_FREED_GONE};

	if (f == NULL)
		return;
	memcpy(e.freed_gone.hash, f->hash, sizeof(f->hash));
	post(h, &e);
	map_remove(&h->freed, span_from(f->hash, sizeof(f->hash)));
	free(f);
}

void freed_load(struct hub *h, const struct entry_freed *row)
{
	put(h, row->hash, row->account);
	hub_saw_id(h, row->account);
}

void freed_free(struct hub *h)
{
	size_t cursor = 0;
	struct freed *f;

	while ((f = map_next(&h->freed, &cursor)) != NULL)
		free(f);
	map_clear(&h->freed);
}
