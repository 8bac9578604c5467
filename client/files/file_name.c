// SPDX-License-Identifier: MIT
#include "client/files/file_name.h"

#include "common/utf8.h"

#define ENDING_MAX 16 // bytes of an ending that is kept

struct span file_name_ending(struct span name)
{
	for (size_t i = name.len; i > 1; i--) {
		if (name.at[i - 1] == '.')
			return span_after(name, i - 1);
	}
	return SPAN("");
}

const char *file_name_type(struct span name)
{
	static const struct {
		const char *ending, *type;
	} rows[] = {
		{".png", "image/png"},       {".jpg", "image/jpeg"},  {".jpeg", "image/jpeg"},
		{".gif", "image/gif"},       {".webp", "image/webp"}, {".avif", "image/avif"},
		{".mp3", "audio/mpeg"},      {".ogg", "audio/ogg"},   {".opus", "audio/ogg"},
		{".m4a", "audio/mp4"},       {".mp4", "video/mp4"},   {".webm", "video/webm"},
		{".pdf", "application/pdf"}, {".txt", "text/plain"},
	};
	struct span ending = file_name_ending(name);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_eq_fold(ending, span_of(rows[i].ending)))
			return rows[i].type;
	}
	return "application/octet-stream";
}

static bool is_edge(char c)
{
	return c == '.' || c == ' ';
}

static struct span last_part(struct span name)
{
	for (size_t i = name.len; i > 0; i--) {
		if (name.at[i - 1] == '/' || name.at[i - 1] == '\\')
			return span_after(name, i);
	}
	return name;
}

static struct span trim_edges(struct span name)
{
	while (name.len && (is_edge(name.at[0]) || name.at[0] == '-'))
		name = span_after(name, 1);
	while (name.len && is_edge(name.at[name.len - 1]))
		name.len--;
	return name;
}

static void add_short(struct buf *out, struct span name)
{
	struct span ending = file_name_ending(name);

	if (name.len <= FILE_NAME_BYTES) {
		buf_add_span(out, name);
		return;
	}
	if (ending.len > ENDING_MAX)
		ending = SPAN("");
	buf_add_span(out, utf8_cut(name, FILE_NAME_BYTES - ending.len));
	buf_add_span(out, ending);
}

// What is no UTF-8 has a '_' for each byte.
static void add_printable(struct buf *out, struct span name)
{
	for (size_t i = 0; i < name.len;) {
		size_t from = i, len = 1;
		while (len < 4 && i + len <= name.len &&
		       !utf8_is_valid(span_from(name.at + i, len)))
			len++;
		struct span one = span_from(name.at + i, i + len <= name.len ? len : 1);
		if (!utf8_is_valid(one)) {
			buf_add_char(out, '_');
			i++;
			continue;
		}
		uint32_t code = utf8_next(name, &i);
		if (code != '\t' && !utf8_is_unprintable(code))
			buf_add_span(out, span_from(name.at + from, i - from));
	}
}

void file_name_safe(struct buf *out, struct span name)
{
	struct buf clean = {0};

	add_printable(&clean, last_part(name));
	struct span kept = trim_edges(buf_span(&clean));
	if (kept.len)
		add_short(out, kept);
	else
		buf_add_str(out, "file");
	buf_clear(&clean);
}

void file_name_numbered(struct buf *out, struct span name, unsigned n)
{
	struct span ending = file_name_ending(name);

	buf_printf(out, SPAN_FMT " (%u)" SPAN_FMT,
		   SPAN_ARG(span_from(name.at, name.len - ending.len)), n, SPAN_ARG(ending));
}
