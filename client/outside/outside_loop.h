// SPDX-License-Identifier: MIT
// The outside of a program that turns a loop: this computer's clocks and dice, the loop's
// timers, links over TLS.
#pragma once

#include "client/net/outside.h"
#include "common/loop.h"

// The loop is borrowed by all that is made of it.
MUST_USE struct outside outside_of_loop(struct loop *l);
