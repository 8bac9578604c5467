// SPDX-License-Identifier: MIT
#include "client/ui/theme.h"
#include "common/conf.h"
#include "common/die.h"

#include <stdlib.h>
#include <unistd.h>

#define CONTRAST_MIN 4.5
#define STEPS 32 // from a colour to black or white
#define NAME_MAX_LEN 64
#define ROLE_MAX 16

static void add_parameter(struct buf *sgr, const char *parameter)
{
	buf_printf(sgr, "%s%s", sgr->len ? ";" : "", parameter);
}

static bool add_attribute(struct span word, struct buf *sgr)
{
	static const char *const attributes[][2] = {
		{"bold", "1"},      {"dim", "2"},     {"italic", "3"},
		{"underline", "4"}, {"reverse", "7"}, {"strike", "9"},
	};
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
		if (!span_eq(word, span_of(attributes[i][0])))
			continue;
		add_parameter(sgr, attributes[i][1]);
		return true;
	}
	return false;
}

static void add_number(struct buf *sgr, int number, enum color_depth depth, bool is_behind)
{
	if (depth == DEPTH_16 && number >= 16)
		number = color_nearest(color_of_palette(number), depth);
	int base = (number < 8 ? 30 : 90 - 8) + (is_behind ? 10 : 0);
	if (number < 16)
		buf_printf(sgr, "%s%d", sgr->len ? ";" : "", base + number);
	else
		buf_printf(sgr, "%s%d;5;%d", sgr->len ? ";" : "", is_behind ? 48 : 38, number);
}

static void add_rgb(struct buf *sgr, struct rgb c, enum color_depth depth, bool is_behind)
{
	if (depth == DEPTH_TRUE)
		buf_printf(sgr, "%s%d;2;%d;%d;%d", sgr->len ? ";" : "", is_behind ? 48 : 38,
			   c.r, c.g, c.b);
	else
		add_number(sgr, color_nearest(c, depth), depth, is_behind);
}

static int color_by_name(struct span word)
{
	static const char *const names[] = {"black", "red",     "green", "yellow",
					    "blue",  "magenta", "cyan",  "white"};
	bool is_bright = span_starts(word, SPAN("bright-"));
	if (is_bright)
		word = span_after(word, strlen("bright-"));
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (span_eq(word, span_of(names[i])))
			return (int)i + (is_bright ? 8 : 0);
	}
	return -1;
}

static bool add_color(struct span word, enum color_depth depth, bool is_behind, struct buf *sgr)
{
	uint64_t number;
	struct rgb color;
	int named = color_by_name(word);
	if (named >= 0)
		add_number(sgr, named, depth, is_behind);
	else if (span_to_u64(word, &number) && number < 256)
		add_number(sgr, (int)number, depth, is_behind);
	else if (word.at[0] == '#' && color_parse(word, &color))
		add_rgb(sgr, color, depth, is_behind);
	else
		return false;
	return true;
}

bool theme_words(struct span words, enum color_depth depth, struct buf *sgr, struct buf *why)
{
	bool is_behind = false;
	struct span rest = span_trim(words), word;
	while (rest.len) {
		word = span_cut(&rest, ' ');
		rest = span_trim(rest);
		if (span_eq(word, SPAN("plain")) || (!is_behind && add_attribute(word, sgr)))
			continue;
		bool is_on = span_eq(word, SPAN("on")) && !is_behind && rest.len;
		if (!is_on && !add_color(word, depth, is_behind, sgr)) {
			buf_printf(
				why,
				"'" SPAN_FMT "' is no colour: write 0 to 255, #87afd7, "
				"red, bright-red, and before it bold, dim, italic, underline, "
				"reverse, strike; behind 'on' the colour of the background",
				SPAN_ARG(word));
			return false;
		}
		is_behind = is_on;
	}
	return true;
}

static bool check_words(struct span text, struct buf *why)
{
	struct buf sgr = {0};
	bool is_good = theme_words(text, DEPTH_TRUE, &sgr, why);
	buf_clear(&sgr);
	return is_good;
}

// What a file holds.
struct file {
	int base;
	char *words[STYLE_COUNT]; // NULL: as in the base
};

static const char *const bases[] = {"dark", "light", "basic", "highcontrast", "mono"};

struct theme_rows {
	char names[STYLE_COUNT][ROLE_MAX];
	struct conf_row list[STYLE_COUNT + 1];
};

