// SPDX-License-Identifier: MIT
// Unsent input by target, kept in a file between runs. Owner: the ui; one thread.
#pragma once

#include "client/text/kept.h"

// What is in the file; one that cannot be read holds none.
void drafts_read(struct kept_list *drafts, const char *file);
// By temporary file and rename, mode 0600; none: the file goes. False and errno on failure.
bool drafts_write(const struct kept_list *drafts, const char *file);
