// SPDX-License-Identifier: MIT
// The logs of all targets together stay within the model's bound, so that what a server says
// without end does not fill the memory. Runs between two lines, when nobody holds one.
#include "client/model/model_private.h"
#include "client/model/model.h"

#define EVERY 256 // lines of the server: summing up has its price

static size_t bytes_of_logs(const struct model *m)
{
	size_t bytes = 0;
	for (size_t i = 0; i < m->n_targets; i++)
		bytes += m->targets[i]->log.bytes;
	return bytes;
}

static struct target *longest(const struct model *m)
{
	struct target *longest = m->server;
	for (size_t i = 0; i < m->n_targets; i++) {
		if (m->targets[i]->log.bytes > longest->log.bytes)
			longest = m->targets[i];
	}
	return longest;
}

void logs_sweep(struct model *m)
{
	if (++m->n_handled % EVERY)
		return;
	size_t bytes = bytes_of_logs(m);
	if (bytes <= m->bounds.log_bytes)
		return;
	// Further than needed: the next time is not at once.
	for (struct target *t = longest(m); bytes > m->bounds.log_bytes / 4 * 3 && t->log.count;
	     t = longest(m)) {
		bytes -= t->log.bytes;
		log_halve(m, t);
		bytes += t->log.bytes;
	}
}
