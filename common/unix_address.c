// SPDX-License-Identifier: MIT
#include "common/unix_address.h"

#include "common/die.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void unix_address_init(struct unix_address *a, const char *path)
{
	char *dir, *name;

	*a = (struct unix_address){.un.sun_family = AF_UNIX, .dir_fd = -1};
	a->len = sizeof(a->un);
	if (strlen(path) < sizeof(a->un.sun_path)) {
		memcpy(a->un.sun_path, path, strlen(path));
		return;
	}
	dir = xstrdup(path);
	name = strrchr(dir, '/');
	*name++ = '\0';
	a->dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	snprintf(a->un.sun_path, sizeof(a->un.sun_path), "/proc/self/fd/%d/%s", a->dir_fd,
		 name);
	free(dir);
}

void unix_address_clear(struct unix_address *a)
{
	if (a->dir_fd >= 0)
		close(a->dir_fd);
	a->dir_fd = -1;
}

const struct sockaddr *unix_address(const struct unix_address *a)
{
	return (const struct sockaddr *)(const void *)&a->un;
}
