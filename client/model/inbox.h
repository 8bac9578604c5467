// SPDX-License-Identifier: MIT
// What called for the user: mentions, direct messages, and reactions to what they said.
//
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"

#define INBOX_MAX 100

struct inbox_row {
	struct target *target;
	struct log_line *line;
};

// The newest of what is loaded, newest first.
MUST_USE size_t inbox_list(const struct model *m, struct inbox_row out[static INBOX_MAX]);
