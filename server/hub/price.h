// SPDX-License-Identifier: MIT
// The price of a line, before it runs: which purse pays it (purse.h), and how many tokens.
#pragma once

#include "server/hub/state/session.h"

struct price {
	enum purse_kind purse; // FREE: it never waits
	int64_t tokens;
	bool stores; // something: nothing that proves it stored may be said before it ran
};

// Each target costs as a line, and each KiB that is stored.
MUST_USE struct price price_of(struct session *s, const struct msg *m);
