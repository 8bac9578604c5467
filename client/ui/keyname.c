// SPDX-License-Identifier: MIT
// Names of keys, as in the table of bindings and in /bind.
#include "client/ui/input.h"
#include "client/ui/keyname.h"
#include "common/utf8.h"

static bool take_mods(struct span *name, unsigned *mods)
{
	while (name->len > 2 && name->at[1] == '-') {
		switch (name->at[0]) {
		case 'C':
			*mods |= KEY_CTRL;
			break;
		case 'M':
			*mods |= KEY_ALT;
			break;
		case 'S':
			*mods |= KEY_SHIFT;
			break;
		default:
			return false;
		}
		*name = span_after(*name, 2);
	}
	return true;
}

static bool take_function(struct span name, struct keypress *key)
{
	uint64_t number;
	if (name.len < 2 || name.at[0] != 'F' || !span_to_u64(span_after(name, 1), &number) ||
	    number < 1 || number > 12)
		return false;
	key->code = (enum key_code)(KEY_F1 + (int)number - 1);
	return true;
}

bool key_parse(struct span name, struct keypress *key)
{
	static const struct {
		const char *name;
		enum key_code code;
	} named[] = {
		{"Enter", KEY_ENTER}, {"Tab", KEY_TAB},      {"Bksp", KEY_BACKSPACE},
		{"Esc", KEY_ESC},     {"Up", KEY_UP},        {"Down", KEY_DOWN},
		{"Left", KEY_LEFT},   {"Right", KEY_RIGHT},  {"Home", KEY_HOME},
		{"End", KEY_END},     {"PgUp", KEY_PAGE_UP}, {"PgDn", KEY_PAGE_DOWN},
		{"Ins", KEY_INSERT},  {"Del", KEY_DELETE},
	};
	*key = (struct keypress){0};
	if (!take_mods(&name, &key->mods) || !name.len)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		if (span_eq(span_of(named[i].name), name)) {
			key->code = named[i].code;
			return true;
		}
	}
	if (take_function(name, key))
		return true;
	if (span_eq(name, SPAN("Space")))
		name = SPAN(" ");
	size_t at = 0;
	if (!utf8_is_valid(name))
		return false;
	key->code = KEY_RUNE;
	key->rune = utf8_next(name, &at);
	return at == name.len;
}

bool key_eq(struct keypress a, struct keypress b)
{
	return a.code == b.code && a.mods == b.mods && (a.code != KEY_RUNE || a.rune == b.rune);
}
