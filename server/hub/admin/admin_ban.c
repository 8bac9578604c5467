// SPDX-License-Identifier: MIT
// Bans of the server, and those of rooms as rows: ban list|add|delete, room bans.
#include "server/hub/admin/admin_room.h"

#include "common/clock.h"
#include "server/hub/door/evict.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/modes.h"
#include "server/hub/rooms/server_ban.h"

static const char *const ban_columns[] = {"mask", "kind", "by", "reason", "since", "until"};

static void add_row(struct verb_call *c, const struct ban *b)
{
	const struct room_mode *mode = modes_of(MODE_LIST, b->kind);
	const char *other = b->kind == BAN_INVITED ? "invited" : "server";

	verb_text(c, span_of(b->mask));
	verb_text(c, span_of(mode == NULL ? other : mode->word));
	verb_text(c, span_of(b->by));
	verb_text(c, span_of(b->reason));
	verb_time(c, b->at_ms);
	verb_time(c, b->expires_ms);
}

static void add_bans(struct verb_call *c, struct list *bans)
{
	list_for_each(item, bans) {
		const struct ban *b = container_of(item, struct ban, in_list);

		if (!ban_is_over(b))
			add_row(c, b);
	}
}

void verb_room_bans(struct verb_call *c)
{
	struct room *r = verb_room(c, 0);

	if (r == NULL)
		return;
	verb_columns(c, ban_columns, ARRAY_LEN(ban_columns));
	add_bans(c, &r->bans);
	verb_end(c, ADMIN_DONE, "%s", "");
}

void verb_ban_list(struct verb_call *c)
{
	verb_columns(c, ban_columns, ARRAY_LEN(ban_columns));
	add_bans(c, &c->hub->server_bans);
	verb_end(c, ADMIN_DONE, "%s", "");
}

// False: it would do what is hardly meant, and is not confirmed.
static bool is_meant(struct verb_call *c, struct span mask)
{
	const struct account *by = account_find(c->hub, c->request->actor);
	const char *risk = server_ban_risk(c->hub, mask, by);

	return !risk || verb_meant(c, risk, mask);
}

static void ban_address_or_account(struct verb_call *c, struct span mask, int64_t lasts_ms)
{
	struct span typed = verb_word(c, 0), reason = verb_value(c, "--reason");
	struct span by = c->request->actor.len > 0 ? c->request->actor : SPAN("shell");
	const struct ban *known = server_ban_find(c->hub, mask), *b;
	size_t n;

	if (known)
		mask = span_of(known->mask);
	verb_audit(c, mask);
	b = ban_add(c->hub, NULL, BAN_SERVER, mask, by, reason.at == NULL ? SPAN("") : reason,
		    lasts_ms);
	n = server_ban_enforce(c->hub, b);
	if (span_eq_fold(typed, span_of(b->mask)))
		verb_end(c, ADMIN_DONE, "banned %s; connections closed: %zu", b->mask, n);
	else
		verb_end(c, ADMIN_DONE,
			 "banned %s, which is what " SPAN_FMT " means; connections closed: %zu",
			 b->mask, SPAN_ARG(typed), n);
}

void verb_ban_add(struct verb_call *c)
{
	struct span typed = verb_word(c, 0);
	struct buf mask = {0};
	int64_t lasts_ms = 0;

	if (!server_mask_parse(typed, &mask))
		verb_end(c, ADMIN_USAGE,
			 SPAN_FMT " is no account, address or CIDR (192.0.2.0/24)",
			 SPAN_ARG(typed));
	else if (verb_span(c, "--for", BAN_ENDLESS, &lasts_ms) &&
		 verb_knows_account(c, typed) && is_meant(c, buf_span(&mask)) &&
		 verb_may_write(c))
		ban_address_or_account(c, buf_span(&mask), lasts_ms);
	buf_clear(&mask);
}

void verb_ban_delete(struct verb_call *c)
{
	struct ban *b = server_ban_find(c->hub, verb_word(c, 0));

	if (b == NULL) {
		verb_end(c, ADMIN_NOT_FOUND, "there is no ban of " SPAN_FMT,
			 SPAN_ARG(verb_word(c, 0)));
		return;
	}
	if (!verb_may_write(c))
		return;
	verb_audit(c, span_of(b->mask));
	ban_remove(b);
	verb_end(c, ADMIN_DONE, "the ban is gone");
}
