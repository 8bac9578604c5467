// SPDX-License-Identifier: MIT
// A login for one errand: the verbs of the command line that need the server.
//
// Owner: main; blocks in the calls below, within their time. Words go to stderr.
#pragma once

#include "client/model/model.h"
#include "client/net/calls.h"
#include "client/outside/outside_loop.h"
#include "client/outside/ticket.h"
#include "client/verbs/options.h"
#include "client/app/profile.h"
#include "client/verbs/prompt.h"

struct cold {
	struct loop *loop;
	struct outside outside;
	struct profile profile;
	struct secret secret; // where a password is the login
	struct uplink *session;
	struct calls *calls;
	struct ticket_login *ticket;                     // NULL: none is shown
	struct model *model;                             // follows every line
	void (*on_line)(void *arg, const struct msg *m); // or NULL
	void *arg;
	int64_t answered_at; // monotonic: how long is waited counts from here
	bool is_over;        // the errand says so
};

// Loads the profile that the options name. EXIT_OK, or the code; it was said why.
MUST_USE int cold_profile(const struct options *o, struct profile *p);
// Loads the profile and logs in by this device's key; others see one come if it is to be seen.
// EXIT_OK, or the code.
enum cold_presence { COLD_SEEN, COLD_UNSEEN };
MUST_USE int cold_open(struct cold *c, const struct options *o, enum cold_presence presence);
void cold_close(struct cold *c);
// Turns the loop until c->is_over, the connection is lost, or the time is up (ms; 0:
// none). EXIT_OK, EXIT_UNREACHABLE or EXIT_UNKNOWN.
MUST_USE int cold_wait(struct cold *c, int timeout_ms);
// Sends one command and waits for the whole answer; on_line of the call gets its lines.
// EXIT_OK, EXIT_UNREACHABLE, EXIT_UNKNOWN; EXIT_REFUSED when an error was among them, and
// its words were told on stderr.
typedef void cold_line_fn(void *arg, const struct msg *m);
MUST_USE int cold_ask(struct cold *c, const char *line, cold_line_fn *fn, void *arg);
