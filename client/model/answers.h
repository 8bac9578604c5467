// SPDX-License-Identifier: MIT
// A message and all that answers it, directly or through others: what of it is in the log.
//
// Owner: who shows it; a zeroed struct is closed. Lines are named by their places in the log,
// which answers_follow brings up to date.
#pragma once

#include "client/model/model.h"

struct answers {
	char *root; // id of its first message; NULL: closed
	unsigned target_id;
	size_t *lines; // places in the log, oldest first
	size_t n_lines, cap_lines;
	size_t n_answers;      // of these, but the first message
	bool has_root;         // the first message is here
	struct log_line *hole; // newest mark of a hole behind the first message, or NULL
	struct map ids;        // of its lines; borrows them
	uint64_t version;      // of the model that it is up to date with
	size_t log_count;
};

// The id of the first message of the thread that the line belongs to, as far up as is loaded.
MUST_USE struct span answers_root(const struct target *t, const struct log_line *l);
void answers_open(struct answers *th, const struct target *t, struct span root);
void answers_close(struct answers *th);
// Looks again where the model changed. `t` is its target.
void answers_follow(struct answers *th, const struct model *m, const struct target *t);
// A message with this id belongs to it, as it was when it was followed last.
MUST_USE bool answers_has(const struct answers *th, struct span id);
// The place of its last line before place `end`. False: there is none.
MUST_USE bool answers_before(const struct answers *th, size_t end, size_t *place);
