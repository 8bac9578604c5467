// SPDX-License-Identifier: MIT
// The user's settings: CONFIG/config, optional, every key optional (config.def).
//
// Owner: the client's one thread.
#pragma once

#include "client/app/paths.h"
#include "common/conf.h"

struct face;

struct config {
	int ascii, color; // 0: as the terminal is, 1: on, 2: off
	bool bell, notify, notify_text, typing;
	char *theme;
	struct conf_list keywords;
	int64_t line_max;
	char *notify_command;
	char *quiet;
};

// False: *errors holds a line for each mistake. *c is to be cleared in both cases. The face
// knows the themes; NULL: any will do.
MUST_USE bool config_read(struct config *c, const struct paths *paths, const struct face *face,
			  struct buf *errors);
// The theme it names is there and without mistakes; what config_read looks at too.
MUST_USE bool config_check(const struct config *c, const struct paths *paths,
			   const struct face *face, struct buf *errors);
void config_clear(struct config *c);

// The rows, for `snug config`.
MUST_USE const struct conf_row *config_rows(size_t *count);
MUST_USE char *config_path(const struct paths *paths);
// The folder of the themes; the caller's.
MUST_USE char *config_themes_dir(const struct paths *paths);