static void fill_rows(struct theme_rows *r)
{
	static const char *const roles[] = {
#define ROW(name, dark, light, basic, high, mono) #name,
#include "client/ui/style.def"
#undef ROW
	};
	for (size_t i = 0; i < STYLE_COUNT; i++) {
		for (size_t k = 0; roles[i][k] && k < ROLE_MAX - 1; k++) {
			char c = roles[i][k];
			r->names[i][k] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
		}
		r->list[i] = (struct conf_row){.section = "styles",
					       .key = r->names[i],
					       .type = CONF_TEXT,
					       .offset = offsetof(struct file, words) +
							 i * sizeof(char *),
					       .check = check_words};
	}
	r->list[STYLE_COUNT] =
		(struct conf_row){.section = "theme",
				  .key = "base",
				  .type = CONF_CHOICE,
				  .offset = offsetof(struct file, base),
				  .fallback = "dark",
				  .choices = "dark|light|basic|highcontrast|mono"};
}

// An owned theme without texts.
static struct theme *make(struct span name)
{
	struct theme *t = xcalloc(1, sizeof(*t));
	t->name = span_dup(name);
	return t;
}

static struct theme *build(const struct file *f, struct span name, enum color_depth depth)
{
	const struct theme *base = theme_find(span_of(bases[f->base]));
	struct theme *t = make(name);
	for (size_t i = 0; base && i < STYLE_COUNT; i++) {
		struct buf sgr = {0}, why = {0};
		bool is_good =
			f->words[i] && theme_words(span_of(f->words[i]), depth, &sgr, &why);
		t->sgr[i] = is_good ? xstrdup(buf_str(&sgr)) : xstrdup(base->sgr[i]);
		buf_clear(&sgr);
		buf_clear(&why);
	}
	return t;
}

static bool is_file_name(struct span name)
{
	return name.len && name.len <= NAME_MAX_LEN && name.at[0] != '.' &&
	       span_find(name, '/') == name.len;
}

struct theme *theme_read(const char *dir, struct span name, enum color_depth depth,
			 struct buf *errors)
{
	struct file f = {0};
	struct theme_rows rows = {0};
	struct theme *t = NULL;
	struct buf path = {0};
	buf_printf(&path, "%s/" SPAN_FMT ".theme", dir ? dir : "", SPAN_ARG(name));
	if (!dir || !is_file_name(name) || access(buf_str(&path), F_OK) != 0) {
		buf_printf(errors,
			   "there is no theme '" SPAN_FMT "': choose auto, %s, or write %s\n",
			   SPAN_ARG(name), theme_names(),
			   is_file_name(name) ? buf_str(&path) : "a file");
	} else {
		fill_rows(&rows);
		if (conf_read(rows.list, ARRAY_LEN(rows.list), &f, buf_str(&path), errors))
			t = build(&f, name, depth);
		conf_clear(rows.list, ARRAY_LEN(rows.list), &f);
	}
	buf_clear(&path);
	return t;
}

static uint8_t towards(uint8_t from, uint8_t to, int step)
{
	return (uint8_t)(from + (to - from) * step / STEPS);
}

// On the way to white or black, whichever is further from the background, the first one
// that can be read.
static int find_readable(struct rgb from, struct rgb background)
{
	uint8_t end = color_is_light(background) ? 0 : 255;
	int found = 16;
	for (int step = 1; step <= STEPS; step++) {
		struct rgb c = {towards(from.r, end, step), towards(from.g, end, step),
				towards(from.b, end, step)};
		found = color_nearest(c, DEPTH_256);
		if (color_contrast(color_of_palette(found), background) >= CONTRAST_MIN)
			break;
	}
	return found;
}

static char *fit_one(const char *sgr, struct rgb background)
{
	const char *color = strstr(sgr, "38;5;");
	if (!color)
		return xstrdup(sgr);
	struct buf out = {0};
	uint64_t number = 0;
	if (!span_to_u64(span_of(color + 5), &number))
		return xstrdup(sgr);
	struct rgb was = color_of_palette((int)number);
	if (color_contrast(was, background) < CONTRAST_MIN)
		number = (uint64_t)find_readable(was, background);
	buf_printf(&out, "%.*s38;5;%d", (int)(color - sgr), sgr, (int)number);
	return buf_take(&out);
}

struct theme *theme_fit(const struct theme *from, struct rgb background)
{
	struct theme *t = make(span_of(from->name));
	for (size_t i = 0; i < STYLE_COUNT; i++)
		t->sgr[i] = i == STYLE_BORDER ? xstrdup(from->sgr[i])
					      : fit_one(from->sgr[i], background);
	return t;
}

static void release(const char *text)
{
	void *owned = (void *)(uintptr_t)text;
	free(owned);
}

void theme_free(struct theme *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < STYLE_COUNT; i++)
		release(t->sgr[i]);
	release(t->name);
	free(t);
}
