// SPDX-License-Identifier: MIT
// One line to many: each distinct look is rendered once, each receiver costs the storing
// of its id.
//
// 1. A variant is the set of capabilities that change this line, as far as a receiver
//    has them. Few occur in one room: they are searched in turn, the last found first.
// 2. Variants and their lists of ids come from a pool in the hub: after the first casts
//    nothing is allocated. One cast is open at a time.
#include "server/hub/wire/wire_private.h"
#include "server/hub/wire/cast.h"

#include "common/grow.h"
#include "server/hub/people/account.h"

#include <assert.h>
#include <stdlib.h>

struct ids {
	conn_id *at;
	size_t len, space;
};

struct cast_variant {
	cap_set caps;
	struct ids shards[SHARDS_MAX];
};

void cast_open(struct cast *c, struct line *l)
{
	struct hub *h = l->hub;

	*c = (struct cast){
		.line = l, .variants = h->cast_pool, .variants_space = h->cast_pool_space};
	c->mask = line_caps(l);
	h->cast_pool = NULL;
	h->cast_pool_space = 0;
}

static struct cast_variant *add_variant(struct cast *c, cap_set caps)
{
	size_t space = c->variants_space;

	c->variants =
		grow(c->variants, c->n_variants, &c->variants_space, sizeof(*c->variants));
	for (; space < c->variants_space; space++)
		c->variants[space] = (struct cast_variant){0};
	c->last = c->n_variants++;
	c->variants[c->last].caps = caps;
	return &c->variants[c->last];
}

static struct cast_variant *variant_of(struct cast *c, cap_set caps)
{
	if (c->n_variants && c->variants[c->last].caps == caps)
		return &c->variants[c->last];
	for (size_t i = 0; i < c->n_variants; i++) {
		if (c->variants[i].caps == caps) {
			c->last = i;
			return &c->variants[i];
		}
	}
	return add_variant(c, caps);
}

void cast_to_conn(struct cast *c, conn_id conn, cap_set caps)
{
	struct ids *ids = &variant_of(c, caps & c->mask)->shards[CONN_SHARD(conn) % SHARDS_MAX];

	ids->at = grow(ids->at, ids->len, &ids->space, sizeof(*ids->at));
	ids->at[ids->len++] = conn;
}

void cast_to(struct cast *c, struct session *s)
{
	if (c->line->asker == s)
		session_say(s, c->line); // an answer
	else
		cast_to_conn(c, s->id, line_session_caps(c->line, s));
}

void cast_close(struct cast *c)
{
	struct hub *h = c->line->hub;

	for (size_t i = 0; i < c->n_variants; i++) {
		struct cast_variant *v = &c->variants[i];

		buf_reset(&h->tags);
		buf_reset(&h->text);
		line_render_tags(c->line, v->caps, &h->tags);
		line_render(buf_span(&h->tags), buf_span(&c->line->body), &h->text);
		for (unsigned shard = 0; shard < SHARDS_MAX; shard++) {
			struct ids *ids = &v->shards[shard];

			if (!ids->len)
				continue;
			outbox_line(hub_outbox(h, shard), buf_span(&h->text), h->head, false);
			outbox_to_all(hub_outbox(h, shard), ids->at, ids->len);
			h->figures.deliveries += (int64_t)ids->len;
			ids->len = 0;
		}
	}
	assert(!h->cast_pool);
	h->cast_pool = c->variants;
	h->cast_pool_space = c->variants_space;
}

void cast_pool_free(struct cast_variant *pool, size_t space)
{
	for (size_t i = 0; i < space; i++) {
		for (unsigned shard = 0; shard < SHARDS_MAX; shard++)
			free(pool[i].shards[shard].at);
	}
	free(pool);
}
