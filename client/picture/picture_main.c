// SPDX-License-Identifier: MIT
// snug-picture: becomes the program that draws pictures, after it has given up all rights.
// usage: snug-picture /PATH/TO/PROGRAM [ARGUMENT ...] <picture
//
// `snug` starts it for one picture each (client/files/painter.h): bytes in, cells or pixels
// out.
#include "client/picture/picture_end.h"
#include "client/picture/picture_walls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// What chafa asks for: the rest of the environment is the user's.
static char term[] = "TERM=xterm-256color", locale[] = "LC_ALL=C.UTF-8";

int main(int argc, char **argv)
{
	char *const environment[] = {term, locale, NULL};

	if (argc < 2 || argv[1][0] != '/') {
		fprintf(stderr,
			"usage: snug-picture /PATH/TO/PROGRAM [ARGUMENT ...] <picture\n");
		return 2;
	}
	if (close_range(STDERR_FILENO + 1, ~0U, 0) < 0 || !picture_shut(argv[1])) {
		fprintf(stderr, "snug-picture: this kernel does not shut it in: %s\n",
			strerror(errno));
		return PICTURE_NO_WALLS;
	}
	execve(argv[1], argv + 1, environment);
	return PICTURE_NO_PROGRAM;
}
