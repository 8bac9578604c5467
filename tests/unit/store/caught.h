// SPDX-License-Identifier: MIT
// What is logged, by any thread, between two moments.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct caught {
	FILE *file;
	int old;
};

static inline struct caught catch_begin(void)
{
	struct caught c = {tmpfile(), dup(STDERR_FILENO)};

	assert_true(c.file && dup2(fileno(c.file), STDERR_FILENO) >= 0);
	return c;
}

// How many lines are of that event, or begin with what stands there.
static inline int caught_of(const struct caught *c, const char *event)
{
	char line[400], wanted[60];
	int n = 0;

	snprintf(wanted, sizeof(wanted), " event=%s", event);
	rewind(c->file);
	while (fgets(line, sizeof(line), c->file))
		n += strstr(line, wanted) != NULL;
	return n;
}

static inline void catch_end(struct caught *c)
{
	assert_true(dup2(c->old, STDERR_FILENO) >= 0);
	close(c->old);
	fclose(c->file);
}
