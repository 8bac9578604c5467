// SPDX-License-Identifier: MIT
// One request from the command line: through the running program when there is one, by a
// login of its own otherwise.
//
// Owner: main; blocks. Words go to stderr.
#pragma once

#include "client/verbs/options.h"
#include "client/api/requests.h"

struct errand {
	const struct options *options;
	json_t *request; // borrowed
	answer_fn *fn;   // told every answer but the last
	void *arg;
	bool needs_rooms; // wait until the server has told our rooms and members
	bool changes;     // says something: repeated only where ids make that harmless
	int timeout_ms;   // 0: none
	// Or NULL: what is done with the answers while the login that gave them stands; it
	// turns the loop. The exit code.
	int (*then)(void *arg, struct loop *l);
};

// The exit code: the first of the requests' that is not 0; why was said.
MUST_USE int errand_run(const struct errand *e);
