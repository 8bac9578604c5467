// SPDX-License-Identifier: MIT
// What in a text is a link, and where it ends.
#include "common/url.h"

#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	const char *text, *links; // apart by a blank
} rows[] = {
	{"", ""},
	{"no link, https: nor http:/x", ""},
	{"https://a.example", "https://a.example "},
	{"HTTP://a.example/b and mailto:a@b.example", "HTTP://a.example/b mailto:a@b.example "},
	{"snug://h/den,pin=x", "snug://h/den,pin=x "},
	{"ftp://a.example file:///etc", ""},
	// Where it begins.
	{"(https://a) xhttps://b 9http://c -http://d \xc3\xa4http://e",
	 "https://a http://d http://e "},
	{"Zhttps://b _https://c", "https://c "},
	// Where it ends: at a blank, a quote, or before the sentence's own marks.
	{"see https://a/b. Or https://c/d?! \"https://e\"f",
	 "https://a/b https://c/d https://e "},
	{"<https://a/b> `https://c` https://d\te https://f\ng",
	 "https://a/b https://c https://d https://f "},
	{"[https://a] {https://b} 'https://c';", "https://a https://b https://c "},
	{"https://a/(b) (https://a/(b)) (https://a/b) https://a/(b",
	 "https://a/(b) https://a/(b) "
	 "https://a/b https://a/(b "},
	{"https://a/b),", "https://a/b "},
	{"https://a/\xc3\xa4", "https://a/\xc3\xa4 "},
	// A scheme alone is none.
	{"https:// http://. mailto: snug://)", ""},
	{"https://a https://b", "https://a https://b "},
};

static void links_stand_between_what_is_none(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span text = span_of(rows[i].text), url;
		struct buf found = {0};
		size_t from = 0;

		while (url_next(text, &from, &url)) {
			buf_add_span(&found, url);
			buf_add_char(&found, ' ');
			assert_ptr_equal(url.at + url.len, text.at + from);
		}
		assert_int_equal(from, text.len);
		assert_string_equal(buf_str(&found), rows[i].links);
		buf_clear(&found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_stand_between_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
