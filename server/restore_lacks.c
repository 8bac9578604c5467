// SPDX-License-Identifier: MIT
#include "server/restore_lacks.h"

#include "common/buf.h"
#include "common/die.h"
#include "server/backup_served.h"
#include "server/sealing_keys.h"
#include "server/pair.h"

#include <stdlib.h>

static void tell_factors(size_t n, store_taken_fn *on_row, void *arg)
{
	struct buf what = {0};

	buf_printf(&what,
		   "is in no backup, and none here opens the second factor of %zu account%s: "
		   "put the one of the old server into the state directory before the start; "
		   "without it recovery codes let in, and who has none needs  snugd user 2fa "
		   "reset NAME",
		   n, n == 1 ? "" : "s");
	on_row(arg, &(struct store_taken){"lacks", FACTOR_KEY_NAME, buf_str(&what)});
	buf_clear(&what);
}

static void tell_sign_ins(size_t n, store_taken_fn *on_row, void *arg)
{
	struct buf what = {0};

	buf_printf(&what,
		   "is in backups --with-keys alone, and none here opens what issuers of %zu "
		   "account%s are asked again with: put the one of the old server into the "
		   "state directory before the start; without it these people sign in anew",
		   n, n == 1 ? "" : "s");
	on_row(arg, &(struct store_taken){"lacks", SIGN_IN_KEY_NAME, buf_str(&what)});
	buf_clear(&what);
}

static bool is_in(const char *folder, const char *name)
{
	char *path = path_in(folder, name);
	bool is = path_exists(path);

	free(path);
	return is;
}

// Of the state's own pair all files come from the backup, or none where one is here.
static bool comes(const struct pair *pair, const struct config *c, const char *folder)
{
	return pair_is_own(c) && !path_exists(pair->key) && !path_exists(pair->cert) &&
	       is_in(folder, "key.pem") && is_in(folder, "cert.pem");
}

static void tell_pair(const struct pair *pair, store_taken_fn *on_row, void *arg)
{
	struct buf files = {0};

	buf_printf(&files, "%s, %s", pair->key, pair->cert);
	on_row(arg, &(struct store_taken){
			    "lacks", buf_str(&files),
			    "key and certificate are neither here nor in the backup, which "
			    "--with-keys has: put back those of the old server, without which "
			    "none starts; with another key people need a new link"});
	buf_clear(&files);
}

// Made of a store elsewhere: the server would go on there, and what was restored is in a file.
static void tell_store(const struct config *c, store_taken_fn *on_row, void *arg)
{
	struct buf what = {0};

	if (!c->store)
		return;
	buf_printf(&what,
		   "is what the configuration of the backup names, and not what is restored: "
		   "take the line  store  out of it before the start, or bring what is "
		   "restored into an empty database with  snugd db move URL  and name that");
	on_row(arg, &(struct store_taken){"store", c->store, buf_str(&what)});
	buf_clear(&what);
}

// The one that will be there. What is wrong with it is the start's to say.
static void read_config(struct config *c, const struct paths *p, const char *folder)
{
	struct buf errors = {0};
	struct paths from;

	paths_init(&from, path_exists(p->config) ? p->state : folder,
		   path_exists(p->config) ? p->config : NULL);
	(void)!config_read(c, &from, &errors);
	paths_clear(&from);
	buf_clear(&errors);
}

static void look_at_config(const struct paths *p, const char *folder, store_taken_fn *on_row,
			   void *arg)
{
	struct config config;
	struct pair pair;

	read_config(&config, p, folder);
	tell_store(&config, on_row, arg);
	pair_find(&pair, p, &config, PAIR_CONFIGURED);
	if (!(path_exists(pair.key) && path_exists(pair.cert)) &&
	    !comes(&pair, &config, folder))
		tell_pair(&pair, on_row, arg);
	pair_clear(&pair);
	config_clear(&config);
}

void restore_lacks(const struct paths *p, const char *folder, store_taken_fn *on_row, void *arg)
{
	struct sealed sealed = backup_sealed(folder, p);

	if (sealed.factors)
		tell_factors(sealed.factors, on_row, arg);
	if (sealed.sign_ins)
		tell_sign_ins(sealed.sign_ins, on_row, arg);
	look_at_config(p, folder, on_row, arg);
}
