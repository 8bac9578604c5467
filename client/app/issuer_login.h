// SPDX-License-Identifier: MIT
// A sign-in from the screen where one signs in: to come back when the last one is too old, to
// bind the account to who one is there (ACCOUNT BIND of docs/PROTOCOL.md), or, by who is in, to
// prove that it is oneself (CERT PROVE SIGN-IN). By a ticket of Kerberos that is there, without
// a question, else at the server's issuer, whose host is asked about before anything is opened;
// the code is shown as a link is handed out.
//
// Nothing blocks, and nothing of the tokens is kept. Owner: the client, one thread.
#pragma once

#include "client/sign_in/issuer_line.h"
#include "client/sync/engine.h"

struct issuer_login_order {
	struct engine *core;
	struct issuer_line line;
	void *arg;
	// Connects by this, which is good until the connection is made or refused.
	void (*connect)(void *arg, const struct login_order *login);
	// The way of the ticket that may be there, NULL: none is. Borrowed, as long as this.
	const struct sasl_way *(*ticket)(void *arg);
	// In again: by this device's key from now on, where it has one.
	void (*on_back)(void *arg);
};

struct issuer_login;

// What the order names is borrowed.
MUST_USE struct issuer_login *issuer_login_new(const struct issuer_login_order *o);
void issuer_login_free(struct issuer_login *l);
// The person asks for it: to bind, else whichever of the others it is.
void issuer_login_begin(struct issuer_login *l, bool binds);
// Whether the line of the server is for this alone. The model gets it else.
MUST_USE bool issuer_login_takes(struct issuer_login *l, const struct msg *m);
// A line of the server, which the model has.
void issuer_login_line(struct issuer_login *l, const struct msg *m);
// The connection is in another state.
void issuer_login_state(struct issuer_login *l);
// QUESTION_SIGN_IN was answered; others are passed over.
void issuer_login_answer(struct issuer_login *l, int question_id, char choice);
