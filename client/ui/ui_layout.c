// SPDX-License-Identifier: MIT
// What the user arranged, kept between runs: muted targets, hidden lists.
//
// Kept like drafts, a key and a word a line. A target's name never starts with a dot.
#include "client/ui/ui_private.h"

#define MUTED SPAN("muted")
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
	for (size_t i = 0; u->layout.count && i < u->m->n_targets; i++) {
		struct target *t = u->m->targets[i];
		t->muted = t->muted || drafts_find(&u->layout, span_of(t->key));
	}
}

void ui_layout_keep(struct ui *u)
{
	const struct target *t = u->m->current;
	drafts_set(&u->layout, span_of(t->key), t->muted ? MUTED : SPAN(""));
	drafts_set(&u->layout, TARGETS, u->view.hides_targets ? HIDDEN : SPAN(""));
	drafts_set(&u->layout, MEMBERS, u->view.hides_members ? HIDDEN : SPAN(""));
	if (u->settings.layout_file)
		drafts_write(&u->layout, u->settings.layout_file);
}
