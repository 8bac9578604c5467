// SPDX-License-Identifier: MIT
// What a line of line mode says. All is made harmless and ends in LF.
//
// With `handles` a message gets its name, "[a7]" behind it, and the ones that it speaks of
// have theirs; NULL: no names. Owner: the lines (plain.h); one thread.
#pragma once

#include "client/model/model.h"
#include "client/ui/handles.h"
#include "common/buf.h"

// "12:05 #lounge bob: (to a3) text [a7]".
void plain_line(struct buf *out, const struct model *m, const struct target *t,
		const struct log_line *l, struct handles *handles);
// "12:06 #lounge cem reacts 👍 to a7", now.
void plain_line_reacted(struct buf *out, const struct model *m, const struct target *t,
			const struct log_line *l, const struct reacted *what,
			const struct handles *handles);
// A message that the server found, as plain_line; t is where it stands.
void plain_line_found(struct buf *out, const struct model *m, const struct found *f,
		      const struct target *t, struct handles *handles);
// "bob's message "text..."", "your message ...", or of NULL "that message"; without LF.
void plain_line_quote(struct buf *out, const struct log_line *l);
