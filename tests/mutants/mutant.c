// SPDX-License-Identifier: MIT
// Which mutant lives, and, where MUTANTS_REACHED names a file, which of them would have answered
// otherwise: a number a line, written at once, as the process may end in any way.
#include "tests/mutants/mutant.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int chosen;
static int reached_fd = -1;
static bool is_reached[1 << 16];

__attribute__((constructor)) static void begin(void)
{
	const char *number = getenv("MUTANT"), *file = getenv("MUTANTS_REACHED");

	chosen = number ? (int)strtol(number, NULL, 10) : 0;
	if (file)
		reached_fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

bool mutant(int k, bool other, bool asked)
{
	if (asked != other && reached_fd >= 0 && !is_reached[k]) {
		is_reached[k] = true;
		dprintf(reached_fd, "%d\n", k);
	}
	return k == chosen ? other : asked;
}
