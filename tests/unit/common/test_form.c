// SPDX-License-Identifier: MIT
#include "common/form.h"

#include "common/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_form_is_pairs(void **state)
{
	struct buf out = {0};
	(void)state;

	form_add(&out, "a", SPAN("x y"));
	form_add(&out, "left_out", (struct span){0});
	form_add(&out, "b", SPAN(""));
	form_add(&out, "c", SPAN("~-._&=+%"));
	assert_string_equal(buf_str(&out), "a=x%20y&b=&c=~-._%26%3D%2B%25");
	buf_clear(&out);
}

// Every byte comes back as it was.
static void what_reads_forms_reads_it(void **state)
{
	char bytes[256];
	struct buf out = {0}, back = {0};
	(void)state;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	form_add(&out, "a", SPAN("1"));
	form_add(&out, "all", span_from(bytes, sizeof(bytes)));
	assert_true(http_form_value(buf_span(&out), SPAN("all"), &back));
	assert_true(span_eq(buf_span(&back), span_from(bytes, sizeof(bytes))));
	buf_clear(&out);
	buf_clear(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_form_is_pairs),
		cmocka_unit_test(what_reads_forms_reads_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
