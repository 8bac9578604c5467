// SPDX-License-Identifier: MIT
// The table of client commands (command.def) and the way of one command through it.
//
// command_run checks: known, allowed in this state, asked for where a capability brings it,
// enough parameters; then calls the handler. The budget was looked at before (flood.c), and
// the label is in place (session_feed.c): it also holds the answers to commands that a service
// runs within its own. A handler is a column of early returns, then the deed. Main thread.
#pragma once

#include "server/hub/state/session.h"

enum command_state {
	BEFORE_LOGIN = 1, // until 001
	AFTER_LOGIN = 2,
	ANY_TIME = 3,
};

typedef void command_fn(struct session *s, const struct msg *m);

struct command {
	const char *name;
	command_fn *run;
	unsigned min_params;
	enum command_state states;
	enum purse_kind purse; // that pays it: SAYS stores something or is heard by others
	unsigned cost;         // tokens: 1 normal, 2 JOIN …, 5 WHO, CHATHISTORY …
	enum cap cap;          // that brings it
};

#define NO_CAP CAPS

MUST_USE const struct command *command_find(struct span name);
void command_run(struct session *s, const struct msg *m);

#define COMMAND(name, fn, min_params, states, purse, cost, cap)                                \
	void fn(struct session *s, const struct msg *m);
#include "server/hub/commands/command.def"
#undef COMMAND
