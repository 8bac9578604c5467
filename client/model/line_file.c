// SPDX-License-Identifier: MIT
#include "client/model/line_file.h"

#include "client/model/extra.h"
#include "common/die.h"
#include "common/utf8.h"

#include <stdlib.h>

#define FILE_NAME_MAX 255 // bytes
#define FILE_TYPE_MAX 127
#define FILE_ID_MAX 64

void file_size_add(struct buf *out, uint64_t bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	size_t i = 0;
	uint64_t rest = 0;

	for (; bytes >= 1024 && i + 1 < ARRAY_LEN(units); i++) {
		rest = bytes & 1023;
		bytes >>= 10;
	}
	buf_printf(out, "%llu", (unsigned long long)bytes);
	if (i > 0 && bytes < 100)
		buf_printf(out, ".%llu", (unsigned long long)(rest * 10 >> 10));
	buf_printf(out, " %s", units[i]);
}

// One line of a tag: a line's end in it would make another line of the message.
static char *take_tag(const struct msg *m, struct span key, size_t max)
{
	struct span value;
	struct buf plain = {0};

	if (msg_tag(m, key, &value))
		msg_tag_unescape(&plain, value);
	char *text = span_dup(utf8_cut(buf_span(&plain), max));
	for (char *c = text; *c; c++) {
		if ((unsigned char)*c < ' ')
			*c = ' ';
	}
	buf_clear(&plain);
	return text;
}

static bool is_id(struct span id)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.at[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
	}
	return id.len > 0 && id.len <= FILE_ID_MAX;
}

static void add_words(struct buf *out, const struct line_file *f)
{
	buf_add_str(out, f->name[0] ? f->name : "file");
	buf_add_str(out, " (");
	file_size_add(out, f->size);
	buf_add_char(out, ')');
}

// Behind the text where it does not stand in it.
static void put_words(struct line_file *f, struct span text, struct buf *words)
{
	size_t len = strlen(f->url);
	const char *found = text.len ? memmem(text.at, text.len, f->url, len) : NULL;
	size_t before = found ? (size_t)(found - text.at) : text.len;

	buf_add_span(words, span_from(text.at, before));
	if (!found && text.len)
		buf_add_char(words, ' ');
	f->at = (uint32_t)words->len;
	add_words(words, f);
	f->len = (uint32_t)words->len - f->at;
	if (found)
		buf_add_span(words, span_after(text, before + len));
}

struct line_file *line_file_read(const char *filehost, const struct msg *m, struct span text,
				 struct buf *words)
{
	struct span id, size;
	struct buf url = {0};

	if (!filehost[0] || !msg_tag(m, SPAN("snug.chat/file"), &id) || !is_id(id))
		return NULL;
	buf_printf(&url, "%s/" SPAN_FMT, filehost, SPAN_ARG(id));
	struct line_file *f = xcalloc(1, sizeof(*f));
	*f = (struct line_file){
		.url = buf_take(&url),
		.name = take_tag(m, SPAN("snug.chat/file-name"), FILE_NAME_MAX),
		.type = take_tag(m, SPAN("snug.chat/file-type"), FILE_TYPE_MAX),
	};
	if (!msg_tag(m, SPAN("snug.chat/file-size"), &size) || !span_to_u64(size, &f->size))
		f->size = 0;
	put_words(f, text, words);
	return f;
}

void line_file_free(struct line_file *f)
{
	if (!f)
		return;
	free(f->url);
	free(f->name);
	free(f->type);
	free(f);
}

size_t line_file_bytes(const struct line_file *f)
{
	return f ? sizeof(*f) + strlen(f->url) + strlen(f->name) + strlen(f->type) + 3 : 0;
}

const struct line_file *line_file_of(const struct log_line *l)
{
	if (l->flags & LINE_EDITED)
		return line_file_of(l->extra->edit);
	return l->extra ? l->extra->file : NULL;
}

struct span line_file_id(const struct line_file *f)
{
	return span_of(strrchr(f->url, '/') + 1);
}

void line_wrote(struct buf *out, const struct log_line *l)
{
	struct span text = line_says(l);
	const struct line_file *f = line_file_of(l);

	if (!f) {
		buf_add_span(out, text);
		return;
	}
	buf_add_span(out, span_from(text.at, f->at));
	buf_add_str(out, f->url);
	buf_add_span(out, span_after(text, f->at + f->len));
}
