// SPDX-License-Identifier: MIT
// Which mutant lives, and, where MUTANTS_REACHED names a file, which of them would have
// answered otherwise: a byte each. The file is mapped at the start, for all processes that come
// of it: a process may end in any way, have its files closed, or be walled in.
#include "tests/mutants/mutant.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define N_MUTANTS (1 << 16)

static int chosen;
static unsigned char nowhere[N_MUTANTS], *reached = nowhere;

__attribute__((constructor)) static void begin(void)
{
	const char *number = getenv("MUTANT"), *name = getenv("MUTANTS_REACHED");

	chosen = number ? (int)strtol(number, NULL, 10) : 0;
	int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
	if (file < 0)
		return;
	void *map = mmap(NULL, N_MUTANTS, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (map != MAP_FAILED)
		reached = map;
	close(file);
}

bool mutant(int k, bool other, bool asked)
{
	if (asked != other)
		reached[k] = 1;
	return k == chosen ? other : asked;
}
