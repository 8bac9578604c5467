// SPDX-License-Identifier: MIT
// Who could log in to a state that was loaded: tried as a login is, without anybody's secret.
//
// What a device or token shows is known as its hash alone, so it is looked up by that; a
// password is tried by a wrong one. Nothing is changed. Main thread.
#pragma once

#include "server/hub/state/hub_types.h"
#include "server/letters/hash_job.h"

struct rehearsal {
	int64_t accounts, rooms, credentials; // that there are
	int64_t lost;     // the id of a credential that its own hash does not find; 0: none
	int64_t n_let_in; // credentials that let in now
	int64_t let_in;   // the first of them; 0: none
	const char *let_in_as; // its account; borrowed from the hub
};

void rehearse_credentials(struct hub *h, struct rehearsal *found);
// A password that nobody has, for the hasher to compare with that of the first account that a
// password lets in, whose name goes to *name (borrowed). NULL: no password lets anybody in.
MUST_USE struct hash_job *rehearse_password(struct hub *h, const char **name);
