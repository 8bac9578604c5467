// SPDX-License-Identifier: MIT
// What the page's user does. A target that is gone meanwhile is passed over.
#include "client/web/tab.h"

#include "client/model/handle.h"
#include "client/model/numbers.h"
#include "client/model/target.h"
#include "client/web/exports.h"
#include "client/web/web_private.h"

#include <stdlib.h>

#define MARK_EVERY_MS 1000

EXPORT(show) void tab_show(double id)
{
	struct target *t = tab_target(id);

	if (t)
		model_show(tab()->core.model, t);
}

EXPORT(focus) void tab_focus(int is_focused)
{
	tab()->core.model->focused = is_focused;
}

EXPORT(typed) void tab_typed(double id, struct span text)
{
	const struct intents *i = &tab()->seat.intents;
	struct target *t = tab_target(id);

	if (t)
		i->typed(i->arg, t, text);
}

EXPORT(message)
void tab_message(double id, struct span kind, struct span text, struct span reply_to)
{
	const struct intents *i = &tab()->seat.intents;
	struct target *t = tab_target(id);
	enum line_kind what;

	if (t && tab_kind_named(kind, &what))
		i->message(i->arg, t, what, text, reply_to);
}

EXPORT(remove) void tab_remove(double id, struct span message)
{
	const struct intents *i = &tab()->seat.intents;
	struct target *t = tab_target(id);

	if (t)
		i->remove(i->arg, t, message);
}

// False: there is nothing to take back.
EXPORT(restore) int tab_restore(void)
{
	const struct intents *i = &tab()->seat.intents;

	return i->restore(i->arg, true);
}

// What is before this message, or before the oldest one.
EXPORT(history) void tab_history(double id, struct span before)
{
	const struct intents *i = &tab()->seat.intents;
	struct target *t = tab_target(id);

	if (t)
		i->history(i->arg, t, before.len ? scrollback_find(&t->log, before) : NULL);
}

EXPORT(seek) void tab_seek(double id, struct span message, double at_ms)
{
	const struct intents *i = &tab()->seat.intents;
	struct target *t = tab_target(id);

	if (t)
		i->seek(i->arg, t, message, (int64_t)at_ms);
}

static void move_mark(struct tab *tab, struct target *t)
{
	int64_t to = target_seen_to(t);

	if (to <= t->read_at || !target_newest(t))
		return;
	// Who goes on within the second has read it all the same.
	if (tab->mark_target && tab->mark_target != t->id) {
		struct target *before = tab_target(tab->mark_target);
		if (before)
			marks_read(tab->core.marks, before, before->read_at);
		tab->mark_target = 0;
	}
	target_set_read(tab->core.model, t, to);
	if (!tab->mark_target)
		tab->outside.timer_set(tab->mark_timer, MARK_EVERY_MS);
	tab->mark_target = t->id;
}

// These rows, the last one too, were on a screen that somebody looks at.
EXPORT(seen) void tab_seen(double id, double from, double to)
{
	struct target *t = tab_target(id);

	if (!t || t->kind == TARGET_SERVER || from < 0 || to < from || to >= t->log.count)
		return;
	target_see(tab()->core.model, t, (size_t)from, (size_t)to);
	move_mark(tab(), t);
}

EXPORT(typing) void tab_typing(double id, int is_active)
{
	const struct intents *i = &tab()->seat.intents;
	struct target *t = tab_target(id);

	if (t)
		i->typing(i->arg, t, is_active);
}

EXPORT(retry) void tab_retry(double local_id)
{
	const struct intents *i = &tab()->seat.intents;

	i->retry(i->arg, tab_local_id(local_id));
}

EXPORT(drop) void tab_drop(double local_id)
{
	const struct intents *i = &tab()->seat.intents;

	i->drop(i->arg, tab_local_id(local_id));
}

EXPORT(answer) void tab_answer(int question, struct span choice)
{
	const struct intents *i = &tab()->seat.intents;

	if (choice.len)
		i->answer(i->arg, question, choice.at[0]);
}

EXPORT(prove) void tab_prove(int question, struct span text)
{
	const struct intents *i = &tab()->seat.intents;

	i->prove(i->arg, question, text);
}

EXPORT(reconnect) void tab_reconnect(void)
{
	const struct intents *i = &tab()->seat.intents;

	i->reconnect(i->arg);
}

EXPORT(network_changed) void tab_network_changed(void)
{
	uplink_network_changed(tab()->core.session);
}

// False: not online.
EXPORT(raw) int tab_raw(struct span line)
{
	const struct intents *i = &tab()->seat.intents;

	return i->raw(i->arg, line);
}

// What the store held; `why` empty: it is kept now.
EXPORT(unsent_kept) void tab_unsent_kept(double local_id, struct span why)
{
	char *words = span_dup(why);

	unsent_kept(tab()->core.unsent, (uint64_t)local_id, why.len ? words : NULL);
	free(words);
}

// An entry as the store held it; `messages` empty: the server never had it. Its number here;
// 0: its id is here already.
EXPORT(unsent_load)
double tab_unsent_load(struct span id, double at_ms, int kind, struct span target,
		       struct span text, struct span reply_to, int was_sent, int is_lost,
		       struct span messages, struct span history, double seq)
{
	struct unsent *u = tab()->core.unsent;
	char *texts[] = {span_dup(target), span_dup(text), span_dup(reply_to),
			 span_dup(messages), span_dup(history)};
	struct unsent_entry e = {.at_ms = (int64_t)at_ms,
				 .kind = kind,
				 .target = texts[0],
				 .text = texts[1],
				 .reply_to = texts[2],
				 .was_sent = was_sent,
				 .messages = messages.len ? texts[3] : NULL,
				 .history = messages.len ? texts[4] : NULL,
				 .seq = (uint64_t)seq,
				 .is_lost = is_lost};
	bool is_good = id.len < sizeof(e.id) && kind >= 0 && kind <= LINE_REMOVAL;

	if (is_good)
		memcpy(e.id, id.at, id.len);
	is_good = is_good && unsent_load(u, &e);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	const struct unsent_entry *loaded = is_good ? unsent_find_id(u, e.id) : NULL;
	return loaded ? (double)loaded->local_id : 0;
}

// A line of an earlier time, before the login.
// A room in which one was the last time: there before its first line, and without any.
EXPORT(expect) void tab_expect(struct span name)
{
	(void)target_need(tab()->core.model, name);
}

EXPORT(replay) void tab_replay(struct span line)
{
	struct msg m;

	if (msg_parse(&m, line) == MSG_OK)
		handle_line(tab()->core.model, &m, (int64_t)page_wall_ms());
}
