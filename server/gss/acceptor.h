// SPDX-License-Identifier: MIT
// The thread that looks at tickets of Kerberos (RFC 4120, 4121), by GSS-API.
//
// It asks no KDC: the key in the keytab opens a ticket, so that an answer takes less than a
// millisecond. Each question (LETTER_IDENTITY of IDENTITY_TICKET) is answered once, in their
// order. With a binding it is what GS2-KRB5-PLUS said (RFC 5801), without one what GSSAPI said
// (RFC 4752). Files are opened for each, so a key that is added to the keytab counts at once.
// Owner: the caller of acceptor_start.
#pragma once

#include "common/mailbox.h"
#include "common/thread.h"
#include "server/gss/principal.h"
#include "server/letters/identity.h"

struct acceptor;

// Borrowed: they outlive the thread.
struct acceptor_settings {
	const char *keytab;         // file with the key of this server
	const char *rcache;         // file where what was shown once is kept, against replays
	const char *service, *host; // whose key: SERVICE/HOST
	struct realms realms;       // ... at one of these, of which people are, too
};

// Answers (LETTER_IDENTIFIED) go to to_hub.
MUST_USE struct acceptor *acceptor_start(const struct acceptor_settings *settings,
					 struct mailbox *to_hub, struct thread_begin begin);
// Gives a question away; any thread.
void acceptor_put(struct acceptor *a, struct identity_question *q);
// Ends the thread behind the question that it is at; nothing is answered after that. NULL is
// accepted.
void acceptor_free(struct acceptor *a);
