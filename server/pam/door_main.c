// SPDX-License-Identifier: MIT
// snug-door asks this computer (PAM) who somebody is, for snugd, which asks nobody.
// usage: snug-door [--socket PATH] [--confdir FOLDER]
//
// It has no more rights than whoever starts it gave it: root where the stack has pam_unix, else
// a user of its own. It connects to snugd, never the other way round, and ends when snugd hangs
// up: its manager starts it again.
#include "common/unix_address.h"
#include "server/pam/desk.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define SOCKET_DEFAULT "/var/lib/snug/door.sock"

enum door_code {
	DOOR_DONE = 0,
	DOOR_ALONE = 1, // nobody is there to be connected to
	DOOR_USAGE = 2,
	DOOR_GARBAGE = 3, // what came was no letter
};

struct door_words {
	const char *socket, *confdir;
};

static bool read_words(int argc, char **argv, struct door_words *w)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--socket") == 0)
			w->socket = argv[i + 1];
		else if (strcmp(argv[i], "--confdir") == 0)
			w->confdir = argv[i + 1];
		else
			return false;
	}
	return argc % 2 == 1;
}

// What it holds of passwords gets into no file, and nobody but root looks at it.
static void keep_to_itself(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	prctl(PR_SET_DUMPABLE, 0);
	(void)!setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	sigaction(SIGPIPE, &ignore, NULL);
}

static int connect_to(const char *path)
{
	struct unix_address address;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	unix_address_init(&address, path);
	if (fd >= 0 && connect(fd, unix_address(&address), address.len) < 0) {
		int why = errno;

		close(fd);
		fd = -1;
		errno = why;
	}
	unix_address_clear(&address);
	return fd;
}

int main(int argc, char **argv)
{
	struct door_words w = {.socket = SOCKET_DEFAULT};
	int fd;

	if (!read_words(argc, argv, &w)) {
		fputs("usage: snug-door [--socket PATH] [--confdir FOLDER]\n", stderr);
		return DOOR_USAGE;
	}
	keep_to_itself();
	fd = connect_to(w.socket);
	if (fd < 0) {
		fprintf(stderr,
			"snug-door: cannot connect to %s: %s; the server listens there while "
			"it runs with [pam] service in its configuration\n",
			w.socket, strerrordesc_np(errno));
		return DOOR_ALONE;
	}
	if (desk_serve(fd, w.confdir) == DESK_GARBAGE)
		return DOOR_GARBAGE;
	return DOOR_DONE;
}
