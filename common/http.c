// SPDX-License-Identifier: MIT
// A head is read anew from its first byte whenever a further line came in whole: of 65 lines
// at most, so the work is bounded however the bytes come, and nothing has to be remembered.
//
// 1. A line is judged at its end; a line that can no longer end within its limit is too long
//    whatever follows. So a prefix never gets another verdict than the whole.
// 2. Nothing is decoded. A path has one spelling, or is refused.
#include "common/http.h"

#include <assert.h>

#define LINE_MAX (HTTP_TARGET_MAX + sizeof("OPTIONS  HTTP/1.1\r\n")) // of the first

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define PATH_MARKS "-._~/"

static bool refuse(struct http_request *r, unsigned status, const char *why)
{
	r->status = status;
	r->why = why;
	return false;
}

static bool is_made_of(struct span s, const char *marks)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!s.at[i] || (!strchr(LETTERS, s.at[i]) && !strchr(marks, s.at[i])))
			return false;
	}
	return true;
}

// RFC 9110 5.6.2
static bool is_token(struct span s)
{
	return s.len && is_made_of(s, "!#$%&'*+-.^_`|~");
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Each '%' has two hex digits behind it and is no control character, DEL neither.
static bool is_well_encoded(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] != '%')
			continue;
		if (s.len - i < 3 || !is_hex(s.at[i + 1]) || !is_hex(s.at[i + 2]))
			return false;
		if (s.at[i + 1] < '2' || span_eq_fold(span_from(s.at + i, 3), SPAN("%7f")))
			return false;
	}
	return true;
}

// No segment is empty but the last, none is "." or "..".
static bool is_plain_path(struct span path)
{
	struct span rest = span_after(path, 1);

	if (!span_starts(path, SPAN("/")) || !is_made_of(path, PATH_MARKS))
		return false;
	while (rest.len) {
		struct span segment = span_cut(&rest, '/');

		if (!segment.len || span_eq(segment, SPAN(".")) || span_eq(segment, SPAN("..")))
			return false;
	}
	return true;
}

static bool take_method(struct http_request *r, struct span word)
{
	static const char *const names[] = {
		[HTTP_GET] = "GET",
		[HTTP_HEAD] = "HEAD",
		[HTTP_POST] = "POST",
		[HTTP_OPTIONS] = "OPTIONS",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (span_eq(word, span_of(names[i]))) {
			r->method = (enum http_method)i;
			return true;
		}
	}
	if (is_token(word))
		return refuse(r, 501, "Only GET, HEAD, POST and OPTIONS are understood here.");
	return refuse(r, 400, "The first line is no request of HTTP.");
}

static bool take_target(struct http_request *r, struct span target)
{
	if (target.len > HTTP_TARGET_MAX)
		return refuse(r, 414, "The address is too long.");
	r->query = target;
	r->path = span_cut(&r->query, '?');
	if (!is_plain_path(r->path))
		return refuse(r, 400,
			      "The address is no plain path: '/', letters, digits and "
			      "-._~ only, nothing encoded, no \"..\" and no \"//\".");
	if (!is_made_of(r->query, PATH_MARKS "?:@!$'()*+,;=&%") || !is_well_encoded(r->query))
		return refuse(r, 400, "What is behind '?' in the address is not well encoded.");
	return true;
}

// Of what begins with "HTTP/".
static bool take_version(struct http_request *r, struct span version)
{
	if (span_eq(version, SPAN("HTTP/1.1")))
		return true;
	if (version.len == 8)
		return refuse(r, 505, "Only HTTP/1.1 is spoken here.");
	return refuse(r, 400, "The first line is no request of HTTP/1.1.");
}

static bool take_request_line(struct http_request *r, struct span line)
{
	struct span method = span_cut(&line, ' '), target = span_cut(&line, ' ');

	// Of another protocol, IRC say, no word is a method.
	if (!span_starts(line, SPAN("HTTP/")))
		return refuse(r, 400, "The first line is no request of HTTP/1.1.");
	return take_method(r, method) && take_version(r, line) && take_target(r, target);
}

