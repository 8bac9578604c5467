// SPDX-License-Identifier: MIT
// The files db/NNNN_what.sql as the Makefile embeds them; element i is number i + 1.
#pragma once

struct migration {
	const char *name;
	const char *const *lines; // ended by NULL
};

extern const struct migration migrations[];
extern const int n_migrations;
