// SPDX-License-Identifier: MIT
#include "common/bell.h"

#include "common/die.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

void bell_make(struct bell *b)
{
	b->fd = b->rope = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (b->fd < 0)
		die(1, "cannot make an eventfd: raise the limit of open files");
}

void bell_clear(struct bell *b)
{
	close(b->fd);
}

void bell_ring(const struct bell *b)
{
	const uint64_t one = 1;
	// Cannot block or fall short: the count is 0 now and stays far from its limit.
	bool is_fine = write(b->rope, &one, sizeof(one)) == sizeof(one);

	assert(is_fine);
}

bool bell_still(const struct bell *b)
{
	uint64_t count;

	return read(b->fd, &count, sizeof(count)) == sizeof(count);
}
