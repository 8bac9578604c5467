// SPDX-License-Identifier: MIT
// Chunks double as the arena grows: a letter with one line costs one small malloc, a
// letter with thousands costs a dozen.
#include "common/arena.h"

#include "common/die.h"
#include "common/wipe.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>

#define CHUNK_MIN 480 // with malloc's head and ours, 512
#define CHUNK_MAX (64 * 1024)

struct arena_chunk {
	struct arena_chunk *older;
	size_t size;
	max_align_t bytes[];
};

static void add_chunk(struct arena *a, size_t need)
{
	size_t size = a->chunks ? a->chunks->size * 2 : CHUNK_MIN;
	struct arena_chunk *chunk;

	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size < need)
		size = need;
	chunk = xmalloc(sizeof(*chunk) + size);
	chunk->older = a->chunks;
	chunk->size = size;
	a->chunks = chunk;
	a->at = (char *)chunk->bytes;
	a->left = size;
}

static char *take(struct arena *a, size_t size)
{
	char *at;

	if (a->left < size)
		add_chunk(a, size);
	at = a->at;
	a->at += size;
	a->left -= size;
	return at;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t odd = (size_t)((uintptr_t)a->at % alignof(max_align_t));
	size_t pad = odd ? alignof(max_align_t) - odd : 0;

	assert(size <= SIZE_MAX / 4);
	// A fresh chunk is aligned: skip the padding only within the current one.
	if (pad + size <= a->left) {
		a->at += pad;
		a->left -= pad;
	} else {
		add_chunk(a, size);
	}
	return memset(take(a, size), 0, size);
}

struct span arena_dup(struct arena *a, struct span s)
{
	char *copy;

	assert(s.len <= SIZE_MAX / 4);
	copy = take(a, s.len + 1);
	if (s.len)
		memcpy(copy, s.at, s.len);
	copy[s.len] = '\0';
	return (struct span){copy, s.len};
}

void arena_clear(struct arena *a)
{
	struct arena_chunk *older;

	if (!a)
		return;
	for (struct arena_chunk *chunk = a->chunks; chunk; chunk = older) {
		older = chunk->older;
		free(chunk);
	}
	*a = (struct arena){0};
}

void arena_wipe(struct arena *a)
{
	if (!a)
		return;
	for (struct arena_chunk *chunk = a->chunks; chunk; chunk = chunk->older)
		wipe_bytes(chunk->bytes, chunk->size);
	arena_clear(a);
}
