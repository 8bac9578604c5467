// SPDX-License-Identifier: MIT
// Patterns for lines, as tests write them.
//
//   [@tag tag=value !tag ...;] [source] COMMAND params... [:text]
//
// "@a;b=x*;!c" in front: the line must have tags a and b (whose unescaped value matches)
// and must not have c; tags that are not named do not matter. The source is the part
// before '!' of the line's source, "server" the server's own name; it is given whenever
// the line has one. * and ? are globs everywhere. "$name" alone as a parameter or tag value
// stands for what it first matched (see struct pattern_vars).
#pragma once

#include "common/msg.h"

#define PATTERN_VARS_MAX 32

// What "$name" stands for. A zeroed struct holds none.
struct pattern_vars {
	struct pattern_var {
		char *name;
		char *value;
	} vars[PATTERN_VARS_MAX];
	size_t count;
};

// NULL when it has no value yet.
MUST_USE const char *pattern_var(const struct pattern_vars *v, struct span name);
// Copies `text` with each $name that has a value replaced by it.
void pattern_expand(const struct pattern_vars *v, struct span text, struct buf *out);
void pattern_vars_clear(struct pattern_vars *v);

// Does the line (without CR LF) match? `v` (NULL: no variables) gains what was bound, only
// when it does. `server` is the name that "server" stands for.
MUST_USE bool pattern_matches(struct span pattern, struct span line, struct span server,
			      struct pattern_vars *v);
