// SPDX-License-Identifier: MIT
// HTTP/1.1 as a server reads it (RFC 9110, RFC 9112), and only what is beyond doubt.
//
// A head is read over the bytes as they come: a line is judged when its end is there and no
// sooner, so any split of the input gives the same. What two readers could take for two
// different requests is refused: an end of line that is not CR LF, a blank before a colon, a
// folded line, another coding than a length in digits, two Hosts, a path that spells
// something in a second way. Methods are GET, HEAD, POST and OPTIONS, targets are paths, the
// version is HTTP/1.1. One empty line may stand before a request (RFC 9112 2.2).
// Bounds: HTTP_HEAD_MAX bytes of head, HTTP_TARGET_MAX of target, HTTP_FIELDS_MAX fields.
// Nothing is kept but places in the bytes of the caller. Pure; any thread.
#pragma once

#include "common/buf.h"

#include <stdint.h>

#define HTTP_HEAD_MAX (8 * 1024)
#define HTTP_TARGET_MAX (2 * 1024)
#define HTTP_FIELDS_MAX 64

enum http_result {
	HTTP_MORE, // feed more bytes
	HTTP_OK,
	HTTP_BAD, // answer r->status with r->why and close: what follows cannot be read
};

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_OPTIONS,
};

struct http_field {
	struct span name;  // in the case it came in
	struct span value; // without the blanks around it; no control character but TAB
};

// Zeroed before the first byte of a request. Spans borrow from the bytes of the last call.
struct http_request {
	enum http_method method;
	struct span
		path; // begins with '/'; no '%', "//", "." or ".." in it: compare, never decode
	struct span query; // behind '?', as it came; empty when there is none
	struct span host;  // of one Host; letters, digits and ".-:[]" only
	struct http_field fields[HTTP_FIELDS_MAX];
	size_t n_fields;
	size_t head_len;     // to the first byte of the body
	uint64_t body_len;   // bytes; above 0 with POST alone
	bool wants_close;    // "Connection: close"
	bool wants_upgrade;  // "Connection: Upgrade": never with a body
	bool wants_continue; // "Expect: 100-continue": answer HTTP_CONTINUE before the body
	unsigned status;     // HTTP_BAD: 400, 411, 414, 417, 431, 501, 505
	const char *why;     // HTTP_BAD: one plain sentence, constant
	size_t seen;         // inside: bytes without a further end of line
};

// `bytes`: all that came since the request's first byte; they may lie elsewhere at each call.
// HTTP_OK: the head is whole; what lies behind head_len is the body, or the next request.
MUST_USE enum http_result http_read(struct http_request *r, struct span bytes);
// The whole body after HTTP_OK, from the same bytes and more. HTTP_BAD (400): something lies
// behind the body of a POST, where nothing may wait. The caller bounds r->body_len first.
MUST_USE enum http_result http_body(struct http_request *r, struct span bytes,
				    struct span *body);
// The value of the first field of that name, in any case; empty: there is none, or nothing in
// it. Fields that decide something come once (http.c knows which) or the request was refused.
MUST_USE struct span http_field(const struct http_request *r, struct span name);
MUST_USE bool http_has_field(const struct http_request *r, struct span name);
// Whether a token stands in the list of all fields of that name, in any case (RFC 9110 5.6.1).
MUST_USE bool http_has_token(const struct http_request *r, struct span name, struct span token);
// The next element of a list "a, b", blanks around it gone; false: there is no further one.
// Empty elements are skipped.
MUST_USE bool http_next_token(struct span *list, struct span *token);

enum http_range {
	HTTP_WHOLE,  // none is asked for, or one that is not understood: 200
	HTTP_PART,   // 206
	HTTP_BEYOND, // there is nothing of it: 416
};

struct http_part {
	uint64_t from, len; // bytes
};

// What of a file of this size Range asks for: one range, from its beginning or its end. Of
// several all is sent, and of what makes no sense (RFC 9110 14.2).
MUST_USE enum http_range http_range(const struct http_request *r, uint64_t size,
				    struct http_part *part);

// The value of a field of application/x-www-form-urlencoded, decoded onto out. False: no such
// field, or a '%' without two hex digits behind it (out is unchanged).
MUST_USE bool http_form_value(struct span form, struct span name, struct buf *out);

#define HTTP_CONTINUE "HTTP/1.1 100 Continue\r\n\r\n"

struct http_answer {
	unsigned status;
	struct span type; // of the body; empty: text/plain; charset=utf-8
	struct span more; // further fields, each with CR LF behind it
	struct span body;
	uint64_t follows; // bytes of a body that comes behind, in the place of `body`
	bool is_head;     // the body's length is told and the body left out
	bool is_last;     // "Connection: close"
	int64_t at_ms;    // the wall clock, for Date
};

// Appends the whole answer: status line, Date, Content-Type and Content-Length,
// X-Content-Type-Options, `more`, body. 1xx and 204 have neither length nor body.
void http_answer(struct buf *out, const struct http_answer *a);
// "Not Found"
MUST_USE const char *http_reason(unsigned status);
