// SPDX-License-Identifier: MIT
#include "common/gs2.h"

#include "common/utf8.h"

#include <string.h>

#define TAG 0x60 // RFC 2743, 3.1: [APPLICATION 0]
#define LONG_FORM 0x80
#define LEN_BYTES_MAX 3

// 1.2.840.113554.1.2.2, Kerberos (RFC 4121), with tag and length.
#define OID SPAN("\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")

static const char *const kinds[] = {
	[TLS_BINDING_EXPORTER] = "tls-exporter",
	[TLS_BINDING_END_POINT] = "tls-server-end-point",
};

static enum tls_binding_kind kind_of(struct span name)
{
	for (unsigned i = TLS_BINDING_NONE + 1; i < ARRAY_LEN(kinds); i++) {
		if (span_eq(name, span_of(kinds[i])))
			return (enum tls_binding_kind)i;
	}
	return TLS_BINDING_NONE;
}

// "p=NAME", "n" or "y".
static bool read_flag(struct span flag, enum tls_binding_kind *kind)
{
	*kind = TLS_BINDING_NONE;
	if (span_eq(flag, SPAN("n")) || span_eq(flag, SPAN("y")))
		return true;
	if (!span_starts(flag, SPAN("p=")) || flag.len == 2)
		return false;
	*kind = kind_of(span_after(flag, 2));
	return true;
}

// A comma is written "=2C" and "=" is written "=3D".
static bool read_name(struct span text, char name[static GS2_NAME_MAX + 1])
{
	size_t len = 0;

	if (!text.len || !utf8_is_valid(text) || memchr(text.at, '\0', text.len))
		return false;
	while (text.len && len < GS2_NAME_MAX) {
		char ch = text.at[0];
		bool is_comma = span_starts(text, SPAN("=2C"));

		if (ch == '=' && !is_comma && !span_starts(text, SPAN("=3D")))
			return false;
		name[len++] = (char)(is_comma ? ',' : ch);
		text = span_after(text, ch == '=' ? 3 : 1);
	}
	name[len] = '\0';
	return !text.len;
}

// Up to the next comma, which must be there.
static bool cut(struct span *rest, struct span *word)
{
	bool is_there = span_find(*rest, ',') < rest->len;

	*word = span_cut(rest, ',');
	return is_there;
}

bool gs2_read(struct gs2_first *first, struct span message)
{
	struct span flag, name, start;

	*first = (struct gs2_first){.is_whole = span_starts(message, SPAN("F,"))};
	if (first->is_whole)
		message = span_after(message, 2);
	start = message;
	flag = span_cut(&message, ',');
	if (!read_flag(flag, &first->kind) || !cut(&message, &name))
		return false;
	if (name.len &&
	    (!span_starts(name, SPAN("a=")) || !read_name(span_after(name, 2), first->acts_as)))
		return false;
	first->header = span_from(start.at, start.len - message.len);
	first->token = message;
	return true;
}

bool gs2_header(enum tls_binding_kind kind, struct span acts_as, struct buf *out)
{
	if (kind == TLS_BINDING_NONE)
		return false;
	buf_printf(out, "p=%s,%s", kinds[kind], acts_as.len ? "a=" : "");
	for (size_t i = 0; i < acts_as.len; i++) {
		if (acts_as.at[i] == ',')
			buf_add_str(out, "=2C");
		else if (acts_as.at[i] == '=')
			buf_add_str(out, "=3D");
		else
			buf_add_char(out, acts_as.at[i]);
	}
	buf_add_char(out, ',');
	return true;
}

// DER: in one byte, or so many and their number before them.
static void add_len(struct buf *out, size_t len)
{
	unsigned n = 1;

	if (len < LONG_FORM) {
		buf_add_char(out, (char)len);
		return;
	}
	while (n < sizeof(len) && len >> (8 * n))
		n++;
	buf_add_char(out, (char)(LONG_FORM | n));
	while (n--)
		buf_add_char(out, (char)(len >> (8 * n) & 0xff));
}

void gs2_wrap(const struct gs2_first *first, struct buf *out)
{
	if (!first->is_whole) {
		buf_add_char(out, TAG);
		add_len(out, OID.len + first->token.len);
		buf_add_span(out, OID);
	}
	buf_add_span(out, first->token);
}

// What the length says is what is left.
static bool cut_len(struct span *token)
{
	size_t len, n = 0;

	if (!token->len)
		return false;
	len = (unsigned char)token->at[0];
	*token = span_after(*token, 1);
	if (len & LONG_FORM) {
		n = len & ~(size_t)LONG_FORM;
		len = 0;
	}
	if (n > LEN_BYTES_MAX || n > token->len)
		return false;
	for (size_t i = 0; i < n; i++)
		len = len << 8 | (unsigned char)token->at[i];
	*token = span_after(*token, n);
	return len == token->len;
}

bool gs2_unwrap(struct span *token)
{
	if (!token->len || token->at[0] != TAG)
		return false;
	*token = span_after(*token, 1);
	if (!cut_len(token) || !span_starts(*token, OID))
		return false;
	*token = span_after(*token, OID.len);
	return true;
}
