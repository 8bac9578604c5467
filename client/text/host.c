// SPDX-License-Identifier: MIT
// The scripts that Unicode calls "recommended" and that look like no letter of another one
// (Han, Kana, Hangul, Thai) mix with Latin every day and are left out.
#include "client/text/host.h"
#include "common/idn.h"
#include "common/utf8.h"

#include <stdint.h>

enum script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_GREEK, SCRIPT_CYRILLIC, SCRIPT_OTHER };

static enum script script_of(uint32_t code)
{
	static const struct {
		uint32_t first, last;
		enum script script;
	} ranges[] = {
		{'A', 'Z', SCRIPT_LATIN},          {'a', 'z', SCRIPT_LATIN},
		{0xaa, 0x24f, SCRIPT_LATIN},       {0x250, 0x2af, SCRIPT_LATIN},
		{0x370, 0x3ff, SCRIPT_GREEK},      {0x400, 0x52f, SCRIPT_CYRILLIC},
		{0x530, 0x58f, SCRIPT_OTHER},   // Armenian
		{0x10a0, 0x10ff, SCRIPT_OTHER}, // Georgian
		{0x13a0, 0x167f, SCRIPT_OTHER}, // Cherokee, Canadian syllables
		{0x1c80, 0x1c8f, SCRIPT_CYRILLIC}, {0x1d00, 0x1dbf, SCRIPT_OTHER},
		{0x1e00, 0x1eff, SCRIPT_LATIN},    {0x1f00, 0x1fff, SCRIPT_GREEK},
		{0x2000, 0x2e7f, SCRIPT_OTHER}, // marks and signs that look like . / -
		{0x2de0, 0x2dff, SCRIPT_CYRILLIC}, {0xa4d0, 0xa4ff, SCRIPT_OTHER}, // Lisu
		{0xa640, 0xa69f, SCRIPT_CYRILLIC}, {0xa720, 0xa7ff, SCRIPT_LATIN},
		{0xab30, 0xabbf, SCRIPT_OTHER},    {0xff01, 0xff5e, SCRIPT_OTHER}, // full width
		{0x10280, 0x10fff, SCRIPT_OTHER},  {0x1d400, 0x1d7ff, SCRIPT_OTHER},
	};
	for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
		if (code >= ranges[i].first && code <= ranges[i].last)
			return ranges[i].script;
	}
	return SCRIPT_NONE;
}

static bool is_mixed(struct span host)
{
	unsigned seen = 0;
	for (size_t at = 0; at < host.len;)
		seen |= 1u << script_of(utf8_next(host, &at));
	seen &= ~(1u << SCRIPT_NONE);
	return (seen & (seen - 1)) != 0;
}

// Between the scheme (and a name before @) and the port, path, question or fragment.
static struct span host_of(struct span url)
{
	size_t colon = span_find(url, ':');
	struct span rest = span_after(url, colon + 1);
	if (span_starts(rest, SPAN("//")))
		rest = span_after(rest, 2);
	size_t len = 0;
	while (len < rest.len && !strchr("/?#", rest.at[len]))
		len++;
	rest.len = len;
	size_t at = len;
	while (at > 0 && rest.at[at - 1] != '@')
		at--;
	rest = span_after(rest, at);
	rest.len = span_find(rest, ':');
	return rest;
}

bool host_is_mixed(struct span url, struct buf *out)
{
	struct span host = host_of(url);
	if (!is_mixed(host))
		return false;
	while (host.len) {
		idn_add_label(out, span_cut(&host, '.'));
		if (host.len)
			buf_add_char(out, '.');
	}
	return true;
}
