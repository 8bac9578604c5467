// SPDX-License-Identifier: MIT
#include "client/text/filter.h"
#include "common/utf8.h"

#include <utf8proc.h>

#define MARKS_MAX 8
#define SEQUENCE_MAX 256 // bytes of an escape sequence that are looked at
#define REPLACEMENT "\xef\xbf\xbd"

struct filtering {
	struct buf *out;
	struct span in;
	size_t at;
	int marks;    // combining marks since the last base character
	bool is_flag; // inside a flag made of tag characters
	bool keeps_lf;
};

static bool is_plain(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < 0x20 || text.at[i] > 0x7e)
			return false;
	}
	return true;
}

static char byte_at(const struct filtering *f, size_t i)
{
	return i < f->in.len ? f->in.at[i] : '\0';
}

// CSI: parameters up to a final byte. A sequence that never ends hides no text: then
// only its first bytes go.
static size_t skip_csi(const struct filtering *f, size_t from)
{
	size_t i = from;
	while (i < f->in.len && i - from < SEQUENCE_MAX && byte_at(f, i) >= 0x20 &&
	       byte_at(f, i) < 0x40)
		i++;
	char last = byte_at(f, i);
	return last >= 0x40 && last <= 0x7e ? i + 1 : from;
}

// OSC, DCS, APC, PM, SOS: up to BEL or ST.
static size_t skip_string(const struct filtering *f, size_t from)
{
	for (size_t i = from; i < f->in.len && i - from < SEQUENCE_MAX; i++) {
		if (f->in.at[i] == '\a')
			return i + 1;
		if (f->in.at[i] == '\x1b' && byte_at(f, i + 1) == '\\')
			return i + 2;
	}
	return from;
}

static void skip_escape(struct filtering *f)
{
	char kind = byte_at(f, f->at + 1);
	if (kind == '[')
		f->at = skip_csi(f, f->at + 2);
	else if (kind && strchr("]P_^X", kind))
		f->at = skip_string(f, f->at + 2);
	else
		f->at++;
}

static size_t skip_digits(const struct filtering *f, size_t from, size_t max)
{
	size_t i = from;
	while (i - from < max && byte_at(f, i) >= '0' && byte_at(f, i) <= '9')
		i++;
	return i;
}

// ^C, one or two digits, and a second pair behind a comma.
static void skip_color(struct filtering *f)
{
	size_t end = skip_digits(f, f->at + 1, 2);
	if (end > f->at + 1 && byte_at(f, end) == ',' && skip_digits(f, end + 1, 2) > end + 1)
		end = skip_digits(f, end + 1, 2);
	f->at = end;
}

static void take_control(struct filtering *f, unsigned char c)
{
	f->marks = 0;
	if (c == 0x1b) {
		skip_escape(f);
	} else if (c == 0x03) {
		skip_color(f);
	} else {
		f->at++;
		if (c == '\n' && f->keeps_lf)
			buf_add_char(f->out, '\n');
		else if (c == '\t' || c == '\n')
			buf_add_char(f->out, ' ');
	}
}

static bool is_override(uint32_t code)
{
	return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

static bool is_invisible(uint32_t code)
{
	if (code >= 0x80 && code < 0xa0)
		return true;
	if (code == 0xad || code == 0x61c || code == 0x180e || code == 0xfeff)
		return true;
	// The joiners U+200C and U+200D stay: scripts and emoji need them.
	if (code == 0x200b || code == 0x200e || code == 0x200f)
		return true;
	if (code >= 0x2060 && code <= 0x2065)
		return true;
	if (code >= 0x206a && code <= 0x206f)
		return true;
	return code >= 0xfff9 && code <= 0xfffb;
}

static bool is_mark(uint32_t code)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
	return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ||
	       category == UTF8PROC_CATEGORY_MC || code == 0x200c || code == 0x200d;
}

static void put(struct filtering *f, uint32_t code)
{
	char bytes[4];
	buf_add(f->out, bytes, utf8_encode(code, bytes));
}

static void take_wide(struct filtering *f, uint32_t code)
{
	if (code == 0x2028 || code == 0x2029) {
		buf_add_char(f->out, ' ');
	} else if (is_override(code)) {
		buf_printf(f->out, "<U+%04X>", (unsigned)code);
	} else if (code >= 0xe0000 && code <= 0xe0fff) {
		// Tag characters spell flags behind a black flag, and hide text elsewhere.
		if (f->is_flag && code >= 0xe0020 && f->marks++ < MARKS_MAX)
			put(f, code);
		return;
	} else if (is_mark(code)) {
		if (f->marks++ < MARKS_MAX)
			put(f, code);
		return;
	} else if (!is_invisible(code)) {
		put(f, (code & 0xfffe) == 0xfffe ? 0xfffd : code);
	}
	f->marks = 0;
	f->is_flag = code == 0x1f3f4;
}

static void take(struct filtering *f)
{
	unsigned char c = (unsigned char)f->in.at[f->at];
	if (c < 0x20 || c == 0x7f) {
		take_control(f, c);
	} else if (c < 0x80) {
		buf_add_char(f->out, (char)c);
		f->marks = 0;
		f->is_flag = false;
		f->at++;
	} else {
		take_wide(f, utf8_next(f->in, &f->at));
	}
}

// Bytes that are no UTF-8 cannot come through the frame; files and arguments may have
// them.
static void add_invalid(struct filtering *f)
{
	while (f->at < f->in.len) {
		size_t len = 1;
		while (len <= 4 && f->at + len <= f->in.len &&
		       !utf8_is_valid(span_from(f->in.at + f->at, len)))
			len++;
		if (len <= 4 && f->at + len <= f->in.len) {
			take(f);
			continue;
		}
		buf_add_str(f->out, REPLACEMENT);
		f->at++;
	}
}

static void run(struct buf *out, struct span text, bool keeps_lf)
{
	if (is_plain(text)) {
		buf_add_span(out, text);
		return;
	}
	struct filtering f = {.out = out, .in = text, .keeps_lf = keeps_lf};
	if (!utf8_is_valid(text)) {
		add_invalid(&f);
		return;
	}
	while (f.at < f.in.len)
		take(&f);
}

void filter_add(struct buf *out, struct span text)
{
	run(out, text, true);
}

void filter_add_line(struct buf *out, struct span text)
{
	run(out, text, false);
}
