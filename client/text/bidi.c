// SPDX-License-Identifier: MIT
#include "client/text/bidi.h"
#include "common/utf8.h"

#include <utf8proc.h>

#define FIRST_BYTE 0xd6 // of U+0580: nothing before it runs from the right

static bool is_rtl(uint32_t code)
{
	int class = utf8proc_get_property((utf8proc_int32_t)code)->bidi_class;
	return class == UTF8PROC_BIDI_CLASS_R || class == UTF8PROC_BIDI_CLASS_AL;
}

bool bidi_has_rtl(struct span text)
{
	size_t at = 0;
	while (at < text.len) {
		if ((unsigned char)text.at[at] < FIRST_BYTE)
			at++;
		else if (is_rtl(utf8_next(text, &at)))
			return true;
	}
	return false;
}
