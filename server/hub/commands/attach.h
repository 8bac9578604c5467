// SPDX-License-Identifier: MIT
// Attach: the files that a message names, by its tag snug.chat/file or by a URL of our file
// space in its text, before it is said.
//
// Each is the sender's own, and free or of this very place; or it is one that the sender may
// read here, which is a quotation and grants nothing. All else is refused, and nothing is sent:
// so a message never names what is not on disk. Main thread.
#pragma once

#include "server/hub/commands/utterance.h"
#include "server/hub/files/file_url.h"
#include "server/hub/files/shared_file.h"
#include "server/letters/limits.h"

struct attached {
	struct utterance
		u; // as it is to be said: links without ?s=, tags that tell of the file
	struct shared_file *fresh[FILES_PER_MESSAGE]; // that the message will have
	size_t n_fresh;
	struct pieces pieces; // inside: what u borrows
	struct buf tags;
	struct arena arena;
};

// Where it is to be said.
struct attach_place {
	struct span target;          // as its sender calls it
	const struct stream *stream; // NULL: a conversation that has yet to begin
	size_t room;                 // bytes of text in one line
	bool is_kept;
};

// Does u name a file?
static inline bool attach_is_due(const struct session *s, const struct utterance *u)
{
	return u->kind != MESSAGE_TAGMSG &&
	       (u->file.len > 0 || file_url_may_be_in(s->hub, u->text));
}

// False: it was told why not. *out is to be cleared in both cases.
MUST_USE bool attach_take(struct session *s, const struct utterance *u,
			  const struct attach_place *place, struct attached *out);
// The message was said: it has them. Journals.
void attach_bind(const struct attached *a, struct stream *stream, message_id message);
void attach_clear(struct attached *a);
