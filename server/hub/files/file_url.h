// SPDX-License-Identifier: MIT
// Our file space: https://HOST[:PORT]/f/ID, where HOST is a name of ours, and where it stands
// in what people say.
//
// Who asked for the capability snug.chat/files is shown it as it is, and asks for the file with
// its token. All others are shown it with ?s=SIG behind it (file_link.h), which is theirs
// alone. Main thread.
#pragma once

#include "server/hub/files/file_link.h"
#include "server/hub/state/session.h"
#include "server/letters/file_id.h"

#define FILE_SPACE "/f/"
#define FILE_SIGNED_MORE (3 + FILE_LINK_TEXT) // inside: "?s=" and what follows

struct file_url {
	size_t at, len; // in the text, with ?s= where it has one
	size_t bare;    // ... without
	struct file_id id;
};

// May the text hold such a URL? Asked of every line, so that all others pass no further.
static inline bool file_url_may_be_in(const struct hub *h, struct span text)
{
	return h->config.has_files && text.len > 3 &&
	       memmem(text.at, text.len, FILE_SPACE, 3) != NULL;
}

// The first one at or behind `from`; false: there is no further one.
MUST_USE bool file_url_next(const struct hub *h, struct span text, size_t from,
			    struct file_url *u);
MUST_USE size_t file_urls_count(const struct hub *h, struct span text);
// The text as it is kept: no URL has a ?s= behind it.
void file_urls_bare(const struct hub *h, struct span text, struct buf *out);
// The text as the account is shown it without the capability: each has its own behind it.
void file_urls_signed(const struct hub *h, struct span text, const struct account *a,
		      struct buf *out);
// "https://HOST[:PORT]/f": where uploads go.
void file_space_url(const struct hub *h, struct buf *out);
