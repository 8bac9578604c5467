// SPDX-License-Identifier: MIT
// One line to many, rendered once per set of capabilities that changes it.
//
// Owner: the caller's stack, from cast_open to cast_close. Main thread.
#pragma once

#include "server/hub/wire/line.h"

// To many: open, to, to, …, close. The line may not change in between.
struct cast_variant;
struct cast {
	struct line *line;
	cap_set mask; // the capabilities that change this line
	struct cast_variant *variants;
	size_t n_variants, variants_space, last;
};
void cast_open(struct cast *c, struct line *l);
void cast_to(struct cast *c, struct session *s);
// The same without a look at the session: for one that did not ask for the line and is not of
// the sender's account.
void cast_to_conn(struct cast *c, conn_id conn, cap_set caps);
void cast_close(struct cast *c);
// At the hub's end.
void cast_pool_free(struct cast_variant *pool, size_t space);
