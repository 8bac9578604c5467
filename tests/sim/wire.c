// SPDX-License-Identifier: MIT
// A connection of a server of a pair to the engine.
#include "tests/sim/pair.h"

void wire_drop(struct partner *p, struct wire *w)
{
	backend_leave(&p->pair->cluster, w->link);
	w->link = NULL;
	w->is_connecting = false;
}

void wire_connect(struct partner *p, struct wire *w)
{
	wire_drop(p, w);
	w->is_connecting = true;
	w->connected_ms = p->pair->cluster.now_ms + 2 + (int64_t)roll(p->pair->world, 60);
	w->sent_ms = partner_now(p);
}

void wire_send(struct partner *p, struct wire *w, const struct order *order)
{
	w->sent_ms = partner_now(p);
	backend_send(&p->pair->cluster, w->link, order);
}

static bool connected(struct partner *p, struct wire *w, enum lease_came *how)
{
	struct cluster *c = &p->pair->cluster;

	if (c->now_ms < w->connected_ms)
		return false;
	w->is_connecting = false;
	w->link = backend_open(c, p->index);
	*how = w->link ? CAME_WELL : CAME_AWAY;
	return true;
}

bool wire_came(struct partner *p, struct wire *w, int patience_ms, enum lease_came *how)
{
	if (w->is_connecting)
		return connected(p, w, how);
	if (!backend_came(&p->pair->cluster, w->link, how)) {
		if (partner_now(p) - w->sent_ms < patience_ms)
			return false;
		*how = CAME_AWAY;
	}
	if (*how == CAME_AWAY)
		wire_drop(p, w);
	return true;
}

const struct lease_head *wire_head(const struct wire *w)
{
	return w->link && w->link->has_head ? &w->link->head : NULL;
}
