// SPDX-License-Identifier: MIT
#include "server/hub/people/account.h"

#include "common/die.h"
#include "common/names.h"
#include "common/text.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/factor.h"
#include "server/hub/people/freed.h"
#include "server/hub/people/subscription.h"
#include "server/hub/journal/post.h"

#include "server/letters/verifier.h"

#include <sodium.h>
#include <stdlib.h>

bool account_realname_is_valid(struct span name)
{
	uint32_t found;

	return name.len > 0 && name.len <= REALNAME_MAX &&
	       text_is_fit(name, TEXT_PLAIN, &found);
}

void account_set_text(char **field, struct span text)
{
	char *fresh = text.len ? span_dup(text) : NULL;

	free(*field);
	*field = fresh;
}

static void set_name(struct account *a, struct span name)
{
	char *fresh = span_dup(name);

	free(a->name);
	free(a->folded);
	a->name = fresh;
	a->folded = xmalloc(name.len + 1);
	name_fold(name, a->folded);
	namesake_put(&a->hub->people_alike, &a->as_named, name);
}

static struct account *add(struct hub *h, account_id id, struct span name)
{
	struct account *a = xcalloc(1, sizeof(*a));

	a->id = id;
	a->hub = h;
	namesake_init(&a->as_named, a);
	namesake_init(&a->as_shown, a);
	set_name(a, name);
	list_init(&a->credentials);
	list_init(&a->bindings);
	list_init(&a->sessions);
	list_init(&a->hushes);
	list_init(&a->subscriptions);
	list_init(&a->in_subscribers);
	list_init(&a->saved);
	list_init(&a->slips);
	list_init(&a->signins);
	list_init(&a->file_tokens);
	purses_init(a->purses);
	idmap_put(&h->accounts, (uint64_t)id, a);
	map_put(&h->account_names, span_of(a->folded), a);
	return a;
}

struct account *account_new(struct hub *h, struct span name, struct span password)
{
	struct account *a;

	if (!name_is_account(name) || account_find(h, name) || name_is_freed(h, name, 0))
		return NULL;
	a = add(h, hub_new_id(h), name);
	a->password = span_dup(password);
	a->realname = span_dup(name);
	a->created_ms = h->now.wall_ms;
	account_post(a);
	return a;
}

struct account *account_new_erased(struct hub *h, account_id id, struct span name)
{
	struct account *a = add(h, id, name);

	a->password = span_dup(SPAN(""));
	a->realname = span_dup(SPAN(""));
	a->created_ms = h->now.wall_ms;
	a->disabled = a->erased = true;
	account_post(a);
	return a;
}

void account_post(struct account *a)
{
	struct entry e = {.kind = ENTRY_ACCOUNT};

	e.account = (struct entry_account){
		.id = a->id,
		.name = span_of(a->name),
		.password = span_of(a->password),
		.realname = span_of(a->realname),
		.role = a->role,
		.disabled = a->disabled,
		.created_ms = a->created_ms,
		.seen_ms = a->seen_ms,
		.class = a->class,
		.replay = a->replay,
		.expires_ms = a->expires_ms,
		.guest_room = a->guest_room,
		.next_password = span_of(a->next_password ? a->next_password : ""),
		.next_ms = a->next_ms,
		.erase_ms = a->erase_ms,
		.erased = a->erased,
	};
	post(a->hub, &e);
}

void account_rename(struct account *a, struct span name)
{
	map_remove(&a->hub->account_names, span_of(a->folded));
	if (!span_eq_fold(name, span_of(a->name))) {
		name_keep_back(a->hub, span_of(a->name), a->id);
		name_take(a->hub, name);
	}
	set_name(a, name);
	map_put(&a->hub->account_names, span_of(a->folded), a);
	account_post(a);
}

static void set_next(struct account *a, struct span phc, int64_t at_ms)
{
	if (a->next_password)
		sodium_memzero(a->next_password, strlen(a->next_password));
	account_set_text(&a->next_password, phc);
	a->next_ms = at_ms;
}

void account_set_next(struct account *a, struct span phc, int64_t at_ms)
{
	set_next(a, phc, at_ms);
	account_post(a);
}

void account_set_password(struct account *a, struct span phc)
{
	subscriptions_of_device_gone(a, 0);
	set_next(a, SPAN(""), 0);
	a->n_passwords++;
	bindings_forget(a);
	account_rehash(a, phc);
}

