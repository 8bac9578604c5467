// SPDX-License-Identifier: MIT
// The programs beside it: those of the settings, from the folder where snugd is.
#include "server/server_private.h"

#include "common/die.h"
#include "server/owner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AUTHORITIES "/etc/ssl/certs/ca-certificates.crt" // of the package ca-certificates

static void wanted_programs(const struct server *s, bool wanted[PROGRAMS])
{
	wanted[PROGRAM_ERRAND] = s->config.errand;
}

static bool find_folder(char *folder, size_t size, struct buf *error)
{
	ssize_t len = readlink("/proc/self/exe", folder, size - 1);
	char *end = len > 0 ? memrchr(folder, '/', (size_t)len) : NULL;

	if (end)
		*end = '\0';
	else
		buf_add_str(error, "cannot find the folder of this program: is /proc mounted?");
	return end != NULL;
}

static bool is_there(const struct server *s, const char *folder, enum program p,
		     struct buf *error)
{
	struct buf path = {0};
	bool is_fine;

	buf_printf(&path, "%s/%s", folder, program_name(p));
	is_fine = access(buf_str(&path), X_OK) == 0;
	if (!is_fine)
		buf_printf(error,
			   "%s: [beside] errand = yes, but %s cannot be run: %s; install it "
			   "there, or take the line away",
			   s->paths->config, buf_str(&path), strerrordesc_np(errno));
	buf_clear(&path);
	return is_fine;
}

// What snug-errand is called with, NULL at the end.
static char **errand_words(const struct server *s)
{
	const struct conf_list *allow = &s->config.push_allow;
	char **words = xcalloc(STARTER_WORDS + 1, sizeof(*words));
	struct buf place = {0};
	size_t n = 0;

	words[n++] = s->config.ca_file ? path_beside_config(s->paths, s->config.ca_file)
				       : xstrdup(AUTHORITIES);
	for (size_t i = 0; i < allow->count; i++)
		words[n++] = xstrdup(allow->items[i]);
	for (size_t i = 0; config_oidc_place(&s->config, i, &place); i++)
		words[n++] = buf_take(&place);
	buf_clear(&place);
	return words;
}

static void free_words(char **words)
{
	for (size_t i = 0; words[i]; i++)
		free(words[i]);
	free(words);
}

static bool can_trust(const char *ca_file, struct buf *error)
{
	bool can = access(ca_file, R_OK) == 0;

	if (!can)
		buf_printf(error,
			   "%s: %s; snug-errand trusts the authorities in this file: install "
			   "the package ca-certificates, or name another by [beside] ca_file",
			   ca_file, strerrordesc_np(errno));
	return can;
}

static int fork_starter(const struct server *s, struct starter_order *order, struct buf *error)
{
	char **words = errand_words(s);
	int fd = -1;

	if (s->config.errand)
		order->errand_words = (const char *const *)words;
	if (!s->config.errand || can_trust(words[0], error)) {
		fd = starter_fork(order);
		if (fd < 0)
			buf_printf(error, "cannot start a process: %s", strerrordesc_np(errno));
	}
	free_words(words);
	return fd;
}

bool server_fork_starter(struct server *s, struct buf *error)
{
	struct starter_order order = {.priority = s->priority,
				      .drop_rights = owner_drop_rights};
	bool wanted[PROGRAMS];
	char folder[4000];

	wanted_programs(s, wanted);
	if (!wanted[PROGRAM_ERRAND])
		return true;
	if (!find_folder(folder, sizeof(folder), error))
		return false;
	for (enum program p = 0; p < PROGRAMS; p++) {
		if (wanted[p] && !is_there(s, folder, p, error))
			return false;
	}
	order.folder = folder;
	s->starter = fork_starter(s, &order, error);
	return s->starter >= 0;
}

void server_start_beside(struct server *s)
{
	bool wanted[PROGRAMS];

	if (s->starter < 0)
		return;
	wanted_programs(s, wanted);
	s->beside = beside_new(s->loop, s->starter, wanted);
	s->starter = -1;
	server_start_oidc(s);
}
