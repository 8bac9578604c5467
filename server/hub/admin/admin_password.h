// SPDX-License-Identifier: MIT
// The password of `user add` and `user passwd`: given, or made up; then hashed. Main thread.
#pragma once

#include "server/hub/admin/admin.h"

// a: whose it is to be, NULL: of one that is to be made.
typedef void password_fn(struct verb_call *c, struct account *a, struct span phc);

// Hashes request->secret, or with --generate a fresh passphrase, which becomes the plain
// text of the answer; then fn. Ends the call by itself when there is neither, no room to
// hash, or `a` was deleted meanwhile, whoever has its name by then. Of an administrator a weak
// one is refused; of others its shortness is said (admin_password_advice).
void admin_password_hash(struct verb_call *c, const struct account *a, password_fn *fn);
// Words to put behind "done" when the password is weak, else "".
MUST_USE const char *admin_password_advice(const struct verb_call *c);
