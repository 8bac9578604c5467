// SPDX-License-Identifier: MIT
// The files db/NNNN_what.sql as the Makefile embeds them, and db/schema.sql, which is what they
// make of an empty database.
#pragma once

struct migration {
	const char *name;
	const char *const *lines; // ended by NULL
};

extern const struct migration migrations[]; // element i is number i + 1
extern const int n_migrations;
extern const struct migration all_migrations; // together, in one
