// SPDX-License-Identifier: MIT
// Store -> server, while it waits for a store that another has: how that stands.
//
// Owner: the sender until put; free() ends it.
#pragma once

#include "common/mailbox.h"

#include <stdint.h>

#define HOLDER_MAX 160      // inside: of a computer's name and a process id
#define LEASE_WORDS_MAX 400 // inside: what is longer is cut

enum lease_stand {
	LEASE_AWAY,   // the engine cannot be reached: words; it is tried again
	LEASE_WAITS,  // another has it
	LEASE_TAKEN,  // it is ours
	LEASE_FAILED, // words; a second try is of no use
};

struct lease_news {
	struct letter letter; // LETTER_LEASE
	enum lease_stand stand;
	int64_t term;            // of who has it, or ours
	int64_t signed_ms;       // mono: its newest sign of life; or of who had it before
	bool is_signed;          // a sign was seen, since this process waits
	bool is_held;            // else it was given back
	char holder[HOLDER_MAX]; // who has it, or had it before
	char words[LEASE_WORDS_MAX];
};
