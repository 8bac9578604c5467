// SPDX-License-Identifier: MIT
// Unsent input by target, kept in a file between runs.
//
// One draft a line: the target's folded name, TAB, the text with LF as U+2424. Owner: the
// ui; one thread.
#pragma once

#include "common/span.h"

struct draft {
	char *key;
	char *text;
};

struct drafts {
	struct draft *list;
	size_t count;
};

void drafts_clear(struct drafts *d);
// What is in the file; one that cannot be read holds none.
void drafts_read(struct drafts *d, const char *file);
// By temporary file and rename, mode 0600; none: the file goes. False and errno on failure.
bool drafts_write(const struct drafts *d, const char *file);
// Replaces the draft of this target; an empty text takes it out.
void drafts_set(struct drafts *d, struct span key, struct span text);
// Borrowed, NULL when there is none.
MUST_USE const char *drafts_find(const struct drafts *d, struct span key);
