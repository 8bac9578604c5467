// SPDX-License-Identifier: MIT
// Tokens of FILEHOST: what a client that is logged in shows over HTTP to send and get files.
//
// One is its account's, works for FILE_TOKEN_MS, and ends with the connection that asked for
// it; so it ends with a device that is revoked and an account that is shut out. In memory only,
// by a keyed hash. Owner: hub.files.tokens; main thread.
#pragma once

#include "server/hub/people/invite.h"
#include "server/hub/state/session.h"

struct file_token {
	struct list in_account; // oldest first
	uint8_t hash[SECRET_HASH_LEN];
	struct account *account;
	const struct session *session; // that asked for it; NULL: it is no more
	stream_id scope;               // it sends there alone; 0: anywhere
	int64_t ends_ms;               // mono
};

// The account of s has one more, in the place of the oldest where it has FILE_TOKENS_MAX.
// `text` is to be shown once and wiped.
void file_token_new(struct session *s, stream_id scope, char text[static SECRET_TEXT_LEN + 1]);
// One that was given out, though its time may be over; NULL: none of the last ones is like
// that.
MUST_USE const struct file_token *file_token_find(struct hub *h, struct span text);
MUST_USE bool file_token_works(const struct file_token *t);
// Those that s asked for work no more.
void file_tokens_end(const struct session *s);
// The account is freed.
void file_tokens_free(struct account *a);
