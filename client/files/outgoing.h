// SPDX-License-Identifier: MIT
// A file of this computer that is to be sent: opened, looked at, and freed of what a picture
// tells beside the picture.
//
// Owner: whoever opened it; it stays while it is sent.
#pragma once

#include "client/outside/https.h"
#include "common/buf.h"

// A picture is read as a whole to be stripped; larger ones are refused.
#define PICTURE_MAX (256u * 1024 * 1024)

struct outgoing {
	struct https_body body;
	struct buf bytes; // of a picture
	char *name;       // the last part of its path
	const char *type; // constant
};

// "~/" is the home of who runs this. False and *error (caller's), in words; *o needs no close.
MUST_USE bool outgoing_open(struct outgoing *o, const char *path, bool keeps_metadata,
			    char **error);
// A zeroed one is fine.
void outgoing_close(struct outgoing *o);
// Content-Type and Content-Disposition (RFC 6266, 8187), each with CR LF behind it.
void outgoing_fields(struct buf *out, const struct outgoing *o);
