// SPDX-License-Identifier: MIT
#include "server/letters/file_name.h"

#include "common/utf8.h"

#define ENDING_MAX 16 // inside: with its dot

static bool may_stand(uint32_t code)
{
	return code != '\t' && code != '/' && code != '\\' && !utf8_is_unprintable(code);
}

static void add_seen(struct span name, struct buf *out)
{
	bool is_utf8 = utf8_is_valid(name);

	for (size_t at = 0, was; at < name.len;) {
		was = at;
		if (!is_utf8)
			at++;
		if (is_utf8 ? may_stand(utf8_next(name, &at))
			    : may_stand((unsigned char)name.at[was]) &&
				      (unsigned char)name.at[was] < 0x80)
			buf_add_span(out, span_from(name.at + was, at - was));
		else
			buf_add_char(out, '_');
	}
}

// ".png" of "a.png"; empty where there is none, or a very long one.
static struct span ending_of(struct span name)
{
	for (size_t len = 1; len <= ENDING_MAX && len < name.len; len++) {
		if (name.at[name.len - len] == '.')
			return span_after(name, name.len - len);
	}
	return SPAN("");
}

void file_name_clean(struct span name, struct buf *out)
{
	struct buf seen = {0};
	struct span rest, ending;

	add_seen(name, &seen);
	rest = span_trim(buf_span(&seen));
	if (span_starts(rest, SPAN(".")))
		seen.at[rest.at - seen.at] = '_';
	ending = rest.len > FILE_NAME_MAX ? ending_of(rest) : SPAN("");
	rest = span_trim(utf8_cut(rest, FILE_NAME_MAX - ending.len));
	buf_add_span(out, rest.len ? rest : SPAN("file"));
	buf_add_span(out, ending);
	buf_clear(&seen);
}
