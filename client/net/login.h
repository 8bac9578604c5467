// SPDX-License-Identifier: MIT
// From a fresh TLS connection to a registered one: capabilities, SASL, or a new account
// (IRCv3 capability negotiation 302, SASL 3.2, draft/account-registration).
//
// Everything that can be known ahead is sent ahead: with the capabilities of the last
// time, a login by the device's key costs one round trip after the handshake. No I/O:
// lines leave through `send`. Owner: the session.
#pragma once

#include "client/net/failure.h"
#include "client/net/sasl_way.h"
#include "common/msg.h"

enum login_how {
	LOGIN_DEVICE,   // SASL EXTERNAL: the client certificate of this TLS session
	LOGIN_PASSWORD, // SASL PLAIN
	LOGIN_REGISTER, // a new account, with an invite token as server password
	LOGIN_INVITE,   // nobody: whether the invite is good, as far as a server tells
	LOGIN_CLAIM,    // nobody yet: a device of the account is asked to let this one in
	LOGIN_OPEN,     // none: for servers that ask for none
	LOGIN_SASL,     // a mechanism of the order's
	LOGIN_ASK,      // nobody: such a mechanism is to hear what it is refused with
};

struct login_order {
	enum login_how how;
	// Account, and the nick asked for; of LOGIN_CLAIM the device's; of LOGIN_SASL "" where
	// the server is to say whose account it is (900).
	const char *name;
	struct span secret; // password of LOGIN_PASSWORD and LOGIN_REGISTER
	const char *invite; // token of LOGIN_REGISTER, LOGIN_INVITE, LOGIN_CLAIM, or ""
	bool keeps_secret;  // for reconnecting: the secret's owner keeps it alive
	bool wants_token;   // of LOGIN_CLAIM: there is no certificate to be let in by
	const char *also;   // capabilities wanted besides, blank separated, constant; or NULL
	const char *caps;   // what the server enabled last time, blank separated, or ""
	const struct sasl_way *way; // of LOGIN_SASL, LOGIN_ASK; borrowed until the login ended
	// Tried before `how`, where the server offers it; or NULL. Borrowed like it.
	const struct sasl_way *first;
};

#define LOGIN_CODE_MAX 64 // bytes of a code: six digits, or a recovery code

enum login_result { LOGIN_MORE, LOGIN_DONE, LOGIN_FAILED };

typedef sasl_line_fn login_send_fn;

struct login_flow {
	struct login_order order; // borrowed texts: valid until the login ended
	login_send_fn *send;
	void *arg;
	struct buf offered;  // "sasl=PLAIN,EXTERNAL batch …"
	struct buf enabled;  // names
	bool is_first;       // order.first is being tried,
	enum login_how then; // ... and then this
	const struct sasl_way *then_way;
	bool is_ahead;                 // AUTHENTICATE and CAP END are out already
	bool has_proof;                // the payload is sent
	bool has_account;              // logged in, or needs no login
	bool has_ended;                // CAP END is out
	bool has_subscribed;           // to the names that people are shown by
	bool is_in;                    // the server said welcome
	bool is_queued;                // the server said that it waits for its turn
	bool wants_code;               // of a second factor: login_code goes on
	unsigned n_codes;              // given, each wrong so far
	char code[LOGIN_CODE_MAX + 1]; // on its way; wiped with the struct
	unsigned n_nicks;              // tried
	char nick[64];                 // what the server calls us; of LOGIN_CLAIM who let us in
	enum failure failure;          // of LOGIN_FAILED
	struct buf detail;             // what the server said about it, or about the wait
};

void login_start(struct login_flow *l, const struct login_order *order, login_send_fn *send,
		 void *arg);
// The code that the login wants (IRCv3 draft account-2fa); longer than LOGIN_CODE_MAX is wrong
// anyway. Nothing where none is wanted.
void login_code(struct login_flow *l, struct span code);
// Frees; a zeroed struct is fine.
void login_clear(struct login_flow *l);
// A line of the server, until LOGIN_DONE or LOGIN_FAILED. CAP lines may be given later
// too (cap-notify).
MUST_USE enum login_result login_line(struct login_flow *l, const struct msg *m);
MUST_USE bool login_has_cap(const struct login_flow *l, const char *name);
// The value the server gave with a capability, "" if none.
MUST_USE struct span login_cap_value(const struct login_flow *l, const char *name);
