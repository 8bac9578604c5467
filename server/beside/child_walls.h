// SPDX-License-Identifier: MIT
// The walls around a program beside snugd.
#pragma once

#include "server/beside/child.h"

struct child_file {
	const char *path; // of a file, or of a folder and all below it
	bool is_run;      // besides being read
};

// For this process and for good: no new privilege, no file but these, no call but those of the
// role (child_calls.def). What the kernel could do of it: enum beside_walls.
MUST_USE uint32_t child_shut_but(enum child_role role, const struct child_file *files,
				 size_t n);
