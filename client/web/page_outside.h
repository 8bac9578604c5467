// SPDX-License-Identifier: MIT
// The world (client/net/outside.h) as a page of a browser has it.
//
// Owner: the page's one thread.
#pragma once

#include "client/net/outside.h"

// Fills it in; it stays where it is.
void page_outside_init(struct outside *o);
