// SPDX-License-Identifier: MIT
#include "client/app/settings_set.h"
#include "common/file.h"
#include "client/api/exit_code.h"

#include <errno.h>
#include <stdlib.h>

struct setting_key {
	struct span section, name;
};

static bool parse_key(struct span text, struct setting_key *k)
{
	struct span rest = text;

	k->section = span_cut(&rest, '.');
	k->name = rest;
	return k->section.len && k->name.len;
}

const struct conf_row *settings_row(struct span key, struct buf *errors)
{
	struct setting_key k;
	size_t count;
	const struct conf_row *rows = settings_rows(&count);

	for (size_t i = 0; parse_key(key, &k) && i < count; i++) {
		if (span_eq(span_of(rows[i].section), k.section) &&
		    span_eq(span_of(rows[i].key), k.name))
			return &rows[i];
	}
	buf_printf(errors, "there is no setting " SPAN_FMT ":", SPAN_ARG(key));
	for (size_t i = 0; i < count; i++)
		buf_printf(errors, "%s %s.%s", i ? "," : "", rows[i].section, rows[i].key);
	buf_add_char(errors, '\n');
	return NULL;
}

static void add_choice(struct buf *out, const char *choices, int number)
{
	struct span rest = span_of(choices);

	for (int i = 0; i < number; i++)
		span_cut(&rest, '|');
	buf_add_span(out, span_cut(&rest, '|'));
}

void settings_value(const struct preferences *c, const struct conf_row *row, struct buf *out)
{
	const void *place = (const char *)c + row->offset;

	switch (row->type) {
	case CONF_TEXT:
		buf_add_str(out, *(char *const *)place ? *(char *const *)place : "");
		break;
	case CONF_LIST: {
		const struct conf_list *list = place;
		for (size_t i = 0; i < list->count; i++)
			buf_printf(out, "%s%s", i ? ", " : "", list->items[i]);
		break;
	}
	case CONF_NUMBER:
	case CONF_SIZE:
	case CONF_DURATION:
		buf_add_i64(out, *(const int64_t *)place);
		break;
	case CONF_BOOL:
		buf_add_str(out, *(const bool *)place ? "on" : "off");
		break;
	case CONF_CHOICE:
		add_choice(out, row->choices, *(const int *)place);
		break;
	}
}

static bool is_header(struct span line, struct span section)
{
	return line.len == section.len + 2 && line.at[0] == '[' &&
	       span_eq(span_from(line.at + 1, section.len), section);
}

static bool is_key(struct span line, struct span name)
{
	return span_eq(span_trim(span_cut(&line, '=')), name);
}

// A list has a line for each of its values, which commas divide here.
static void add_lines(struct buf *out, const struct conf_row *row, struct span value)
{
	bool is_list = row->type == CONF_LIST;
	struct span rest = value;

	do {
		struct span one = is_list ? span_trim(span_cut(&rest, ',')) : value;
		if (one.len || !is_list)
			buf_printf(out, "%s = " SPAN_FMT "\n", row->key, SPAN_ARG(one));
	} while (is_list && rest.len);
}

// The file's text with one value changed. The line goes where it was, else behind its
// section's head, else into a section of its own at the end.
static void change(struct buf *out, struct span text, const struct conf_row *row,
		   struct span value)
{
	bool is_inside = false, is_done = false;
	struct span rest = text, section = span_of(row->section);

	while (rest.len) {
		struct span line = span_cut(&rest, '\n'), bare = span_trim(line);
		bool is_old = is_inside && is_key(bare, span_of(row->key));
		if (bare.len && bare.at[0] == '[')
			is_inside = is_header(bare, section);
		if (is_old)
			continue;
		buf_add_span(out, line);
		buf_add_char(out, '\n');
		if (is_inside && !is_done && is_header(bare, section)) {
			add_lines(out, row, value);
			is_done = true;
		}
	}
	if (!is_done) {
		buf_printf(out, "%s[%s]\n", out->len ? "\n" : "", row->section);
		add_lines(out, row, value);
	}
}

static int write_file(const struct folders *paths, const struct face *face,
		      const struct buf *text, const char *file, struct buf *errors)
{
	struct preferences config = {0};
	size_t count;
	const struct conf_row *rows = settings_rows(&count);
	int code = EXIT_OK;

	if (!conf_parse(rows, count, &config, buf_span(text), file, errors) ||
	    !settings_check(&config, paths, face, errors)) {
		code = EXIT_USAGE;
	} else if (!path_make_dir(paths->config) || !file_put(file, buf_span(text), 0600)) {
		buf_printf(errors, "cannot write %s: %s\n", file, strerror(errno));
		code = EXIT_CONFIG;
	}
	settings_clear(&config);
	return code;
}

int settings_set(const struct folders *paths, const struct face *face, struct span key,
		 const char *value, struct buf *errors)
{
	const struct conf_row *row = settings_row(key, errors);
	char *file = settings_path(paths);
	struct buf before = {0}, after = {0};
	int code = EXIT_CONFIG;

	if (!row) {
		code = EXIT_USAGE;
	} else if (!path_read(file, &before) && errno != ENOENT) {
		buf_printf(errors, "cannot read %s: %s\n", file, strerror(errno));
	} else {
		change(&after, buf_span(&before), row, span_of(value));
		code = write_file(paths, face, &after, file, errors);
	}
	buf_clear(&before);
	buf_clear(&after);
	free(file);
	return code;
}
