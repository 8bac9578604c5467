// SPDX-License-Identifier: MIT
#include "client/sync/multiline.h"

#include "client/sync/message_line.h"
#include "common/utf8.h"

void multiline_limits_parse(struct multiline_limits *l, struct span value)
{
	*l = (struct multiline_limits){0};
	while (value.len) {
		struct span number = span_cut(&value, ','), key = span_cut(&number, '=');
		uint64_t n;
		if (!span_to_u64(number, &n) || n > 1024 * 1024)
			continue;
		if (span_eq(key, SPAN("max-bytes")))
			l->bytes = (size_t)n;
		else if (span_eq(key, SPAN("max-lines")))
			l->lines = (size_t)n;
	}
	if (l->bytes && !l->lines)
		l->lines = 100;
}

bool multiline_is_needed(struct span text, size_t line_max)
{
	return text.len > line_max || span_find(text, '\n') < text.len;
}

static void add_line(struct buf *lines, const char *ref, bool is_joined, enum line_kind kind,
		     struct span target, struct span text)
{
	buf_printf(lines, "@batch=%s%s ", ref, is_joined ? ";draft/multiline-concat" : "");
	message_line(lines,
		     &(struct message_words){.kind = kind, .target = target, .text = text});
	buf_add_char(lines, '\n');
}

void multiline_add(struct buf *lines, struct span *rest, const struct multiline_limits *l,
		   const char *ref, enum line_kind kind, struct span target, size_t line_max)
{
	size_t bytes = 0;
	bool is_joined = false;

	for (size_t n = 0; rest->len && n < l->lines; n++) {
		struct span line = {rest->at, span_find(*rest, '\n')};
		bool is_whole = line.len <= line_max;
		struct span text = utf8_cut(line, line_max);
		if (n && bytes + text.len + 1 > l->bytes)
			return;
		bytes += text.len + 1;
		*rest = span_after(*rest, is_whole ? text.len + 1 : text.len);
		add_line(lines, ref, is_joined, kind, target, text);
		is_joined = !is_whole;
	}
}
