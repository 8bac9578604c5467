// SPDX-License-Identifier: MIT
#include "client/ui/style.h"

static const struct theme themes[] = {
	{"dark",
	 {
#define ROW(name, dark, light, basic, high, mono) dark,
#include "client/ui/style.def"
#undef ROW
	 }},
	{"light",
	 {
#define ROW(name, dark, light, basic, high, mono) light,
#include "client/ui/style.def"
#undef ROW
	 }},
	{"basic",
	 {
#define ROW(name, dark, light, basic, high, mono) basic,
#include "client/ui/style.def"
#undef ROW
	 }},
	{"highcontrast",
	 {
#define ROW(name, dark, light, basic, high, mono) high,
#include "client/ui/style.def"
#undef ROW
	 }},
	{"mono",
	 {
#define ROW(name, dark, light, basic, high, mono) mono,
#include "client/ui/style.def"
#undef ROW
	 }},
};

const struct theme *theme_find(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(themes); i++) {
		if (span_eq(span_of(themes[i].name), name))
			return &themes[i];
	}
	return NULL;
}

const char *theme_names(void)
{
	return "dark light basic highcontrast mono";
}

enum style style_of_nick(struct span key)
{
	uint32_t hash = 2166136261u; // FNV-1a: only has to spread
	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.at[i]) * 16777619u;
	return (enum style)(STYLE_NICK0 + (hash >> 8) % NICK_STYLES);
}
