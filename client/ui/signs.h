// SPDX-License-Identifier: MIT
// The signs that the screen uses, in UTF-8 and in ASCII.
#pragma once

enum sign {
#define ROW(name, utf8, ascii) SIGN_##name,
#include "client/ui/signs.def"
#undef ROW
	SIGN_COUNT,
};

// A constant text of one cell.
const char *sign_text(enum sign sign, _Bool ascii);
