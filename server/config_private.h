// SPDX-License-Identifier: MIT
// The table of settings, for the files of server/config*.c.
#pragma once

#include "server/config.h"

extern const struct conf_row config_rows[];
extern const size_t config_n_rows;

// Whether [push] can be done; else lines "FILE: what is wrong" in errors.
MUST_USE bool config_check_push(const struct config *c, const char *file, struct buf *errors);
