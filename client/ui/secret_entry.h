// SPDX-License-Identifier: MIT
// A password that is typed on the screen: never shown, in memory that is locked and wiped, in
// no history and no draft. Owner: the ui; one thread.
#pragma once

#include "common/span.h"

#define SECRET_ENTRY_MAX 1024 // bytes; more is not taken

struct secret_entry {
	char *at; // NULL: nobody types one
	size_t len;
	int question_id; // what it answers
};

void secret_entry_open(struct secret_entry *e);
// Wipes it; harmless when nobody types one.
void secret_entry_close(struct secret_entry *e);
// What would be more than there is room for, is left out as a whole.
void secret_entry_add(struct secret_entry *e, struct span text);
// Takes the last character away.
void secret_entry_back(struct secret_entry *e);
MUST_USE struct span secret_entry_text(const struct secret_entry *e);
