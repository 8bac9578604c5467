// SPDX-License-Identifier: MIT
#include "server/beside/child.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

bool child_answer(struct span bytes, uint32_t walls, struct beside_letter *answer)
{
	struct beside_letter asked;

	if (!beside_letter_read(&asked, bytes, BESIDE_ECHO))
		return false;
	beside_letter_write(answer, BESIDE_ECHOED, asked.number, beside_letter_text(&asked));
	answer->walls = walls;
	return true;
}

static bool is_letterbox(int fd)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_SEQPACKET;
}

bool child_is_called(const char *name)
{
	bool is_called = is_letterbox(STDIN_FILENO);

	if (!is_called)
		fprintf(stderr,
			"%s: snugd starts this where its configuration says so ([beside])\n",
			name);
	return is_called;
}