void account_rehash(struct account *a, struct span phc)
{
	sodium_memzero(a->password, strlen(a->password));
	free(a->password);
	a->password = span_dup(phc);
	account_post(a);
}

struct account *account_find(struct hub *h, struct span name)
{
	char folded[ACCOUNT_NAME_MAX + 1];

	if (name.len > ACCOUNT_NAME_MAX)
		return NULL;
	name_fold(name, folded);
	return map_find(&h->account_names, span_from(folded, name.len));
}

static bool is_another(const struct namesake *n, const void *self)
{
	const struct account *a = n->of;

	return a != self && (n == &a->as_named || a->role == ROLE_ADMIN);
}

const struct account *account_alike(const struct hub *h, struct span name,
				    const struct account *self)
{
	return namesake_find(&h->people_alike, name, is_another, self);
}

struct account *account_by_id(struct hub *h, account_id id)
{
	return idmap_find(&h->accounts, (uint64_t)id);
}

bool account_is_present(const struct account *a)
{
	return !list_is_empty(&a->sessions);
}

bool account_is_bot(const struct account *a)
{
	return a->bot || a->class != CLASS_PERSON;
}

bool account_is_shut(const struct account *a)
{
	return a->disabled || (a->expires_ms && a->expires_ms <= a->hub->now.wall_ms);
}

void account_prefix(const struct account *a, struct buf *out)
{
	buf_add_str(out, a->name);
	buf_add_char(out, '!');
	buf_add_str(out, a->username ? a->username : a->name);
	buf_add_char(out, '@');
	buf_add_span(out, a->hub->config.name);
}

struct span account_username(const struct account *a)
{
	return span_of(a->username == NULL ? a->name : a->username);
}

void account_host(const struct account *a, struct buf *out)
{
	struct buf prefix = {0};
	struct span all;

	account_prefix(a, &prefix);
	all = buf_span(&prefix);
	buf_add_span(out, span_after(all, span_find(all, '@') + 1));
	buf_clear(&prefix);
}

bool account_is_oper(const struct account *a)
{
	list_for_each(item, &a->sessions)
		if (container_of(item, struct session, in_account)->oper)
			return true;
	return false;
}

void account_load(struct hub *h, const struct entry_account *row)
{
	struct account *a;
	struct verifier known;

	if (account_find(h, row->name) || account_by_id(h, row->id)) {
		hub_load_failed(h,
				"two accounts are called " SPAN_FMT " or have the number %lld",
				SPAN_ARG(row->name), (long long)row->id);
		return;
	}
	if (!name_is_account(row->name)) {
		hub_load_failed(h,
				"account %lld has a name that none can have: restore a backup",
				(long long)row->id);
		return;
	}
	if ((row->next_ms != 0) != (row->next_password.len != 0)) {
		hub_load_failed(h,
				"account %lld has half of a password that is to come: restore "
				"a backup",
				(long long)row->id);
		return;
	}
	if (verifier_parse(row->password, &known) == PHC_TOO_DEAR ||
	    verifier_parse(row->next_password, &known) == PHC_TOO_DEAR) {
		hub_load_failed(h,
				"the password of account %lld was hashed at a cost that this "
				"server never asks for: restore a backup",
				(long long)row->id);
		return;
	}
	a = add(h, row->id, row->name);
	a->password = span_dup(row->password);
	a->realname = span_dup(row->realname);
	a->role = row->role;
	a->disabled = row->disabled;
	a->created_ms = row->created_ms;
	a->seen_ms = row->seen_ms;
	a->class = row->class;
	a->replay = row->replay;
	a->expires_ms = row->expires_ms;
	a->guest_room = row->guest_room;
	set_next(a, row->next_password, row->next_ms);
	a->erase_ms = row->erase_ms;
	a->erased = row->erased;
	hub_saw_id(h, row->id);
}

void account_free(struct account *a)
{
	credentials_free(a);
	factor_free(a);
	bindings_free(a);
	namesake_remove(&a->as_named);
	namesake_remove(&a->as_shown);
	purses_clear(a->purses);
	sodium_memzero(a->password, strlen(a->password));
	free(a->password);
	set_next(a, SPAN(""), 0);
	free(a->name);
	free(a->folded);
	free(a->realname);
	free(a->username);
	free(a->away);
	free(a->members);
	free(a);
}
