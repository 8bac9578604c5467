// SPDX-License-Identifier: MIT
// Every numeric reply that the server sends or the client knows (numerics.def), by the
// symbols of ircdocs/modern-irc.
#pragma once

#include "common/attr.h"

enum numeric {
#define NUMERIC(symbol, number, text) symbol = number,
#include "common/numerics.def"
#undef NUMERIC
};

// The text that ends the reply, "" where the sender writes its own; borrowed forever.
MUST_USE const char *numeric_text(enum numeric numeric);
