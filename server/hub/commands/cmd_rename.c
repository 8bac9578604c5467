// SPDX-License-Identifier: MIT
// RENAME (draft/channel-rename). Clients without the capability see themselves part from
// the old name and join the new one; they need not see it of the others.
#include "server/hub/commands/command.h"
#include "server/hub/commands/need.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/wire/reply.h"

#include "common/names.h"

static void say_part(struct session *s, struct span old, struct span reason)
{
	struct line l;

	line_start(&l, s->hub, s->account, "PART");
	line_param(&l, old);
	if (reason.len > 0)
		line_text(&l, reason);
	session_say(s, &l);
	line_clear(&l);
}

static void fall_back(struct room *r, struct span old, struct span reason)
{
	for (size_t i = 0; i < r->n_listeners; i++) {
		struct session *s = r->listeners[i].session;

		if (session_has(s, CAP_CHANNEL_RENAME))
			continue;
		say_part(s, old, reason);
		presence_burst(s, r);
	}
}

void room_say_rename(struct room *r, struct account *by, struct span name, struct span reason)
{
	struct buf old = {0}, text = {0};
	struct entry_message event;
	struct line l;

	buf_add_str(&old, r->name);
	buf_printf(&text, SPAN_FMT " :" SPAN_FMT, SPAN_ARG(name), SPAN_ARG(reason));
	room_rename(r, name);
	history_event(r->hub, &r->stream, by, MESSAGE_RENAME, buf_span(&text), &event);
	line_start(&l, r->hub, by, "RENAME");
	line_param(&l, buf_span(&old));
	line_param(&l, name);
	line_text(&l, reason);
	line_of(&l, &event);
	room_say(r, &l, cap_bit(CAP_CHANNEL_RENAME), 0, NULL);
	line_clear(&l);
	if (!span_eq_fold(buf_span(&old), name))
		fall_back(r, buf_span(&old), reason);
	buf_clear(&old);
	buf_clear(&text);
}

// FAIL RENAME with both names, as the specification has it.
static void refuse(struct session *s, const char *code, const struct msg *m, const char *text)
{
	struct line l;

	line_start(&l, s->hub, NULL, "FAIL");
	line_str(&l, "RENAME");
	line_str(&l, code);
	line_param(&l, m->params[0]);
	line_param(&l, m->params[1]);
	line_text(&l, span_of(text));
	reply_end(&l, s);
}

void cmd_rename(struct session *s, const struct msg *m)
{
	struct room *r = need_room(s, m->params[0]), *other;
	struct span reason = msg_param(m, 2);

	if (r == NULL || !need_role(s, r, MEMBER_MODERATOR) || !need_disk(s, "RENAME") ||
	    !need_length(s, "RENAME", reason, REASON_MAX))
		return;
	other = room_find(s->hub, m->params[1]);
	if (!name_is_room(m->params[1]) || (other != NULL && room_is_hidden(other, s)))
		refuse(s, "CANNOT_RENAME", m, "The room cannot have that name");
	else if (other != NULL && other != r)
		refuse(s, "CHANNEL_NAME_IN_USE", m, "There is a room of that name");
	else
		room_say_rename(r, s->account, m->params[1], reason);
}
