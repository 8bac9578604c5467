// SPDX-License-Identifier: MIT
// log level: what the hub asks of the server, and what it refuses.
#include "common/log.h"
#include "server/hub/hub.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static enum admin_code code_of(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	enum admin_code code = a->code;

	admin_answer_free(a);
	return code;
}

static void expect_wish(struct fixture *f, const char *words, enum log_level level, int64_t ms)
{
	struct wish_about about;

	assert_int_equal(code_of(f, words), ADMIN_DONE);
	assert_int_equal(hub_wish(f->hub, &about), WISH_LOG);
	assert_int_equal(about.log_level, level);
	assert_int_equal(about.log_ms, ms);
}

static void a_level_is_wished_for_a_while(void **state)
{
	struct fixture *f = *state;

	expect_wish(f, "log level debug", LOG_DEBUG, 600000);
	expect_wish(f, "log level warn --for 1h", LOG_WARN, 3600000);
	expect_wish(f, "log level error --for 24h", LOG_ERROR, 86400000);
	expect_wish(f, "log level configured", LOG_ERROR, 0);
}

static void what_is_no_level_or_no_while_is_refused(void **state)
{
	static const char *const wrong[] = {
		"log level", "log level verbose", "log level debug --for 25h",
		"log level debug --for ever", "log level debug --for 0"};
	struct fixture *f = *state;
	struct wish_about about;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(code_of(f, wrong[i]), ADMIN_USAGE);
		assert_int_equal(hub_wish(f->hub, &about), WISH_NONE);
	}
}

static void expect_changed(struct fixture *f, const char *words, enum admin_changed changed)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	assert_int_equal(a->code, ADMIN_DONE);
	assert_int_equal(a->changed, changed);
	admin_answer_free(a);
}

static void it_says_whether_that_was_so_already(void **state)
{
	struct fixture *f = *state;

	expect_changed(f, "log level configured", ADMIN_UNCHANGED);
	expect_changed(f, "log level debug --for 1m", ADMIN_CHANGED);
	expect_changed(f, "log level debug --for 1m", ADMIN_CHANGED); // a minute from now
	expect_changed(f, "log level configured", ADMIN_CHANGED);
	expect_changed(f, "log level configured", ADMIN_UNCHANGED);
	expect_changed(f, "log level debug --for 1m", ADMIN_CHANGED);
	fixture_pass(f, 60000);
	expect_changed(f, "log level configured", ADMIN_UNCHANGED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_level_is_wished_for_a_while),
		HUB_TEST(it_says_whether_that_was_so_already),
		HUB_TEST(what_is_no_level_or_no_while_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
