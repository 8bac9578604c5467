// SPDX-License-Identifier: MIT
// What the files of slack share: objects as tables of the keys that they may have.
#pragma once

#include "common/buf.h"

#include <jansson.h>

// A payload on its way to text.
struct slack {
	struct buf *out, *why;
	size_t start;    // of what this payload added to out
	size_t lead_len; // of that, what "text" said
};

// Shows one key of an object; `path` names the object. False: refused.
typedef bool slack_fn(struct slack *s, const char *path, json_t *object, json_t *value);

// NULL: it says nothing that could be shown.
struct slack_key {
	const char *key;
	slack_fn *show;
};

// Shows the keys in the order of their rows, ended by a row of NULL. Null values are absent.
MUST_USE bool slack_object(struct slack *s, const char *path, json_t *object,
			   const struct slack_key *keys);
// Shows each element of an array; their paths are "PATH[0]".
MUST_USE bool slack_each(struct slack *s, const char *path, json_t *array, slack_fn *show);
// "PATH.KEY cannot be shown here": always false.
bool slack_refuse(struct slack *s, const char *path, const char *key);
// The bytes of a string; empty: it is none.
MUST_USE struct span slack_string(const json_t *value);
// A line of its own, its escapes undone, but not what "text" said; an empty one is none.
void slack_line(struct slack *s, struct span text);
// slack_fn of a string; refused when it is none.
bool slack_show_string(struct slack *s, const char *path, json_t *object, json_t *value);
// "NAME (ADDRESS)", either may be empty.
void slack_named_link(struct slack *s, struct span name, struct span address);

// slack_fn of an array of blocks, and of one text object or element of a block.
bool slack_show_blocks(struct slack *s, const char *path, json_t *object, json_t *value);
bool slack_show_element(struct slack *s, const char *path, json_t *object, json_t *value);
// slack_fn of a block of the type rich_text: its elements.
bool slack_show_rich(struct slack *s, const char *path, json_t *object, json_t *value);
