// SPDX-License-Identifier: MIT
// The host of a link, as the network will look it up when it may look like another one.
//
// Pure; any thread.
#pragma once

#include "common/buf.h"

// True when the host mixes alphabets whose letters look alike (Latin, Greek, Cyrillic and
// the like): then its ASCII form ("xn--pple-43d.com", RFC 3492) is appended to `out`.
MUST_USE bool host_is_mixed(struct span url, struct buf *out);
