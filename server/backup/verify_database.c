// SPDX-License-Identifier: MIT
// What was unpacked, opened as a server would open it.
#include "server/backup/verify_private.h"

#include "common/die.h"
#include "server/backup/part.h"
#include "server/letters/verifier.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>

static void compare_audit(struct backup_report *r, const struct store_report *found)
{
	const struct backup_manifest *m = &r->manifest;
	bool is_same = found->audit == m->audit;
	bool is_head = m->format < 2 || memcmp(found->chain, m->audit_head, CHAIN_LEN) == 0;
	struct buf words = {0};

	buf_printf(&words, "%" PRId64 " rows%s%s", found->audit,
		   is_same ? "" : ": the manifest has another count",
		   is_head ? "" : ": the newest is not the one that the manifest has");
	report_add(r, "audit", is_same && is_head, buf_take(&words));
}

static void compare_facts(struct backup_report *r, const struct store_report *found)
{
	const struct backup_manifest *m = &r->manifest;
	bool is_same = found->accounts == m->accounts && found->rooms == m->rooms &&
		       found->messages == m->messages;
	struct buf words = {0};

	buf_printf(&words, "%" PRId64 " accounts, %" PRId64 " rooms, %" PRId64 " messages%s",
		   found->accounts, found->rooms, found->messages,
		   is_same ? "" : ": the manifest has other counts");
	report_add(r, "counts", is_same, buf_take(&words));
	is_same = found->newest == m->sequence &&
		  memcmp(found->copied, m->history, sizeof(m->history)) == 0;
	report_add(r, "sequence", is_same,
		   xstrdup(is_same ? "it ends where the manifest says, in the same history"
				   : "it ends elsewhere, or is of another history, than the "
				     "manifest says"));
	compare_audit(r, found);
}

// Who could log in, if it were served.
struct logins {
	int64_t n_passwords, n_credentials, n_accounts, n_factors, n_sign_ins;
	struct buf wrong; // what could not, words
};

static void look_at_account(struct logins *l, const struct entry_account *a)
{
	struct verifier known;

	l->n_accounts++;
	if (!a->password.len)
		return;
	if (verifier_parse(a->password, &known) == PHC_OK)
		l->n_passwords++;
	else
		buf_printf(&l->wrong, "%saccount " SPAN_FMT " has a password that is none",
			   l->wrong.len ? "; " : "", SPAN_ARG(a->name));
}

static void look_at_credential(struct logins *l, const struct entry_credential *c)
{
	if (!sodium_is_zero(c->hash, sizeof(c->hash)))
		l->n_credentials++;
	else
		buf_printf(&l->wrong, "%sdevice or token %" PRId64 " is of no key",
			   l->wrong.len ? "; " : "", c->id);
}

static void look_at_entry(void *arg, const struct entry *e)
{
	if (e->kind == ENTRY_ACCOUNT)
		look_at_account(arg, &e->account);
	else if (e->kind == ENTRY_CREDENTIAL)
		look_at_credential(arg, &e->credential);
	else if (e->kind == ENTRY_FACTOR && e->factor.enabled)
		((struct logins *)arg)->n_factors++;
	else if (e->kind == ENTRY_BINDING && e->binding.memory.len)
		((struct logins *)arg)->n_sign_ins++;
}

static void report_logins(struct backup_report *r, struct logins *l, const char *error)
{
	if (error)
		report_wrong(r, "login", "%s", error);
	else if (l->wrong.len)
		report_wrong(r, "login", "%s", buf_str(&l->wrong));
	else
		report_fine(r, "login",
			    "of %" PRId64 " accounts %" PRId64 " have a password, and there "
			    "are %" PRId64 " devices and tokens: all are whole",
			    l->n_accounts, l->n_passwords, l->n_credentials);
	buf_clear(&l->wrong);
}

// What a restore brings is no server without.
static void report_keys(struct backup_report *r, const struct logins *l)
{
	struct buf words = {0};

	if (manifest_find(&r->manifest, "key.pem"))
		buf_add_str(&words, "the server's key is in it");
	else
		buf_add_str(&words, "the server's key is not in it (--with-keys): where it is "
				    "lost, people need a new link");
	if (l->n_factors)
		buf_printf(&words,
			   "; %" PRId64 " account%s a second factor, and second-factor.key is "
			   "in no backup: without it recovery codes let in, or  snugd user 2fa "
			   "reset NAME",
			   l->n_factors, l->n_factors == 1 ? " has" : "s have");
	if (l->n_sign_ins && !manifest_find(&r->manifest, "sign-in.key"))
		buf_printf(&words,
			   "; %" PRId64 " binding%s what to ask an issuer again with, and "
			   "sign-in.key is not in it (--with-keys): without it these people "
			   "sign in anew",
			   l->n_sign_ins, l->n_sign_ins == 1 ? " has" : "s have");
	report_add(r, "keys", true, buf_take(&words));
}

static void open_as_server(struct backup_report *r, const char *path)
{
	struct logins logins = {0};
	char *error = NULL;
	struct store *s = store_open(path, STORE_FULL, &error);

	if (s && !store_load(s, look_at_entry, &logins, &error) && !error)
		error = xstrdup("the state cannot be loaded");
	store_close(s);
	report_logins(r, &logins, error);
	report_keys(r, &logins);
	free(error);
}

static void check(struct backup_report *r, const char *path)
{
	char *error = NULL;

	if (!store_check(path, &r->database, &error))
		report_add(r, "integrity", false, error);
	else if (r->database.n_problems)
		report_wrong(r, "integrity", SPAN_FMT,
			     SPAN_ARG(span_trim(buf_span(&r->database.problems))));
	else
		report_fine(r, "integrity", "nothing is wrong with the database");
}

void report_database(struct backup_report *r, const char *folder)
{
	char *path = part_path(folder, BACKUP_DATABASE, false);
	struct store_report facts;
	char *error = NULL;

	if (store_facts(path, &facts, &error))
		compare_facts(r, &facts);
	else
		report_wrong(r, "counts", "%s", error);
	store_report_clear(&facts);
	free(error);
	open_as_server(r, path);
	check(r, path);
	free(path);
}
