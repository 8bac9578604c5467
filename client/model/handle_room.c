// SPDX-License-Identifier: MIT
// Who is in which room: JOIN, PART, KICK, QUIT, NICK, TOPIC, MODE, INVITE, RENAME.
//
// Inside a history page these are the past: a line, and no change of state.
#include "client/model/hush.h"
#include "client/model/invitations.h"
#include "client/model/model_event_private.h"
#include "client/model/people.h"
#include "client/model/saved.h"
#include "client/model/shown.h"
#include "client/model/talk.h"
#include "client/model/target.h"
#include "common/names.h"
#include "common/spoken.h"

#include <stdlib.h>

static struct target *room_of(const struct event *e, size_t i)
{
	struct span name = msg_param(e->msg, i);
	return name.len ? target_find(e->m, name) : NULL;
}

// "left" or "left: reason".
static void add_with_reason(const struct event *e, struct target *t, enum line_kind kind,
			    const char *what, struct span reason)
{
	event_addf(e, t, kind, "%s%s" SPAN_FMT, what, reason.len ? ": " : "", SPAN_ARG(reason));
}

bool floor_take(const struct event *e, struct target *t)
{
	struct span hidden;
	uint64_t number;

	if (msg_tag(e->msg, SPAN("snug.chat/floor"), &hidden) && span_to_u64(hidden, &number)) {
		t->floor = number;
		return true;
	}
	if (!msg_tag(e->msg, SPAN("snug.chat/hidden"), &hidden))
		return false;
	(void)span_cut(&hidden, '-');
	if (!span_to_u64(hidden, &number) || number == UINT64_MAX)
		return false;
	t->floor = number + 1;
	return true;
}

static void enter(const struct event *e, struct target *t)
{
	struct model *m = e->m;
	t->joined = true;
	if (!floor_take(e, t))
		t->floor = 0;
	members_clear(m, t);
	member_need(m, t, m->me);
	talk_enter(e, t);
	m->version++;
	invitation_drop(m, span_of(t->name));
	struct span modes = SPAN("");
	if (msg_tag(e->msg, SPAN("snug.chat/modes"), &modes))
		set_text(&t->modes, modes);
	bool is_awaited = m->awaited && name_is_same(span_of(m->awaited), span_of(t->name));
	if (is_awaited || (!m->awaited && m->current == m->server))
		model_show(m, t);
	if (is_awaited)
		model_await(m, SPAN(""));
}

static bool is_in_a_room(const struct model *m, const struct person *p)
{
	for (size_t i = 0; i < m->n_targets; i++) {
		const struct room_member *who = people_member(m->targets[i], span_of(p->key));
		if (who && !who->is_absent)
			return true;
	}
	return false;
}

// Who was not here in any room may have another display name by now; it comes behind
// the JOIN.
static void meet(const struct event *e, struct target *t)
{
	if (e->is_history)
		return;
	if (!is_in_a_room(e->m, e->from))
		person_set_display(e->m, e->from, SPAN(""));
	struct room_member *who = member_need(e->m, t, e->from);
	if (who)
		who->is_absent = false;
	talk_add(e, t, span_of(e->from->name));
}

void on_join(const struct event *e)
{
	if (!e->from)
		return;
	struct target *t = target_need(e->m, msg_param(e->msg, 0));
	// It has no name, or is one room more than the model holds.
	if (t == e->m->server)
		return;
	if (!e->is_history && e->is_mine) {
		enter(e, t);
		return;
	}
	meet(e, t);
	struct span account = msg_param(e->msg, 1);
	if (account.len && !span_eq(account, SPAN("*")))
		person_set_account(e->from, account);
	event_add(e, t, LINE_JOIN, SPAN("joined"));
}

static void leave(const struct event *e, struct target *t, const struct person *who)
{
	if (e->is_history)
		return;
	member_remove(e->m, t, who);
	typing_set(t, who, 0);
	if (who != e->m->me) {
		talk_drop(e, t, span_of(who->name));
		return;
	}
	t->joined = false;
	members_clear(e->m, t);
}

void on_part(const struct event *e)
{
	struct target *t = room_of(e, 0);
	if (!t || !e->from)
		return;
	add_with_reason(e, t, LINE_PART, spoken("left"), msg_param(e->msg, 1));
	leave(e, t, e->from);
	// What the user left is gone from the list; what somebody else took stays to be read.
	if (e->is_mine && !e->is_history)
		target_remove(e->m, t);
}

void on_kick(const struct event *e)
{
	struct target *t = room_of(e, 0);
	struct span nick = msg_param(e->msg, 1);
	if (!t || !nick.len)
		return;
	struct span reason = msg_param(e->msg, 2);
	event_addf(e, t, LINE_KICK, spoken("removed " SPAN_FMT "%s" SPAN_FMT), SPAN_ARG(nick),
		   reason.len ? ": " : "", SPAN_ARG(reason));
	leave(e, t, person_need(e->m, nick));
}

