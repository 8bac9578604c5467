// SPDX-License-Identifier: MIT
#include "client/ui/color.h"
#include "client/ui/style.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

struct color {
	int channel[3];
};

// The palette of 256 colours behind the first 16.
static struct color palette(int n)
{
	static const int steps[] = {0, 95, 135, 175, 215, 255};
	if (n >= 232) {
		int grey = 8 + (n - 232) * 10;
		return (struct color){{grey, grey, grey}};
	}
	n -= 16;
	return (struct color){{steps[n / 36], steps[n / 6 % 6], steps[n % 6]}};
}

// x to the power of 2.4: the fifth root of x^12, by Newton.
static double gamma_of(double x)
{
	double power = 1, root = x;
	for (int i = 0; i < 12; i++)
		power *= x;
	for (int i = 0; i < 60; i++)
		root -= (root - power / (root * root * root * root)) / 5;
	return root;
}

static double luminance(struct color c)
{
	static const double weights[] = {0.2126, 0.7152, 0.0722};
	double sum = 0;
	for (int i = 0; i < 3; i++) {
		double x = c.channel[i] / 255.0;
		sum += weights[i] * (x <= 0.03928 ? x / 12.92 : gamma_of((x + 0.055) / 1.055));
	}
	return sum;
}

// As of WCAG 2.
static double contrast(struct color a, struct color b)
{
	double x = luminance(a), y = luminance(b);
	return (x > y ? x + 0.05 : y + 0.05) / (x > y ? y + 0.05 : x + 0.05);
}

static void expect_contrast(struct span theme, struct color background)
{
	const struct theme *t = theme_find(theme);
	for (int i = 0; i < STYLE_COUNT; i++) {
		const char *color = strstr(t->sgr[i], "38;5;");
		if (!color || i == STYLE_BORDER)
			continue;
		double found = contrast(palette(atoi(color + 5)), background);
		if (found < 4.5)
			fail_msg("style %d of %s has a contrast of %.2f", i, t->name, found);
	}
}

static void texts_stand_out_from_dark_and_light_backgrounds(void **state)
{
	(void)state;
	expect_contrast(SPAN("dark"), (struct color){{0, 0, 0}});
	expect_contrast(SPAN("dark"), (struct color){{30, 30, 30}});
	expect_contrast(SPAN("light"), (struct color){{255, 255, 255}});
	expect_contrast(SPAN("light"), (struct color){{245, 245, 240}});
}

static void every_theme_that_is_named_is_there(void **state)
{
	(void)state;
	struct span rest = span_of(theme_names());
	while (rest.len)
		assert_non_null(theme_find(span_cut(&rest, ' ')));
	assert_null(theme_find(SPAN("pink")));
}

static void old_terminals_get_sixteen_colours(void **state)
{
	(void)state;
	assert_int_equal(color_depth("linux", NULL), DEPTH_16);
	assert_int_equal(color_depth("screen", ""), DEPTH_16);
	assert_int_equal(color_depth("xterm", "truecolor"), DEPTH_TRUE);
	assert_int_equal(color_depth("xterm-direct", NULL), DEPTH_TRUE);
	assert_int_equal(color_depth("xterm", "yes"), DEPTH_256);
	assert_int_equal(color_depth("tmux-256color", NULL), DEPTH_256);
	assert_int_equal(color_depth("foot", NULL), DEPTH_256);
	assert_int_equal(color_depth(NULL, NULL), DEPTH_16);
	const struct theme *basic = theme_find(SPAN("basic"));
	for (int i = 0; i < STYLE_COUNT; i++)
		assert_null(strstr(basic->sgr[i], "38;"));
}

static void a_name_has_one_colour(void **state)
{
	(void)state;
	assert_int_equal(style_of_nick(SPAN("bob")), style_of_nick(SPAN("bob")));
	bool seen[NICK_STYLES] = {0};
	for (char c = 'a'; c <= 'z'; c++)
		seen[style_of_nick(span_from(&c, 1)) - STYLE_NICK0] = true;
	int count = 0;
	for (int i = 0; i < NICK_STYLES; i++)
		count += seen[i];
	assert_true(count > NICK_STYLES / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_stand_out_from_dark_and_light_backgrounds),
		cmocka_unit_test(every_theme_that_is_named_is_there),
		cmocka_unit_test(old_terminals_get_sixteen_colours),
		cmocka_unit_test(a_name_has_one_colour),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
