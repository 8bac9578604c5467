// SPDX-License-Identifier: MIT
// The model as a whole: making, watching, the link, questions, capabilities.
#include "client/model/directory.h"
#include "client/model/hush.h"
#include "client/model/saved.h"
#include "client/model/invitations.h"
#include "client/model/model_private.h"
#include "client/model/people.h"
#include "client/model/target.h"
#include "client/model/model.h"
#include "common/die.h"

#include <assert.h>
#include <stdlib.h>

#define LINE_MAX_DEFAULT 120000
#define MEMBERSHIPS_MAX (128u * 1024)
#define PEOPLE_MAX (256u * 1024)
#define LOG_BYTES_MAX (256u * 1024 * 1024)

static void init_facts(struct server_facts *f)
{
	*f = (struct server_facts){
		.prefix_modes = "qov",
		.prefix_signs = "~@+",
		.chan_types = "#",
		.list_modes = "beI",
		.key_modes = "k",
		.set_modes = "l",
		.line_len = 512,
	};
}

struct model *model_new(struct span nick)
{
	struct model *m = xcalloc(1, sizeof(*m));
	m->bounds = (struct model_bounds){
		.targets = MODEL_TARGETS_MAX,
		.memberships = MEMBERSHIPS_MAX,
		.people = PEOPLE_MAX,
		.log_bytes = LOG_BYTES_MAX,
	};
	list_init(&m->batches);
	init_facts(&m->facts);
	m->link.text = xstrdup("");
	m->link.lag_ms = -1;
	m->question.text = xstrdup("");
	m->question.choices = xstrdup("");
	m->me = person_need(m, nick);
	m->focused = true;
	m->line_max = LINE_MAX_DEFAULT;
	m->server = target_need(m, SPAN(""));
	m->current = m->server;
	return m;
}

static void free_people(struct model *m)
{
	size_t cursor = 0;
	struct person *p;
	while ((p = map_next(&m->people, &cursor)))
		person_free(p);
	map_clear(&m->people);
	idmap_clear(&m->written);
	idmap_clear(&m->small);
}

static void free_words(char **words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(words[i]);
	free(words);
}

void model_free(struct model *m)
{
	if (!m)
		return;
	batches_clear(m);
	found_clear(m);
	directory_clear(m);
	for (size_t i = 0; i < m->n_targets; i++)
		target_free(m, m->targets[i]);
	free(m->targets);
	map_clear(&m->target_by_key);
	free_people(m);
	free_words(m->caps, m->n_caps);
	free_words(m->keywords, m->n_keywords);
	numbers_clear(m);
	hush_clear(m);
	saved_clear(m);
	invitations_clear(m);
	free(m->link.text);
	free(m->question.text);
	free(m->question.choices);
	free(m->away);
	free(m->awaited);
	free(m->progress);
	free(m);
}

void model_watch(struct model *m, const struct model_watch *w)
{
	assert(m->n_watchers < MODEL_WATCHERS_MAX);
	m->watchers[m->n_watchers++] = *w;
}

void model_unwatch(struct model *m, const void *arg)
{
	size_t kept = 0;
	for (size_t i = 0; i < m->n_watchers; i++) {
		if (m->watchers[i].arg != arg)
			m->watchers[kept++] = m->watchers[i];
	}
	m->n_watchers = kept;
}

void set_text(char **text, struct span with)
{
	char *fresh = span_dup(with);
	free(*text);
	*text = fresh;
}

void model_set_progress(struct model *m, struct span words)
{
	if (span_eq(words, span_of(m->progress)))
		return;
	free(m->progress);
	m->progress = words.len ? span_dup(words) : NULL;
	m->version++;
}

static void open_gaps(struct model *m)
{
	for (size_t i = 0; i < m->n_targets; i++) {
		struct target *t = m->targets[i];
		if (t->kind == TARGET_SERVER)
			continue;
		t->gap_open = t->log.count > 0;
		t->n_missed = 0;
		if (t->log.count)
			t->lost_at = scrollback_at(&t->log, t->log.count - 1)->at_ms;
		memset(t->typing, 0, sizeof(t->typing));
		if (t->history == HISTORY_LOADING)
			t->history = HISTORY_MORE;
	}
}

void model_set_link(struct model *m, const struct link_status *s)
{
	bool was_online = model_is_online(m);
	char *text = xstrdup(s->text ? s->text : "");
	bool is_other = m->link.state != s->state ||
			strcmp(m->link.text ? m->link.text : "", text) != 0;
	free(m->link.text);
	m->link = *s;
	m->link.text = text;
	m->version++;
	if (was_online && !model_is_online(m))
		open_gaps(m);
	if (is_other)
		tell_link(m);
}

bool model_is_online(const struct model *m)
{
	return m->link.state == LINK_ONLINE || m->link.state == LINK_LAGGING ||
	       m->link.state == LINK_STORING;
}

bool model_has_cap(const struct model *m, const char *name)
{
	for (size_t i = 0; i < m->n_caps; i++) {
		if (strcmp(m->caps[i], name) == 0)
			return true;
	}
	return false;
}

void model_clear_keywords(struct model *m)
{
	free_words(m->keywords, m->n_keywords);
	m->keywords = NULL;
	m->n_keywords = 0;
}

void model_add_keyword(struct model *m, struct span word)
{
	m->keywords = xreallocarray(m->keywords, m->n_keywords + 1, sizeof(char *));
	m->keywords[m->n_keywords++] = span_dup(word);
}

void model_ask(struct model *m, int id, struct span text, const char *choices)
{
	m->question.id = id;
	m->question.about = 0;
	set_text(&m->question.text, text);
	set_text(&m->question.choices, span_of(choices));
	tell_question(m);
}

void model_sought(struct model *m, struct target *t, struct log_line *l, enum sought how)
{
	tell_sought(m, t, l, how);
}

void model_ask_done(struct model *m, int id)
{
	if (m->question.id != id)
		return;
	m->question.id = 0;
	m->version++;
}
