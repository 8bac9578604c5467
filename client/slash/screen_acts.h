// SPDX-License-Identifier: MIT
// What slash commands ask of a full screen, where the face is one.
//
// Filled by whoever has a screen; lines have no `names`, `bind` and `set_theme` (NULL), all
// other members are set. Spans are borrowed for the call.
#pragma once

#include "common/buf.h"

struct screen_acts {
	void *arg;
	const char *names; // of all acts, with blanks between
	// Does what a key of this name does. False: there is no such act.
	bool (*act)(void *arg, struct span name);
	// Does what keys do to a chosen message (client/model/doable.h): to the one that
	// `text` begins with (an id, or what the face calls it), else to the newest that fits;
	// with the text behind that at once. False: nothing of that name is done to messages.
	bool (*message_act)(void *arg, struct span name, struct span text);
	// Binds a key to an act. False when either is unknown.
	bool (*bind)(void *arg, struct span key, struct span act);
	// False when there is no such theme or it has mistakes: a line for each in `errors`.
	bool (*set_theme)(void *arg, struct span name, struct buf *errors);
	// Asks the server for messages with these words and shows the answer.
	void (*search)(void *arg, struct span words);
	// Goes to a time of the target that is shown (client/model/when.h), to the message with
	// this id, or to a target. False: it is none of these.
	bool (*go)(void *arg, struct span where);
	// A passing remark.
	void (*say)(void *arg, struct span text);
};
