// SPDX-License-Identifier: MIT
#include "common/encode.h"

#include <setjmp.h>
#include <cmocka.h>

typedef void encoder(struct buf *out, const void *bytes, size_t len);
typedef bool decoder(struct buf *out, struct span text);

static void assert_both_ways(encoder *encode, decoder *decode, struct span bytes,
			     const char *text)
{
	struct buf out = {0};

	buf_add_char(&out, '>');
	encode(&out, bytes.at, bytes.len);
	assert_string_equal(buf_str(&out) + 1, text);
	buf_reset(&out);
	buf_add_char(&out, '>');
	assert_true(decode(&out, span_of(text)));
	assert_int_equal(out.at[0], '>');
	assert_true(span_eq(span_after(buf_span(&out), 1), bytes));
	buf_clear(&out);
}

static void assert_refused(decoder *decode, struct span text)
{
	struct buf out = {0};

	buf_add_char(&out, '>');
	assert_false(decode(&out, text));
	assert_int_equal(out.len, 1);
	buf_clear(&out);
}

static void base64_is_that_of_rfc_4648(void **state UNUSED)
{
	assert_both_ways(encode_b64, decode_b64, SPAN(""), "");
	assert_both_ways(encode_b64, decode_b64, SPAN("f"), "Zg==");
	assert_both_ways(encode_b64, decode_b64, SPAN("fo"), "Zm8=");
	assert_both_ways(encode_b64, decode_b64, SPAN("foobar"), "Zm9vYmFy");
	assert_both_ways(encode_b64, decode_b64, SPAN("\0\xff\xfe\xfb"), "AP/++w==");
	assert_both_ways(encode_b64url, decode_b64url, SPAN("\0\xff\xfe\xfb"), "AP_--w");
	assert_both_ways(encode_b64url, decode_b64url, SPAN("fo"), "Zm8");
}

// Proves B17.
static void malformed_base64_is_refused(void **state UNUSED)
{
	assert_refused(decode_b64, SPAN("Zg"));
	assert_refused(decode_b64, SPAN("Zg="));
	assert_refused(decode_b64, SPAN("Zg==="));
	assert_refused(decode_b64, SPAN("Z"));
	assert_refused(decode_b64, SPAN("Zh==")); // bits left over
	assert_refused(decode_b64, SPAN("Zm9v YmFy"));
	assert_refused(decode_b64, SPAN("Zm9v\n"));
	assert_refused(decode_b64, SPAN("AP_--w=="));
	assert_refused(decode_b64, SPAN("Zg==Zg=="));
	assert_refused(decode_b64, SPAN("Zm9\xff"));
	assert_refused(decode_b64url, SPAN("\x80\xc3\xa9\xff"));
	assert_refused(decode_b64, SPAN("*"));
	assert_refused(decode_b64, SPAN("+"));
	assert_refused(decode_b64, SPAN("Zm9\0"));
	assert_refused(decode_b64url, SPAN("Zg=="));
	assert_refused(decode_b64url, SPAN("AP/++w"));
}

static void hex_has_pairs_of_digits(void **state UNUSED)
{
	assert_both_ways(encode_hex, decode_hex, SPAN("\0\x7f\xff"), "007fff");
	assert_both_ways(encode_hex, decode_hex, SPAN(""), "");
	assert_refused(decode_hex, SPAN("0"));
	assert_refused(decode_hex, SPAN("0g"));
	assert_refused(decode_hex, SPAN("00 "));
}

static void ids_sort_as_text_like_numbers(void **state UNUSED)
{
	const uint64_t ids[] = {
		0,         1, 9, 10, 31, 32, 33, 1000, 1ULL << 32, 1ULL << 60, UINT64_MAX - 1,
		UINT64_MAX};
	char text[ID_TEXT_LEN + 1], before[ID_TEXT_LEN + 1] = "";
	uint64_t back;

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		encode_id(ids[i], text);
		assert_int_equal(strlen(text), ID_TEXT_LEN);
		assert_true(strcmp(before, text) < 0);
		assert_true(decode_id(span_of(text), &back));
		assert_true(back == ids[i]);
		memcpy(before, text, sizeof(text));
	}
}

static void what_is_no_id_is_refused(void **state UNUSED)
{
	uint64_t id;

	assert_false(decode_id(SPAN(""), &id));
	assert_false(decode_id(SPAN("000000000000"), &id));
	assert_false(decode_id(SPAN("00000000000000"), &id));
	assert_false(decode_id(SPAN("g000000000000"), &id)); // 65 bits
	assert_false(decode_id(SPAN("000000000000w"), &id));
	assert_false(decode_id(SPAN("000000000000A"), &id));
	assert_false(decode_id(SPAN("\xff"
				    "000000000000"),
			       &id));
	assert_true(decode_id(SPAN("fvvvvvvvvvvvv"), &id));
	assert_true(id == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_is_that_of_rfc_4648),
		cmocka_unit_test(malformed_base64_is_refused),
		cmocka_unit_test(hex_has_pairs_of_digits),
		cmocka_unit_test(ids_sort_as_text_like_numbers),
		cmocka_unit_test(what_is_no_id_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
