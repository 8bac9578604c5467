// SPDX-License-Identifier: MIT
// Who listens on a port of this computer, for whoever is told that it is taken.
#pragma once

#include "common/attr.h"
#include "common/buf.h"

#include <stdint.h>

// Appends "nginx (process 812)". False: nobody listens there by TCP, or it is another user's,
// whom only root may see.
MUST_USE bool port_holder(uint16_t port, struct buf *out);
