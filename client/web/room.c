// SPDX-License-Identifier: MIT
#include "client/web/room.h"

#include "client/web/exports.h"
#include "common/die.h"
#include "common/wipe.h"

#include <stdlib.h>

static char *at;
static size_t space;

// What lay there may have been a password.
EXPORT(room) char *tab_room(size_t size)
{
	if (size <= space)
		return at;
	wipe_bytes(at, space);
	free(at);
	space = 2 * size;
	at = xmalloc(space);
	return at;
}

EXPORT(wipe) void tab_room_wipe(void)
{
	wipe_bytes(at, space);
}
