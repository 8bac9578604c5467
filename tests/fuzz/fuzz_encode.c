// SPDX-License-Identifier: MIT
// Text of all kinds: what decodes encodes to the same; times, addresses, UTF-8.
#include "common/clock.h"
#include "common/encode.h"
#include "common/net.h"
#include "common/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

typedef void encoder(struct buf *out, const void *bytes, size_t len);
typedef bool decoder(struct buf *out, struct span text);

static void check_codec(encoder *encode, decoder *decode, struct span s)
{
	struct buf bytes = {0}, text = {0};

	if (decode(&bytes, s)) {
		encode(&text, bytes.at, bytes.len);
		assert(span_eq_fold(buf_span(&text), s));
	} else {
		assert(bytes.len == 0);
	}
	buf_reset(&bytes);
	buf_reset(&text);
	encode(&text, s.at, s.len);
	assert(decode(&bytes, buf_span(&text)));
	assert(span_eq(buf_span(&bytes), s));
	buf_clear(&bytes);
	buf_clear(&text);
}

static void check_id(struct span s)
{
	char text[ID_TEXT_LEN + 1];
	uint64_t id;

	if (!decode_id(s, &id))
		return;
	encode_id(id, text);
	assert(span_eq(span_of(text), s));
}

static void check_time(struct span s)
{
	char text[CLOCK_TEXT_LEN + 1];
	int64_t ms, again;

	if (clock_parse_span(s, &ms))
		assert(ms >= 0);
	if (!clock_parse(s, &ms))
		return;
	clock_text(ms, text);
	assert(clock_parse(span_of(text), &again));
	assert(again == ms || ms > INT64_C(253402300799999));
}

static void check_address(struct span s)
{
	struct net_address a, again;
	char text[NET_TEXT_MAX];

	if (!net_parse(&a, s))
		return;
	net_text(&a, text);
	assert(net_parse(&again, span_of(text)));
	assert(a.len == again.len && memcmp(a.bytes, again.bytes, a.len) == 0);
	assert(net_source(&a) == net_source(&again));
}

static void check_utf8(struct span s)
{
	struct buf text = {0};

	if (!utf8_is_valid(s))
		return;
	for (size_t at = 0; at < s.len;) {
		char bytes[4];
		uint32_t code = utf8_next(s, &at);

		buf_add(&text, bytes, utf8_encode(code, bytes));
		(void)utf8_is_unprintable(code);
	}
	assert(span_eq(buf_span(&text), s));
	for (size_t max = 0; max <= s.len && max < 64; max++)
		assert(utf8_is_valid(utf8_cut(s, max)));
	buf_clear(&text);
}

// Proves B12.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span s = span_from(bytes, len);

	check_codec(encode_b64, decode_b64, s);
	check_codec(encode_b64url, decode_b64url, s);
	check_codec(encode_hex, decode_hex, s);
	check_id(s);
	check_time(s);
	check_address(s);
	check_utf8(s);
	return 0;
}
