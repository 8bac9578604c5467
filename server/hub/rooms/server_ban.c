// SPDX-License-Identifier: MIT
// Bans of the server: by account, address, CIDR. They do not touch a membership.
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/server_ban.h"

#include "common/cidr.h"
#include "common/names.h"

static const struct ban *ban_at(struct list *item)
{
	return container_of(item, struct ban, in_list);
}

bool server_mask_is_valid(struct span mask)
{
	struct cidr range;

	return name_is_account(mask) || cidr_parse(mask, &range);
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
	return s->host != NULL && cidr_parse(span_of(s->host), &address) &&
	       means_address(b, &address);
}
