// SPDX-License-Identifier: MIT
// What a running server counts, gathered from the hub, the shards, the writer and the disk.
#include "server/server_private.h"

#include "server/metrics.h"

static void look_at_shards(const struct server *s, struct metrics *m)
{
	for (unsigned i = 0; i < s->n_shards; i++) {
		const struct io_counts *c = &s->io_counts[i];

		m->accepted +=
			(int64_t)atomic_load_explicit(&c->accepted, memory_order_relaxed);
		m->connected +=
			(int64_t)atomic_load_explicit(&c->connected, memory_order_relaxed);
		for (size_t why = 0; why < IO_REFUSED_KINDS; why++)
			m->io_refused[why] += (int64_t)atomic_load_explicit(
				&c->refused[why], memory_order_relaxed);
		histogram_look(&c->delivered, &m->delivered);
	}
}

void server_metrics(const struct server *s, struct buf *out)
{
	struct metrics m = {.is_up = true};

	hub_figures(s->hub, &m.hub);
	hub_count_classes(s->hub, m.classes);
	look_at_shards(s, &m);
	histogram_look(&s->commits, &m.commits);
	m.started_ms = s->started_ms;
	m.turn_us = loop_longest_lately_us(s->loop);
	m.memory_bytes = server_resident_bytes(s);
	m.certificate_expires_ms = s->certificate_expires;
	for (enum program p = 0; p < PROGRAMS; p++)
		m.helpers[p] = beside_state(s->beside, p);
	if (s->doorway)
		m.door = doorway_is_up(s->doorway) ? HELPER_UP : HELPER_DOWN;
	for (enum identity_result r = IDENTITY_IS; r <= IDENTITY_LATER; r++)
		m.issuer[r] = server_oidc_count(s, r);
	m.log_lost = log_lost();
	m.is_shut_in = s->sandbox.files && s->sandbox.calls;
	metrics_look_at_disk(&m, s->paths, &s->config);
	metrics_write(&m, out);
}
