// SPDX-License-Identifier: MIT
#include "server/hub/state/hub_types.h"

#include "server/letters/letter.h"

void hub_out_free(struct hub_out *out)
{
	for (unsigned i = 0; i < SHARDS_MAX; i++)
		outbox_free(out->outboxes[i]);
	journal_free(out->journal);
	letters_free(&out->queries);
	letters_free(&out->jobs);
	letters_free(&out->answers);
	*out = (struct hub_out){0};
}
