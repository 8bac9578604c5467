// SPDX-License-Identifier: MIT
// The words @room and @here of a message: they call all who are in a room.
//
// A word of its own, in any case, with at most ( [ { " ' * before it and their likes and
// . , : ; ! ? behind it. One may speak of it as `@room`. Pure; any thread.
#pragma once

#include "common/span.h"

enum at_all {
	AT_ALL_NONE,
	AT_ALL_HERE, // whoever is connected and not away
	AT_ALL_ROOM, // every member
};

// Whom a text calls; what is no text (CTCP but ACTION), nobody.
MUST_USE enum at_all at_all_in(struct span text);
// "@room", "@here".
MUST_USE const char *at_all_word(enum at_all all);
// The value of the tag snug.chat/alert: "room", "here"; and back.
MUST_USE const char *at_all_tag(enum at_all all);
MUST_USE enum at_all at_all_of_tag(struct span value);
