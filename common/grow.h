// SPDX-License-Identifier: MIT
// Growing arrays of plain structs: space for one more element.
#pragma once

#include "common/die.h"

#include <stddef.h>

// Makes room for element *count in `items`, doubling *space; gives the (moved) array.
static inline void *grow(void *items, size_t count, size_t *space, size_t size)
{
	if (count < *space)
		return items;
	*space = *space ? *space * 2 : 8;
	return xreallocarray(items, *space, size);
}
