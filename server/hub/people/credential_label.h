// SPDX-License-Identifier: MIT
// Labels: the devices and tokens of an account are called differently. Main thread.
#pragma once

#include "server/hub/people/credential.h"

// What it may be called when `wanted` is another's name (but of
// `except`, NULL: none) or a number: with "-2", "-3" ... behind it, within DEVICE_NAME_MAX.
void credential_label(const struct account *a, const struct credential *except,
		      struct span wanted, struct buf *out);
