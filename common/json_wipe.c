// SPDX-License-Identifier: MIT
#include "common/json.h"

#include <malloc.h>
#include <sodium.h>
#include <stdlib.h>

static void wipe(void *bytes)
{
	if (bytes)
		sodium_memzero(bytes, malloc_usable_size(bytes));
	free(bytes);
}

void json_wipe_what_is_freed(void)
{
	json_set_alloc_funcs(malloc, wipe);
}
