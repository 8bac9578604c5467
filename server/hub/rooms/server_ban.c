// SPDX-License-Identifier: MIT
// Bans of the server: by account, address, CIDR. They do not touch a membership.
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/server_ban.h"

#include "common/cidr.h"
#include "common/names.h"
#include "server/hub/people/account.h"

static const struct ban *ban_at(struct list *item)
{
	return container_of(item, struct ban, in_list);
}

// What is wider has a 256th of all addresses in it, or more.
#define WIDE_IPV4 (96 + 8)
#define WIDE_IPV6 16

bool server_mask_parse(struct span text, struct buf *out)
{
	char form[CIDR_TEXT_MAX];
	struct cidr range;

	buf_reset(out);
	if (name_is_account(text)) {
		buf_add_span(out, text);
		return true;
	}
	if (!cidr_parse(text, &range))
		return false;
	cidr_text(&range, form);
	buf_add_str(out, form);
	return true;
}

static bool is_same(struct span a, struct span b)
{
	struct cidr range, other;

	return span_eq_fold(a, b) ||
	       (cidr_parse(a, &range) && cidr_parse(b, &other) && cidr_eq(&range, &other));
}

struct ban *server_ban_find(struct hub *h, struct span mask)
{
	list_for_each(item, &h->server_bans) {
		struct ban *b = container_of(item, struct ban, in_list);

		if (!ban_is_over(b) && is_same(span_of(b->mask), mask))
			return b;
	}
	return NULL;
}

static bool may_administer(const struct account *a)
{
	return a->role == ROLE_ADMIN && !account_is_shut(a) &&
	       !server_ban_account(a->hub, span_of(a->name));
}

bool account_is_last_admin(const struct account *a)
{
	const struct account *other;
	size_t cursor = 0;

	if (!may_administer(a))
		return false;
	while ((other = idmap_next(&a->hub->accounts, &cursor)))
		if (other != a && may_administer(other))
			return false;
	return true;
}

static const char *account_risk(const struct account *a, const struct account *by)
{
	if (!a)
		return NULL;
	if (a == by)
		return "that is your own account";
	return account_is_last_admin(a) ? "that is the last administrator" : NULL;
}

static const char *range_risk(struct hub *h, const struct cidr *range, const struct account *by)
{
	if (range->bits < (cidr_is_ipv4(range) ? WIDE_IPV4 : WIDE_IPV6))
		return "that is a large part of all addresses";
	list_for_each(item, &h->session_list) {
		const struct session *s = container_of(item, struct session, in_hub);
		struct cidr address;

		if (!s->account || !cidr_parse(span_of(s->host), &address) ||
		    !cidr_has(range, &address))
			continue;
		if (s->account == by)
			return "you are connected from there";
		if (s->account->role == ROLE_ADMIN)
			return "an administrator is connected from there";
	}
	return NULL;
}

const char *server_ban_risk(struct hub *h, struct span mask, const struct account *by)
{
	struct cidr range;

	if (name_is_account(mask))
		return account_risk(account_find(h, mask), by);
	return cidr_parse(mask, &range) ? range_risk(h, &range, by) : NULL;
}

const struct ban *server_ban_account(struct hub *h, struct span name)
{
	list_for_each(item, &h->server_bans) {
		const struct ban *b = ban_at(item);

		if (!ban_is_over(b) && span_eq_fold(span_of(b->mask), name))
			return b;
	}
	return NULL;
}

static bool means_address(const struct ban *b, const struct cidr *address)
{
	struct cidr range;

	return !ban_is_over(b) && cidr_parse(span_of(b->mask), &range) &&
	       cidr_has(&range, address);
}

const struct ban *server_ban_address(struct hub *h, struct span host)
{
	struct cidr address;

	if (list_is_empty(&h->server_bans) || !cidr_parse(host, &address))
		return NULL;
	list_for_each(item, &h->server_bans)
		if (means_address(ban_at(item), &address))
			return ban_at(item);
	return NULL;
}

bool server_ban_means(const struct ban *b, const struct session *s)
{
	struct cidr address;

	if (s->account != NULL && span_eq_fold(span_of(b->mask), span_of(s->account->name)))
		return true;
	return cidr_parse(span_of(s->host), &address) && means_address(b, &address);
}
