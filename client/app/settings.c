// SPDX-License-Identifier: MIT
#include "client/app/settings.h"

#include "client/app/face.h"
#include "client/model/quiet.h"

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
	 .offset = offsetof(struct preferences, member),                                       \
	 .fallback = fallback_,                                                                \
	 .check = check_},
#define SETTING(section_, key_, type_, member, fallback_, min_, max_, choices_)                \
	{.section = section_,                                                                  \
	 .key = key_,                                                                          \
	 .type = type_,                                                                        \
	 .offset = offsetof(struct preferences, member),                                       \
	 .fallback = fallback_,                                                                \
	 .min = min_,                                                                          \
	 .max = max_,                                                                          \
	 .choices = choices_},
#include "client/app/settings.def"
#undef SETTING
#undef CHECKED
};

const struct conf_row *settings_rows(size_t *count)
{
	*count = ARRAY_LEN(rows);
	return rows;
}

char *settings_path(const struct folders *paths)
{
	return path_join(paths->config, "config", NULL);
}

char *settings_themes_dir(const struct folders *paths)
{
	return path_join(paths->config, "themes", NULL);
}

bool settings_check(const struct preferences *c, const struct folders *paths,
		    const struct face *face, struct buf *errors)
{
	char *dir = settings_themes_dir(paths);
	bool is_good = !face || face->has_theme(dir, span_of(c->theme), errors);

	free(dir);
	return is_good;
}

bool settings_read(struct preferences *c, const struct folders *paths, const struct face *face,
		   struct buf *errors)
{
	char *file = settings_path(paths);

	*c = (struct preferences){0};
	bool is_good = conf_read(rows, ARRAY_LEN(rows), c, file, errors) &&
		       settings_check(c, paths, face, errors);
	free(file);
	return is_good;
}

void settings_clear(struct preferences *c)
{
	conf_clear(rows, ARRAY_LEN(rows), c);
}
