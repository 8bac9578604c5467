// SPDX-License-Identifier: MIT
// Rows counted and summed up, in whatever order they come. Pure. Only files of server/store see
// this.
#pragma once

#include "server/store/sql.h"

// Starts as {0}. The sum is that of the rows' own sums, modulo 2^64.
struct tally {
	int64_t rows;
	uint64_t sum;
};

void tally_add(struct tally *t, const struct value *values, size_t n);
