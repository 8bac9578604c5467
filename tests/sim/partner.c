// SPDX-License-Identifier: MIT
// The life of one server of a pair.
#include "tests/sim/pair.h"

#include "server/letters/letter.h"

#include <stdio.h>

int64_t partner_now(const struct partner *p)
{
	return p->clock_us / 1000;
}

void partner_prove(struct partner *p, const struct keeper *k)
{
	atomic_store(&p->proof.at_ms, k->end == KEEPER_GOES_ON ? k->proof_ms : 0);
}

void partner_end(struct partner *p, int64_t after_ms)
{
	wire_drop(p, &p->lease);
	wire_drop(p, &p->writer);
	server_end(p->server);
	letters_free(&p->journals);
	lately_clear(&p->kept);
	p->asks = NULL;
	p->is_still = p->is_witness = p->is_mending = p->is_releasing = p->is_full = false;
	p->life = PARTNER_DOWN;
	p->until_ms = p->pair->cluster.now_ms + after_ms;
	tell(p->pair->world, "server %d ends", p->index);
}

void partner_stop(struct partner *p)
{
	if (p->life != PARTNER_LEADS) {
		partner_end(p, (int64_t)roll(p->pair->world, 3000));
		return;
	}
	tell(p->pair->world, "server %d stops", p->index);
	writing_take(p);
	server_end(p->server);
	p->life = PARTNER_GIVES_BACK;
}

static void begin(struct partner *p)
{
	p->life = PARTNER_WAITS;
	snprintf(p->holder, sizeof(p->holder), "server%d-%u", p->index, ++p->pair->started);
	waiter_init(&p->waiter);
}

void partner_step(struct partner *p)
{
	if (p->life == PARTNER_DOWN && p->pair->cluster.now_ms >= p->until_ms)
		begin(p);
	else if (roll(p->pair->world, 2))
		holding_step(p);
	else
		writing_step(p);
}
