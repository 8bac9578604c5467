// SPDX-License-Identifier: MIT
// How an issuer of tokens is asked something, and what it answered: over HTTPS
// (client/sign_in/issuer_https.h), or as a test says.
//
// Owner: whoever makes it; the client's one thread. One question at a time.
#pragma once

#include "common/span.h"

struct issuer_answer {
	unsigned status;  // of HTTP; 0: there was none
	struct span body; // with a status
	const char *why;  // without: what went wrong, in words
	bool is_sent;     // without: the question may have come there all the same
};

// All of the answer is borrowed for the call, in which the next question may be asked.
typedef void issuer_told_fn(void *arg, const struct issuer_answer *a);

struct issuer_line {
	void *arg;
	// POSTs the form (common/form.h), or GETs without one. `told` is called once, later,
	// unless it is stopped; what is given is copied.
	void (*ask)(void *arg, const char *url, struct span form, issuer_told_fn *told,
		    void *told_arg);
	// Nobody waits for the answer any more.
	void (*stop)(void *arg);
};
