// SPDX-License-Identifier: MIT
// What the page shows, as it asks for it: each call puts one value.
#include "client/web/tab.h"

#include "client/model/hush.h"
#include "client/model/own.h"
#include "client/model/people.h"
#include "client/model/shown.h"
#include "client/model/target.h"
#include "client/web/exports.h"
#include "client/web/page_words.h"
#include "client/web/put.h"

static void put_shown(const char *key, const struct person *p)
{
	struct buf text = {0};

	if (p)
		shown_add(&text, tab()->core.model, p);
	put_text(key, buf_span(&text));
	buf_clear(&text);
}

EXPORT(me) void tab_put_me(void)
{
	const struct model *m = tab()->core.model;

	page_open_object(NULL);
	put_str("name", m->me->name);
	put_str("account", m->me->account);
	put_shown("display", m->me);
	put_str("away", m->away);
	put_flag("isAway", m->away != NULL);
	put_flag("isAdmin", tab()->is_admin);
	put_flag("isGuest", tab()->is_guest);
	page_close();
}

EXPORT(link) void tab_put_link(void)
{
	static const char *const states[] = {
		[LINK_CONNECTING] = "connecting", [LINK_LOGIN] = "login",
		[LINK_ONLINE] = "online",         [LINK_LAGGING] = "lagging",
		[LINK_STORING] = "storing",       [LINK_OFFLINE] = "offline",
		[LINK_REFUSED] = "refused",
	};
	const struct link_status *l = &tab()->core.model->link;
	struct uplink_status status;

	uplink_status(tab()->core.session, &status);
	page_open_object(NULL);
	put_str("state", states[l->state]);
	put_ms("since", l->since_ms);
	put_ms("nextAt", l->next_at_ms);
	put_number("tries", l->tries);
	put_number("lag", l->lag_ms);
	put_str("text", l->text);
	put_str("failure", page_failure_name(status.failure));
	put_str("detail", status.detail);
	put_flag("wantsCode", status.wants_code);
	put_number("wrongCodes", status.n_codes);
	// The server said what it is called; "" before.
	put_str("network", tab()->core.model->facts.network);
	put_str("vapid", tab()->core.model->facts.vapid);
	put_flag("takesFiles", tab()->core.model->facts.filehost[0] != 0);
	page_close();
}

// Targets.

static void put_typing(const struct target *t)
{
	int64_t now = outside_wall_ms(tab()->core.outside);

	page_open_list("typing");
	for (size_t i = 0; i < TYPING_MAX; i++) {
		if (t->typing[i].who && t->typing[i].until_ms > now)
			put_str(NULL, t->typing[i].who->name);
	}
	page_close();
}

static void put_target(const struct target *t)
{
	static const char *const kinds[] = {
		[TARGET_SERVER] = "server", [TARGET_ROOM] = "room", [TARGET_PERSON] = "person"};
	static const char *const alerts[] = {
		[ALERTS_MENTIONS] = "mentions", [ALERTS_ALL] = "all", [ALERTS_NONE] = "none"};
	static const char *const histories[] = {
		[HISTORY_UNKNOWN] = "unknown", [HISTORY_MORE] = "more",
		[HISTORY_LOADING] = "loading", [HISTORY_ALL] = "all",
		[HISTORY_NONE] = "none",
	};
	const struct model *m = tab()->core.model;
	struct buf shown = {0};

	shown_add_target(&shown, m, t);
	page_open_object(NULL);
	put_number("id", t->id);
	put_str("kind", kinds[t->kind]);
	put_str("name", t->name);
	put_text("display", buf_span(&shown));
	put_str("people", t->people);
	put_str("topic", t->topic);
	put_str("modes", t->modes);
	put_flag("joined", t->joined);
	put_flag("muted", target_is_muted(t));
	put_flag("pinned", t->pinned);
	put_str("alerts", alerts[t->alerts]);
	put_number("unread", t->unread);
	put_number("mentions", t->mentions);
	put_flag("isCurrent", t == m->current);
	put_str("history", histories[t->history]);
	put_typing(t);
	page_close();
	buf_clear(&shown);
}

