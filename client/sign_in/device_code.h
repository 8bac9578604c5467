// SPDX-License-Identifier: MIT
// What an issuer answers a device that wants in (RFC 8628, 3.2): the code that a person types
// on a page, and where that is.
//
// Pure; any thread. Owner: who had it read. What is secret is wiped when it is cleared.
#pragma once

#include "common/span.h"

#define DEVICE_CODE_INTERVAL_S 5
#define DEVICE_CODE_LIFE_S 300 // at most, whatever the issuer says

struct device_code {
	char *secret;   // device_code: what is asked with
	char *shown;    // user_code
	char *address;  // verification_uri
	char *with_all; // verification_uri_complete, with the code in it; NULL: none
	int64_t life_s, interval_s;
};

// False: it is none, or has in it what must not come to a terminal or be opened.
MUST_USE bool device_code_read(struct span json, struct device_code *c);
void device_code_clear(struct device_code *c);
