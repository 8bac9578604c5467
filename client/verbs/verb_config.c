// SPDX-License-Identifier: MIT
// snug config path | show | get | set: the settings file, by hand or by command.
#include "client/app/settings_set.h"
#include "client/api/exit_code.h"
#include "client/verbs/options.h"

#include <stdio.h>
#include <stdlib.h>

static int show(const struct preferences *c, const struct conf_row *only)
{
	size_t count;
	const struct conf_row *rows = settings_rows(&count);

	for (size_t i = 0; i < count; i++) {
		struct buf value = {0};
		settings_value(c, &rows[i], &value);
		if (!only)
			printf("%s.%s = %s\n", rows[i].section, rows[i].key, buf_str(&value));
		else if (only == &rows[i])
			printf("%s\n", buf_str(&value));
		buf_clear(&value);
	}
	return EXIT_OK;
}

static void print_errors(const struct buf *errors)
{
	struct span rest = buf_span(errors);

	while (rest.len) {
		struct span line = span_cut(&rest, '\n');
		fprintf(stderr, "snug: " SPAN_FMT "\n", SPAN_ARG(line));
	}
}

static int set(const struct options *o)
{
	struct buf errors = {0};
	int code = settings_set(&o->paths, o->face, span_of(o->args[1]), o->args[2], &errors);

	print_errors(&errors);
	buf_clear(&errors);
	return code;
}

static int print_path(const struct options *o)
{
	char *file = settings_path(&o->paths);

	puts(file);
	free(file);
	return EXIT_OK;
}

int snug_config(struct options *o)
{
	struct preferences config;
	struct buf errors = {0};
	const char *what = o->n_args ? o->args[0] : "show";
	const struct conf_row *row = NULL;

	if (strcmp(what, "path") == 0 && o->n_args == 1)
		return print_path(o);
	if (strcmp(what, "set") == 0 && o->n_args == 3)
		return set(o);
	bool is_get = strcmp(what, "get") == 0 && o->n_args == 2;
	bool is_show = strcmp(what, "show") == 0 && o->n_args <= 1;
	if (!is_get && !is_show)
		return verb_misused("config");
	if (is_get && !(row = settings_row(span_of(o->args[1]), &errors))) {
		print_errors(&errors);
		buf_clear(&errors);
		return EXIT_USAGE;
	}
	int code = EXIT_CONFIG;
	if (settings_read(&config, &o->paths, o->face, &errors))
		code = show(&config, row);
	else
		fprintf(stderr, "%s", buf_str(&errors));
	settings_clear(&config);
	buf_clear(&errors);
	return code;
}
