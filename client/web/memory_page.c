// SPDX-License-Identifier: MIT
// malloc() and its kin for a page: blocks of a few sizes (four to each power of two), and of
// each size a list of those that are free. What was taken once is never joined or given back,
// which a browser does when the page goes. libc has another for programs: 12 kB of a page.
#include "common/attr.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LEAST 16 // bytes of a block; the first sizes are these, 20, 24, 28, 32, 40, ...
#define SIZES 105
#define LARGEST (1u << 30)
#define PAGE_BYTES 65536
#define HEAD sizeof(struct head)

struct head {
	uint32_t kind; // which of the sizes
	uint32_t unused;
	// Behind it the block; of a free one there is the next of its size.
};

extern unsigned char __heap_base;
static struct head *free_blocks[SIZES];
static uintptr_t from, to; // memory that no block was made of yet

static size_t size_of(uint32_t kind)
{
	return (size_t)(4 + kind % 4) << (kind / 4 + 2);
}

static uint32_t kind_for(size_t size)
{
	if (size <= LEAST)
		return 0;
	uint32_t power = 31 - (uint32_t)__builtin_clz((unsigned)size - 1);
	uint32_t quarter = (uint32_t)((size - 1) >> (power - 2)) & 3;
	return (power - 4) * 4 + quarter + 1;
}

static struct head **next_of(struct head *block)
{
	return (struct head **)(block + 1);
}

static struct head *fresh_block(uint32_t kind)
{
	size_t bytes = (HEAD + size_of(kind) + 7) & ~(size_t)7;

	if (!from)
		from = to = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
	if (to - from < bytes) {
		size_t end = from + bytes, have = __builtin_wasm_memory_size(0) * PAGE_BYTES;
		size_t pages = end > have ? (end - have + PAGE_BYTES - 1) / PAGE_BYTES : 0;

		if (end < from || __builtin_wasm_memory_grow(0, pages) == SIZE_MAX)
			return NULL;
		to = have + pages * PAGE_BYTES;
	}
	struct head *block = (struct head *)from;
	from += bytes;
	block->kind = kind;
	return block;
}

void *malloc(size_t size)
{
	if (size > LARGEST)
		return NULL;
	uint32_t kind = kind_for(size);
	struct head *block = free_blocks[kind];

	if (block)
		free_blocks[kind] = *next_of(block);
	else
		block = fresh_block(kind);
	return block ? block + 1 : NULL;
}

void free(void *memory)
{
	struct head *block = memory;

	if (!block)
		return;
	block--;
	assert(block->kind < SIZES);
	*next_of(block) = free_blocks[block->kind];
	free_blocks[block->kind] = block;
}

void *calloc(size_t count, size_t size)
{
	size_t bytes;
	void *memory;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	memory = malloc(bytes);
	return memory ? memset(memory, 0, bytes) : NULL;
}

void *realloc(void *memory, size_t size)
{
	size_t had = memory ? size_of(((struct head *)memory - 1)->kind) : 0;
	void *other;

	if (size <= had)
		return memory;
	other = malloc(size);
	if (other && memory) {
		memcpy(other, memory, had);
		free(memory);
	}
	return other;
}
