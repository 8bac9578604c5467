// SPDX-License-Identifier: MIT
// Which theme is drawn with: what was chosen, as far as the terminal and NO_COLOR let it.
#include "client/ui/ui_private.h"
#include "common/die.h"

#include <stdlib.h>

static enum color_depth depth_here(void)
{
	return color_depth(getenv("TERM"), getenv("COLORTERM"));
}

// The constant theme behind the name; NULL: it is one of a file.
static const struct theme *constant_theme(const struct ui *u, struct span name)
{
	if (!u->settings.color)
		return theme_find(SPAN("mono"));
	if (span_eq(name, SPAN("auto")))
		name = u->has_background && color_is_light(u->background) ? SPAN("light")
									  : SPAN("dark");
	bool has_256 = span_eq(name, SPAN("dark")) || span_eq(name, SPAN("light"));
	return theme_find(has_256 && depth_here() == DEPTH_16 ? SPAN("basic") : name);
}

static void use(struct ui *u, const struct theme *theme, struct theme *made)
{
	theme_free(u->made_theme);
	u->made_theme = made;
	u->theme = theme;
	screen_forget(&u->screen);
	ui_changed(u);
}

static void use_constant(struct ui *u, const struct theme *theme)
{
	struct theme *fitted = u->has_background ? theme_fit(theme, u->background) : NULL;
	use(u, fitted ? fitted : theme, fitted);
}

bool ui_set_theme(struct ui *u, struct span name, struct buf *errors)
{
	const struct theme *constant = constant_theme(u, name);
	struct theme *made = NULL;
	if (!constant)
		made = theme_read(u->settings.themes_dir, name, depth_here(), errors);
	if (!constant && !made)
		return false;
	char *kept = span_dup(name);
	free(u->theme_name);
	u->theme_name = kept;
	if (constant)
		use_constant(u, constant);
	else
		use(u, made, made);
	return true;
}

void ui_theme_background(struct ui *u, struct rgb background)
{
	u->has_background = true;
	u->background = background;
	const struct theme *constant =
		u->theme_name ? constant_theme(u, span_of(u->theme_name)) : NULL;
	if (constant)
		use_constant(u, constant);
}
