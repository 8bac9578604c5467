// SPDX-License-Identifier: MIT
#include "common/die.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

NORETURN void die(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	flockfile(stderr);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	funlockfile(stderr);
	va_end(args);
	exit(status);
}

void die_for_memory(void)
{
	fputs("out of memory\n", stderr);
	abort();
}
