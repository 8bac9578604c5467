// SPDX-License-Identifier: MIT
// Redaction: the text of a message is gone, its place stays. Main thread.
#pragma once

#include "server/hub/history/history.h"
#include "server/letters/query.h"

// Something that was said and still has its text?
MUST_USE bool is_redactable(const struct entry_message *m);
// Removes one message, without a word; by 0: the server.
void redact_post(struct hub *h, const struct entry_message *m, account_id by,
		 struct span reason);
// Removes a message of the stream with its edits (the answer to QUERY_EDITS) in the server's
// name and tells those who are here. reason "": none.
void redact_by_server(struct hub *h, const struct stream *stream, const struct rows *rows,
		      struct span reason);
