// SPDX-License-Identifier: MIT
// `snugd check`, with the eyes of the user that serves: what it cannot reach.
#include "server/cli_check_private.h"

#include "common/die.h"
#include "server/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 // inside: as the kernel follows

void check_user(struct check *k)
{
	const char *state = k->cli->paths.state;
	struct buf found = {0};
	struct owner self;
	bool is_asked = k->config.user && !strcmp(k->config.user, "root");

	if (!path_exists(state))
		return;
	owner_self(&self);
	buf_add_str(&found, self.name);
	if (self.uid == 0 && is_asked)
		buf_add_str(&found, ", as the configuration says: a user of its own is safer");
	else if (self.uid == 0)
		buf_printf(&found,
			   " owns %s: `run` is root only with --user root: give it away:  "
			   "chown -R USER: %s",
			   state, state);
	check_report(k, "user", self.uid != 0 || is_asked, buf_str(&found));
	buf_clear(&found);
}

// Where a link leads, from the folder that it is in. NULL: it is none.
static char *follow_link(const char *path)
{
	char target[PATH_MAX], *folder, *end, *there;
	ssize_t len = readlink(path, target, sizeof(target) - 1);

	if (len < 0)
		return NULL;
	target[len] = '\0';
	folder = xstrdup(path);
	end = strrchr(folder, '/');
	*end = '\0';
	there = path_in(folder, target);
	free(folder);
	return there;
}

// The first folder on the way, and on the way of each link on it, that cannot be entered.
// The caller frees.
static char *find_shut(const char *path, int links)
{
	char *part = xstrdup(path), *end = part, *shut = NULL, *there;

	while (!shut && links < LINKS_MAX && (end = strchr(end + 1, '/'))) {
		*end = '\0';
		there = follow_link(part);
		if (there)
			shut = find_shut(there, links + 1);
		else if (faccessat(AT_FDCWD, part, X_OK, AT_EACCESS) < 0 && errno == EACCES)
			shut = xstrdup(part);
		free(there);
		*end = '/';
	}
	there = links < LINKS_MAX && !shut ? follow_link(path) : NULL;
	if (there)
		shut = find_shut(there, links + 1);
	free(there);
	free(part);
	return shut;
}

// How it comes to read that. libpq takes no secret that a group may read.
static void add_mend(struct buf *out, const struct owner *self, const char *path,
		     bool is_for_one)
{
	if (is_for_one)
		buf_printf(out, "make it its own:  chown %u %s && chmod 600 %s",
			   (unsigned)self->uid, path, path);
	else
		buf_printf(out, "let its group:  chgrp %u %s && chmod g+r %s",
			   (unsigned)self->gid, path, path);
}

// False after a row.
static bool can_read(struct check *k, const char *path, bool is_for_one)
{
	char *shut = find_shut(path, 0);
	struct buf found = {0};
	struct owner self;
	bool is_fine;

	owner_self(&self);
	if (shut)
		buf_printf(&found,
			   "the user %s may not enter %s, on the way to %s: let it through:  "
			   "chmod o+x %s",
			   self.name, shut, path, shut);
	else if (path_exists(path) && faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) < 0)
		buf_printf(&found, "the user %s may not read %s: ", self.name, path);
	if (found.len && !shut)
		add_mend(&found, &self, path, is_for_one);
	is_fine = !found.len;
	if (!is_fine)
		check_report(k, "access", false, buf_str(&found));
	free(shut);
	buf_clear(&found);
	return is_fine;
}

// What the address of a store names.
static bool can_read_store(struct check *k)
{
	struct buf path = {0};
	bool is_fine = true, is_secret;

	for (size_t i = 0; is_fine && config_store_file(&k->config, i, &path, &is_secret);
	     i++) {
		char *whole = path_beside_config(&k->cli->paths, buf_str(&path));

		is_fine = can_read(k, whole, is_secret);
		free(whole);
		buf_reset(&path);
	}
	buf_clear(&path);
	return is_fine;
}

bool check_access(struct check *k)
{
	const struct config *c = &k->config;
	const struct paths *p = &k->cli->paths;
	const char *const names[] = {c->certificate ? c->certificate : p->certificate,
				     c->key ? c->key : p->key, p->config, c->motd_file,
				     c->oidc_secret_file};
	bool is_fine = true;

	for (size_t i = 0; i < ARRAY_LEN(names) && is_fine; i++) {
		char *path = names[i] ? path_beside_config(p, names[i]) : NULL;

		is_fine = !path || can_read(k, path, false);
		free(path);
	}
	is_fine = is_fine && can_read_store(k);
	if (is_fine)
		check_row(k, "access", true, "it can reach what it reads");
	return is_fine;
}
