// SPDX-License-Identifier: MIT
// Ergo's people and rooms: its database (ircd.db), or what it imports itself: the JSON that its
// scripts make of Anope and Atheme (anope2json.py, atheme2json.py).
//
// Pure; any thread.
#pragma once

#include "server/import/people.h"

// Fills *p, which is empty; the caller clears it in each case. False and *error (the caller's)
// when it is neither of the two, or is damaged.
MUST_USE bool ergo_read(struct span file, struct import_people *p, char **error);
