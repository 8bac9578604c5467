// SPDX-License-Identifier: MIT
// INI files (libinih): `[section]`, `key = value`, checked against a table.
//
// Every mistake is reported as FILE:LINE: what is wrong and how to mend it, with the
// nearest key for an unknown one. Pure but for reading the file; any thread.
#pragma once

#include "common/buf.h"

#include <stdint.h>

enum conf_type {
	CONF_TEXT,     // char * (owned by the struct; conf_clear frees)
	CONF_LIST,     // struct conf_list: a repeated key adds a row
	CONF_NUMBER,   // int64_t
	CONF_SIZE,     // int64_t bytes: 512, 64KiB, 4MiB, 1GiB
	CONF_DURATION, // int64_t ms: 30s 15m 12h 7d
	CONF_BOOL,     // bool: yes/no, on/off, true/false
	CONF_CHOICE,   // int: index in `choices`
};

struct conf_list {
	char **items;
	size_t count;
};

struct conf_row {
	const char *section;
	const char *key;
	enum conf_type type;
	size_t offset;        // in the struct that is filled
	const char *fallback; // as it would be written; NULL: empty list or NULL text
	int64_t min, max;     // of numbers, sizes and durations; both 0: no bounds
	const char *choices;  // "full|normal" for CONF_CHOICE
	bool reloads;         // takes effect without a restart
	// Of CONF_TEXT, may be NULL: false, and what is wrong with it appended to `why`.
	bool (*check)(struct span text, struct buf *why);
};

// Fills `out` (zeroed by the caller) with the fallbacks, then with the text. `file` is
// the name for messages. False when anything was wrong: `errors` holds a line for each.
MUST_USE bool conf_parse(const struct conf_row *rows, size_t n_rows, void *out,
			 struct span text, const char *file, struct buf *errors);
// Reads the file first; one that does not exist is an empty one.
MUST_USE bool conf_read(const struct conf_row *rows, size_t n_rows, void *out, const char *file,
			struct buf *errors);
// Frees texts and lists.
void conf_clear(const struct conf_row *rows, size_t n_rows, void *out);
