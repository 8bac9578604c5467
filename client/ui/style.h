// SPDX-License-Identifier: MIT
// How a role looks: a theme turns roles into SGR parameters.
//
// The view speaks in roles, the screen asks the theme when it writes. Themes are
// constant tables. Any thread.
#pragma once

#include "common/span.h"

enum style {
#define ROW(name, dark, light, basic, high, mono) STYLE_##name,
#include "client/ui/style.def"
#undef ROW
	STYLE_COUNT,
};

#define NICK_STYLES 12

struct theme {
	const char *name;
	const char *sgr[STYLE_COUNT];
};

// By name; NULL when there is none. "mono" uses no colours at all.
MUST_USE const struct theme *theme_find(struct span name);
// The names, with blanks between: for words of help.
MUST_USE const char *theme_names(void);
// The colour that belongs to a name, the same everywhere.
MUST_USE enum style style_of_nick(struct span key);
