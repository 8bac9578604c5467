// SPDX-License-Identifier: MIT
// What the commands on devices share. Main thread.
#pragma once

#include "server/hub/people/credential.h"

// A NOTE of the command to who asked for another label than it got.
void label_told(struct session *s, const char *command, struct span wanted,
		const struct credential *c);
