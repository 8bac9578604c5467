// SPDX-License-Identifier: MIT
// RENAME (draft/channel-rename). Clients without the capability see themselves part from
// the old name and join the new one; they need not see it of the others.
#include "server/hub/commands/command.h"
#include "server/hub/commands/need.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/rooms/talk.h"
#include "server/hub/wire/reply.h"

#include "common/names.h"

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

// A conversation that gets a name is a room.
static void rename_room(struct session *s, struct room *r, struct span name, struct span reason)
{
	bool was_talk = r->talk;

	r->talk = false;
	room_say_rename(r, s->account, name, reason);
	if (was_talk)
		talk_ends(r, s->account);
}

void cmd_rename(struct session *s, const struct msg *m)
{
	struct room *r = need_room(s, m->params[0]), *other;
	const struct room *alike;
	struct buf why = {0};
	struct span reason = msg_param(m, 2);
	char name[ROOM_NAME_MAX + 1];

	if (r == NULL || !need_role(s, r, r->talk ? MEMBER_PLAIN : MEMBER_MODERATOR) ||
	    !need_disk(s, "RENAME") || !need_text(s, "RENAME", reason, REASON_MAX))
		return;
	other = room_find(s->hub, m->params[1]);
	if (!name_of_room(m->params[1], name) || (other != NULL && room_is_hidden(other, s)))
		refuse(s, "CANNOT_RENAME", m, "The room cannot have that name");
	else if (other != NULL && other != r)
		refuse(s, "CHANNEL_NAME_IN_USE", m, "There is a room of that name");
	else if ((alike = room_alike(s->hub, span_of(name), r, s)) != NULL) {
		buf_printf(&why, "The name looks like that of %s", alike->name);
		refuse(s, "CANNOT_RENAME", m, buf_str(&why));
		buf_clear(&why);
	} else
		rename_room(s, r, span_of(name), reason);
}
