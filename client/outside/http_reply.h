// SPDX-License-Identifier: MIT
// The head of an answer over HTTP/1.1 as a client reads it (RFC 9110, RFC 9112), as far as
// files and issuers of tokens need it: status, length, fields.
//
// Answers that announce themselves (1xx) are the caller's to pass over. A body has a length in
// digits, comes in chunks (client/outside/http_chunks.h), or ends with the connection; in
// another coding it is refused. Pure.
#pragma once

#include "common/span.h"

#define HTTP_REPLY_HEAD_MAX (16 * 1024)

enum http_reply_result {
	HTTP_REPLY_MORE, // feed more bytes
	HTTP_REPLY_OK,
	HTTP_REPLY_BAD, // nothing that can be read
};

struct http_reply {
	unsigned status;    // 100 to 599
	bool is_chunked;    // the body comes in chunks
	bool has_length;    // else, and without chunks, it ends with the connection
	uint64_t length;    // of the body
	struct span fields; // all of them; borrows from the bytes
	size_t head_len;    // to the first byte of the body
};

// `bytes`: all that came since the answer's first byte.
MUST_USE enum http_reply_result http_reply_read(struct http_reply *r, struct span bytes);
// The value of the first field of that name, in any case; empty: there is none.
MUST_USE struct span http_reply_field(const struct http_reply *r, struct span name);
