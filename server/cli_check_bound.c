// SPDX-License-Identifier: MIT
// `snugd check`: people who are bound to somebody whom the settings do not name any more.
// Nobody says yes to them again, so they are out when their lease ends.
#include "server/cli_check_private.h"

#include "common/die.h"
#include "common/map.h"
#include "server/store/store.h"

#include <stdlib.h>

#define SHOWN_MAX 20 // inside: people by their names

struct bound_person {
	char *name, *issuer; // the last one that nobody is asked about
	bool is_disabled, has_other, is_here;
};

struct bound_people {
	const struct config *config;
	struct idmap people; // account's id -> struct bound_person
};

static bool is_realm_of(const struct config *c, struct span issuer)
{
	struct span prefix = SPAN("krb5:");

	for (size_t i = 0; c->keytab && i < c->realms.count; i++) {
		if (span_eq(span_after(issuer, prefix.len), span_of(c->realms.items[i])))
			return true;
	}
	return false;
}

// Somebody can be asked about it.
static bool is_asked(const struct config *c, const struct entry_binding *b)
{
	switch (b->way) {
	case IDENTITY_OIDC:
		return c->oidc_issuer && span_eq(b->issuer, span_of(c->oidc_issuer)) &&
		       span_eq(b->tenant, span_of(c->oidc_tenant ? c->oidc_tenant : ""));
	case IDENTITY_KERBEROS:
		return is_realm_of(c, b->issuer);
	case IDENTITY_PAM:
		break;
	}
	return c->pam_service &&
	       span_eq(span_after(b->issuer, SPAN("pam:").len), span_of(c->pam_service));
}

static struct bound_person *person_of(struct bound_people *all, account_id id)
{
	struct bound_person *p = idmap_find(&all->people, (uint64_t)id);

	if (!p) {
		p = xcalloc(1, sizeof(*p));
		idmap_put(&all->people, (uint64_t)id, p);
	}
	return p;
}

static void look_at_binding(struct bound_people *all, const struct entry_binding *b)
{
	struct bound_person *p = person_of(all, b->account);

	if (is_asked(all->config, b)) {
		p->is_here = true;
		return;
	}
	p->has_other = true;
	free(p->issuer);
	p->issuer = span_dup(b->issuer);
}

static void on_entry(void *arg, const struct entry *e)
{
	struct bound_people *all = arg;

	if (e->kind == ENTRY_ACCOUNT) {
		struct bound_person *p = person_of(all, e->account.id);

		p->name = span_dup(e->account.name);
		p->is_disabled = e->account.disabled;
	} else if (e->kind == ENTRY_BINDING) {
		look_at_binding(all, &e->binding);
	}
}

// How many there are; the first of them by their names.
static size_t list(const struct bound_people *all, struct buf *out, const char **first)
{
	size_t n = 0, cursor = 0;
	const struct bound_person *p;

	while ((p = idmap_next(&all->people, &cursor))) {
		if (!p->has_other || p->is_here || p->is_disabled || !p->name)
			continue;
		*first = n ? *first : p->name;
		if (n++ < SHOWN_MAX)
			buf_printf(out, "%s%s (%s)", out->len ? ", " : "", p->name, p->issuer);
	}
	return n;
}

static void report(struct check *k, const struct bound_people *all)
{
	struct buf names = {0}, found = {0};
	const char *first = NULL;
	size_t n = list(all, &names, &first);

	if (n) {
		buf_printf(&found,
			   "%zu accounts are bound only to whom the settings do not name, or "
			   "not of that tenant: %s%s. They are out when their lease ends: name "
			   "those again, or unbind the accounts and give those a password that "
			   "have no other way in:  snugd user unbind %s",
			   n, buf_str(&names), n > SHOWN_MAX ? ", ..." : "", first);
		check_report(k, "bound", false, buf_str(&found));
	}
	buf_clear(&names);
	buf_clear(&found);
}

static void clear(struct bound_people *all)
{
	size_t cursor = 0;
	struct bound_person *p;

	while ((p = idmap_next(&all->people, &cursor))) {
		free(p->name);
		free(p->issuer);
		free(p);
	}
	idmap_clear(&all->people);
}

void check_bound(struct check *k)
{
	struct bound_people all = {.config = &k->config};
	char *error = NULL;

	if (k->has_config && store_look(k->cli->paths.store, on_entry, &all, &error))
		report(k, &all);
	free(error);
	clear(&all);
}
