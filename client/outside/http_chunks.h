// SPDX-License-Identifier: MIT
// A body that comes in chunks (RFC 9112, 7.1), without its frame. Extensions and trailers are
// passed over. Pure.
#pragma once

#include "common/span.h"

#define HTTP_CHUNK_LINE_MAX 4096 // bytes between two pieces of a body

enum http_chunks_result {
	HTTP_CHUNKS_MORE, // all bytes are taken
	HTTP_CHUNKS_DATA, // *data is a piece of the body
	HTTP_CHUNKS_END,  // the body is whole
	HTTP_CHUNKS_BAD,
};

// Zeroed: before the first.
struct http_chunks {
	enum { CHUNK_SIZE, CHUNK_DATA, CHUNK_LINE_END, CHUNK_TRAILER } at;
	uint64_t left;   // of CHUNK_DATA
	size_t n_line;   // bytes of the line
	size_t n_digits; // of a size
	bool is_past;    // the size: an extension
};

// Takes bytes off *bytes, which the piece borrows from.
MUST_USE enum http_chunks_result http_chunks_next(struct http_chunks *c, struct span *bytes,
						  struct span *data);
