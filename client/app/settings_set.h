// SPDX-License-Identifier: MIT
// Settings by their names, as "screen.theme": what they are, and changing one in the file.
//
// The file is written anew from what it holds and the one change, so that what it cannot
// read it does not destroy: a file with a mistake is refused. One thread.
#pragma once

#include "client/app/settings.h"

// NULL when there is no such setting: `errors` then names those there are.
MUST_USE const struct conf_row *settings_row(struct span key, struct buf *errors);
// Its value as one would write it.
void settings_value(const struct preferences *c, const struct conf_row *row, struct buf *out);
// An exit code (options.h): EXIT_OK, EXIT_USAGE for a bad key or value, EXIT_CONFIG for a file
// that cannot be used. `errors` has a line for each mistake.
MUST_USE int settings_set(const struct folders *paths, const struct face *face, struct span key,
			  const char *value, struct buf *errors);
