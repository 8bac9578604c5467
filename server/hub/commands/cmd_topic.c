// SPDX-License-Identifier: MIT
// TOPIC (RFC 2812 3.2.4): asked for, set, and set only where it is still the one that its
// sender saw.
#include "server/hub/commands/command.h"
#include "server/hub/commands/exactly.h"
#include "server/hub/commands/need.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/room.h"
#include "server/hub/rooms/roster.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

#include "common/die.h"

#include <stdlib.h>

// Spans are of the line, or of the arena once it outlives the turn.
struct wanted {
	struct span room, text, id;
	struct span was; // at NULL: whatever it was
	struct arena arena;
};

static bool may_set(struct session *s, struct room *r)
{
	if ((r->flags & ROOM_TOPIC_LOCKED) != 0)
		return need_role(s, r, MEMBER_MODERATOR);
	return need_role(s, r, MEMBER_PLAIN) &&
	       (s->oper || need_speaker(s, r, SPAN(""), false));
}

static bool need_unchanged(struct session *s, const struct room *r, struct span was)
{
	if (!was.at || span_eq(was, span_of(r->topic)))
		return true;
	fail(s, "TOPIC", "TOPIC_CHANGED", span_of(r->name),
	     "Somebody else set another topic meanwhile: yours was not set");
	return false;
}

static void set(struct session *s, const struct wanted *w)
{
	struct room *r = need_room(s, w->room);

	if (r != NULL && may_set(s, r) && need_disk(s, "TOPIC") &&
	    need_text(s, "TOPIC", w->text, TOPIC_MAX) && need_unchanged(s, r, w->was))
		room_set_topic(r, s->account, w->text, w->id);
}

static void run(struct session *s, void *arg)
{
	set(s, arg);
}

static void drop(void *arg)
{
	struct wanted *w = arg;

	arena_clear(&w->arena);
	free(w);
}

static void set_once(struct session *s, const struct wanted *w)
{
	struct wanted *kept = xcalloc(1, sizeof(*kept));

	kept->room = arena_dup(&kept->arena, w->room);
	kept->text = arena_dup(&kept->arena, w->text);
	kept->id = arena_dup(&kept->arena, w->id);
	if (w->was.at != NULL)
		kept->was = arena_dup(&kept->arena, w->was);
	exactly_do(s, &(struct deed){"TOPIC", kept->id, run, drop, kept});
}

static void ask(struct session *s, struct span room)
{
	struct room *r = need_room(s, room);

	if (r != NULL)
		topic_say(s, r, true);
}

// [@snug.chat/id=ID;snug.chat/was=TEXT] TOPIC <room> [<text>]
void cmd_topic(struct session *s, const struct msg *m)
{
	struct wanted w = {.room = m->params[0], .text = msg_param(m, 1)};
	struct buf id = {0}, was = {0};
	struct span value;

	if (m->n_params == 1) {
		ask(s, w.room);
		return;
	}
	if (exactly_id(s, m, "TOPIC", 1, &id)) {
		if (session_has(s, CAP_EXACTLY_ONCE) &&
		    msg_tag(m, SPAN("snug.chat/was"), &value)) {
			msg_tag_unescape(&was, value);
			w.was = span_from(buf_str(&was), was.len);
		}
		w.id = buf_span(&id);
		if (w.id.len)
			set_once(s, &w);
		else
			set(s, &w);
	}
	buf_clear(&id);
	buf_clear(&was);
}
