// SPDX-License-Identifier: MIT
// The world (client/net/outside.h) as a page of a browser has it.
//
// Owner: the page's one thread.
#pragma once

#include "client/net/outside.h"

MUST_USE struct outside page_outside(void);
