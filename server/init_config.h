// SPDX-License-Identifier: MIT
// The settings that `snugd init` begins with: what its flags say, and remarks where they say
// nothing.
#pragma once

#include "common/buf.h"
#include "server/cli.h"

// Appends the text of snugd.conf.
void init_config_text(const struct cli *c, struct buf *out);