EXPORT(targets) void tab_put_targets(void)
{
	const struct model *m = tab()->core.model;

	page_open_list(NULL);
	for (size_t i = 0; i < m->n_targets; i++)
		put_target(m->targets[i]);
	page_close();
}

EXPORT(target_named) double tab_target_named(struct span name)
{
	const struct target *t = target_find(tab()->core.model, name);

	return t ? t->id : 0;
}

EXPORT(new_at) double tab_new_at(double id)
{
	const struct target *t = tab_target(id);

	return t ? (double)t->new_at : 0;
}

// -1: none is.
EXPORT(first_unread) double tab_first_unread(double id)
{
	const struct target *t = tab_target(id);
	size_t first = t ? target_first_unread(t) : 0;

	return t && first < t->log.count ? (double)first : -1;
}

static void put_member(const struct room_member *member)
{
	const struct person *p = member->person;

	page_open_object(NULL);
	put_str("name", p->name);
	put_str("account", p->account);
	put_shown("display", p);
	put_str("prefixes", member->prefixes);
	put_str("away", p->away);
	put_flag("isAway", p->away != NULL);
	put_flag("isBot", p->is_bot);
	put_flag("absent", member->is_absent);
	put_flag("isIgnored", p->ignored_until > outside_wall_ms(tab()->core.outside));
	page_close();
}

EXPORT(members) void tab_put_members(double id)
{
	const struct target *t = tab_target(id);

	page_open_list(NULL);
	for (size_t i = 0; t && i < t->n_members; i++)
		put_member(&t->members[i]);
	page_close();
}

// What is on its way.

static const char *own_state_name(enum own_state state)
{
	static const char *const names[] = {
		[OWN_KEEPING] = "keeping", [OWN_QUEUED] = "queued", [OWN_SENDING] = "sending",
		[OWN_REFUSED] = "refused", [OWN_HELD] = "held",     [OWN_LOST] = "lost",
	};

	return names[state];
}

static void put_own(const struct own *o)
{
	struct buf words = {0};

	own_says(o, &words);
	page_open_object(NULL);
	put_number("localId", tab_local_number(o->local_id));
	put_ms("at", o->at_ms);
	put_str("kind", tab_kind_name(o->kind));
	put_str("text", o->text);
	put_text("words", buf_span(&words));
	put_str("state", own_state_name(o->state));
	put_str("reason", o->reason);
	put_text("replyTo", own_answers(o));
	page_close();
	buf_clear(&words);
}

EXPORT(own) void tab_put_own(double id)
{
	struct target *t = tab_target(id);

	page_open_list(NULL);
	if (t) {
		list_for_each(item, &t->own)
			put_own(container_of(item, struct own, in_target));
	}
	page_close();
}

// Questions, finds, lists.

EXPORT(question) void tab_put_question(void)
{
	const struct question *q = &tab()->core.model->question;

	page_open_object(NULL);
	put_number("id", q->id);
	put_str("text", q->text);
	put_str("choices", q->choices);
	put_number("about", (double)q->about);
	page_close();
}

EXPORT(found) void tab_put_found(void)
{
	const struct model *m = tab()->core.model;

	page_open_list(NULL);
	for (size_t i = 0; i < m->n_found; i++) {
		const struct found *f = &m->found[i];

		page_open_object(NULL);
		put_str("target", f->target);
		put_str("id", f->id);
		put_str("from", f->from ? f->from->name : "");
		put_shown("display", f->from);
		put_str("text", f->text);
		put_ms("at", f->at_ms);
		page_close();
	}
	page_close();
}

EXPORT(unsent_count) double tab_unsent_count(void)
{
	return (double)own_count(tab()->core.model);
}

// The target that is shown.
EXPORT(current) double tab_current(void)
{
	return tab()->core.model->current->id;
}
