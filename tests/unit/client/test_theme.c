// SPDX-License-Identifier: MIT
#include "client/ui/theme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/snug-themes-XXXXXX";

static void write_theme(const char *name, const char *text)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s.theme", dir, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void expect_words(const char *words, enum color_depth depth, const char *sgr)
{
	struct buf out = {0}, why = {0};
	assert_true(theme_words(span_of(words), depth, &out, &why));
	assert_string_equal(buf_str(&out), sgr);
	assert_int_equal(why.len, 0);
	buf_clear(&out);
	buf_clear(&why);
}

static void words_become_what_the_terminal_can_show(void **state)
{
	(void)state;
	expect_words("bold 215", DEPTH_256, "1;38;5;215");
	expect_words("  underline   bright-red on blue ", DEPTH_256, "4;91;44");
	expect_words("#87afd7", DEPTH_TRUE, "38;2;135;175;215");
	expect_words("#87afd7", DEPTH_256, "38;5;110");
	expect_words("#f01010 on #000000", DEPTH_16, "91;40");
	expect_words("9", DEPTH_16, "91");
	expect_words("215", DEPTH_16, "33");
	expect_words("plain", DEPTH_TRUE, "");
	expect_words("", DEPTH_TRUE, "");
}

static void what_is_no_colour_is_refused(void **state)
{
	static const char *const bad[] = {"rde", "256",       "#87afd",    "#87afdg",
					  "on",  "red on",    "on on red", "on bold",
					  "-1",  "red, blue", "rgb:1/2/3"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct buf out = {0}, why = {0};
		if (theme_words(span_of(bad[i]), DEPTH_TRUE, &out, &why))
			fail_msg("'%s' became '%s'", bad[i], buf_str(&out));
		assert_non_null(strstr(buf_str(&why), "is no colour: write"));
		buf_clear(&out);
		buf_clear(&why);
	}
}

static void the_example_of_the_manual_is_a_theme(void **state)
{
	struct buf errors = {0};
	(void)state;
	struct theme *t = theme_read("docs", SPAN("example"), DEPTH_TRUE, &errors);
	assert_string_equal(buf_str(&errors), "");
	assert_non_null(t);
	assert_string_equal(t->name, "example");
	assert_string_equal(t->sgr[STYLE_MENTION], "1;38;2;255;175;95");
	assert_string_equal(t->sgr[STYLE_CHOSEN], "1;30;48;5;215");
	const struct theme *dark = theme_find(SPAN("dark"));
	assert_string_equal(t->sgr[STYLE_ERROR], dark->sgr[STYLE_ERROR]);
	theme_free(t);
	buf_clear(&errors);
}

static void expect_mistake(const char *text, const char *line, const char *words)
{
	struct buf errors = {0};
	char place[160];
	write_theme("bad", text);
	assert_null(theme_read(dir, SPAN("bad"), DEPTH_256, &errors));
	snprintf(place, sizeof(place), "%s/bad.theme:%s: ", dir, line);
	if (!strstr(buf_str(&errors), place) || !strstr(buf_str(&errors), words))
		fail_msg("'%s' and '%s' are not in: %s", place, words, buf_str(&errors));
	buf_clear(&errors);
}

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	expect_mistake("[styles]\n\nmenton = red\n", "3", "did you mean 'mention'?");
	expect_mistake("[styles]\nlink = rde\n", "2", "'rde' is no colour");
	expect_mistake("[style]\nlink = red\n", "2", "did you mean [styles]?");
	expect_mistake("[theme]\nbase = pink\n", "2", "must be one of: dark");
	expect_mistake("[styles]\nlink = red\nlink = blue\n", "3", "was given already");
}

static void a_theme_that_is_not_there_names_those_that_are(void **state)
{
	static const char *const names[] = {"nowhere", "../etc", "", ".hidden"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct buf errors = {0};
		assert_null(theme_read(dir, span_of(names[i]), DEPTH_256, &errors));
		assert_non_null(strstr(buf_str(&errors), "choose auto, dark light basic"));
		buf_clear(&errors);
	}
	struct buf errors = {0};
	assert_null(theme_read(NULL, SPAN("x"), DEPTH_256, &errors));
	buf_clear(&errors);
}

// Whatever the background is, names and signs are read on it.
static void a_theme_is_fitted_to_the_background(void **state)
{
	static const char *const backgrounds[] = {"#002b36", "#fdf6e3", "#282a36", "#3b4252",
						  "#ffffdd", "#1d2021", "#000080", "#c0c0c0"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(backgrounds); i++) {
		struct rgb background;
		assert_true(color_parse(span_of(backgrounds[i]), &background));
		bool is_light = color_is_light(background);
		struct theme *t = theme_fit(theme_find(is_light ? SPAN("light") : SPAN("dark")),
					    background);
		for (int k = 0; k < STYLE_COUNT; k++) {
			uint64_t number;
			const char *color = strstr(t->sgr[k], "38;5;");
			if (!color || k == STYLE_BORDER)
				continue;
			assert_true(span_to_u64(span_of(color + 5), &number));
			double found =
				color_contrast(color_of_palette((int)number), background);
			if (found < 4.5)
				fail_msg("style %d on %s: %.2f", k, backgrounds[i], found);
		}
		theme_free(t);
	}
}

static void what_can_be_read_stays_as_it_is(void **state)
{
	(void)state;
	const struct theme *dark = theme_find(SPAN("dark"));
	struct theme *t = theme_fit(dark, (struct rgb){0, 0, 0});
	for (int i = 0; i < STYLE_COUNT; i++)
		assert_string_equal(t->sgr[i], dark->sgr[i]);
	theme_free(t);
}

static void colours_are_read_as_people_and_terminals_write_them(void **state)
{
	struct rgb c;
	(void)state;
	assert_true(color_parse(SPAN("rgb:ffff/8080/0000"), &c));
	assert_true(c.r == 255 && c.g == 128 && c.b == 0);
	assert_true(color_parse(SPAN("rgb:f/8/0"), &c));
	assert_true(c.r == 255 && c.g == 136 && c.b == 0);
	assert_true(color_parse(SPAN("#0a0B0c"), &c));
	assert_true(c.r == 10 && c.g == 11 && c.b == 12);
	assert_false(color_parse(SPAN("rgb:ffff/8080"), &c));
	assert_false(color_parse(SPAN("rgb:fffff/0/0"), &c));
	assert_false(color_parse(SPAN("#fff"), &c));
	assert_false(color_parse(SPAN(""), &c));
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int drop_dir(void **state)
{
	char path[128];
	(void)state;
	snprintf(path, sizeof(path), "%s/bad.theme", dir);
	unlink(path);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_become_what_the_terminal_can_show),
		cmocka_unit_test(what_is_no_colour_is_refused),
		cmocka_unit_test(the_example_of_the_manual_is_a_theme),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(a_theme_that_is_not_there_names_those_that_are),
		cmocka_unit_test(a_theme_is_fitted_to_the_background),
		cmocka_unit_test(what_can_be_read_stays_as_it_is),
		cmocka_unit_test(colours_are_read_as_people_and_terminals_write_them),
	};
	return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
