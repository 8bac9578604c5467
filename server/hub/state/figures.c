// SPDX-License-Identifier: MIT
#include "server/hub/state/figures.h"

#include "server/hub/state/state.h"

void hub_figures(const struct hub *h, struct hub_figures *f)
{
	*f = h->figures;
	f->accounts = (int64_t)h->accounts.n_items;
	f->rooms = (int64_t)h->rooms.n_items;
	f->dialogs = (int64_t)h->dialog_pairs.n_items;
	f->sessions = (int64_t)h->sessions.n_items;
	f->users = h->n_present;
	f->unknown = h->n_unknown;
	f->head = h->head;
	f->durable = h->durable;
	f->applied = h->applied;
	f->queries = h->n_queries;
	f->jobs = h->n_jobs;
	f->subscriptions = (int64_t)h->subscriptions.n_items;
	f->pushes_waiting = (int64_t)h->n_parcels;
	f->disk = h->disk;
	f->lockdown = h->lockdown;
	f->files = (int64_t)h->files.by_id.n_items;
	f->files_bytes = h->files.bytes;
}
