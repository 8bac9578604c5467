// SPDX-License-Identifier: MIT
#include "server/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int turn_take(const struct paths *p)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char *path = path_in(p->state, "turn");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool is_taken = false;

	free(path);
	if (fd < 0)
		return -2;
	if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return fd;
	is_taken = errno == EAGAIN || errno == EACCES;
	close(fd);
	return is_taken ? -1 : -2;
}

void turn_give(int turn)
{
	if (turn >= 0)
		close(turn);
}
