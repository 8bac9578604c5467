// SPDX-License-Identifier: MIT
// Hub -> server and back: who is it, by the word of somebody else than this server: an OpenID
// issuer, a Kerberos realm, PAM.
//
// The hub knows accounts and nothing of tokens, tickets or stacks; who answers knows those and
// nothing of accounts. What is secret stands in buffers that are wiped.
// Owner: the sender until put, then the receiver.
#pragma once

#include "common/buf.h"
#include "common/mailbox.h"
#include "common/tls_binding.h"
#include "server/letters/ids.h"

#define IDENTITY_ISSUER_MAX 256  // inside: bytes of an issuer's URL, which an operator writes
#define IDENTITY_SUBJECT_MAX 255 // inside: of what it calls a person (OpenID Connect Core, 2)

enum identity_way { IDENTITY_OIDC, IDENTITY_KERBEROS, IDENTITY_PAM };

// What a conversation of several steps is at: it goes to and fro with the letters. Whoever has
// it last ends it.
struct identity_context {
	void (*end)(struct identity_context *c);
};

enum identity_act {
	IDENTITY_BEARER,   // secret: an access token
	IDENTITY_CODE,     // secret: an authorization code, with verifier and redirect
	IDENTITY_AGAIN,    // secret: the memory of an answer. Is it still so?
	IDENTITY_TICKET,   // secret: what the client's GSS-API said
	IDENTITY_PASSWORD, // secret: a password, of `name`
	IDENTITY_STANDING, // may `name` still come in? Without a secret
};

struct identity_question {
	struct letter letter; // LETTER_IDENTITY
	ticket_id ticket;
	enum identity_act act;
	struct buf secret, refresh, verifier; // wiped
	char *redirect, *name, *subject;      // NULL: none; subject: of AGAIN, whose it was
	int64_t asked_ms;                     // of PASSWORD: mono, when it began; 0: now
	struct tls_binding binding;           // of TICKET by GS2-KRB5-PLUS; GSSAPI has none
	struct identity_context
		*context; // of TICKET: that of the answer before; NULL: it begins
};

enum identity_result {
	IDENTITY_IS,    // it is who the answer says
	IDENTITY_MORE,  // of TICKET: `reply` is for the client, and it goes on
	IDENTITY_NO,    // for good: refused, or over
	IDENTITY_LATER, // nobody could say
};

// Why not: for the log alone.
enum identity_why {
#define WHY(name, word) IDENTITY_WHY_##name,
#include "server/letters/identity_why.def"
#undef WHY
};

struct identity_answer {
	struct letter letter; // LETTER_IDENTIFIED
	ticket_id ticket;     // 0: nobody asked: a logout
	enum identity_way way;
	enum identity_result result;
	enum identity_why why;
	char *issuer, *subject, *tenant;  // tenant NULL: none
	char *proposed;                   // a name for an account, not checked; NULL: none
	char *acts_as;                    // whose account it asks for, not checked; or NULL
	bool is_admin;                    // the issuer says so, and the operator believes it
	struct buf memory;                // what to ask again with; wiped; empty: nothing
	struct buf reply;                 // of MORE, and of IS: the last word to the client
	struct identity_context *context; // of MORE: for the next question
};

MUST_USE struct identity_question *identity_question_new(enum identity_act act,
							 ticket_id ticket);
void identity_question_free(struct identity_question *q);
MUST_USE struct identity_answer *
identity_answer_new(ticket_id ticket, enum identity_result result, enum identity_why why);
void identity_answer_free(struct identity_answer *a);
// "audience".
MUST_USE const char *identity_why_word(enum identity_why why);
