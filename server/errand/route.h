// SPDX-License-Identifier: MIT
// Does the way to an address lead off this computer? The kernel is asked for its route, since
// own addresses come and go, and a public one may be ours.
#pragma once

#include "common/cidr.h"

// A socket to ask by, or -1.
MUST_USE int route_open(void);
// False when what is sent there stays on this computer or goes to many, or when that cannot be
// found out.
MUST_USE bool route_leads_away(int fd, const struct cidr *address);
