// SPDX-License-Identifier: MIT
// Texts by key, kept between runs: unsent input by target, what is arranged.
//
// As text one a line: the key, TAB, the text with LF as U+2424. Owner: whoever embeds it.
#pragma once

#include "common/buf.h"

struct kept_text {
	char *key;
	char *text;
};

struct kept_list {
	struct kept_text *list;
	size_t count;
};

void kept_clear(struct kept_list *k);
// Adds what the text holds.
void kept_parse(struct kept_list *k, struct span text);
// Appends a line for each.
void kept_print(const struct kept_list *k, struct buf *out);
// Replaces the text of this key; an empty text takes it out.
void kept_set(struct kept_list *k, struct span key, struct span text);
// Borrowed, NULL when there is none.
MUST_USE const char *kept_find(const struct kept_list *k, struct span key);
