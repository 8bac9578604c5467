// SPDX-License-Identifier: MIT
// stderr is a pipe while a line is written.
#include "common/log.h"

#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

struct catcher {
	int old, pipe[2];
	char text[8192];
};

static void catch_begin(struct catcher *c)
{
	assert_int_equal(pipe(c->pipe), 0);
	c->old = dup(STDERR_FILENO);
	assert_true(c->old >= 0 && dup2(c->pipe[1], STDERR_FILENO) >= 0);
}

// What was written, without the time.
static const char *catch_end(struct catcher *c)
{
	const char *text;
	ssize_t got;

	assert_true(dup2(c->old, STDERR_FILENO) >= 0);
	close(c->old);
	close(c->pipe[1]);
	got = read(c->pipe[0], c->text, sizeof(c->text) - 1);
	close(c->pipe[0]);
	c->text[got > 0 ? got : 0] = '\0';
	text = strchr(c->text, ' ');
	return text ? text + 1 : c->text;
}

static void a_line_is_logfmt(void **state UNUSED)
{
	struct catcher c;
	char number[LOG_NUMBER_LEN];
	const char *text;

	catch_begin(&c);
	log_event(LOG_WARN, "ready", "addr", "[::1]:6697", "n", log_number(number, -5), NULL);
	text = catch_end(&c);
	assert_string_equal(text, "level=warn event=ready addr=[::1]:6697 n=-5\n");
	assert_memory_equal(c.text, "time=20", 7);
}

static void a_line_of_a_handler_looks_the_same(void **state UNUSED)
{
	char longer[LOG_FIXED_LEN + 1] = "";
	struct catcher c;
	const char *text;

	catch_begin(&c);
	log_fixed(LOG_WARN, "refused_call", "call", "socket", "n", "5", NULL);
	assert_string_equal(catch_end(&c), "level=warn event=refused_call call=socket n=5\n");
	catch_begin(&c);
	log_fixed(LOG_DEBUG, "x", NULL);
	assert_string_equal(catch_end(&c), "");
	memset(longer, 'a', LOG_FIXED_LEN);
	catch_begin(&c);
	log_fixed(LOG_WARN, "x", "value", longer, NULL);
	text = catch_end(&c);
	assert_int_equal(strlen(c.text), LOG_FIXED_LEN);
	assert_int_equal(text[strlen(text) - 1], '\n');
}

// Proves X7, B16.
static void no_value_forges_a_line(void **state UNUSED)
{
	struct catcher c;

	catch_begin(&c);
	log_event(LOG_ERROR, "x", "a", "b\nlevel=info\r\x1b[2J", "b", "q\"\\ =", "c", "", "d",
		  "\xc3\xa9 \xc2\x9b \xe2\x80\xae", "e", "\xff\xc3", "f", NULL, NULL);
	assert_string_equal(catch_end(&c),
			    "level=error event=x a=\"b\\nlevel=info\\x0d\\x1b[2J\" "
			    "b=\"q\\\"\\\\ =\" c=\"\" d=\"\xc3\xa9 \\xc2\\x9b "
			    "\\xe2\\x80\\xae\" e=\"\\xff\\xc3\" f=\"\"\n");
}

// What has only one sign of those that want quotes.
static void a_value_stands_bare_or_in_quotes(void **state UNUSED)
{
	struct catcher c;
	int64_t lost = log_lost();

	catch_begin(&c);
	log_event(LOG_WARN, "x", "a", "a\"b", "b", "a\\b", "c", "a=b", "d", "a\x7f", "e",
		  "a\tb", "f", "a b", "g", "!~#", "h", "\x01", NULL);
	assert_string_equal(catch_end(&c),
			    "level=warn event=x a=\"a\\\"b\" b=\"a\\\\b\" c=\"a=b\" "
			    "d=\"a\\x7f\" e=\"a\\x09b\" f=\"a b\" g=!~# h=\"\\x01\"\n");
	assert_int_equal(log_lost(), lost);
	log_set_form(LOG_JSON);
	catch_begin(&c);
	log_event(LOG_WARN, "x", "a", "\t", "b", "\x1f", NULL);
	(void)catch_end(&c);
	log_set_form(LOG_LOGFMT);
	assert_non_null(strstr(c.text, "\"a\":\"\\u0009\",\"b\":\"\\u001f\"}"));
}

