// SPDX-License-Identifier: MIT
// Signed links: what clients that cannot show a token are given for one file, each account its
// own. The rights of that account are asked at each request as always, and a link lives no
// longer than FILE_LINK_HOURS.
//
// It is base64url of account (8 bytes) and hour (4), both big-endian, and the first 16 bytes of
// a keyed BLAKE2b of file, account and hour. Main thread.
#pragma once

#include "server/hub/state/state.h"
#include "server/letters/file_id.h"

#define FILE_LINK_TEXT 38

// Of the present hour.
void file_link_sign(const struct hub *h, const struct file_id *id, const struct account *a,
		    char out[static FILE_LINK_TEXT + 1]);
// Whose link it is; NULL: it is none of this file's, its time is over, or they are gone.
MUST_USE struct account *file_link_account(struct hub *h, const struct file_id *id,
					   struct span sig);
