// SPDX-License-Identifier: MIT
#include "server/serving.h"

#include "common/die.h"
#include "server/config.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// Whoever may write the file could make root serve as anybody: `user` is believed of a file
// that only root can have written.
static char *configured_user(const struct paths *p)
{
	struct buf errors = {0};
	struct config config;
	struct stat about;
	char *user = NULL;

	if (stat(p->config, &about) < 0 || about.st_uid != 0 || about.st_mode & 022)
		return NULL;
	// Of mistakes the one who takes it up tells.
	(void)!config_read(&config, p, &errors);
	if (config.user)
		user = xstrdup(config.user);
	config_clear(&config);
	buf_clear(&errors);
	return user;
}

bool serving_as(struct owner *o, const struct paths *p, const char *named, bool *is_told,
		struct buf *error)
{
	char *configured = !named && geteuid() == 0 ? configured_user(p) : NULL;
	const char *name = named ? named : configured;
	bool is_fine = true;

	*is_told = name;
	if (name)
		is_fine = owner_named(o, name, error);
	else if (geteuid() == 0)
		owner_of(o, p->state);
	else
		owner_self(o);
	free(configured);
	return is_fine;
}
