// SPDX-License-Identifier: MIT
// RELAYMSG (draft/relaymsg): a bridge says what somebody said in another place, by their name
// there. The name has a mark that no account's has, so nobody here is ever spoken for.
//
// Only accounts of the class bridge may, and only where they are members and may speak: what
// is said by a bridge is answered for by whoever let it in, an administrator by its class and
// the room's moderators by its membership.
#include "common/names.h"
#include "common/utf8.h"
#include "server/hub/commands/command.h"
#include "server/hub/commands/exactly.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/room.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

static bool is_letter(uint32_t code)
{
	if (code >= 0x80)
		return !utf8_is_unprintable(code);
	return code > ' ' && !strchr("!@*?,:#&$%+~.'\"<>=;|\\", (int)code) && code < 0x7f;
}

// "NAME/PLACE": the mark within it, and nothing that another part of a line could be taken for.
static bool is_relayed_name(struct span name)
{
	size_t mark = span_find(name, RELAYED_MARK), at = 0;

	if (name.len > RELAYED_NAME_MAX || !mark || mark + 1 >= name.len)
		return false;
	while (at < name.len) {
		if (!is_letter(utf8_next(name, &at)))
			return false;
	}
	return true;
}

static bool may_relay(struct session *s, const struct msg *m)
{
	struct room *r;

	if (s->account->class != CLASS_BRIDGE)
		fail(s, "RELAYMSG", "PRIVS_NEEDED", msg_param(m, 0),
		     "Only bridges relay: an administrator makes one (--class bridge)");
	else if (!is_relayed_name(msg_param(m, 1)))
		fail(s, "RELAYMSG", "INVALID_NICK", msg_param(m, 1),
		     "A relayed name is NAME/PLACE: at most 64 bytes, no mark but / - _ [ ]");
	else if (!msg_param(m, 2).len)
		reply(s, ERR_NOTEXTTOSEND);
	else if ((r = need_room(s, msg_param(m, 0))))
		return need_member(s, r) != NULL;
	return false;
}

void cmd_relaymsg(struct session *s, const struct msg *m)
{
	struct utterance u = {.kind = MESSAGE_PRIVMSG, .text = msg_param(m, 2)};
	struct buf id = {0};

	u.relayed = msg_param(m, 1);
	if (may_relay(s, m) && exactly_id(s, m, "RELAYMSG", 1, &id)) {
		u.client_id = buf_span(&id);
		exactly_say(s, &u, msg_param(m, 0));
	}
	buf_clear(&id);
}