// Where members are told of who are not connected, a QUIT ends no membership.
static void disconnect(const struct event *e, struct target *t)
{
	struct room_member *who = people_member(t, span_of(e->from->key));

	if (!who || e->is_history || !model_has_cap(e->m, "snug.chat/absent")) {
		leave(e, t, e->from);
		return;
	}
	who->is_absent = true;
	typing_set(t, e->from, 0);
	e->m->version++;
}

void on_quit(const struct event *e)
{
	if (!e->from)
		return;
	struct line_batch *page = event_page(e);
	for (size_t i = 0; i < e->m->n_targets; i++) {
		struct target *t = e->m->targets[i];
		bool is_here = page ? t == target_find(e->m, span_of(page->target))
				    : people_member(t, e->nick) != NULL;
		if (!is_here)
			continue;
		add_with_reason(e, t, LINE_QUIT, spoken("quit"), msg_param(e->msg, 0));
		disconnect(e, t);
	}
}

void on_nick(const struct event *e)
{
	struct span nick = msg_param(e->msg, 0);
	if (!e->from || !nick.len)
		return;
	struct line_batch *page = event_page(e);
	for (size_t i = 0; i < e->m->n_targets; i++) {
		struct target *t = e->m->targets[i];
		bool is_here = page ? t == target_find(e->m, span_of(page->target))
				    : people_member(t, e->nick) != NULL;
		if (is_here)
			event_addf(e, t, LINE_NICK, spoken("is now known as " SPAN_FMT),
				   SPAN_ARG(nick));
	}
	if (page)
		return;
	saved_renamed(e->m, e->nick, nick);
	hush_renamed(e->m, e->from, person_rename(e->m, e->from, nick), e->now_ms);
}

void on_topic(const struct event *e)
{
	struct target *t = room_of(e, 0);
	struct span topic = msg_param(e->msg, 1);
	if (!t)
		return;
	if (!e->is_history)
		set_text(&t->topic, topic);
	if (topic.len)
		event_addf(e, t, LINE_TOPIC, spoken("changed the topic to: " SPAN_FMT),
			   SPAN_ARG(topic));
	else
		event_add(e, t, LINE_TOPIC, span_of(spoken("removed the topic")));
}

void on_rename(const struct event *e)
{
	struct target *t = room_of(e, 0);
	struct span to = msg_param(e->msg, 1);
	// Without a name it is found as the server's own.
	if (!t || e->is_history || target_find(e->m, to))
		return;
	event_addf(e, t, LINE_INFO, spoken("renamed the room to " SPAN_FMT), SPAN_ARG(to));
	saved_renamed(e->m, span_of(t->name), to);
	target_rename(e->m, t, to);
	set_text(&t->people, SPAN(""));
}

// The class of a channel mode: does it take a parameter when set, and when taken back?
static bool takes_parameter(const struct server_facts *f, char mode, bool add)
{
	if (strchr(f->prefix_modes, mode) || strchr(f->list_modes, mode) ||
	    strchr(f->key_modes, mode))
		return true;
	return add && strchr(f->set_modes, mode) != NULL;
}

static char sign_of(const struct server_facts *f, char mode)
{
	const char *at = strchr(f->prefix_modes, mode);
	return at ? f->prefix_signs[at - f->prefix_modes] : '\0';
}

static void keep_room_mode(struct target *t, char mode, bool add)
{
	char out[64] = "+";
	size_t n = 1;
	for (const char *c = t->modes[0] ? t->modes + 1 : ""; *c && *c != ' '; c++) {
		if (*c != mode && n + 2 < sizeof(out))
			out[n++] = *c;
	}
	if (add)
		out[n++] = mode;
	set_text(&t->modes, span_from(out, n > 1 ? n : 0));
}

static void apply_modes(const struct event *e, struct target *t)
{
	const struct server_facts *f = &e->m->facts;
	struct span modes = msg_param(e->msg, 1);
	size_t next = 2;
	bool add = true;
	for (size_t i = 0; i < modes.len; i++) {
		char mode = modes.at[i];
		if (mode == '+' || mode == '-') {
			add = mode == '+';
			continue;
		}
		struct span value = {0};
		if (takes_parameter(f, mode, add))
			value = msg_param(e->msg, next++);
		char sign = sign_of(f, mode);
		struct room_member *who = sign && value.len ? people_member(t, value) : NULL;
		if (who)
			member_set_prefix(f, who, sign, add);
		else if (!sign && !strchr(f->list_modes, mode))
			keep_room_mode(t, mode, add);
	}
}

void on_mode(const struct event *e)
{
	struct target *t = room_of(e, 0);
	if (!t || t->kind != TARGET_ROOM)
		return;
	if (!e->is_history)
		apply_modes(e, t);
	struct buf text = {0};
	buf_add_str(&text, spoken("set mode "));
	event_words(e, 1, &text);
	event_add(e, t, LINE_MODE, buf_span(&text));
	buf_clear(&text);
}

void on_away(const struct event *e)
{
	if (!e->from)
		return;
	struct span text = msg_param(e->msg, 0);
	person_set_away(e->from, text.len ? &text : NULL);
	e->m->version++;
}

void on_account(const struct event *e)
{
	struct span account = msg_param(e->msg, 0);
	if (e->from)
		person_set_account(e->from, span_eq(account, SPAN("*")) ? SPAN("") : account);
}
