// SPDX-License-Identifier: MIT
// What the page asks for now and then: commands, completions, invitations, what was saved.
#include "client/web/tab.h"

#include "client/model/complete.h"
#include "client/model/saved.h"
#include "client/model/target.h"
#include "client/slash/command.h"
#include "client/web/exports.h"
#include "client/web/put.h"
#include "common/die.h"
#include "common/spoken.h"

#include <stdlib.h>

EXPORT(commands) void tab_put_commands(void)
{
	size_t count;
	const struct command_help *list = command_list(&count);

	page_open_list(NULL);
	for (size_t i = 0; i < count; i++) {
		page_open_object(NULL);
		put_str("name", list[i].name);
		put_str("usage", spoken(list[i].usage));
		put_str("help", spoken(list[i].help));
		page_close();
	}
	page_close();
}

// The cursor is behind the first `cursor` bytes; `start` is where the word begins, in bytes.
EXPORT(complete) void tab_put_complete(double id, struct span text, double cursor)
{
	size_t count;
	const struct command_help *list = command_list(&count);
	const char **words = xcalloc(count, sizeof(*words));
	const struct target *t = tab_target(id);
	struct completion found = {0};

	for (size_t i = 0; i < count; i++)
		words[i] = list[i].name;
	if (t && cursor <= text.len)
		complete(tab()->core.model, t, text, (size_t)cursor, words, count, &found);
	page_open_object(NULL);
	put_number("start", (double)found.start);
	page_open_list("items");
	for (size_t i = 0; i < found.count; i++)
		put_str(NULL, found.items[i]);
	page_close();
	page_close();
	completion_clear(&found);
	free(words);
}

EXPORT(invitations) void tab_put_invitations(void)
{
	const struct model *m = tab()->core.model;

	page_open_list(NULL);
	for (size_t i = 0; i < m->n_invitations; i++) {
		page_open_object(NULL);
		put_str("room", m->invitations[i].room);
		put_str("by", m->invitations[i].by);
		put_ms("at", m->invitations[i].at_ms);
		page_close();
	}
	page_close();
}

static void put_saved(struct model *m, const struct saved_row *row)
{
	const struct target *t = target_find(m, span_of(row->target));
	const struct log_line *l = t ? scrollback_find(&t->log, span_of(row->id)) : NULL;

	page_open_object(NULL);
	put_str("target", row->target);
	put_str("id", row->id);
	put_ms("at", row->at_ms);
	put_str("from", l && l->from ? l->from->name : "");
	put_text("text", l ? line_says(l) : SPAN(""));
	page_close();
}

EXPORT(saved) void tab_put_saved(void)
{
	struct model *m = tab()->core.model;

	page_open_list(NULL);
	for (size_t i = 0; i < m->n_saved; i++)
		put_saved(m, &m->saved[i]);
	page_close();
}
