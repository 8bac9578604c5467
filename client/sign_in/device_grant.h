// SPDX-License-Identifier: MIT
// Tokens for this device, by a page that its person opens anywhere (OAuth 2.0 Device
// Authorization Grant, RFC 8628): discovery, a code, and asking until the person has said yes
// or no there.
//
// 1. A code lives for five minutes at most.
// 2. When an answer is lost behind which there may have been tokens, that code is never asked
//    with again (an issuer takes it for stolen, and all that it gave back); there is a new one.
// 3. Nothing of it is kept: what is secret is wiped with the struct.
//
// No clock and no socket of its own. Owner: who began it; the client's one thread.
#pragma once

#include "client/net/outside.h"
#include "client/sign_in/device_code.h"
#include "client/sign_in/issuer_line.h"
#include "common/token_answer.h"

#define DEVICE_GRANT_CODES_MAX 3 // that one after another got lost

struct device_grant;

// Borrowed until it is freed; scope and resource (RFC 8707) may be NULL.
struct device_grant_order {
	const char *issuer, *client_id, *scope, *resource;
};

enum device_grant_end {
	DEVICE_GRANTED,
	DEVICE_DENIED, // the person said no
	DEVICE_OVER,   // nobody said anything while the code was good
	DEVICE_FAILED,
};

struct device_grant_events {
	void *arg;
	// The code to be shown; `again`: in the place of one before, which is no longer good.
	// Borrowed for the call.
	void (*on_code)(void *arg, const struct device_code *c, bool again);
	// Once. The tokens of DEVICE_GRANTED and the words of DEVICE_FAILED are borrowed for
	// the call, in which the grant may be freed.
	void (*on_end)(void *arg, enum device_grant_end end, const struct token_answer *tokens,
		       const char *why);
};

// Begins; the outside and the line are borrowed, the events are not called inside.
MUST_USE struct device_grant *device_grant_new(const struct outside *o,
					       const struct issuer_line *line,
					       const struct device_grant_order *order,
					       const struct device_grant_events *events);
// Ends it without a word. NULL is accepted.
void device_grant_free(struct device_grant *g);
