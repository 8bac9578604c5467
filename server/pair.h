// SPDX-License-Identifier: MIT
// Certificate and key, where a server may have them: where the configuration says, and beside
// that in the state directory the pair that it goes on with while another key waits there
// (held), the one that is announced (next), one that was brought and is being judged (given),
// and where the configured one is another program's, a copy of what was served last.
// `vouches.pem` has what old keys say of newer ones.
//
// No pair is half a pair: what tells that one is there is its key, which is written last.
#pragma once

#include "server/config.h"

enum pair_place { PAIR_CONFIGURED, PAIR_HELD, PAIR_NEXT, PAIR_GIVEN, PAIR_SERVED };

struct pair {
	char *cert, *key;
};

void pair_find(struct pair *p, const struct paths *paths, const struct config *c,
	       enum pair_place place);
void pair_clear(struct pair *p);
// Whether one is held, or announced.
MUST_USE bool pair_is_there(const struct paths *paths, enum pair_place place);
// Whether the configured pair is the server's own, in the state directory.
MUST_USE bool pair_is_own(const struct config *c);
// With the words of the keys before it. NULL and *error (the caller's).
MUST_USE struct tls_context *pair_tls(const struct paths *paths, const struct config *c,
				      enum pair_place place, char **error);
// The pair that a server begins with: the held one; of files that another program makes the one
// that was served last, where they hold another key for which that does not vouch; else the
// configured one.
MUST_USE enum pair_place pair_first(const struct paths *paths, const struct config *c);
MUST_USE struct tls_context *pair_served(const struct paths *paths, const struct config *c,
					 char **error);
// Takes away one that is held or announced.
void pair_drop(const struct paths *paths, enum pair_place place);
// An announced or given pair becomes the server's own. False and *error (the caller's).
MUST_USE bool pair_promote(const struct paths *paths, enum pair_place place, char **error);
// Since when the served key announces the next one, wall ms; 0: it does not.
MUST_USE int64_t pair_announced(const struct paths *paths, const struct tls_context *served);
// The file of the words. The caller frees.
MUST_USE char *pair_vouches(const struct paths *paths);
