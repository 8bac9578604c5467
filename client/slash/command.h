// SPDX-License-Identifier: MIT
// Slash commands: what a typed line asks for. One row in commands.def each.
//
// "/x" that is no command is never sent: the closest name is offered. "//" sends a
// literal slash. Everything that reaches the network goes through the intents.
#pragma once

#include "client/model/intent.h"
#include "client/slash/screen_acts.h"

struct command_context {
	struct model *model;
	const struct intents *intents;
	const struct screen_acts *screen; // NULL: the face has none
	int64_t now_ms;
};

// A whole typed text in target t: a command or a message.
void command_typed(const struct command_context *c, struct target *t, struct span text);
// The table, for completion and help.
MUST_USE const struct command_help *command_list(size_t *count);
