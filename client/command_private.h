// SPDX-License-Identifier: MIT
// What the files of the commands share.
#pragma once

#include "client/command.h"
#include "common/buf.h"

// One command while it runs.
struct call {
	const struct command_context *c;
	struct target *t; // where it was typed
	struct span name; // as in the table
	struct span rest; // behind the name, trimmed
};

typedef void command_fn(struct call *call);

// Words of this program, in the target.
PRINTF(3, 4) void call_note(const struct call *call, enum line_kind kind, const char *format, ...);
// One line to the server; LF in it becomes a blank. Says so when there is no connection.
PRINTF(2, 3) bool call_send(const struct call *call, const char *format, ...);
// The next word off call->rest, "" at the end.
MUST_USE struct span call_word(struct call *call);
// The target is a room; else words.
MUST_USE bool call_needs_room(const struct call *call);
void call_message(const struct call *call, struct target *t, enum line_kind kind,
		  struct span text);

command_fn cmd_join, cmd_part, cmd_msg, cmd_query, cmd_me, cmd_notice, cmd_topic,
	cmd_names, cmd_whois, cmd_away, cmd_back, cmd_invite, cmd_list, cmd_kick, cmd_ban,
	cmd_unban, cmd_op, cmd_deop, cmd_voice, cmd_devoice, cmd_mode, cmd_nick, cmd_screen,
	cmd_message_act, cmd_act, cmd_search, cmd_read, cmd_status, cmd_retry, cmd_drop, cmd_reconnect,
	cmd_theme, cmd_set, cmd_alert, cmd_passwd, cmd_trust, cmd_device, cmd_bind, cmd_clear, cmd_raw, cmd_help,
	cmd_quit;
