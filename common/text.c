// SPDX-License-Identifier: MIT
#include "common/text.h"

#include "common/utf8.h"

#define NO_UTF8 0xfffd
#define ISOLATE_FIRST 0x2066
#define ISOLATE_LAST 0x2068
#define ISOLATE_END 0x2069

static bool is_formatting(uint32_t code)
{
	// Bold, two colours, reset, monospace, reverse, italic, struck, underlined.
	static const char codes[] = "\x02\x03\x04\x0f\x11\x16\x1d\x1e\x1f";

	return code != 0 && code < 0x20 && strchr(codes, (int)code) != NULL;
}

static bool is_joiner(uint32_t code)
{
	return code == 0x200c || code == 0x200d;
}

static bool is_refused(uint32_t code, enum text_kind kind)
{
	if (code < 0x20)
		return kind == TEXT_PLAIN || !is_formatting(code);
	return (code >= 0x7f && code <= 0x9f) || (code >= 0x202a && code <= 0x202e) ||
	       code == 0x200b || code == 0x2060 || code == 0xfeff ||
	       (code >= 0xe0000 && code <= 0xe007f);
}

// Between two that are no joiners and no white space.
static bool is_between(struct span text, size_t at, uint32_t before)
{
	uint32_t after = at < text.len ? utf8_next(text, &at) : ' ';

	return before > ' ' && after > ' ' && !is_joiner(before) && !is_joiner(after);
}

// The first isolate that is never ended.
static uint32_t open_isolate(struct span text)
{
	uint32_t open = 0;
	size_t depth = 0;

	for (size_t at = 0; at < text.len;) {
		uint32_t code = utf8_next(text, &at);

		if (code >= ISOLATE_FIRST && code <= ISOLATE_LAST && depth++ == 0)
			open = code;
		else if (code == ISOLATE_END && depth-- == 0)
			return code;
	}
	return depth > 0 ? open : 0;
}

bool text_is_fit(struct span text, enum text_kind kind, uint32_t *found)
{
	uint32_t before = ' ';

	*found = NO_UTF8;
	if (!utf8_is_valid(text))
		return false;
	for (size_t at = 0; at < text.len; before = *found) {
		*found = utf8_next(text, &at);
		if (is_refused(*found, kind) ||
		    (is_joiner(*found) && !is_between(text, at, before)))
			return false;
	}
	*found = open_isolate(text);
	return *found == 0;
}
