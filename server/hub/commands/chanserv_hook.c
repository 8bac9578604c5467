// SPDX-License-Identifier: MIT
// ChanServ HOOK: who founded a room makes addresses for programs (rooms/hook.h), where the
// setting `[rooms] hooks` lets them; administrators always.
#include "server/hub/commands/need.h"
#include "server/hub/commands/services.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/hook.h"
#include "server/hub/rooms/room_log.h"
#include "server/hub/wire/reply.h"

#include <sodium.h>

#define CHANSERV "ChanServ"

// The room, if s may make hooks there; NULL: that was told.
static struct room *need_hooks(struct session *s, struct span name)
{
	struct room *r = need_room(s, name);

	if (!r || !need_role(s, r, MEMBER_FOUNDER))
		return NULL;
	if (s->oper || s->hub->config.hooks == HOOKS_BY_FOUNDERS)
		return r;
	service_say(s, CHANSERV, "Administrators alone make hooks here: ask one");
	return NULL;
}

// Heard by s alone and stored nowhere, as all that services say.
static void show(struct session *s, struct hook *k, char *secret, const char *verb)
{
	struct buf url = {0};

	hook_url(s->hub, secret, &url);
	service_say(s, CHANSERV,
		    "%s" HOOK_MARK " speaks in %s at this address, which is shown once:",
		    k->name, k->room->name);
	service_say(s, CHANSERV, "%s", buf_str(&url));
	sodium_memzero(secret, SECRET_TEXT_LEN);
	sodium_memzero(url.at, url.len);
	buf_clear(&url);
	room_log(k->room, s->account, "hook", SPAN(""), span_of(verb));
	post_audit(s->hub, span_of(s->account->name), span_of(verb), span_of(k->name),
		   SPAN(""));
}

static void list(struct session *s, const struct room *r)
{
	size_t cursor = 0;
	const struct hook *k;

	while ((k = idmap_next(&s->hub->hooks, &cursor))) {
		if (k->room == r)
			service_say(s, CHANSERV, "%s" HOOK_MARK ", made by %s%s", k->name,
				    k->creator, k->may_alert ? ", may alert" : "");
	}
	service_say(s, CHANSERV, "%s has %zu hooks", r->name, hooks_of(r));
}

static void make(struct session *s, struct room *r, const struct service_call *c)
{
	struct span name = service_word(c, 3);
	const char *refusal = hook_refusal(r, name);
	char secret[SECRET_TEXT_LEN + 1];

	if (refusal)
		service_say(s, CHANSERV, "Not made: %s", refusal);
	else if (need_disk(s, "HOOK"))
		show(s,
		     hook_new(r, name, span_eq_fold(service_word(c, 4), SPAN("ALERT")),
			      span_of(s->account->name), secret),
		     secret, "hook create");
}

static void rotate(struct session *s, struct hook *k)
{
	char secret[SECRET_TEXT_LEN + 1];

	if (!need_disk(s, "HOOK"))
		return;
	hook_rotate(k, secret);
	show(s, k, secret, "hook rotate");
}

static void revoke(struct session *s, struct hook *k)
{
	struct room *r = k->room;

	service_say(s, CHANSERV, "%s" HOOK_MARK " speaks in %s no more", k->name, r->name);
	post_audit(s->hub, span_of(s->account->name), SPAN("hook revoke"), span_of(k->name),
		   SPAN(""));
	hook_delete(k);
	room_log(r, s->account, "hook", SPAN(""), SPAN("hook revoke"));
}

void chanserv_hook(struct session *s, const struct service_call *c)
{
	struct room *r = need_hooks(s, c->words[1]);
	struct hook *k = r ? hook_named(r, service_word(c, 3)) : NULL;

	if (!r)
		return;
	if (span_eq_fold(c->words[2], SPAN("LIST")))
		list(s, r);
	else if (span_eq_fold(c->words[2], SPAN("ADD")) && c->n_words > 3)
		make(s, r, c);
	else if (span_eq_fold(c->words[2], SPAN("ROTATE")) && k)
		rotate(s, k);
	else if (span_eq_fold(c->words[2], SPAN("DEL")) && k)
		revoke(s, k);
	else
		service_say(
			s, CHANSERV, "%s",
			c->n_words > 3
				? "There is no hook of that name, or no such word: "
				  "HELP HOOK"
				: "Usage: HOOK #ROOM LIST | ADD NAME [ALERT] | ROTATE NAME | "
				  "DEL NAME");
}
