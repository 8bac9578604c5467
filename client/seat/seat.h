// SPDX-License-Identifier: MIT
// Where a user sits: what they want (client/model/intent.h), carried to one server, for every
// program that has a face.
//
// It fills the intents; whoever embeds it sets what is its own (a program's end, its settings)
// and what it does otherwise in their place. `intents.arg` is the seat. Owner: the composition
// root; one thread.
#pragma once

#include "client/model/intent.h"
#include "client/seat/arranged.h"
#include "client/seat/removals.h"
#include "client/slash/command.h"
#include "client/sync/engine.h"

struct seat {
	struct engine *core;
	struct arranged *arranged;
	struct removals *removals;
	struct intents intents;
	bool tells_typing; // others see that we type
};

// All borrowed until seat_clear; there is a session (engine_start).
void seat_init(struct seat *s, struct engine *core, struct arranged *a);
// Gives back what it took. A zeroed one is fine.
void seat_clear(struct seat *s);
// Logged in.
void seat_online(struct seat *s);
// The program ends: nothing waits any longer; says goodbye and closes.
void seat_quit(struct seat *s, struct span reason);
// For command_typed(), which `intents.typed` comes to; screen NULL: the face has none.
struct command_context seat_context(const struct seat *s, const struct screen_acts *screen);
// What `intents.raw` comes to.
bool seat_raw(struct seat *s, struct span line);
// What `intents.answer` and `intents.prove` come to.
void seat_answer(struct seat *s, int question_id, char choice);
void seat_prove(struct seat *s, int question_id, struct span text);

// seat_call.c: messages that call a whole room, which the user is asked about.
// The message waits for the answer; false: it needs none.
MUST_USE bool seat_asks_call(struct seat *s, struct target *t, enum line_kind kind,
			     struct span text, struct span reply_to);
// It goes out, or back to where it was typed.
void seat_answer_call(struct seat *s, char choice);
MUST_USE bool seat_is_call(uint64_t local_id);
