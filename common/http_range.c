// SPDX-License-Identifier: MIT
// Which part of a file is asked for (RFC 9110 14.1.2, 14.2).
#include "common/http.h"

static bool is_number(struct span digits)
{
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.at[i] < '0' || digits.at[i] > '9')
			return false;
	}
	return digits.len;
}

// More than can be counted is as good as the most.
static uint64_t number_of(struct span digits)
{
	uint64_t n;

	return span_to_u64(digits, &n) ? n : UINT64_MAX;
}

// "-500": the last 500 bytes.
static enum http_range last_part(uint64_t wanted, uint64_t size, struct http_part *part)
{
	if (!wanted)
		return HTTP_BEYOND;
	if (!size)
		return HTTP_WHOLE;
	part->len = wanted < size ? wanted : size;
	part->from = size - part->len;
	return HTTP_PART;
}

static enum http_range first_part(uint64_t first, uint64_t last, uint64_t size,
				  struct http_part *part)
{
	if (last < first)
		return HTTP_WHOLE;
	if (first >= size)
		return HTTP_BEYOND;
	part->from = first;
	part->len = (last < size ? last : size - 1) - first + 1;
	return HTTP_PART;
}

static enum http_range read_range(struct span value, uint64_t size, struct http_part *part)
{
	struct span unit = span_cut(&value, '='), last = span_trim(value);
	struct span first = span_cut(&last, '-');
	bool has_dash = first.len < span_trim(value).len;

	if (!span_eq_fold(unit, SPAN("bytes")) || !has_dash)
		return HTTP_WHOLE;
	if (!first.len && is_number(last))
		return last_part(number_of(last), size, part);
	if (!is_number(first) || (last.len && !is_number(last)))
		return HTTP_WHOLE;
	return first_part(number_of(first), last.len ? number_of(last) : UINT64_MAX, size,
			  part);
}

enum http_range http_range(const struct http_request *r, uint64_t size, struct http_part *part)
{
	enum http_range range = HTTP_WHOLE;

	// What came before is never called by a name here, so no condition on it holds.
	if (r->method == HTTP_GET && !http_has_field(r, SPAN("If-Range")))
		range = read_range(http_field(r, SPAN("Range")), size, part);
	if (range == HTTP_WHOLE)
		*part = (struct http_part){0, size};
	else if (range == HTTP_BEYOND)
		*part = (struct http_part){0, 0};
	return range;
}
