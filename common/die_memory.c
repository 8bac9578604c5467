// SPDX-License-Identifier: MIT
#include "common/die.h"

#include <stdlib.h>
#include <string.h>

static void *must_have(void *memory)
{
	if (!memory)
		die_for_memory();
	return memory;
}

void *xmalloc(size_t size)
{
	return must_have(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
	return must_have(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t size)
{
	return must_have(realloc(old, size ? size : 1));
}

void *xreallocarray(void *old, size_t count, size_t size)
{
	if (!count || !size)
		return xrealloc(old, 1);
	return must_have(reallocarray(old, count, size));
}

char *xstrdup(const char *text)
{
	return must_have(strdup(text));
}

void *xmemdup(const void *from, size_t size)
{
	void *copy = xmalloc(size);

	if (size)
		memcpy(copy, from, size);
	return copy;
}