static bool is_field_value(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static struct span trim_blanks(struct span s)
{
	while (s.len && (s.at[0] == ' ' || s.at[0] == '\t'))
		s = span_after(s, 1);
	while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static bool take_field(struct http_request *r, struct span line)
{
	size_t colon = span_find(line, ':');
	struct http_field field = {
		.name = span_from(line.at, colon),
		.value = trim_blanks(span_after(line, colon + 1)),
	};

	if (line.at[0] == ' ' || line.at[0] == '\t')
		return refuse(r, 400, "A field goes on in a second line.");
	if (colon == line.len || !is_token(field.name))
		return refuse(r, 400, "A line is no field: NAME: VALUE, no blank before ':'.");
	if (!is_field_value(field.value))
		return refuse(r, 400, "A field holds a control character.");
	if (r->n_fields == HTTP_FIELDS_MAX)
		return refuse(r, 431, "There are more than 64 fields.");
	r->fields[r->n_fields++] = field;
	return true;
}

// What decides something may not be said twice: readers differ in which one counts.
static bool are_single(struct http_request *r)
{
	static const char *const singles[] = {"Host",
					      "Content-Length",
					      "Content-Type",
					      "Authorization",
					      "Origin",
					      "Expect",
					      "Upgrade",
					      "Sec-WebSocket-Key",
					      "Sec-WebSocket-Version",
					      "Idempotency-Key",
					      "Range",
					      "Content-Disposition"};

	for (size_t i = 0; i < ARRAY_LEN(singles); i++) {
		size_t count = 0;

		for (size_t k = 0; k < r->n_fields; k++)
			count += span_eq_fold(r->fields[k].name, span_of(singles[i]));
		if (count > 1)
			return refuse(r, 400, "A field that may stand once stands twice.");
	}
	return true;
}

static bool judge_host(struct http_request *r)
{
	r->host = http_field(r, SPAN("Host"));
	if (!r->host.len || !is_made_of(r->host, ".-:[]"))
		return refuse(r, 400, "There must be one Host, a name or an address.");
	return true;
}

static bool judge_body(struct http_request *r)
{
	struct span coding = http_field(r, SPAN("Transfer-Encoding"));
	bool has_length = http_has_field(r, SPAN("Content-Length"));

	if (http_has_field(r, SPAN("Transfer-Encoding"))) {
		if (span_eq_fold(coding, SPAN("chunked")))
			return refuse(r, 411, "Say the length of the body: Content-Length.");
		return refuse(r, 501, "No Transfer-Encoding is understood here.");
	}
	if (has_length && !span_to_u64(http_field(r, SPAN("Content-Length")), &r->body_len))
		return refuse(r, 400, "Content-Length is no number.");
	if (r->method == HTTP_POST && !has_length)
		return refuse(r, 411, "Say the length of the body: Content-Length.");
	if (r->method != HTTP_POST && r->body_len)
		return refuse(r, 400, "Only a POST has a body.");
	return true;
}

static bool judge_connection(struct http_request *r)
{
	struct span expected = http_field(r, SPAN("Expect"));

	r->wants_close = http_has_token(r, SPAN("Connection"), SPAN("close"));
	r->wants_upgrade = http_has_token(r, SPAN("Connection"), SPAN("Upgrade"));
	r->wants_continue = expected.len != 0;
	if (expected.len && !span_eq_fold(expected, SPAN("100-continue")))
		return refuse(r, 417, "Of what may be expected, only 100-continue is known.");
	if (r->wants_upgrade && r->method != HTTP_GET)
		return refuse(r, 400, "Only a GET may ask for an upgrade.");
	return true;
}

// The next line without its CR LF; false: none is whole, or r is refused.
static bool take_line(struct http_request *r, struct span *rest, struct span *line)
{
	size_t end = span_find(*rest, '\n');

	if (end == rest->len)
		return false;
	*line = span_from(rest->at, end);
	*rest = span_after(*rest, end + 1);
	if (!end || line->at[end - 1] != '\r')
		return refuse(r, 400, "A line does not end with CR LF.");
	line->len--;
	return true;
}

static bool take_first(struct http_request *r, struct span *rest)
{
	struct span line;

	if (span_starts(*rest, SPAN("\r\n")))
		*rest = span_after(*rest, 2);
	if (span_find(*rest, '\n') >= LINE_MAX)
		return refuse(r, 414, "The first line is too long.");
	return take_line(r, rest, &line) && take_request_line(r, line);
}

// True: the empty line was reached, *rest begins behind it.
static bool take_head(struct http_request *r, struct span *rest)
{
	struct span line;

	if (!take_first(r, rest))
		return false;
	while (take_line(r, rest, &line)) {
		if (!line.len)
			return are_single(r) && judge_host(r) && judge_body(r) &&
			       judge_connection(r);
		if (!take_field(r, line))
			return false;
	}
	return false;
}

// Whether the bytes since the last call can change the verdict.
static bool is_worth_reading(const struct http_request *r, struct span in)
{
	struct span fresh = span_after(in, r->seen);

	return span_find(fresh, '\n') < fresh.len || in.len == HTTP_HEAD_MAX ||
	       (in.len >= LINE_MAX && r->seen <= LINE_MAX + 2);
}

enum http_result http_read(struct http_request *r, struct span bytes)
{
	struct span rest = bytes;

	assert(r->seen <= bytes.len && !r->status);
	if (rest.len > HTTP_HEAD_MAX)
		rest.len = HTTP_HEAD_MAX;
	if (!is_worth_reading(r, rest)) {
		r->seen = rest.len;
		return HTTP_MORE;
	}
	*r = (struct http_request){.seen = rest.len};
	if (take_head(r, &rest)) {
		r->head_len = (size_t)(rest.at - bytes.at);
		return HTTP_OK;
	}
	if (!r->status && bytes.len >= HTTP_HEAD_MAX)
		(void)refuse(r, 431, "The head is longer than 8 KiB.");
	return r->status ? HTTP_BAD : HTTP_MORE;
}

enum http_result http_body(struct http_request *r, struct span bytes, struct span *body)
{
	struct span rest = span_after(bytes, r->head_len);

	if (rest.len < r->body_len)
		return HTTP_MORE;
	*body = span_from(rest.at, (size_t)r->body_len);
	if (rest.len == r->body_len)
		return HTTP_OK;
	(void)refuse(r, 400, "Something is behind the body: one POST at a time.");
	return HTTP_BAD;
}
