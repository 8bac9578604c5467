// SPDX-License-Identifier: MIT
// Messages that the account saved to come back to, as the server keeps them (snug.chat/saved).
//
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"

struct saved_row {
	unsigned number; // of this run: by it a list that is shown means the row
	char *target, *id;
	int64_t at_ms; // when it was said
	bool is_told;  // by the list that is coming in
};

// NULL: there is none.
MUST_USE const struct saved_row *saved_find(const struct model *m, struct span id);
MUST_USE const struct saved_row *saved_numbered(const struct model *m, uint64_t number);
// The line that saves the message, or lets it go where it is saved, and words for that. False:
// the server keeps no such list; there are words alone.
MUST_USE bool saved_toggle(const struct model *m, const struct target *t, struct span id,
			   struct buf *line, struct buf *words);
// A row of the server: SAVED ADD, DEL or LIST.
void saved_add(struct model *m, struct span target, struct span id, int64_t at_ms);
void saved_del(struct model *m, struct span id);
void saved_listed(struct model *m);
// A room or person is called otherwise since now.
void saved_renamed(struct model *m, struct span was, struct span now_called);
void saved_clear(struct model *m);
