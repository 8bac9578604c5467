// SPDX-License-Identifier: MIT
// Who asks for a file, or sends one: by an app token, a token of FILEHOST, or a signed link.
//
// What is wrong counts in the throttle of logins, of the source; what was right once and is
// over does not, nor does a link, which cannot be guessed. Main thread.
#pragma once

#include "server/hub/people/account.h"
#include "server/letters/web.h"

struct file_asker {
	struct account *account; // NULL: nobody, and the rest says what to answer
	stream_id scope;         // it may send there alone; 0: anywhere
	unsigned status, retry_s;
	const char *why; // one sentence; borrowed forever
};

// Of Authorization; where there is none and `link`, of ?s=.
MUST_USE struct file_asker file_who(struct hub *h, const struct web_question *q, bool link);
