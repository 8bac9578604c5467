// SPDX-License-Identifier: MIT
#include "client/outside/http_reply.h"

#include <string.h>

static struct span cut_line(struct span *rest)
{
	struct span line = span_cut(rest, '\n');

	if (line.len && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

struct span http_reply_field(const struct http_reply *r, struct span name)
{
	struct span rest = r->fields;

	while (rest.len) {
		struct span value = cut_line(&rest), key = span_cut(&value, ':');
		if (span_eq_fold(key, name))
			return span_trim(value);
	}
	return SPAN("");
}

// "HTTP/1.1 201 Created"
static bool read_status(struct http_reply *r, struct span line)
{
	uint64_t number;

	if (!span_starts(line, SPAN("HTTP/1.")) || line.len < strlen("HTTP/1.1 200"))
		return false;
	struct span rest = span_after(line, strlen("HTTP/1.1 "));
	if (!span_to_u64(span_cut(&rest, ' '), &number) || number < 100 || number > 599)
		return false;
	r->status = (unsigned)number;
	return true;
}

static bool read_length(struct http_reply *r)
{
	struct span length = http_reply_field(r, SPAN("Content-Length"));
	struct span coding = http_reply_field(r, SPAN("Transfer-Encoding"));

	r->is_chunked = span_eq_fold(coding, SPAN("chunked"));
	// With both, whoever stands in between may see another end than we do.
	if (coding.len && (!r->is_chunked || length.len))
		return false;
	r->has_length = length.len > 0;
	return !length.len || span_to_u64(length, &r->length);
}

static size_t head_end(struct span bytes)
{
	const char *end = bytes.len ? memmem(bytes.at, bytes.len, "\r\n\r\n", 4) : NULL;

	return end ? (size_t)(end - bytes.at) + 4 : 0;
}

enum http_reply_result http_reply_read(struct http_reply *r, struct span bytes)
{
	*r = (struct http_reply){.head_len = head_end(bytes)};
	if (!r->head_len)
		return bytes.len < HTTP_REPLY_HEAD_MAX ? HTTP_REPLY_MORE : HTTP_REPLY_BAD;
	struct span head = span_from(bytes.at, r->head_len), status = cut_line(&head);
	r->fields = head;
	if (r->head_len > HTTP_REPLY_HEAD_MAX || !read_status(r, status) || !read_length(r))
		return HTTP_REPLY_BAD;
	// These have no body, whatever they say (RFC 9112 6.3).
	if (r->status < 200 || r->status == 204 || r->status == 304) {
		r->has_length = true;
		r->is_chunked = false;
		r->length = 0;
	}
	return HTTP_REPLY_OK;
}
