// SPDX-License-Identifier: MIT
// The user's settings: CONFIG/config, optional, every key optional (config.def).
//
// Owner: the client's one thread.
#pragma once

#include "client/app/paths.h"
#include "common/conf.h"

struct face;

struct preferences {
	int ascii, color; // 0: as the terminal is, 1: on, 2: off
	bool bell, notify, notify_text, typing, handles;
	bool metadata; // pictures are sent with what they tell
	int pictures;  // that came: 0 never shown, 1: when asked for, 2: all
	char *folder;  // where files go, or NULL
	char *opener;  // what shows them
	char *theme;
	struct conf_list keywords;
	int64_t line_max;
	char *notify_command;
	char *quiet;
};

// False: *errors holds a line for each mistake. *c is to be cleared in both cases. The face
// knows the themes; NULL: any will do.
MUST_USE bool settings_read(struct preferences *c, const struct folders *paths,
			    const struct face *face, struct buf *errors);
// The theme it names is there and without mistakes; what settings_read looks at too.
MUST_USE bool settings_check(const struct preferences *c, const struct folders *paths,
			     const struct face *face, struct buf *errors);
void settings_clear(struct preferences *c);

// The rows, for `snug config`.
MUST_USE const struct conf_row *settings_rows(size_t *count);
MUST_USE char *settings_path(const struct folders *paths);
// The folder of the themes; the caller's.
MUST_USE char *settings_themes_dir(const struct folders *paths);
