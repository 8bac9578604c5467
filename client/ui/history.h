// SPDX-License-Identifier: MIT
// Input history: what was typed before, kept in a file between runs.
//
// Lines that may hold a secret (history_is_secret) are never kept. One entry a line in the
// file, LF inside written as U+2424. Owner: the ui; one thread.
#pragma once

#include "common/buf.h"

#define HISTORY_ENTRIES_MAX 1000

struct history {
	char **entries; // oldest first
	size_t count;
	size_t at;   // entry shown; count: the draft
	char *draft; // what was being typed before going up
	char *file;  // or NULL
};

// Reads the file; one that cannot be read is an empty history.
void history_open(struct history *h, const char *file);
void history_clear(struct history *h);
// Adds what was typed in this target at the end (unless equal to the last one) and to the file.
void history_add(struct history *h, struct span text, struct span target);
// A password may be in it: /passwd, /oper, /quote pass, whatever is said to NickServ.
MUST_USE bool history_is_secret(struct span text, struct span target);
// The entry before or after the one shown; NULL when there is none. `shown` is what the
// editor holds: kept as the draft when it leaves the end.
MUST_USE const char *history_step(struct history *h, bool older, struct span shown);
// The newest entry older than index `before` that holds `part`; h->count starts at the
// end. Gives its index, h->count when there is none.
MUST_USE size_t history_search(const struct history *h, size_t before, struct span part);
