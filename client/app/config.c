// SPDX-License-Identifier: MIT
#include "client/app/config.h"
#include "client/ui/theme.h"

#include <assert.h>
#include <stdlib.h>

static bool check_quiet(struct span text, struct buf *why)
{
	struct quiet quiet;

	return quiet_parse(text, &quiet, why);
}

static const struct conf_row rows[] = {
#define CHECKED(section_, key_, member, fallback_, check_)                                     \
	{.section = section_,                                                                  \
	 .key = key_,                                                                          \
	 .type = CONF_TEXT,                                                                    \
	 .offset = offsetof(struct config, member),                                            \
	 .fallback = fallback_,                                                                \
	 .check = check_},
#define SETTING(section_, key_, type_, member, fallback_, min_, max_, choices_)                \
	{.section = section_,                                                                  \
	 .key = key_,                                                                          \
	 .type = type_,                                                                        \
	 .offset = offsetof(struct config, member),                                            \
	 .fallback = fallback_,                                                                \
	 .min = min_,                                                                          \
	 .max = max_,                                                                          \
	 .choices = choices_},
#include "client/app/config.def"
#undef SETTING
#undef CHECKED
};

enum { AS_TERMINAL, ALWAYS, NEVER };

const struct conf_row *config_rows(size_t *count)
{
	*count = ARRAY_LEN(rows);
	return rows;
}

char *config_path(const struct paths *paths)
{
	return path_join(paths->config, "config", NULL);
}

static char *themes_dir(const struct paths *paths)
{
	return path_join(paths->config, "themes", NULL);
}

bool config_check(const struct config *c, const struct paths *paths, struct buf *errors)
{
	struct span name = span_of(c->theme);

	if (span_eq(name, SPAN("auto")) || theme_find(name))
		return true;
	char *dir = themes_dir(paths);
	struct theme *theme = theme_read(dir, name, DEPTH_TRUE, errors);
	free(dir);
	theme_free(theme);
	return theme != NULL;
}

bool config_read(struct config *c, const struct paths *paths, struct buf *errors)
{
	char *file = config_path(paths);

	*c = (struct config){0};
	bool is_good = conf_read(rows, ARRAY_LEN(rows), c, file, errors) &&
		       config_check(c, paths, errors);
	free(file);
	return is_good;
}

void config_clear(struct config *c)
{
	conf_clear(rows, ARRAY_LEN(rows), c);
	free(c->history_file);
	free(c->drafts_file);
	free(c->layout_file);
	free(c->themes_dir);
	c->history_file = c->drafts_file = c->layout_file = c->themes_dir = NULL;
}

void config_ui(struct config *c, const struct paths *paths, const char *state_dir,
	       struct ui_settings *out)
{
	ui_settings_init(out);
	if (c->ascii != AS_TERMINAL)
		out->ascii = c->ascii == ALWAYS;
	if (c->color != AS_TERMINAL)
		out->color = c->color == ALWAYS;
	out->bell = c->bell;
	out->notify_text = c->notify_text;
	out->theme = c->theme;
	free(c->themes_dir);
	c->themes_dir = themes_dir(paths);
	out->themes_dir = c->themes_dir;
	out->notify = c->notify;
	struct buf why = {0};
	bool is_read = quiet_parse(span_of(c->quiet), &out->quiet, &why);
	assert(is_read); // the check of its row
	buf_clear(&why);
	free(c->history_file);
	c->history_file = path_join(state_dir, "history", NULL);
	out->history_file = c->history_file;
	free(c->drafts_file);
	c->drafts_file = path_join(state_dir, "drafts", NULL);
	out->drafts_file = c->drafts_file;
	free(c->layout_file);
	c->layout_file = path_join(state_dir, "layout", NULL);
	out->layout_file = c->layout_file;
	out->notify_command = c->notify_command;
}
