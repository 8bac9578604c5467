// SPDX-License-Identifier: MIT
// The last words of common/die.h and of libc: the page says them, and the module traps.
#include "common/die.h"

#include "client/web/web_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static NORETURN void end(const char *words)
{
	page_die(words, strlen(words));
	__builtin_trap();
}

void die_for_memory(void)
{
	end("out of memory");
}

// assert() comes here.
void __assert_fail(const char *what, const char *file UNUSED, int line UNUSED,
		   const char *function UNUSED)
{
	end(what);
}

void abort(void)
{
	end("abort");
}
