// SPDX-License-Identifier: MIT
// snug config path|show|get|set: the settings file, by hand or by command.
//
// `set` writes the file anew from what it holds and the one change, so that what it
// cannot read it does not destroy: a file with a mistake is refused.
#include "client/config.h"
#include "client/link_words.h"
#include "client/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct key {
	struct span section, name;
};

static bool parse_key(const char *text, struct key *k)
{
	struct span rest = span_of(text);

	k->section = span_cut(&rest, '.');
	k->name = rest;
	return k->section.len && k->name.len;
}

static const struct conf_row *find_row(const struct key *k)
{
	size_t count;
	const struct conf_row *rows = config_rows(&count);

	for (size_t i = 0; i < count; i++) {
		if (span_eq(span_of(rows[i].section), k->section) &&
		    span_eq(span_of(rows[i].key), k->name))
			return &rows[i];
	}
	fprintf(stderr,
		"snug: there is no setting " SPAN_FMT "." SPAN_FMT "; see `snug config show`\n",
		SPAN_ARG(k->section), SPAN_ARG(k->name));
	return NULL;
}

static void add_choice(struct buf *out, const char *choices, int number)
{
	struct span rest = span_of(choices);

	for (int i = 0; i < number; i++)
		span_cut(&rest, '|');
	buf_add_span(out, span_cut(&rest, '|'));
}

static void add_value(struct buf *out, const struct conf_row *row, const struct config *c)
{
	const void *place = (const char *)c + row->offset;

	switch (row->type) {
	case CONF_TEXT:
		buf_add_str(out, *(char *const *)place ? *(char *const *)place : "");
		break;
	case CONF_LIST: {
		const struct conf_list *list = place;
		for (size_t i = 0; i < list->count; i++)
			buf_printf(out, "%s%s", i ? " " : "", list->items[i]);
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

static int show(const struct config *c, const struct conf_row *only)
{
	size_t count;
	const struct conf_row *rows = config_rows(&count);

	for (size_t i = 0; i < count; i++) {
		struct buf value = {0};
		add_value(&value, &rows[i], c);
		if (!only)
			printf("%s.%s = %s\n", rows[i].section, rows[i].key, buf_str(&value));
		else if (only == &rows[i])
			printf("%s\n", buf_str(&value));
		buf_clear(&value);
	}
	return EXIT_OK;
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

// The file's text with one value changed. The line goes where it was, else behind its
// section's head, else into a section of its own at the end.
static void change(struct buf *out, struct span text, const struct key *k, const char *value)
{
	bool is_inside = false, is_done = false;
	struct span rest = text;

	while (rest.len) {
		struct span line = span_cut(&rest, '\n'), bare = span_trim(line);
		bool is_old = is_inside && is_key(bare, k->name);
		if (bare.len && bare.at[0] == '[')
			is_inside = is_header(bare, k->section);
		if (is_old)
			continue;
		buf_add_span(out, line);
		buf_add_char(out, '\n');
		if (is_inside && !is_done && is_header(bare, k->section)) {
			buf_printf(out, SPAN_FMT " = %s\n", SPAN_ARG(k->name), value);
			is_done = true;
		}
	}
	if (!is_done)
		buf_printf(out, "%s[" SPAN_FMT "]\n" SPAN_FMT " = %s\n", out->len ? "\n" : "",
			   SPAN_ARG(k->section), SPAN_ARG(k->name), value);
}

static int write_file(const struct options *o, const struct buf *text, const char *file)
{
	struct config config = {0};
	struct buf errors = {0};
	size_t count;
	const struct conf_row *rows = config_rows(&count);
	int code = EXIT_OK;

	if (!conf_parse(rows, count, &config, buf_span(text), file, &errors) ||
	    !config_check(&config, &o->paths, &errors)) {
		fprintf(stderr, "%s", buf_str(&errors));
		code = EXIT_USAGE;
	} else if (!path_make_dir(o->paths.config) || !path_write(file, buf_span(text), 0600)) {
		fprintf(stderr, "snug: cannot write %s: %s\n", file, strerror(errno));
		code = EXIT_CONFIG;
	}
	config_clear(&config);
	buf_clear(&errors);
	return code;
}

static int set(const struct options *o, const struct key *k, const char *value)
{
	char *file = config_path(&o->paths);
	struct buf before = {0}, after = {0};

	if (!path_read(file, &before) && errno != ENOENT) {
		fprintf(stderr, "snug: cannot read %s: %s\n", file, strerror(errno));
		free(file);
		return EXIT_CONFIG;
	}
	change(&after, buf_span(&before), k, value);
	int code = write_file(o, &after, file);
	buf_clear(&before);
	buf_clear(&after);
	free(file);
	return code;
}

static int print_path(const struct options *o)
{
	char *file = config_path(&o->paths);

	puts(file);
	free(file);
	return EXIT_OK;
}

int verb_config(struct options *o)
{
	struct config config;
	struct buf errors = {0};
	struct key k = {0};
	const char *what = o->n_args ? o->args[0] : "show";
	const struct conf_row *row = NULL;

	if (strcmp(what, "path") == 0)
		return print_path(o);
	if (o->n_args > 1 && (!parse_key(o->args[1], &k) || !(row = find_row(&k))))
		return EXIT_USAGE;
	if (strcmp(what, "set") == 0 && o->n_args == 3)
		return set(o, &k, o->args[2]);
	bool is_get = strcmp(what, "get") == 0 && row, is_show = strcmp(what, "show") == 0;
	if (!is_get && !is_show)
		return verb_misused("config");
	int code = EXIT_CONFIG;
	if (config_read(&config, &o->paths, &errors))
		code = show(&config, row);
	else
		fprintf(stderr, "%s", buf_str(&errors));
	config_clear(&config);
	buf_clear(&errors);
	return code;
}
