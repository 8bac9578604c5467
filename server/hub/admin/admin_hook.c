// SPDX-License-Identifier: MIT
// hook create|list|revoke|rotate.
#include "server/hub/admin/admin_history.h"
#include "server/hub/admin/admin_room.h"
#include "server/hub/rooms/hook.h"
#include "server/hub/rooms/room.h"

#include "common/names.h"

#include <sodium.h>

// The address is shown here and never again.
static void show(struct verb_call *c, const struct hook *k, char *secret, const char *done)
{
	const char *nobody = c->hub->config.has_web
				     ? ""
				     : "; nothing answers there before [web] listen is set";
	struct buf text = {0};

	hook_url(c->hub, secret, &text);
	verb_plain(c, buf_span(&text));
	sodium_memzero(secret, SECRET_TEXT_LEN);
	sodium_memzero(text.at, text.len);
	buf_clear(&text);
	buf_printf(&text, "%s %s", k->room->name, k->name);
	verb_audit(c, buf_span(&text));
	buf_clear(&text);
	verb_end(c, ADMIN_DONE, "%s %s" HOOK_MARK " in %s: this address is shown once%s", done,
		 k->name, k->room->name, nobody);
}

void verb_hook_create(struct verb_call *c)
{
	struct span name = verb_word(c, 1), actor = c->request->actor;
	struct room *r = verb_room(c, 0);
	char secret[SECRET_TEXT_LEN + 1];
	const char *refusal;

	if (!r)
		return;
	refusal = hook_refusal(r, name);
	if (refusal)
		verb_end(c, name_is_account(name) ? ADMIN_CONFLICT : ADMIN_USAGE, "%s",
			 refusal);
	else if (verb_may_write(c))
		show(c,
		     hook_new(r, name, verb_flag(c, "--may-alert"),
			      actor.len ? actor : SPAN("shell"), secret),
		     secret, "made");
}

// The hook of words 0 and 1; NULL: the call ended.
static struct hook *verb_hook(struct verb_call *c)
{
	const struct room *r = verb_room(c, 0);
	struct hook *k = r ? hook_named(r, verb_word(c, 1)) : NULL;

	if (r && !k)
		verb_end(c, ADMIN_NOT_FOUND,
			 "%s has no hook of that name: hook list shows them", r->name);
	return k;
}

void verb_hook_rotate(struct verb_call *c)
{
	struct hook *k = verb_hook(c);
	char secret[SECRET_TEXT_LEN + 1];

	if (!k || !verb_may_write(c))
		return;
	hook_rotate(k, secret);
	show(c, k, secret, "another address for");
}

void verb_hook_revoke(struct verb_call *c)
{
	struct hook *k = verb_hook(c);
	struct buf detail = {0};

	if (!k || !verb_may_write(c))
		return;
	buf_printf(&detail, "%s %s", k->room->name, k->name);
	hook_delete(k);
	verb_audit(c, buf_span(&detail));
	verb_end(c, ADMIN_DONE, "revoked the hook %s", buf_str(&detail));
	buf_clear(&detail);
}

static void add_row(struct verb_call *c, const struct hook *k)
{
	verb_text(c, span_of(k->room->name));
	verb_text(c, span_of(k->name));
	verb_bool(c, k->may_alert);
	verb_time(c, k->created_ms);
	verb_time(c, k->used_ms);
	verb_text(c, span_of(k->creator));
}

void verb_hook_list(struct verb_call *c)
{
	static const char *const columns[] = {"room",    "hook", "may-alert",
					      "created", "used", "by"};
	const struct hook *k;
	struct room *room;
	size_t cursor = 0;

	if (!verb_room_flag(c, &room))
		return;
	verb_columns(c, columns, ARRAY_LEN(columns));
	while ((k = idmap_next(&c->hub->hooks, &cursor))) {
		if (!room || k->room == room)
			add_row(c, k);
	}
	verb_end(c, ADMIN_DONE, "%zu hooks", c->answer->n_rows);
}
