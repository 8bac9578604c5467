// SPDX-License-Identifier: MIT
#include "server/letters/inbox.h"

#include "common/grow.h"
#include "server/letters/letter.h"

#include <stdlib.h>

struct inbox *inbox_new(unsigned shard)
{
	struct inbox *in = xcalloc(1, sizeof(*in));

	in->letter.kind = LETTER_INBOX;
	in->shard = shard;
	return in;
}

void inbox_free(struct inbox *in)
{
	if (!in)
		return;
	arena_wipe(&in->arena); // passwords come in lines
	free(in->events);
	free(in);
}

struct inbox_event *inbox_add(struct inbox *in, enum inbox_kind kind, conn_id conn)
{
	struct inbox_event *event;

	in->events = grow(in->events, in->n_events, &in->n_space, sizeof(*in->events));
	event = &in->events[in->n_events++];
	*event = (struct inbox_event){.kind = kind, .conn = conn};
	return event;
}
