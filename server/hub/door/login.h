// SPDX-License-Identifier: MIT
// Login: what a connection says until it is in, and the moment it gets in.
//
// NICK, USER, CAP END and one proof of who it is (SASL, PASS, REGISTER), in any order that
// the specifications allow. The nick is the account's name whatever NICK asked for.
// Owner: the session; freed when it registered or closes. Main thread.
#pragma once

#include "common/names.h"
#include "server/hub/people/account.h"

struct login {
	char nick[ACCOUNT_NAME_MAX + 1]; // asked for, "" not yet
	bool has_user;
	char *username, *realname;
	char *device;            // of USER name@device
	bool cap_open;           // between CAP LS or REQ and CAP END
	char *secret;            // of PASS, until it was tried; wiped
	bool tried;              // PASS was looked at
	int64_t invite;          // PASS was an invite token: its number
	stream_id room;          // the room of the invite that made the account
	account_id half;         // it is at a second step of this account; 0: no
	enum login_way half_way; // ... behind that
	char *half_device;       // (second_step.h)
	unsigned half_tries;
	struct elsewhere *own; // of a password that is looked at here (elsewhere.h)
	bool failed;           // one did: a client that goes on will not try again
};

void login_new(struct session *s);
void login_free(struct session *s); // harmless when there is none
// Ends the PASS secret and the exchange of SASL without a trace in memory.
void login_wipe(struct session *s);

// s has proved to be `a`; device may be "". Tells it by RPL_LOGGEDIN.
void login_as(struct session *s, struct account *a, struct span device);
// Lets s in if all is there; says what is missing when the client thinks that all is.
void login_try(struct session *s);

// A name as people give it: ACCOUNT or ACCOUNT@DEVICE.
void login_split(struct span text, struct span *name, struct span *device);
