// SPDX-License-Identifier: MIT
// Redaction: the text of a message is gone, its place stays. Main thread.
#pragma once

#include "server/hub/history.h"

// Something that was said and still has its text?
MUST_USE bool is_redactable(const struct entry_message *m);
// Removes a message of the stream in the server's name and tells those who are here.
// reason "": none.
void redact_by_server(struct hub *h, const struct stream *stream, const struct entry_message *m,
		      struct span reason);
