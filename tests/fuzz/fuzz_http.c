// SPDX-License-Identifier: MIT
// A request in two splits gives the same verdict, and what is taken keeps the promises.
#include "common/buf.h"
#include "common/die.h"
#include "common/http.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.at[i] < ' ' && s.at[i] != '\t')
			return false;
	}
	return true;
}

static void check_head(const struct http_request *r, struct span bytes)
{
	assert(r->head_len <= bytes.len && r->head_len <= HTTP_HEAD_MAX);
	assert(memcmp(bytes.at + r->head_len - 4, "\r\n\r\n", 4) == 0);
	assert(r->path.at[0] == '/' && r->path.len + r->query.len <= HTTP_TARGET_MAX);
	assert(!memmem(r->path.at, r->path.len, "//", 2) &&
	       !memchr(r->path.at, '%', r->path.len));
	assert(!memmem(r->path.at, r->path.len, "/../", 4) && is_plain(r->query));
	assert(r->host.len && r->n_fields && r->n_fields <= HTTP_FIELDS_MAX);
	assert(!http_has_field(r, SPAN("transfer-encoding")));
	assert(r->method == HTTP_POST || !r->body_len);
	assert(!r->wants_upgrade || !r->body_len);
	for (size_t i = 0; i < r->n_fields; i++)
		assert(r->fields[i].name.len && is_plain(r->fields[i].value));
}

// Whatever part is asked for lies in the file.
static void check_range(const struct http_request *r, uint64_t size)
{
	struct http_part part;
	enum http_range range = http_range(r, size, &part);

	assert(part.from <= size && part.len <= size - part.from);
	assert(range != HTTP_PART || part.len);
	assert(range != HTTP_WHOLE || (!part.from && part.len == size));
	assert(range != HTTP_BEYOND || !part.len);
}

static void add_span_at(struct buf *out, struct span s, const char *base)
{
	buf_printf(out, "%td+%zu ", s.len ? s.at - base : 0, s.len);
}

// All that came of it, by place, so that two runs can be compared.
static void tell(enum http_result result, const struct http_request *r, struct span bytes,
		 struct buf *out)
{
	buf_printf(out, "%d %u %s ", (int)result, r->status, r->why ? r->why : "");
	if (result != HTTP_OK)
		return;
	check_head(r, bytes);
	check_range(r, 0);
	check_range(r, 10);
	check_range(r, UINT64_MAX);
	buf_printf(out, "%d %zu %llu %d%d%d ", (int)r->method, r->head_len,
		   (unsigned long long)r->body_len, r->wants_close, r->wants_upgrade,
		   r->wants_continue);
	add_span_at(out, r->path, bytes.at);
	add_span_at(out, r->query, bytes.at);
	for (size_t i = 0; i < r->n_fields; i++) {
		add_span_at(out, r->fields[i].name, bytes.at);
		add_span_at(out, r->fields[i].value, bytes.at);
	}
}

static void run(struct span input, struct span sizes, struct buf *out)
{
	enum http_result result = HTTP_MORE;
	struct http_request r = {0};
	size_t at = 0;

	for (size_t len = 0; result == HTTP_MORE && len < input.len;) {
		size_t step =
			sizes.len ? (unsigned char)sizes.at[at++ % sizes.len] + 1U : input.len;
		char *piece;

		len = input.len - len < step ? input.len : len + step;
		piece = xmalloc(len);
		memcpy(piece, input.at, len);
		result = http_read(&r, span_from(piece, len));
		if (result != HTTP_MORE)
			tell(result, &r, span_from(piece, len), out);
		free(piece);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct buf whole = {0}, split = {0}, form = {0};
	size_t n_sizes = len ? bytes[0] % 8U + 1 : 0;
	struct span input;

	if (len < n_sizes + 2)
		return 0;
	input = span_from(bytes + 1 + n_sizes, len - 1 - n_sizes);
	run(input, SPAN(""), &whole);
	run(input, span_from(bytes + 1, n_sizes), &split);
	assert(span_eq(buf_span(&whole), buf_span(&split)));
	if (!http_form_value(input, SPAN("a"), &form))
		assert(!form.len);
	buf_clear(&whole);
	buf_clear(&split);
	buf_clear(&form);
	return 0;
}
