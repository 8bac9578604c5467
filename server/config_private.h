// SPDX-License-Identifier: MIT
// The table of settings, for the files of server/config*.c.
#pragma once

#include "server/config.h"

extern const struct conf_row config_rows[];
extern const size_t config_n_rows;
