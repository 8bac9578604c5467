// SPDX-License-Identifier: MIT
// What the files of the commands share.
#pragma once

#include "client/slash/command.h"
#include "common/buf.h"

// One command while it runs.
struct slash_call {
	const struct command_context *c;
	struct target *t; // where it was typed
	struct span name; // as in the table
	struct span rest; // behind the name, trimmed
};

typedef void command_fn(struct slash_call *call);

// Words of this program, in the target.
PRINTF(3, 4)
void call_note(const struct slash_call *call, enum line_kind kind, const char *format, ...);
// A remark in passing where there is a screen, else a line.
void call_remark(const struct slash_call *call, const struct buf *words);
// One line to the server; LF in it becomes a blank. Says so when there is no connection.
PRINTF(2, 3) bool call_send(const struct slash_call *call, const char *format, ...);
// The next word off call->rest, "" at the end.
MUST_USE struct span call_word(struct slash_call *call);
// Says that there is no such command, and which one was meant.
void command_unknown(const struct slash_call *call, struct span name);
// It begins as the names of rooms do here.
MUST_USE bool call_is_room(const struct slash_call *call, struct span name);
// The target is a room; else words.
MUST_USE bool call_needs_room(const struct slash_call *call);
void call_message(const struct slash_call *call, struct target *t, enum line_kind kind,
		  struct span text);

#define ROW(name, fn, least, most, usage, help) command_fn fn;
#define ALSO(name, fn, least, most, usage, help)
#include "client/slash/commands.def"
#undef ROW
#undef ALSO
