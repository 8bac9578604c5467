// SPDX-License-Identifier: MIT
// Redaction: the text of a message is gone, its place stays. Main thread.
#pragma once

#include "server/hub/history/history.h"
#include "server/letters/query.h"

// Something that was said and still has its text?
MUST_USE bool is_redactable(const struct entry_message *m);
// Removes one message, without a word; by NULL: the server.
void redact_post(struct hub *h, const struct entry_message *m, const struct account *by,
		 struct span reason);
// Tells those who can see it that it is removed: from the server. reason "": none.
void redact_say(struct hub *h, const struct stream *stream, const struct entry_message *m,
		struct span reason);
// Tells the author that somebody else removed the message, unless a device of theirs hears
// the REDACT: at once or when they come; and the room's log. by NULL: the server.
void redact_tell_author(struct hub *h, const struct stream *stream,
			const struct entry_message *m, const struct account *by,
			struct span reason);
// Removes a message of the stream with its edits (the answer to QUERY_EDITS) in the server's
// name and tells those who are here. reason "": none.
void redact_by_server(struct hub *h, const struct stream *stream, const struct rows *rows,
		      struct span reason);
