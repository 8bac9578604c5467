// SPDX-License-Identifier: MIT
#include "server/backup_served.h"

#include "server/offline.h"

#include <inttypes.h>
#include <stdlib.h>

// A configuration may name what stands on the machine of the server alone.
static void read_config(struct config *c, struct paths *p)
{
	struct buf errors = {0};

	if (!config_read(c, p, &errors)) {
		config_clear(c);
		free(p->config);
		p->config = path_in(p->state, "defaults");
		buf_reset(&errors);
		(void)!config_read(c, p, &errors);
	}
	buf_clear(&errors);
}

static bool tell_credentials(const struct rehearsal *r, struct buf *found)
{
	if (r->lost) {
		buf_printf(found, "; device or token %" PRId64 " is not found by what it shows",
			   r->lost);
		return false;
	}
	buf_printf(found,
		   "; of %" PRId64 " devices and tokens, each found by its hash, %" PRId64
		   " let in",
		   r->credentials, r->n_let_in);
	if (r->n_let_in)
		buf_printf(found, ", the first, %" PRId64 ", %s", r->let_in, r->let_in_as);
	return true;
}

static bool tell_password(enum hash_result result, const char *name, struct buf *found)
{
	if (!name) {
		buf_add_str(found, "; no password lets anybody in");
		return true;
	}
	switch (result) {
	case HASH_WRONG:
		buf_printf(found, "; a wrong password of %s was hashed, and is wrong", name);
		return true;
	case HASH_OK:
		buf_printf(found, "; a wrong password of %s is taken for the right one", name);
		return false;
	case HASH_NO_MEMORY:
	case HASH_BUSY:
		break;
	}
	buf_printf(found, "; there is no memory here to try a password of %s", name);
	return true;
}

static bool rehearse(struct offline *o, struct buf *found)
{
	struct rehearsal r;
	const char *name;
	enum hash_result result = offline_rehearse(o, &r, &name);
	bool is_fine;

	buf_printf(found, "the hub loaded %" PRId64 " accounts and %" PRId64 " rooms",
		   r.accounts, r.rooms);
	is_fine = tell_credentials(&r, found);
	return tell_password(result, name, found) && is_fine;
}

// NULL with words in *error (the caller's).
static struct offline *open_folder(const char *folder, struct config *config, char **error)
{
	struct offline *o;
	struct paths paths;
	int code;

	paths_init(&paths, folder, NULL);
	read_config(config, &paths);
	o = offline_try(&paths, config, &code, error);
	paths_clear(&paths);
	return o;
}

bool backup_is_served(const char *folder, struct buf *found)
{
	struct config config;
	char *error = NULL;
	struct offline *o = open_folder(folder, &config, &error);
	bool is_fine = false;

	if (o)
		is_fine = rehearse(o, found);
	else
		buf_printf(found, "the hub does not load it: %s", error);
	offline_close(o);
	free(error);
	config_clear(&config);
	return is_fine;
}

struct sealed backup_sealed(const char *folder, const struct paths *keys)
{
	struct config config;
	char *error = NULL;
	struct offline *o = open_folder(folder, &config, &error);
	struct sealed n = {0};

	if (o)
		n = offline_sealed(o, keys);

	offline_close(o);
	free(error);
	config_clear(&config);
	return n;
}
