// SPDX-License-Identifier: MIT
// What changed, to everybody who watches.
#include "client/model/model_private.h"

void tell_line(struct model *m, struct target *t, struct log_line *l)
{
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_line)
			w->on_line(w->arg, t, l);
	}
}

void tell_redacted(struct model *m, struct target *t, struct log_line *l)
{
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_redacted)
			w->on_redacted(w->arg, t, l);
	}
}

void tell_reacted(struct model *m, struct target *t, struct log_line *l,
		  const struct reacted *what)
{
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_reacted)
			w->on_reacted(w->arg, t, l, what);
	}
}

void tell_gone(struct model *m, struct target *t, struct log_line *l)
{
	batches_forget(m, t, l);
	edits_forget(t, l);
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_gone)
			w->on_gone(w->arg, t, l);
	}
}

void tell_alert(struct model *m, struct target *t, struct log_line *l)
{
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_alert)
			w->on_alert(w->arg, t, l);
	}
}

void tell_page(struct model *m, const struct history_page *page)
{
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_page)
			w->on_page(w->arg, page);
	}
}

void tell_target(struct model *m, struct target *t)
{
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_target)
			w->on_target(w->arg, t);
	}
}

void tell_arranged(struct model *m, const struct target *t)
{
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_arranged)
			w->on_arranged(w->arg, t);
	}
}

void tell_target_gone(struct model *m, struct target *t)
{
	batches_forget(m, t, NULL);
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_target_gone)
			w->on_target_gone(w->arg, t);
	}
}

void tell_link(struct model *m)
{
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_link)
			w->on_link(w->arg);
	}
}

void tell_own(struct model *m, struct target *t, struct own *o)
{
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_own)
			w->on_own(w->arg, t, o);
	}
}

void tell_question(struct model *m)
{
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_question)
			w->on_question(w->arg);
	}
}

bool tell_recall(struct model *m, struct target *t, const struct own *o)
{
	bool is_taken = false;
	for (size_t i = 0; i < m->n_watchers && !is_taken; i++) {
		const struct model_watch *w = &m->watchers[i];
		is_taken = w->on_recall != NULL;
		if (is_taken)
			w->on_recall(w->arg, t, o);
	}
	return is_taken;
}

void tell_sought(struct model *m, struct target *t, struct log_line *l, enum sought how)
{
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_sought)
			w->on_sought(w->arg, t, l, how);
	}
}

void tell_found(struct model *m)
{
	m->version++;
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];
		if (w->on_found)
			w->on_found(w->arg);
	}
}
