// SPDX-License-Identifier: MIT
// What few lines have: the message they answer or edit, its edit, who removed it, a file, and
// reactions.
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
	char *reply_to;              // message id, or NULL
	char *removal;               // of LINE_REDACTED: who and why, or NULL
	const struct log_line *edit; // whose text is shown, or NULL; borrowed of the same log
	struct line_file *file;      // or NULL: line_file.h
	struct reaction *reactions;
	size_t n_reactions;
};

void extra_free(struct line_extra *e);
// What it takes in memory.
MUST_USE size_t extra_bytes(const struct line_extra *e);
// `s` is the log that holds the line: it counts the bytes. Ids are cut as those of lines are.
void line_set_reply(struct scrollback *s, struct log_line *l, struct span id);
// Takes it over; NULL: none any more.
void line_set_file(struct scrollback *s, struct log_line *l, struct line_file *file);
// The line shows the text of its edit, or (NULL) its own again.
void line_set_edit(struct scrollback *s, struct log_line *l, const struct log_line *edit);
// The id of the message this one answers (LINE_EDIT: edits), "" if none.
MUST_USE struct span line_reply_to(const struct log_line *l);
// Of LINE_REDACTED, what is known of it: "by alice: spam"; "" when the author did it.
void line_set_removal(struct scrollback *s, struct log_line *l, struct span words);
MUST_USE struct span line_removal(const struct log_line *l);
// Adds or takes back; false when nothing changed. Of a flood of kinds, of people, or of words
// for one the rest does not count.
MUST_USE bool line_react(struct scrollback *s, struct log_line *l, struct span text,
			 const struct person *who, bool add);
MUST_USE bool line_has_reaction(const struct log_line *l, struct span text,
				const struct person *who);
