// SPDX-License-Identifier: MIT
// Names by what they look like (common/alike.h), so that one that looks like another is found
// without looking at all.
//
// A namesake stands in what has the name, and is taken out before that is freed; putting it
// again replaces it. Main thread.
#pragma once

#include "common/alike.h"
#include "common/attr.h"
#include "common/list.h"

#include <stdbool.h>

#define NAMESAKE_ROWS 256 // inside: of a table, whatever is in it

struct namesake {
	struct looks looks;
	void *of; // what has the name
	struct list by_written, by_small;
};

struct namesakes {
	struct list written[NAMESAKE_ROWS], small[NAMESAKE_ROWS];
};

// Is that the one who is asked about?
typedef bool namesake_fn(const struct namesake *n, const void *arg);

void namesakes_init(struct namesakes *all);
void namesake_init(struct namesake *n, void *of);
void namesake_put(struct namesakes *all, struct namesake *n, struct span name);
void namesake_remove(struct namesake *n);
// What has a name that looks like this one; NULL: nothing that is meant.
MUST_USE void *namesake_find(const struct namesakes *all, struct span name,
			     namesake_fn *is_meant, const void *arg);
