// SPDX-License-Identifier: MIT
#include "client/seat/arranged.h"

#include "client/model/target.h"
#include "client/text/kept.h"
#include "common/die.h"

#include <stdlib.h>

#define MUTED "muted"
#define PINNED "pinned"

struct arranged {
	struct model *model;
	struct kept_list kept;
	struct arranged_store store;
};

static const char *const alerts_kept[] = {
	[ALERTS_MENTIONS] = "",
	[ALERTS_ALL] = "alert-all",
	[ALERTS_NONE] = "alert-none",
};

static void on_target(void *arg, struct target *t)
{
	struct arranged *a = arg;
	const char *words = kept_find(&a->kept, span_of(t->key));

	if (!words || t->kind == TARGET_SERVER)
		return;
	for (size_t i = ALERTS_ALL; i < ARRAY_LEN(alerts_kept); i++) {
		if (strstr(words, alerts_kept[i]))
			t->alerts = (enum alerts)i;
	}
	t->muted = t->muted || strstr(words, MUTED);
	target_pin(a->model, t, t->pinned || strstr(words, PINNED));
}

static void write_all(const struct arranged *a)
{
	struct buf text = {0};

	kept_print(&a->kept, &text);
	a->store.write(a->store.arg, buf_span(&text));
	buf_clear(&text);
}

void arranged_keep(struct arranged *a, struct span key, struct span words)
{
	kept_set(&a->kept, key, words);
	write_all(a);
}

const char *arranged_find(const struct arranged *a, struct span key)
{
	return kept_find(&a->kept, key);
}

static void add_word(struct buf *words, const char *word)
{
	buf_printf(words, "%s%s", words->len && word[0] ? " " : "", word);
}

static void on_arranged(void *arg, const struct target *t)
{
	struct buf words = {0};

	add_word(&words, t->muted ? MUTED : "");
	add_word(&words, t->pinned ? PINNED : "");
	add_word(&words, alerts_kept[t->alerts]);
	arranged_keep(arg, span_of(t->key), buf_span(&words));
	buf_clear(&words);
}

struct arranged *arranged_new(struct model *m, struct span kept,
			      const struct arranged_store *store)
{
	struct arranged *a = xcalloc(1, sizeof(*a));
	struct model_watch watch = {
		.arg = a, .on_target = on_target, .on_arranged = on_arranged};

	*a = (struct arranged){.model = m, .store = *store};
	kept_parse(&a->kept, kept);
	// A pinned one changes its place: what comes behind it is looked at all the same.
	for (size_t i = 0; i < a->kept.count; i++) {
		struct target *t = target_find(m, span_of(a->kept.list[i].key));
		if (t)
			on_target(a, t);
	}
	model_watch(m, &watch);
	return a;
}

void arranged_free(struct arranged *a)
{
	if (!a)
		return;
	model_unwatch(a->model, a);
	kept_clear(&a->kept);
	free(a);
}
