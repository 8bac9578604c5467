// SPDX-License-Identifier: MIT
// What the user arranged, kept between runs: muted and pinned targets, what alerts, hidden
// lists.
//
// Kept like drafts, a key and words a line. A target's name never starts with a dot.
#include "client/ui/ui_private.h"
#include "client/model/target.h"

#define MUTED "muted"
#define PINNED "pinned"
#define HIDDEN SPAN("hidden")
#define TARGETS SPAN(".targets")
#define MEMBERS SPAN(".members")

static const struct {
	const char *word;
	const char *kept; // in the file
	const char *help;
} alerts[] = {
	[ALERTS_MENTIONS] = {"mentions", "", "what calls you alerts"},
	[ALERTS_ALL] = {"all", "alert-all", "every message alerts"},
	[ALERTS_NONE] = {"none", "alert-none", "nothing alerts, all is counted"},
};

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
		for (size_t k = ALERTS_ALL; k < ARRAY_LEN(alerts); k++) {
			if (strstr(u->layout.list[i].text, alerts[k].kept))
				t->alerts = (enum alerts)k;
		}
		t->muted = t->muted || strstr(u->layout.list[i].text, MUTED);
		target_pin(u->m, t, t->pinned || strstr(u->layout.list[i].text, PINNED));
	}
}

static void add_word(struct buf *words, const char *word)
{
	buf_printf(words, "%s%s", words->len && word[0] ? " " : "", word);
}

void ui_layout_keep(struct ui *u)
{
	const struct target *t = u->m->current;
	struct buf words = {0};
	add_word(&words, t->muted ? MUTED : "");
	add_word(&words, t->pinned ? PINNED : "");
	add_word(&words, alerts[t->alerts].kept);
	drafts_set(&u->layout, span_of(t->key), buf_span(&words));
	buf_clear(&words);
	drafts_set(&u->layout, TARGETS, u->view.hides_targets ? HIDDEN : SPAN(""));
	drafts_set(&u->layout, MEMBERS, u->view.hides_members ? HIDDEN : SPAN(""));
	if (u->settings.layout_file)
		drafts_write(&u->layout, u->settings.layout_file);
}

bool ui_set_alerts(struct ui *u, struct span word)
{
	struct target *t = u->m->current;
	size_t i = 0;
	while (i < ARRAY_LEN(alerts) && !span_eq(word, span_of(alerts[i].word)))
		i++;
	if (word.len && i == ARRAY_LEN(alerts))
		return false;
	if (word.len) {
		t->alerts = (enum alerts)i;
		ui_layout_keep(u);
	}
	ui_sayf(u, "%s: alert %s, %s%s", t->name, alerts[t->alerts].word,
		alerts[t->alerts].help, t->muted ? "; but it is muted" : "");
	return true;
}
