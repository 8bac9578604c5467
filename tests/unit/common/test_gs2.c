// SPDX-License-Identifier: MIT
#include "common/gs2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_header_is_read_up_to_its_token(void **state)
{
	struct gs2_first first;

	(void)state;
	assert_true(gs2_read(&first, SPAN("p=tls-exporter,,to,ken")));
	assert_int_equal(first.kind, TLS_BINDING_EXPORTER);
	assert_true(span_eq(first.header, SPAN("p=tls-exporter,,")));
	assert_true(span_eq(first.token, SPAN("to,ken")));
	assert_string_equal(first.acts_as, "");
	assert_false(first.is_whole);
	assert_true(gs2_read(&first, SPAN("p=tls-server-end-point,a=ann,")));
	assert_int_equal(first.kind, TLS_BINDING_END_POINT);
	assert_string_equal(first.acts_as, "ann");
	assert_int_equal(first.token.len, 0);
	assert_true(gs2_read(&first, SPAN("n,,token")));
	assert_int_equal(first.kind, TLS_BINDING_NONE);
	assert_true(gs2_read(&first, SPAN("y,,token")));
	assert_int_equal(first.kind, TLS_BINDING_NONE);
	assert_true(gs2_read(&first, SPAN("p=tls-unique,,token")));
	assert_int_equal(first.kind, TLS_BINDING_NONE);
}

// RFC 5801, 5.1: it is not bound.
static void what_says_that_a_token_is_whole_is_no_part_of_the_header(void **state)
{
	struct gs2_first first;

	(void)state;
	assert_true(gs2_read(&first, SPAN("F,p=tls-exporter,a=b,x")));
	assert_true(first.is_whole);
	assert_true(span_eq(first.header, SPAN("p=tls-exporter,a=b,")));
}

static void a_name_is_read_without_its_signs(void **state)
{
	struct gs2_first first;

	(void)state;
	assert_true(gs2_read(&first, SPAN("n,a=a=2Cb=3Dc\xc3\xa9,")));
	assert_string_equal(first.acts_as, "a,b=c\xc3\xa9");
}

static void what_is_no_header_is_refused(void **state)
{
	const struct span wrong[] = {
		SPAN(""),          SPAN("n"),          SPAN("n,"),         SPAN("n,a=ann"),
		SPAN("p=,,x"),     SPAN("p,,x"),       SPAN("x,,x"),       SPAN("N,,x"),
		SPAN("n,b=ann,x"), SPAN("n,a=,x"),     SPAN("n,a=a=b,x"),  SPAN("n,a==2c,x"),
		SPAN("n,a=a=,x"),  SPAN("n,a=\xff,x"), SPAN("n,a=a\0b,x"), SPAN("F,F,n,,x"),
		SPAN("f,n,,x"),    SPAN(",,x"),        SPAN("n,a=a=2,x")};
	struct gs2_first first;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(gs2_read(&first, wrong[i]));
}

static void a_name_has_a_bound(void **state)
{
	struct gs2_first first;
	struct buf text = {0};

	(void)state;
	buf_add_str(&text, "n,a=");
	for (int i = 0; i < GS2_NAME_MAX; i++)
		buf_add_char(&text, 'a');
	buf_add_str(&text, ",");
	assert_true(gs2_read(&first, buf_span(&text)));
	assert_int_equal(strlen(first.acts_as), GS2_NAME_MAX);
	buf_drop(&text, 4);
	{
		struct buf longer = {0};

		buf_add_str(&longer, "n,a=a");
		buf_add_span(&longer, buf_span(&text));
		assert_false(gs2_read(&first, buf_span(&longer)));
		buf_clear(&longer);
	}
	buf_clear(&text);
}

static void a_header_is_written_as_it_is_read(void **state)
{
	struct gs2_first first;
	struct buf out = {0};

	(void)state;
	assert_true(gs2_header(TLS_BINDING_EXPORTER, SPAN(""), &out));
	assert_string_equal(buf_str(&out), "p=tls-exporter,,");
	assert_true(gs2_read(&first, buf_span(&out)));
	assert_int_equal(first.kind, TLS_BINDING_EXPORTER);
	buf_reset(&out);
	assert_true(gs2_header(TLS_BINDING_END_POINT, SPAN("a,b=c"), &out));
	assert_string_equal(buf_str(&out), "p=tls-server-end-point,a=a=2Cb=3Dc,");
	assert_true(gs2_read(&first, buf_span(&out)));
	assert_string_equal(first.acts_as, "a,b=c");
	assert_false(gs2_header(TLS_BINDING_NONE, SPAN(""), &out));
	buf_clear(&out);
}

// As many bytes as there are lengths of the length.
static void a_token_loses_its_header_and_gets_it_back(void **state)
{
	static const size_t lens[] = {0, 1, 116, 117, 244, 245, 246, 65524, 65525, 70000};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
		struct buf bytes = {0}, whole = {0};
		struct gs2_first first = {0};
		struct span again;

		memset(buf_space(&bytes, lens[i] + 1), 'x', lens[i]);
		bytes.len = lens[i];
		first.token = buf_span(&bytes);
		gs2_wrap(&first, &whole);
		again = buf_span(&whole);
		assert_true(gs2_unwrap(&again));
		assert_true(span_eq(again, first.token));
		buf_clear(&bytes);
		buf_clear(&whole);
	}
}

static void what_is_no_token_of_kerberos_keeps_no_header(void **state)
{
	const struct span wrong[] = {
		SPAN(""),
		SPAN("\x60"),
		SPAN("\x60\x80"),
		SPAN("\x60\x84\x01\x02\x03\x04"),
		SPAN("\x60\x82\x01"),
		// A length of four bytes, and one that says less than there is.
		SPAN("\x60\x84\0\0\0\x0b\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"),
		SPAN("\x60\x81\x0a\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"),
		SPAN("\x61\x0b\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"),
		SPAN("\x60\x0c\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"),
		SPAN("\x60\x0a\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"),
		SPAN("\x60\x0b\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x03"),
		SPAN("\x60\x08\x06\x06\x2b\x06\x01\x05\x05\x02"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct span token = wrong[i];

		assert_false(gs2_unwrap(&token));
	}
}

static void a_whole_token_stays_as_it_is(void **state)
{
	struct gs2_first first = {.is_whole = true, .token = SPAN("as it is")};
	struct buf out = {0};

	(void)state;
	gs2_wrap(&first, &out);
	assert_true(span_eq(buf_span(&out), SPAN("as it is")));
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_is_read_up_to_its_token),
		cmocka_unit_test(what_says_that_a_token_is_whole_is_no_part_of_the_header),
		cmocka_unit_test(a_name_is_read_without_its_signs),
		cmocka_unit_test(what_is_no_header_is_refused),
		cmocka_unit_test(a_name_has_a_bound),
		cmocka_unit_test(a_header_is_written_as_it_is_read),
		cmocka_unit_test(a_token_loses_its_header_and_gets_it_back),
		cmocka_unit_test(what_is_no_token_of_kerberos_keeps_no_header),
		cmocka_unit_test(a_whole_token_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
