// SPDX-License-Identifier: MIT
// What the user arranged, kept between runs: muted and pinned targets, hidden lists.
//
// Kept like drafts, a key and words a line. A target's name never starts with a dot.
#include "client/ui/ui_private.h"

#define MUTED "muted"
#define PINNED "pinned"
#define HIDDEN SPAN("hidden")
#define TARGETS SPAN(".targets")
#define MEMBERS SPAN(".members")

void ui_layout_read(struct ui *u)
{
	drafts_read(&u->layout, u->settings.layout_file);
	u->view.hides_targets = drafts_find(&u->layout, TARGETS) != NULL;
	u->view.hides_members = drafts_find(&u->layout, MEMBERS) != NULL;
}

void ui_layout_apply(struct ui *u)
{
	if (u->arranged_targets == u->m->n_targets)
		return;
	u->arranged_targets = u->m->n_targets;
	for (size_t i = 0; i < u->layout.count; i++) {
		struct target *t = target_find(u->m, span_of(u->layout.list[i].key));
		if (!t || t->kind == TARGET_SERVER)
			continue;
		t->muted = t->muted || strstr(u->layout.list[i].text, MUTED);
		target_pin(u->m, t, t->pinned || strstr(u->layout.list[i].text, PINNED));
	}
}

void ui_layout_keep(struct ui *u)
{
	const struct target *t = u->m->current;
	struct buf words = {0};
	buf_printf(&words, "%s%s%s", t->muted ? MUTED : "", t->muted && t->pinned ? " " : "",
		   t->pinned ? PINNED : "");
	drafts_set(&u->layout, span_of(t->key), buf_span(&words));
	buf_clear(&words);
	drafts_set(&u->layout, TARGETS, u->view.hides_targets ? HIDDEN : SPAN(""));
	drafts_set(&u->layout, MEMBERS, u->view.hides_members ? HIDDEN : SPAN(""));
	if (u->settings.layout_file)
		drafts_write(&u->layout, u->settings.layout_file);
}
