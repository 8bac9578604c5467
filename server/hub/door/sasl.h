// SPDX-License-Identifier: MIT
// SASL (RFC 4422; IRCv3 sasl 3.1 and 3.2): the exchange, whatever the mechanism.
//
// A mechanism is a row, struct mechanism, in a file of its own and in the list of sasl.c. The
// exchange does for all of them what RFC 4422, 4 asks of a protocol: which are offered (CAP LS
// and 908), base64 in parts of 400 bytes both ways (a shorter one, or "+", ends it), the
// client's "*" (3.5), the outcome (3.6: 900 and 903, or 904 for every failure alike) and the
// bound on what comes (SASL_MAX, or the row's own).
//
// What a row must do (RFC 4422, 5):
// 1. It runs in the main thread, within a turn, and never waits, for nothing. What is slow
//    (a hash, a socket) goes to a thread or another process by a letter that has a ticket
//    (post.h): the step asks, as its last deed, and gives SASL_SLOW; whoever is called back
//    gives what it came to to sasl_answer(). PLAIN's password takes this way (verify.h). While
//    the ticket is out the client's lines wait, "*" too. A session that went meanwhile comes
//    back as NULL: the exchange is gone then, so what the callback needs beside is the
//    ticket's own.
// 2. A challenge is written into exchange.challenge as bytes; an empty one is a challenge, too.
//    A mechanism in which the client speaks first has no start() and is given an empty one.
// 3. Additional data with success (3.6) is one challenge more: SASL_DONE when the client has
//    answered it, by an empty response.
// 4. It looks at exchange.session and changes nothing of it; for SASL_DONE it has set account
//    and device. Whether the person behind it may act as somebody else (the authorization
//    identity, 3.4.1) is its own to refuse.
// 5. Guesses at a secret are throttled (throttle.h), and a name that there is not costs what
//    one that there is costs.
//
// Owner: the session owns the exchange, the exchange `own` by way of end(). A response is
// borrowed for the call and wiped behind it; device is borrowed until the answer is taken.
#pragma once

#include "server/hub/door/login.h"

enum sasl_result {
	SASL_CHALLENGE, // exchange.challenge is sent, and the response is for step()
	SASL_DONE,      // exchange.account has been proved
	SASL_HALF,      // a code is wanted, too (second_step.h), by another mechanism
	SASL_REFUSED,
	SASL_LATER, // not looked at, for too many tries or no room: refused, and told so
	SASL_SLOW,  // sasl_answer() says it, at once or when the ticket has come back
};

struct exchange {
	struct session *session;
	const struct mechanism *mechanism;
	struct buf text;         // of the response so far, base64; wiped
	size_t taken;            // bytes of all responses
	struct list in_long;     // hub.long_exchanges, past SASL_MAX (sasl_long.h)
	bool is_asked;           // a step has not answered yet
	struct buf challenge;    // of start() or step(); wiped
	struct account *account; // of SASL_DONE,
	struct span device;      // and by what name its device goes; "": none
	void *own;               // the mechanism's
	const char *words;       // of 904, to SASL_REFUSED; NULL: the usual ones
	struct buf said;         // what exchange_say() made, the words
};

struct mechanism {
	const char *name;                        // as registered: 1 to 20 of A-Z 0-9 - _
	bool (*is_offered)(const struct hub *h); // NULL: always
	size_t max;                              // bytes of all responses; 0: SASL_MAX
	enum sasl_result (*start)(struct exchange *x);
	enum sasl_result (*step)(struct exchange *x, struct span response);
	void (*end)(struct exchange *x); // once, however it ended; NULL: nothing of its own
	bool binds; // it proves an identity, which a session that is in may bind (identified.h)
};

extern const struct mechanism sasl_plain, sasl_external, sasl_totp, sasl_oauthbearer,
	sasl_gs2_krb5, sasl_gssapi;

// The words of 904, and of the FAIL before it to SASL_LATER.
PRINTF(2, 3) void exchange_say(struct exchange *x, const char *format, ...);
// What came of a step that was slow. The session has an exchange; the call may end it, and
// let the session in.
void sasl_answer(struct session *s, enum sasl_result result);

// One is offered whose outcome can be bound.
MUST_USE bool sasl_binds(const struct hub *h);
// "PLAIN,EXTERNAL": the value of the capability, and what 908 lists.
void sasl_names(const struct hub *h, struct buf *out);
// Ends the exchange that is going on, if any, with 906.
void sasl_abort(struct session *s);
// Ends it without a word and without a trace in memory.
void sasl_forget(struct session *s);
// What AUTHENTICATE says: a mechanism, a part of a response, or "*".
void sasl_take(struct session *s, struct span text);
