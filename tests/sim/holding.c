// SPDX-License-Identifier: MIT
// The hand that waits for the store, takes it, and gives signs until the other one writes.
#include "tests/sim/pair.h"

// It has the term; the other hand begins.
static void has(struct partner *p)
{
	const struct waiter *w = &p->waiter;
	struct keeper *k = &p->beater;

	keeper_init(k, w->term, p->holder, w->doing_ms, w->is_proven);
	k->is_connected = p->lease.link != NULL;
	k->only_beats = true;
	keeper_init(&p->keeper, w->term, p->holder, 0, false);
	p->put = p->told = 0;
	p->is_steady = false;
	p->life = PARTNER_LOADS;
	partner_prove(p, k);
}

static void hear_waiting(struct partner *p)
{
	struct waiter *w = &p->waiter;
	enum lease_came how;

	if (w->doing != WAITER_RESTS && wire_came(p, &p->lease, LEASE_ANSWER_MS, &how))
		waiter_came(w, how, how == CAME_AWAY ? NULL : wire_head(&p->lease),
			    partner_now(p));
}

static void wait_on(struct partner *p)
{
	struct waiter *w = &p->waiter;
	struct order order = {.seen = w->seen, .holder = p->holder};

	switch (waiter_next(w, partner_now(p))) {
	case WAITER_CONNECTS:
		wire_connect(p, &p->lease);
		break;
	case WAITER_LOOKS:
		order.kind = ORDER_LOOK;
		wire_send(p, &p->lease, &order);
		break;
	case WAITER_TAKES:
		order.kind = ORDER_TAKE;
		wire_send(p, &p->lease, &order);
		break;
	case WAITER_HAS:
		has(p);
		break;
	case WAITER_RESTS:
		hear_waiting(p);
		break;
	}
}

static void beat_on(struct partner *p)
{
	struct keeper *k = &p->beater;
	struct order order = {.kind = ORDER_ASK, .seen.term = k->term, .holder = p->holder};
	enum lease_came how;

	switch (keeper_next(k, partner_now(p))) {
	case KEEPER_CONNECTS:
		wire_connect(p, &p->lease);
		break;
	case KEEPER_ASKS:
		wire_send(p, &p->lease, &order);
		break;
	case KEEPER_SENDS:
	case KEEPER_ENDS: // the other hand learns it, too
		break;
	case KEEPER_RESTS:
		if (k->doing == KEEPER_RESTS ||
		    !wire_came(p, &p->lease, keeper_patience_ms(k), &how))
			break;
		keeper_came(k, how, how == CAME_AWAY ? NULL : wire_head(&p->lease),
			    partner_now(p));
		partner_prove(p, k);
		break;
	}
}

void holding_step(struct partner *p)
{
	if (p->life == PARTNER_WAITS)
		wait_on(p);
	else if (p->life == PARTNER_LOADS)
		beat_on(p);
}
