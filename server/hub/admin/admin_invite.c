// SPDX-License-Identifier: MIT
// invite create|list|revoke.
#include "server/hub/admin/admin_room.h"
#include "server/hub/admin/admin_history.h"
#include "server/hub/people/invite.h"
#include "server/hub/rooms/room.h"

#include "common/names.h"
#include "common/snug_link.h"
#include "common/wipe.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define WEEK_MS (7LL * 24 * 60 * 60 * 1000)

static bool read_uses(struct verb_call *c, int64_t *uses)
{
	struct span text = verb_value(c, "--uses");
	uint64_t n = 1;

	if (text.at && (!span_to_u64(text, &n) || n < 1 || n > 1000000)) {
		verb_end(c, ADMIN_USAGE, "--uses is a number from 1 to 1000000");
		return false;
	}
	*uses = (int64_t)n;
	return true;
}

// A guest has a room and an end; nothing else has one here.
static bool read_guest(struct verb_call *c, const struct room *r, int64_t *until_ms)
{
	bool is_guest = verb_flag(c, "--guest"), has_end = verb_value(c, "--until").at != NULL;

	*until_ms = 0;
	if (is_guest != has_end)
		verb_end(c, ADMIN_USAGE, "%s",
			 is_guest
				 ? "a guest's account ends by itself: say --until 7d, or a time"
				 : "--until is the end of a guest's account: say --guest, too "
				   "(--expires is the end of the invite)");
	else if (is_guest && !r)
		verb_end(c, ADMIN_USAGE, "a guest is in one room: say --room NAME");
	else if (!verb_until(c, "--until", 0, until_ms))
		return false;
	else if (is_guest && !*until_ms)
		verb_end(c, ADMIN_USAGE, "a guest's account ends: invite a member instead");
	else
		return true;
	return false;
}

// Why there is no link for browsers, and how there would be one.
static const char *no_page(const struct hub *h)
{
	return h->config.has_web
		       ? "; for browsers it takes a certificate that an authority vouches "
			 "for: snugd tls check"
		       : "; for browsers it takes [web] listen in snugd.conf";
}

static void create(struct verb_call *c, const struct room *r, struct invite *wanted)
{
	struct span actor = c->request->actor, note = verb_value(c, "--note");
	char token[SECRET_TEXT_LEN + 1];
	struct buf text = {0}, page = {0};
	const struct invite *i;

	wanted->room = r ? r->stream.id : 0;
	wanted->creator = span_dup(actor.len ? actor : SPAN("shell"));
	wanted->note = span_dup(note.at ? note : SPAN(""));
	i = invite_new(c->hub, wanted, token);
	free(wanted->creator);
	free(wanted->note);
	invite_url(c->hub, span_of(r ? r->name : ""), token, &text);
	invite_page_url(c->hub, span_of(r ? r->name : ""), token, &page);
	verb_plain(c, buf_span(&text));
	verb_page(c, buf_span(&page));
	sodium_memzero(token, sizeof(token));
	sodium_memzero(text.at, text.len);
	buf_clear(&text);
	buf_printf(&text, "%lld", (long long)i->id);
	verb_audit(c, buf_span(&text));
	buf_clear(&text);
	verb_end(c, ADMIN_DONE, "invite %lld: %lld uses%s%s%s%s%s%s", (long long)i->id,
		 (long long)i->uses_max, i->guest_ms ? ", for guests" : "", r ? ", into " : "",
		 r ? r->name : "", i->expires_ms ? "" : ", without end",
		 page.len ? "; for browsers  " : no_page(c->hub), buf_str(&page));
	wipe_bytes(page.at, page.len);
	buf_clear(&page);
}

void verb_invite_create(struct verb_call *c)
{
	struct invite wanted = {0};
	struct room *room;

	if (!verb_room_flag(c, &room) || !read_uses(c, &wanted.uses_max) ||
	    !verb_until(c, "--expires", WEEK_MS, &wanted.expires_ms) ||
	    !read_guest(c, room, &wanted.guest_ms) || !verb_may_write(c))
		return;
	if (c->hub->invites.n_items >= INVITES_MAX)
		verb_end(c, ADMIN_CONFLICT, "there are %d invites: revoke old ones first",
			 INVITES_MAX);
	else
		create(c, room, &wanted);
}

void verb_invite_list(struct verb_call *c)
{
	static const char *const columns[] = {"id",   "room",    "left",
					      "uses", "expires", "created",
					      "by",   "note",    "guest-until"};
	size_t cursor = 0;
	const struct invite *i;

	verb_columns(c, columns, ARRAY_LEN(columns));
	while ((i = idmap_next(&c->hub->invites, &cursor))) {
		const struct room *r = i->room ? room_by_id(c->hub, i->room) : NULL;

		if (!invite_is_usable(c->hub, i) && !verb_flag(c, "--all"))
			continue;
		verb_number(c, i->id);
		verb_text(c, span_of(r ? r->name : ""));
		verb_number(c, i->uses_left);
		verb_number(c, i->uses_max);
		verb_time(c, i->expires_ms);
		verb_time(c, i->created_ms);
		verb_text(c, invite_by(c->hub, i));
		verb_text(c, span_of(i->note));
		verb_time(c, i->guest_ms);
	}
	verb_end(c, ADMIN_DONE, "%zu invites", c->answer->n_rows);
}

void verb_invite_revoke(struct verb_call *c)
{
	struct span which = verb_word(c, 0);
	struct invite *i = invite_find(c->hub, which);
	struct buf detail = {0};
	uint64_t id;

	if (!i && span_to_u64(which, &id))
		i = invite_by_id(c->hub, (int64_t)id);
	if (!i) {
		verb_end(c, ADMIN_NOT_FOUND,
			 "there is no such invite: invite list --all shows them");
		return;
	}
	if (!verb_may_write(c))
		return;
	buf_printf(&detail, "%lld", (long long)i->id);
	invite_delete(c->hub, i);
	verb_audit(c, buf_span(&detail));
	verb_end(c, ADMIN_DONE, "revoked invite %s", buf_str(&detail));
	buf_clear(&detail);
}
