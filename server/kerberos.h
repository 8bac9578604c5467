// SPDX-License-Identifier: MIT
// Kerberos as [kerberos] has it: the files, and whether they can do.
//
// Owner: whoever called kerberos_init; borrows from paths and configuration.
#pragma once

#include "server/config.h"
#include "server/gss/acceptor.h"
#include "server/paths.h"

struct kerberos {
	char *keytab, *rcache;
	struct acceptor_settings settings; // borrows of these
};

// Nothing is looked at. Where the configuration has no keytab all of it is NULL.
void kerberos_init(struct kerberos *k, const struct paths *p, const struct config *c);
void kerberos_clear(struct kerberos *k);
// Whether the keytab is this user's alone and holds the key of this server. False with why, and
// how to mend it, in words; true where nobody comes by it.
MUST_USE bool kerberos_check(const struct kerberos *k, struct buf *words);
// Makes the file against replays, where it is not there. False with words.
MUST_USE bool kerberos_make_rcache(const struct kerberos *k, struct buf *words);
