// SPDX-License-Identifier: MIT
// The way in by a ticket of Kerberos that is there already: SASL GS2-KRB5-PLUS (RFC 5801),
// bound to the stream. Nobody is asked for anything.
//
// A KDC may be silent: after TICKET_MS the ticket is given up, in words, and the login goes on
// by its next way. Owner: whoever has the login, which it outlives; the client's one thread.
#pragma once

#include "client/net/sasl_way.h"
#include "common/loop.h"

#define TICKET_SERVICE "irc" // the key of the server is that of irc/HOST
#define TICKET_MS 5000

struct ticket_login;

// Why it did not come to it; borrowed for the call.
typedef void ticket_words_fn(void *arg, const char *words);

MUST_USE struct ticket_login *ticket_new(struct loop *l, ticket_words_fn *fn, void *arg);
// NULL is accepted.
void ticket_free(struct ticket_login *t);
// What it said last, of the login that is or was; NULL: nothing. Borrowed.
MUST_USE const char *ticket_said(const struct ticket_login *t);
// Borrowed.
MUST_USE const struct sasl_way *ticket_way(struct ticket_login *t);
// Whether this user may have one: there is a cache, or the settings of Kerberos name another
// place for them than a file. Loads nothing, and asks nobody.
MUST_USE bool ticket_may_be_there(void);
