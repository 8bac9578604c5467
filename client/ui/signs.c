// SPDX-License-Identifier: MIT
#include "client/ui/signs.h"

const char *sign_text(enum sign sign, _Bool ascii)
{
	static const char *const texts[SIGN_COUNT][2] = {
#define ROW(name, utf8, ascii) {utf8, ascii},
#include "client/ui/signs.def"
#undef ROW
	};
	return texts[sign][ascii ? 1 : 0];
}
