// SPDX-License-Identifier: MIT
// PRIVMSG, NOTICE and TAGMSG (RFC 2812 3.3, IRCv3 message-tags): the lines as a client sends
// them. How they are said: utterance.c.
#include "server/hub/commands/command.h"
#include "server/hub/commands/edit.h"
#include "server/hub/commands/exactly.h"
#include "server/hub/commands/targets.h"
#include "server/hub/commands/utterance.h"
#include "server/hub/pages/multiline.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

// The client-only tags alone, as received (of equal keys the last one counts for whoever
// reads them), and the file that is named beside them.
static void relayed_tags(const struct msg *m, struct buf *out, struct span *file)
{
	struct span tags = m->tags, key, value;

	while (msg_tag_next(&tags, &key, &value)) {
		if (span_eq(key, SPAN("snug.chat/file")))
			*file = value;
		if (key.at[0] != '+')
			continue;
		if (out->len)
			buf_add_char(out, ';');
		buf_add_span(out, key);
		if (value.len) {
			buf_add_char(out, '=');
			buf_add_span(out, value);
		}
	}
}

// Whatever stands in the way before the targets are looked at; the error was sent.
static bool can_say(struct session *s, const struct msg *m, enum message_kind kind)
{
	bool quiet = kind == MESSAGE_NOTICE;

	if (m->tags.len > CLIENT_TAGS_MAX) {
		reply(s, ERR_INPUTTOOLONG);
		return false;
	}
	if (!msg_param(m, 0).len) {
		if (!quiet)
			replyf(s, ERR_NORECIPIENT, "No recipient given (%s)",
			       message_command(kind));
		return false;
	}
	if (targets_count(msg_param(m, 0)) > TARGETS_MAX) {
		if (!quiet)
			reply1(s, ERR_TOOMANYTARGETS, msg_param(m, 0));
		return false;
	}
	if (kind != MESSAGE_TAGMSG && !msg_param(m, 1).len) {
		if (!quiet)
			reply(s, ERR_NOTEXTTOSEND);
		return false;
	}
	return true;
}

// The three differ by their kind alone.
static enum message_kind kind_of(const struct msg *m)
{
	if (span_eq_fold(m->command, SPAN("TAGMSG")))
		return MESSAGE_TAGMSG;
	return span_eq_fold(m->command, SPAN("NOTICE")) ? MESSAGE_NOTICE : MESSAGE_PRIVMSG;
}

void cmd_privmsg(struct session *s, const struct msg *m)
{
	enum message_kind kind = kind_of(m);
	bool is_text = kind != MESSAGE_TAGMSG;
	struct span targets = msg_param(m, 0);
	struct utterance u = {.kind = kind, .text = is_text ? msg_param(m, 1) : SPAN("")};
	struct span target;
	struct targets seen;
	struct buf tags = {0}, id = {0};

	targets_init(&seen);
	if ((is_text && multiline_takes(s, m, kind)) || !can_say(s, m, kind))
		return;
	if (exactly_id(s, m, message_command(kind), targets_count(targets), &id)) {
		relayed_tags(m, &tags, &u.file);
		u.tags = buf_span(&tags);
		u.client_id = buf_span(&id);
		if (edit_takes(s, &u, targets))
			targets.len = 0; // said when the store has answered
		while (targets_next(&seen, &targets, &target)) {
			if (id.len)
				exactly_say(s, &u, target);
			else
				utterance_say(s, &u, target);
		}
	}
	buf_clear(&tags);
	buf_clear(&id);
}

void cmd_notice(struct session *s, const struct msg *m)
{
	cmd_privmsg(s, m);
}

void cmd_tagmsg(struct session *s, const struct msg *m)
{
	cmd_privmsg(s, m);
}
