// SPDX-License-Identifier: MIT
// A page of history for one session: the batch around it, its messages, its bounds.
// Main thread.
#pragma once

#include "server/hub/pages/message.h"
#include "server/hub/wire/reply.h"

// Asks q of all streams the account takes part in, rooms and direct conversations.
void page_ask_all(const struct account *a, struct query *q);
// ... and of them what one person said: whoever is called so, or was, under each of its names.
void page_ask_sender(struct hub *h, struct query *q, struct span name);
// What `target` names for s: a room it is in, or a conversation it has. NULL: none;
// *known says whether s may ask for it all the same (an account it has not talked to).
MUST_USE struct stream *find_history(struct session *s, struct span target, bool *known);

// The tag of a page beyond which nothing lies.
#define PAGE_END SPAN("draft/chathistory-end")
// Opens a batch of this type, with this tag ("" none). Nothing, and "" in out, for a session
// without batches.
void page_open(struct session *s, const char *type, struct span target, struct span tag,
	       char out[static BATCH_REF_LEN + 1]);
// Which of the messages fit into one answer (HISTORY_PAGE_BYTES), keeping the newest or
// the oldest: [*first, *end). Those of one time stay together: the next page may begin by it.
void page_bounds(const struct rows *rows, bool newest, size_t *first, size_t *end);
// Shows them, each run of one stream in a chathistory batch, and with the time in the text for
// clients without server-time; is_live: as if they were said now. catches_up: as in struct
// line.
void page_show_runs(struct session *s, const struct entry_message *messages, size_t n,
		    bool is_live, bool catches_up);
