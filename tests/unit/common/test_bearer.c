// SPDX-License-Identifier: MIT
#include "common/bearer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// A constant, which SPAN is not.
#define AT(text)                                                                               \
	{                                                                                      \
		text, sizeof(text) - 1                                                         \
	}

static const struct {
	struct span text;
	enum bearer_kind kind;
	const char *name, *token;
} said[] = {
	{AT("n,a=ann,\1host=chat.example.org\1port=6697\1auth=Bearer a.b-c\1\1"), BEARER_TOKEN,
	 "ann", "a.b-c"},
	{AT("n,,\1auth=Bearer t\1\1"), BEARER_TOKEN, "", "t"},
	{AT("y,,\1auth=bearer t==\1\1"), BEARER_TOKEN, "", "t=="},
	{AT("n,,\1auth=BEARER  t\1future=\1Other=x y\1\1"), BEARER_TOKEN, "", "t"},
	{AT("n,,\1auth=Bearer t\1refresh=r r\1\1"), BEARER_TOKEN, "", "t"},
	// What is needed?
	{AT("n,a=ann,\1auth=Bearer \1\1"), BEARER_ASKS, "ann", ""},
	{AT("n,,\1auth=Bearer\1\1"), BEARER_ASKS, "", ""},
	{AT("n,,\1auth=\1\1"), BEARER_ASKS, "", ""},
	{AT("n,,\1host=a\1\1"), BEARER_ASKS, "", ""},
	{AT("n,,\1\1"), BEARER_ASKS, "", ""},
	{AT("n,,\1auth=Bearer \1code=c\1verifier=v\1redirect=https://x/\1\1"), BEARER_CODE, "",
	 ""},
	{AT("n,,\1code=c\1verifier=v\1redirect=https://x/\1\1"), BEARER_CODE, "", ""},
	// The head.
	{AT(""), BEARER_MALFORMED, NULL, NULL},
	{AT("\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,a=ann"), BEARER_MALFORMED, NULL, NULL},
	{AT("p=tls-exporter,,\1auth=Bearer t\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("N,,\1auth=Bearer t\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT(",,\1auth=Bearer t\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,ann,\1auth=Bearer t\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,a=,\1auth=Bearer t\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,a=a=2Cb,\1auth=Bearer t\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,a=ann,auth=Bearer t\1\1"), BEARER_MALFORMED, NULL, NULL},
	// The pairs.
	{AT("n,,\1auth=Bearer t\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer t"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer t\1\1x"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer t\1\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer t\1auth=Bearer u\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=\1auth=Bearer t\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Basic YTpi\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearert\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1=x\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1two words=x\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1k1=x\1\1"), BEARER_MALFORMED, NULL, NULL},
	// What would end a header of HTTP, or bring another.
	{AT("n,,\1auth=Bearer t\r\nX: y\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer t u\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer =\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer t=u\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer t\0\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer t\xc3\xa4\1\1"), BEARER_MALFORMED, NULL, NULL},
	// What does not go together.
	{AT("n,,\1code=c\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1verifier=v\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1verifier=v\1redirect=r\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1code=c\1redirect=r\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1code=c\1verifier=v\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1redirect=https://x/\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer t\1code=c\1verifier=v\1redirect=r\1\1"), BEARER_MALFORMED, NULL,
	 NULL},
	{AT("n,,\1code=c\1verifier=v\1redirect=r\1refresh=r\1\1"), BEARER_MALFORMED, NULL,
	 NULL},
	{AT("n,,\1code=c\1code=c\1verifier=v\1redirect=r\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1code=\1verifier=v\1redirect=r\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer \1refresh=r\1\1"), BEARER_MALFORMED, NULL, NULL},
	{AT("n,,\1auth=Bearer t\1refresh=a\tb\1\1"), BEARER_MALFORMED, NULL, NULL},
};

// Proves J7.
static void what_a_client_says_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		struct bearer_message m;
		enum bearer_kind kind = bearer_read(said[i].text, &m);

		if (kind != said[i].kind)
			fail_msg("row %zu, " SPAN_FMT ": %d, not %d", i, SPAN_ARG(said[i].text),
				 kind, said[i].kind);
		if (kind == BEARER_MALFORMED)
			continue;
		assert_true(span_eq(m.name, span_of(said[i].name)));
		assert_true(span_eq(m.token, span_of(said[i].token)));
	}
}

static void what_is_written_reads_as_it_was_meant(void **state)
{
	static const struct bearer_message rows[] = {
		{.name = {"ann", 3}},
		{.token = {"a.b.c", 5}},
		{.name = {"ann", 3}, .token = {"t", 1}, .refresh = {"r.r", 3}},
		{.code = {"c", 1}, .verifier = {"v", 1}, .redirect = {"https://x/y?z", 13}},
	};
	static const enum bearer_kind kinds[] = {BEARER_ASKS, BEARER_TOKEN, BEARER_TOKEN,
						 BEARER_CODE};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf text = {0};
		struct bearer_message m;

		bearer_write(&text, &rows[i]);
		assert_int_equal(bearer_read(buf_span(&text), &m), kinds[i]);
		assert_true(span_eq(m.name, rows[i].name));
		assert_true(span_eq(m.token, rows[i].token));
		assert_true(span_eq(m.refresh, rows[i].refresh));
		assert_true(span_eq(m.code, rows[i].code));
		assert_true(span_eq(m.verifier, rows[i].verifier));
		assert_true(span_eq(m.redirect, rows[i].redirect));
		buf_clear(&text);
	}
}

static void the_words_are_those_of_the_specification(void **state)
{
	struct buf text = {0};

	(void)state;
	bearer_write(&text, &(struct bearer_message){.name = SPAN("ann"), .token = SPAN("t")});
	assert_string_equal(buf_str(&text), "n,a=ann,\1auth=Bearer t\1\1");
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_client_says_is_read),
		cmocka_unit_test(what_is_written_reads_as_it_was_meant),
		cmocka_unit_test(the_words_are_those_of_the_specification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
