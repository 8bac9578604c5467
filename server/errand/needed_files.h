// SPDX-License-Identifier: MIT
// The files that an errand needs: how names are looked up here, and the authorities.
//
// The walls know a file and not its name. Where another came into its place (a new
// resolv.conf, newer authorities) the program ends, and the next one has walls for that.
#pragma once

#include "server/beside/child_walls.h"

#include <sys/stat.h>

#define NEEDED_FILES 6 // inside

struct needed_files {
	struct child_file files[NEEDED_FILES];
	struct stat were[NEEDED_FILES];
};

// As they are now; ca_file is borrowed.
void needed_files_look(struct needed_files *n, const char *ca_file);
// Whether one of them is another by now.
MUST_USE bool needed_files_changed(const struct needed_files *n);
