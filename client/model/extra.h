// SPDX-License-Identifier: MIT
// What few lines have: the message they answer, and reactions.
//
// Owner: the line.
#pragma once

#include "client/model/scrollback.h"

struct reaction {
	char *text; // "👍"
	const struct person **who;
	size_t n_who;
};

struct line_extra {
	char *reply_to; // message id, or NULL
	struct reaction *reactions;
	size_t n_reactions;
};

void extra_free(struct line_extra *e);
void line_set_reply(struct line *l, struct span id);
// The id of the message this one answers, "" if none.
MUST_USE struct span line_reply_to(const struct line *l);
// Adds or takes back; false when nothing changed.
bool line_react(struct line *l, struct span text, const struct person *who, bool add);
MUST_USE bool line_has_reaction(const struct line *l, struct span text,
				const struct person *who);
