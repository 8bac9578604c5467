// SPDX-License-Identifier: MIT
// Whether the key that a server shows is the one that is known, or may come after it.
//
// Pure. docs/SECURITY.md says why the word of a known key is believed.
#pragma once

#include "client/net/uplink.h"

// A key that is good is the known one of the order from then on, with what it announces.
// FAILURE_NONE, or why it is refused.
MUST_USE enum failure key_judge(struct uplink_order *o, const struct link_peer *peer);
