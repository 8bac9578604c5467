// SPDX-License-Identifier: MIT
#include "server/hub/people/binding.h"

#include "common/die.h"
#include "common/text.h"
#include "common/utf8.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/signin.h"

#include <sodium.h>
#include <stdlib.h>

#define SEAL_LEN (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)

// No part of it has a NUL.
static void make_key(struct buf *out, const struct bound_to *to)
{
	buf_add_span(out, to->issuer);
	buf_add_char(out, '\0');
	buf_add_span(out, to->subject);
	buf_add_char(out, '\0');
	buf_add_span(out, to->tenant);
}

struct bound_to bound_to(const struct identity_answer *a)
{
	return (struct bound_to){.way = a->way,
				 .issuer = span_of(a->issuer),
				 .subject = span_of(a->subject),
				 .tenant = span_of(a->tenant ? a->tenant : "")};
}

static bool is_word(struct span text, size_t most)
{
	uint32_t found;

	return text.len <= most && utf8_is_valid(text) &&
	       text_is_fit(text, TEXT_PLAIN, &found) && span_find(text, ' ') == text.len;
}

// A subject may have a blank in it, but not begin as something else in a line of ours.
bool bound_to_is_fit(const struct bound_to *to)
{
	uint32_t found;
	enum identity_way way;

	return identity_way_of(to->issuer, &way) && way == to->way &&
	       is_word(to->issuer, IDENTITY_ISSUER_MAX) && to->subject.len &&
	       to->subject.len <= IDENTITY_SUBJECT_MAX && utf8_is_valid(to->subject) &&
	       text_is_fit(to->subject, TEXT_PLAIN, &found) &&
	       is_word(to->tenant, IDENTITY_SUBJECT_MAX) &&
	       (!to->tenant.len || to->tenant.at[0] != ':');
}

struct account_binding *binding_find(struct hub *h, const struct bound_to *to)
{
	struct buf key = {0};
	struct account_binding *b;

	make_key(&key, to);
	b = map_find(&h->bindings, buf_span(&key));
	buf_clear(&key);
	return b;
}

static struct account_binding *add(struct account *a, int64_t id, const struct bound_to *to)
{
	struct account_binding *b = xcalloc(1, sizeof(*b));

	b->account = a;
	b->id = id;
	b->way = to->way;
	b->issuer = span_dup(to->issuer);
	b->subject = span_dup(to->subject);
	b->tenant = span_dup(to->tenant);
	make_key(&b->key, to);
	list_add(&a->bindings, &b->in_account);
	map_put(&a->hub->bindings, buf_span(&b->key), b);
	return b;
}

static void binding_post(const struct account_binding *b)
{
	struct entry e = {.kind = ENTRY_BINDING};

	e.binding = (struct entry_binding){
		.id = b->id,
		.account = b->account->id,
		.way = b->way,
		.issuer = span_of(b->issuer),
		.subject = span_of(b->subject),
		.tenant = span_of(b->tenant),
		.yes_ms = b->yes_ms,
		.memory = buf_span(&b->sealed),
		.by_group = b->by_group,
		.own = b->own,
		.created_ms = b->created_ms,
	};
	post(b->account->hub, &e);
}

struct account_binding *binding_new(struct account *a, const struct bound_to *to, bool own)
{
	struct account_binding *b = add(a, hub_new_id(a->hub), to);

	b->own = own;
	b->yes_ms = b->created_ms = a->hub->now.wall_ms;
	binding_post(b);
	return b;
}

// Of one binding alone: what was put to another one opens nothing.
static void seal_key(const struct account_binding *b,
		     uint8_t key[static crypto_secretbox_KEYBYTES])
{
	const struct hub *h = b->account->hub;

	crypto_generichash(key, crypto_secretbox_KEYBYTES, (const uint8_t *)&b->id,
			   sizeof(b->id), h->sign_in_key, sizeof(h->sign_in_key));
}

static void seal(struct account_binding *b, struct span memory)
{
	uint8_t key[crypto_secretbox_KEYBYTES], nonce[crypto_secretbox_NONCEBYTES];
	uint8_t *sealed = xmalloc(SEAL_LEN + memory.len);

	seal_key(b, key);
	hub_random(b->account->hub, nonce, sizeof(nonce));
	memcpy(sealed, nonce, sizeof(nonce));
	crypto_secretbox_easy(sealed + sizeof(nonce), (const uint8_t *)memory.at, memory.len,
			      nonce, key);
	b->sealed.len = 0;
	buf_add(&b->sealed, sealed, SEAL_LEN + memory.len);
	sodium_memzero(key, sizeof(key));
	free(sealed);
}

bool binding_memory(const struct account_binding *b, struct buf *out)
{
	const uint8_t *sealed = (const uint8_t *)b->sealed.at;
	uint8_t key[crypto_secretbox_KEYBYTES], *text;
	size_t len = b->sealed.len - SEAL_LEN;
	bool is_open;

	if (b->sealed.len <= SEAL_LEN)
		return false;
	text = xmalloc(len);
	seal_key(b, key);
	is_open = crypto_secretbox_open_easy(text, sealed + crypto_secretbox_NONCEBYTES,
					     b->sealed.len - crypto_secretbox_NONCEBYTES,
					     sealed, key) == 0;
	if (is_open)
		buf_add(out, text, len);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(text, len);
	free(text);
	return is_open;
}

