// SPDX-License-Identifier: MIT
// The password of `user add` and `user passwd`: given, or made up; then hashed. Main thread.
#pragma once

#include "server/hub/admin/admin.h"

typedef void password_fn(struct verb_call *c, struct span phc);

// Hashes request->secret, or with --generate a fresh passphrase, which becomes the plain
// text of the answer; then fn. Ends the call by itself when there is neither, or no room
// to hash.
void admin_password_hash(struct verb_call *c, password_fn *fn);
// Words to put behind "done" when the password is weak, else "".
MUST_USE const char *admin_password_advice(const struct verb_call *c);
