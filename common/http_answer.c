// SPDX-License-Identifier: MIT
// Answers: one function writes them all, so that none lacks its length or its guard against
// being taken for another type.
#include "common/clock.h"
#include "common/http.h"

#include <assert.h>
#include <inttypes.h>

const char *http_reason(unsigned status)
{
	static const struct {
		unsigned status;
		const char *reason;
	} rows[] = {
		{101, "Switching Protocols"},
		{200, "OK"},
		{201, "Created"},
		{204, "No Content"},
		{206, "Partial Content"},
		{304, "Not Modified"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{408, "Request Timeout"},
		{409, "Conflict"},
		{411, "Length Required"},
		{413, "Content Too Large"},
		{414, "URI Too Long"},
		{415, "Unsupported Media Type"},
		{416, "Range Not Satisfiable"},
		{417, "Expectation Failed"},
		{421, "Misdirected Request"},
		{422, "Unprocessable Content"},
		{426, "Upgrade Required"},
		{429, "Too Many Requests"},
		{431, "Request Header Fields Too Large"},
		{500, "Internal Server Error"},
		{501, "Not Implemented"},
		{503, "Service Unavailable"},
		{505, "HTTP Version Not Supported"},
		{507, "Insufficient Storage"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].status == status)
			return rows[i].reason;
	}
	return "Unknown";
}

// Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110 5.6.7); 1970-01-01 was a Thursday.
static void add_date(struct buf *out, int64_t at_ms)
{
	static const char days[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[CLOCK_TEXT_LEN + 1];
	int day = (int)(at_ms / 86400000 % 7), month;

	clock_text(at_ms, text);
	month = (text[5] - '0') * 10 + text[6] - '1';
	buf_printf(out, "Date: %.3s, %.2s %.3s %.4s %.8s GMT\r\n", days + day * 3, text + 8,
		   months + month * 3, text, text + 11);
}

// Informational answers, 204 and 304 end with their head (RFC 9112 6.3).
static bool has_body(unsigned status)
{
	return status >= 200 && status != 204 && status != 304;
}

static void add_body_fields(struct buf *out, const struct http_answer *a)
{
	struct span type = a->type.len ? a->type : SPAN("text/plain; charset=utf-8");

	buf_printf(out, "Content-Type: " SPAN_FMT "\r\nContent-Length: %" PRIu64 "\r\n",
		   SPAN_ARG(type), a->body.len + a->follows);
	buf_add_str(out, "X-Content-Type-Options: nosniff\r\n");
}

void http_answer(struct buf *out, const struct http_answer *a)
{
	assert(has_body(a->status) || !a->body.len);
	buf_printf(out, "HTTP/1.1 %u %s\r\n", a->status, http_reason(a->status));
	add_date(out, a->at_ms);
	if (has_body(a->status))
		add_body_fields(out, a);
	if (a->is_last)
		buf_add_str(out, "Connection: close\r\n");
	buf_add_span(out, a->more);
	buf_add_str(out, "\r\n");
	if (!a->is_head)
		buf_add_span(out, a->body);
}
