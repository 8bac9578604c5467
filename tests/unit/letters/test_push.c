// SPDX-License-Identifier: MIT
// What may be the address of a push service.
#include "server/letters/push.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	const char *endpoint, *origin; // NULL: it is none
} rows[] = {
	{"https://p.example/send/1?a#b", "https://p.example"},
	{"https://p.example:8443/", "https://p.example:8443"},
	{"https://p.example?a/b", "https://p.example"},
	{"https://p.example#a", "https://p.example"},
	{"https://[::1]", "https://[::1]"},
	{"https://p/~", "https://p"},
	{"http://p.example/", NULL},
	{"HTTPS://p.example/", NULL},
	{"https://", NULL},
	{"https:///send", NULL},
	{"https://:443/", NULL},
	{"https://user@p.example/", NULL},
	{"https://p/a@b", "https://p"},
	{"https://p/ a", NULL},
	{"https://p/\x7f", NULL},
	{"https://p/\xc3\xa4", NULL},
	{"https://p/\r\nX: y", NULL},
};

static void an_address_of_push_has_a_host_and_no_more(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span endpoint = span_of(rows[i].endpoint);

		if (push_endpoint_is_valid(endpoint) != (rows[i].origin != NULL))
			fail_msg("%s", rows[i].endpoint);
		if (rows[i].origin)
			assert_true(span_eq(push_origin(endpoint), span_of(rows[i].origin)));
	}
}

static void an_address_of_push_has_its_length(UNUSED void **state)
{
	struct buf text = {0};

	buf_add_str(&text, "https://p/");
	while (text.len < 1024)
		buf_add_char(&text, 'a');
	assert_true(push_endpoint_is_valid(buf_span(&text)));
	buf_add_char(&text, 'a');
	assert_false(push_endpoint_is_valid(buf_span(&text)));
	buf_clear(&text);
}

static void a_push_is_freed_with_what_it_holds(UNUSED void **state)
{
	push_free(push_new(1, SPAN("https://p"), SPAN("PING")));
	push_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_of_push_has_a_host_and_no_more),
		cmocka_unit_test(an_address_of_push_has_its_length),
		cmocka_unit_test(a_push_is_freed_with_what_it_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
