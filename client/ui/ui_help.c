// SPDX-License-Identifier: MIT
// F1: keys and commands in groups, found by typing; of a chosen message its keys.
#include "client/ui/ui_private.h"

#include <stdlib.h>

static const struct {
	const char *name, *help;
} acts[] = {
#define ACT(name, help) {#name, help},
#include "client/ui/acts.def"
#undef ACT
};

static const struct {
	const char *key, *act;
	bool is_chosen;
} keys[] = {
#define KEY(key, name) {key, #name, false},
#define CHOSEN(key, name) {key, #name, true},
#include "client/ui/keys.def"
#undef KEY
#undef CHOSEN
};

static const struct {
	const char *heading, *acts, *commands;
} groups[] = {
#define HELP_GROUP(heading, acts, commands) {heading, acts, commands},
#include "client/ui/help.def"
#undef HELP_GROUP
};

static const struct {
	const char *typed, *help;
} examples[] = {
#define EXAMPLE(typed, help) {typed, help},
#include "client/model/examples.def"
#undef EXAMPLE
};

struct page {
	struct ui *u;
	struct span query;
	const char *heading; // that the next row wants above it, or NULL
};

static bool holds(const char *text, struct span part)
{
	size_t len = strlen(text);

	for (size_t i = 0; i + part.len <= len; i++) {
		if (span_eq_fold(span_from(text + i, part.len), part))
			return true;
	}
	return false;
}

static void add_row(struct page *p, const char *text, const char *help)
{
	struct menu *menu = &p->u->view.menu;
	struct buf heading = {0};

	if (!holds(text, p->query) && !holds(help, p->query))
		return;
	if (p->heading) {
		buf_printf(&heading, "--- %s", p->heading);
		menu_add(menu, buf_span(&heading), SPAN(""), 0);
		buf_clear(&heading);
		p->heading = NULL;
	}
	menu_add(menu, span_of(text), span_of(help), 0);
}

static void add_act(struct page *p, size_t i, bool is_chosen)
{
	struct buf row = {0};

	for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
		if (keys[k].is_chosen == is_chosen && strcmp(keys[k].act, acts[i].name) == 0)
			buf_printf(&row, "%s%s", row.len ? ", " : "", keys[k].key);
	}
	if (row.len && acts[i].help[0])
		add_row(p, buf_str(&row), acts[i].help);
	buf_clear(&row);
}

static void add_command(struct page *p, const struct command_help *c)
{
	struct buf text = {0};

	buf_printf(&text, "/%s%s%s", c->name, c->usage[0] ? " " : "", c->usage);
	add_row(p, buf_str(&text), c->help);
	buf_clear(&text);
}

static bool stands_in(const char *list, const char *name)
{
	struct span rest = span_of(list);

	while (rest.len) {
		if (span_eq(span_cut(&rest, ' '), span_of(name)))
			return true;
	}
	return false;
}

static bool is_in_a_group(const char *name, bool is_command)
{
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		if (stands_in(is_command ? groups[i].commands : groups[i].acts, name))
			return true;
	}
	return false;
}

// In the order of their own tables; group NULL: what is in none.
static void add_group(struct page *p, const char *of_acts, const char *of_commands)
{
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		if (of_acts ? stands_in(of_acts, acts[i].name)
			    : !is_in_a_group(acts[i].name, false))
			add_act(p, i, false);
	}
	for (size_t i = 0; i < p->u->n_commands; i++) {
		const struct command_help *c = &p->u->commands[i];
		if (of_commands ? stands_in(of_commands, c->name)
				: !is_in_a_group(c->name, true))
			add_command(p, c);
	}
}

void ui_fill_help(struct ui *u, struct span query)
{
	struct page p = {.u = u, .query = query};

	if (u->view.selected) {
		for (size_t i = 0; i < ARRAY_LEN(acts); i++)
			add_act(&p, i, true);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		p.heading = groups[i].heading;
		add_group(&p, groups[i].acts, groups[i].commands);
	}
	p.heading = "more";
	add_group(&p, NULL, NULL);
	p.heading = "examples";
	for (size_t i = 0; i < ARRAY_LEN(examples); i++)
		add_row(&p, examples[i].typed, examples[i].help);
}

void act_help(struct ui *u)
{
	ui_menu_query(u, MENU_HELP, "help: M- is Alt, C- is Ctrl; type to find, Esc leaves",
		      "help");
}