// Proves X7.
static void a_value_has_a_limit(void **state UNUSED)
{
	struct catcher c;
	char big[4000];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	catch_begin(&c);
	log_event(LOG_INFO, "x", "a", big, NULL);
	assert_true(strlen(catch_end(&c)) < 1100);
}

static void a_line_may_be_an_object_of_json(void **state UNUSED)
{
	struct catcher c;

	log_set_form(LOG_JSON);
	catch_begin(&c);
	log_event(LOG_WARN, "ready", "addr", "[::1]:6697", "why", "a b", NULL);
	(void)catch_end(&c);
	log_set_form(LOG_LOGFMT);
	assert_memory_equal(c.text, "{\"time\":\"20", 11);
	assert_string_equal(strchr(c.text, ',') + 1,
			    "\"level\":\"warn\",\"event\":\"ready\",\"addr\":\"[::1]:6697\","
			    "\"why\":\"a b\"}\n");
}

// Proves X7.
static void no_value_ends_an_object(void **state UNUSED)
{
	struct catcher c;

	log_set_form(LOG_JSON);
	catch_begin(&c);
	log_event(LOG_ERROR, "x", "a", "\"}\n{\\", "b", "\xc3\xa9 \xe2\x80\xae\x7f", "c",
		  "\xff\"", "d", "\xf3\xa0\x80\x81", "e", NULL, NULL);
	(void)catch_end(&c);
	log_set_form(LOG_LOGFMT);
	assert_string_equal(strstr(c.text, "\"a\""),
			    "\"a\":\"\\\"}\\u000a{\\\\\",\"b\":\"\xc3\xa9 \\u202e\\u007f\","
			    "\"c\":\"\\\\xff\\\"\",\"d\":\"\\udb40\\udc01\",\"e\":\"\"}\n");
}

static void an_object_of_a_handler_is_whole_or_lacks_a_pair(void **state UNUSED)
{
	char longer[LOG_FIXED_LEN + 1] = "";
	struct catcher c;

	log_set_form(LOG_JSON);
	for (size_t len = LOG_FIXED_LEN - 120; len <= LOG_FIXED_LEN; len++) {
		size_t n;

		memset(longer, 'a', len);
		catch_begin(&c);
		log_fixed(LOG_WARN, "x", "value", longer, NULL);
		(void)catch_end(&c);
		n = strlen(c.text);
		assert_true(n <= LOG_FIXED_LEN);
		assert_string_equal(c.text + n - 3, "\"}\n");
	}
	log_set_form(LOG_LOGFMT);
}

static void what_cannot_be_written_is_counted(void **state UNUSED)
{
	int64_t before = log_lost();
	int old = dup(STDERR_FILENO);

	close(STDERR_FILENO);
	log_event(LOG_WARN, "x", NULL);
	log_fixed(LOG_WARN, "x", NULL);
	log_event(LOG_DEBUG, "dropped", NULL);
	assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
	close(old);
	assert_int_equal(log_lost(), before + 2);
}

static void a_level_has_a_name(void **state UNUSED)
{
	enum log_level level;

	for (enum log_level i = LOG_ERROR; i <= LOG_DEBUG; i++) {
		assert_true(log_level_find(span_of(log_level_name(i)), &level));
		assert_int_equal(level, i);
	}
	assert_false(log_level_find(SPAN("verbose"), &level));
}

static void lines_above_the_level_are_dropped(void **state UNUSED)
{
	struct catcher c;

	catch_begin(&c);
	log_event(LOG_DEBUG, "x", NULL);
	log_set_level(LOG_DEBUG);
	log_event(LOG_DEBUG, "y", NULL);
	log_set_level(LOG_ERROR);
	log_event(LOG_WARN, "z", NULL);
	log_set_level(LOG_INFO);
	assert_string_equal(catch_end(&c), "level=debug event=y\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_logfmt),
		cmocka_unit_test(a_line_of_a_handler_looks_the_same),
		cmocka_unit_test(no_value_forges_a_line),
		cmocka_unit_test(a_value_stands_bare_or_in_quotes),
		cmocka_unit_test(a_value_has_a_limit),
		cmocka_unit_test(a_line_may_be_an_object_of_json),
		cmocka_unit_test(no_value_ends_an_object),
		cmocka_unit_test(an_object_of_a_handler_is_whole_or_lacks_a_pair),
		cmocka_unit_test(what_cannot_be_written_is_counted),
		cmocka_unit_test(a_level_has_a_name),
		cmocka_unit_test(lines_above_the_level_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
