// SPDX-License-Identifier: MIT
#include "common/bell.h"

#include "common/die.h"

#include <assert.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

void bell_make(struct bell *b)
{
	int ends[2];

	if (pipe(ends) < 0)
		die(1, "cannot make a pipe: raise the limit of open files");
	for (int i = 0; i < 2; i++) {
		(void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(ends[i], F_SETFL, O_NONBLOCK);
	}
	*b = (struct bell){.fd = ends[0], .rope = ends[1]};
}

void bell_clear(struct bell *b)
{
	close(b->fd);
	close(b->rope);
}

void bell_ring(const struct bell *b)
{
	// Cannot block: the pipe is empty now.
	bool is_fine = write(b->rope, "", 1) == 1;

	assert(is_fine);
}

bool bell_still(const struct bell *b)
{
	char one;

	return read(b->fd, &one, 1) == 1;
}
