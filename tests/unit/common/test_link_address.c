// SPDX-License-Identifier: MIT
// The hosts of links, as they are read and as they are shown.
#include "common/snug_link.h"

#include "common/attr.h"
#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

// Only what stands before a host is a scheme.
static void a_host_may_begin_as_a_scheme_does(void **state)
{
	static const struct {
		const char *text, *host;
	} rows[] = {{"snug://httpd.example/den", "httpd.example"},
		    {"ircs://http.example", "http.example"},
		    {"https://http.example/#den", "http.example"},
		    {"snug://ircs/den", "ircs"}};
	struct link_host host;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct snug_link link;

		assert_null(snug_link_parse(span_of(rows[i].text), &link));
		assert_string_equal(link.host, rows[i].host);
	}
	assert_string_equal(link_host_parse(SPAN("\xff"), &host),
			    "the server's name is not valid UTF-8");
	assert_non_null(link_host_parse(SPAN(""), &host));
}

// A port that goes without saying is not said.
static void an_address_is_written_for_people(void **state)
{
	static const struct {
		const char *host, *port, *text;
	} rows[] = {{"h", "6697", "h"},
		    {"h", "7000", "h:7000"},
		    {"h", "", "h"},
		    {"::1", "7000", "[::1]:7000"},
		    {"::1", "6697", "::1"}};
	const struct snug_link plain = {.host = "h"};
	struct buf text = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		link_address(&text, rows[i].host, rows[i].port);
		assert_string_equal(buf_str(&text), rows[i].text);
		buf_reset(&text);
	}
	snug_link_print_page(&text, &plain, 443);
	assert_string_equal(buf_str(&text), "https://h/#");
	buf_reset(&text);
	snug_link_print(&text, &plain);
	assert_string_equal(buf_str(&text), "snug://h/");
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_may_begin_as_a_scheme_does),
		cmocka_unit_test(an_address_is_written_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
