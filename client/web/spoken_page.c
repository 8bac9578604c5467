// SPDX-License-Identifier: MIT
// What the page's table of the chosen language has, for common/spoken.h.
#include "common/spoken.h"

#include "client/web/web_private.h"

#include <string.h>

#define KEPT 8         // sentences, as many as one line is made of and more
#define LENGTH_MAX 512 // bytes of one with its end (tests/lint/spoken.py)

static char kept[KEPT][LENGTH_MAX];
static size_t next;

const char *spoken(const char *english)
{
	char *to = kept[next];
	size_t len = page_spoken(english, strlen(english), to, LENGTH_MAX - 1);

	if (len == 0 || len >= LENGTH_MAX)
		return english;
	to[len] = '\0';
	next = (next + 1) % KEPT;
	return to;
}