bool binding_is_open(const struct account_binding *b)
{
	struct buf memory = {0};
	bool is_open = binding_memory(b, &memory);

	if (memory.at)
		sodium_memzero(memory.at, memory.cap);
	buf_clear(&memory);
	return is_open;
}

void binding_forget(struct account_binding *b)
{
	b->n_kept++;
	if (b->kept)
		sodium_memzero(b->kept, strlen(b->kept));
	free(b->kept);
	b->kept = NULL;
}

void binding_keep(struct account_binding *b, struct span phc, int64_t at_ms)
{
	binding_forget(b);
	b->kept = span_dup(phc);
	b->kept_ms = at_ms;
}

void bindings_forget(const struct account *a)
{
	list_for_each(item, &a->bindings)
		binding_forget(container_of(item, struct account_binding, in_account));
}

void binding_yes(struct account_binding *b, struct span memory)
{
	b->yes_ms = b->account->hub->now.wall_ms;
	b->n_said++;
	if (memory.len)
		seal(b, memory);
	binding_post(b);
}

void binding_no(struct account_binding *b)
{
	b->yes_ms = 0;
	b->n_said++;
	buf_clear(&b->sealed);
	binding_forget(b);
	binding_post(b);
}

void binding_set_by_group(struct account_binding *b, bool by_group)
{
	if (b->by_group == by_group)
		return;
	b->by_group = by_group;
	binding_post(b);
}

bool binding_is_renewable(const struct account_binding *b)
{
	return b->yes_ms && (b->way == IDENTITY_PAM || b->sealed.len > 0);
}

struct account_binding *binding_by_id(const struct account *a, int64_t id)
{
	list_for_each(item, &a->bindings) {
		struct account_binding *b =
			container_of(item, struct account_binding, in_account);

		if (b->id == id)
			return b;
	}
	return NULL;
}

struct account_binding *binding_named(const struct account *a, struct span number)
{
	uint64_t id;

	return span_to_u64(number, &id) ? binding_by_id(a, (int64_t)id) : NULL;
}

size_t bindings_count(const struct account *a)
{
	size_t n = 0;

	list_for_each(item, &a->bindings)
		n++;
	return n;
}

void binding_describe(const struct account_binding *b, struct buf *out)
{
	buf_printf(out, "%s %s%s%s", b->issuer, b->subject, b->tenant[0] ? ", tenant " : "",
		   b->tenant);
}

enum login_way binding_login_way(enum identity_way way)
{
	switch (way) {
	case IDENTITY_OIDC:
		return LOGIN_OIDC;
	case IDENTITY_KERBEROS:
		return LOGIN_KERBEROS;
	case IDENTITY_PAM:
		break;
	}
	return LOGIN_PAM;
}

const char *identity_way_word(enum identity_way way)
{
	return signin_way(binding_login_way(way));
}

bool identity_way_of(struct span issuer, enum identity_way *way)
{
	static const struct {
		const char *prefix;
		enum identity_way way;
	} forms[] = {{"https://", IDENTITY_OIDC},
		     {"krb5:", IDENTITY_KERBEROS},
		     {"pam:", IDENTITY_PAM}};

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct span prefix = span_of(forms[i].prefix);

		if (!span_starts(issuer, prefix) || issuer.len == prefix.len)
			continue;
		*way = forms[i].way;
		return true;
	}
	return false;
}

bool binding_is_of_service(const struct account_binding *b, struct span service)
{
	struct span issuer = span_of(b->issuer), prefix = SPAN("pam:");

	return b->way == IDENTITY_PAM && service.len && span_starts(issuer, prefix) &&
	       span_eq(span_after(issuer, prefix.len), service);
}

// Whoever waits for it is told that it is gone.
static void binding_free(struct account_binding *b)
{
	for (size_t i = 0; i < b->n_waiting; i++)
		post_echo(b->account->hub, b->waiting[i], IDENTITY_NO, IDENTITY_WHY_UNBOUND);
	map_remove(&b->account->hub->bindings, buf_span(&b->key));
	list_remove(&b->in_account);
	binding_forget(b);
	free(b->issuer);
	free(b->subject);
	free(b->tenant);
	free(b->waiting);
	buf_clear(&b->sealed);
	buf_clear(&b->key);
	free(b);
}

void binding_delete(struct account_binding *b)
{
	struct entry e = {.kind = ENTRY_BINDING_GONE};

	e.binding_gone.id = b->id;
	post(b->account->hub, &e);
	binding_free(b);
}

void binding_load(struct hub *h, const struct entry_binding *row)
{
	struct account *a = account_by_id(h, row->account);
	struct bound_to to = {row->way, row->issuer, row->subject, row->tenant};
	struct account_binding *b;

	if (!a || binding_find(h, &to) || !bound_to_is_fit(&to)) {
		hub_load_failed(h,
				"binding %lld is there twice, belongs to no account, or is to "
				"nobody that one can be bound to: restore a backup",
				(long long)row->id);
		return;
	}
	b = add(a, row->id, &to);
	b->yes_ms = row->yes_ms;
	buf_add_span(&b->sealed, row->memory);
	b->by_group = row->by_group;
	b->own = row->own;
	b->created_ms = row->created_ms;
	hub_saw_id(h, b->id);
}

void bindings_free(struct account *a)
{
	list_for_each_safe(item, after, &a->bindings)
		binding_free(container_of(item, struct account_binding, in_account));
}
