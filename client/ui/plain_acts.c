// SPDX-License-Identifier: MIT
// What commands do in line mode: messages are meant by the names that stand behind them.
#include "client/ui/plain_private.h"
#include "client/model/doable.h"
#include "client/model/emoji.h"
#include "client/model/line_file.h"
#include "client/model/saved.h"
#include "client/model/search_words.h"
#include "client/model/hush.h"
#include "client/model/inbox.h"
#include "client/model/target.h"
#include "common/url.h"
#include "common/when.h"
#include "common/when_here.h"
#include "client/text/host.h"
#include "client/ui/moment.h"
#include "client/ui/view.h"

#include <stdlib.h>

#define INBOX_SHOWN 20
#define AROUND 10 // messages that are printed around a place

// The message that an act is done to.
struct meant {
	struct target *t;
	struct log_line *l; // NULL: it was printed, but is not loaded
	struct span id;
};

static struct target *target_of(const struct model *m, unsigned id)
{
	for (size_t i = 0; i < m->n_targets; i++) {
		if (m->targets[i]->id == id)
			return m->targets[i];
	}
	return NULL;
}

// False: it was said why not. Behind a name only `text` is left.
static bool find_named(struct plain *p, struct span *text, struct meant *out)
{
	struct span rest = *text, word = span_cut(&rest, ' ');
	const struct handle *h = handles_find(&p->handles, word);
	if (!handles_is_name(word))
		return true;
	out->t = h ? target_of(p->m, h->target_id) : NULL;
	if (!out->t) {
		plain_sayf(p, "No message is called " SPAN_FMT " (any more).", SPAN_ARG(word));
		return false;
	}
	out->id = span_of(h->id);
	out->l = scrollback_find(&out->t->log, out->id);
	*text = span_trim(rest);
	return true;
}

// False: it was said why not. What is not loaded is the server's to judge.
static bool find_meant(struct plain *p, const struct doable *d, struct span *text,
		       struct meant *out)
{
	const char *why;
	if (!find_named(p, text, out))
		return false;
	if (out->id.len && !out->l)
		return true;
	if (!out->l && text->len && !d->has_text) {
		plain_sayf(p, "/%s takes the name behind a message, as in /%s a7", d->name,
			   d->name);
		return false;
	}
	if (!out->l)
		out->t = p->m->current;
	out->l = doable_choose(d, out->t, out->l, false, &why);
	if (out->l)
		out->id = line_id(out->l);
	else
		plain_sayf(p, "%s", why);
	return out->l != NULL;
}

static bool need_text(struct plain *p, const char *command, const char *what, struct span text)
{
	if (!text.len)
		plain_sayf(p, "/%s a7 %s: %s is missing", command, what, what);
	return text.len > 0;
}

static void say_for(struct plain *p, const struct meant *m, enum line_kind kind,
		    struct span text)
{
	p->intents->message(p->intents->arg, m->t, kind, text, m->id);
}

static void reply(struct plain *p, const struct meant *m, struct span text)
{
	if (need_text(p, "reply", "TEXT", text))
		say_for(p, m, LINE_MESSAGE, text);
}

static void react(struct plain *p, const struct meant *m, struct span text)
{
	if (need_text(p, "react", "EMOJI", text))
		say_for(p, m, LINE_REACTION, emoji_named(text));
}

static void edit(struct plain *p, const struct meant *m, struct span text)
{
	if (need_text(p, "edit", "TEXT", text))
		say_for(p, m, LINE_EDIT, text);
}

static void redact(struct plain *p, const struct meant *m, struct span text)
{
	struct buf words = {0};
	(void)text;
	if (model_is_online(p->m) && !model_has_cap(p->m, "draft/message-redaction")) {
		plain_sayf(p, "this server cannot remove messages");
		return;
	}
	free(p->redaction);
	p->redaction = span_dup(m->id);
	p->redaction_target = m->t->id;
	buf_add_str(&words, "remove ");
	plain_line_quote(&words, m->l);
	buf_add_char(&words, '?');
	model_ask(p->m, PLAIN_REDACT, buf_span(&words), "yn");
	buf_clear(&words);
}

void plain_redact_answer(struct plain *p, bool is_yes)
{
	struct target *t = target_of(p->m, p->redaction_target);
	if (is_yes && t)
		p->intents->remove(p->intents->arg, t, span_of(p->redaction));
	if (!is_yes || !t)
		plain_sayf(p, "nothing was removed");
	else if (model_is_online(p->m))
		plain_sayf(p, "removed in 5 s: /restore takes it back");
	else
		plain_sayf(p, "removed once there is a connection: /restore takes it back");
	free(p->redaction);
	p->redaction = NULL;
}

static void report(struct plain *p, const struct meant *m, struct span text)
{
	struct buf line = {0};
	if (!need_text(p, "report", "REASON", text))
		return;
	doable_report(&line, m->t, m->id, text);
	if (m->t->kind != TARGET_ROOM)
		plain_sayf(p, "only messages of a room have moderators to report them to");
	else if (p->intents->raw(p->intents->arg, buf_span(&line)))
		plain_sayf(p, "sent to ChanServ: it answers whether the moderators were told");
	else
		plain_sayf(p, "not sent: there is no connection");
	buf_clear(&line);
}

static void save(struct plain *p, const struct meant *m, struct span text)
{
	struct buf line = {0}, words = {0};
	(void)text;
	if (saved_toggle(p->m, m->t, m->id, &line, &words) &&
	    !p->intents->raw(p->intents->arg, buf_span(&line)))
		plain_sayf(p, "not saved, nor let go: there is no connection");
	else
		plain_sayf(p, "%s", buf_str(&words));
	buf_clear(&line);
	buf_clear(&words);
}

static bool need_line(struct plain *p, const struct meant *m)
{
	if (!m->l)
		plain_sayf(p, "that message is not loaded: /goto and its name loads it");
	return m->l != NULL;
}

static void get(struct plain *p, const struct meant *m, struct span text)
{
	if (need_line(p, m))
		p->intents->get(p->intents->arg, m->t, m->id, text, false);
}

static void open_links(struct plain *p, const struct meant *m, struct span text)
{
	struct span url;
	size_t from = 0;
	(void)text;
	if (!need_line(p, m))
		return;
	if (line_file_of(m->l))
		p->intents->get(p->intents->arg, m->t, m->id, text, true);
	while (url_next(line_says(m->l), &from, &url)) {
		struct buf line = {0};
		buf_add_span(&line, url);
		buf_add_char(&line, ' ');
		bool is_mixed = host_is_mixed(url, &line);
		plain_say(p, is_mixed ? buf_span(&line) : url);
		buf_clear(&line);
	}
}

static void say_reactions(struct plain *p, const struct log_line *l)
{
	struct buf words = {0};
	buf_add_str(&words, "Reactions: ");
	doable_say_reactions(&words, p->m, l);
	plain_say(p, buf_span(&words));
	buf_clear(&words);
}

static void reactions(struct plain *p, const struct meant *m, struct span text)
{
	(void)text;
	if (need_line(p, m))
		say_reactions(p, m->l);
}

bool plain_message_act(struct plain *p, struct span name, struct span text)
{
	static const struct {
		const char *name;
		void (*act)(struct plain *p, const struct meant *m, struct span text);
	} acts[] = {
		{"reply", reply},         {"react", react},   {"edit", edit},
		{"redact", redact},       {"report", report}, {"open", open_links},
		{"reactions", reactions}, {"save", save},     {"get", get},
	};
	const struct doable *d = doable_find(name);
	struct meant meant = {0};
	size_t i = 0;
	while (i < ARRAY_LEN(acts) && !span_eq(span_of(acts[i].name), name))
		i++;
	if (!d || i == ARRAY_LEN(acts))
		return false;
	if (find_meant(p, d, &text, &meant))
		acts[i].act(p, &meant, text);
	return true;
}

// The inbox, and what was searched for.

static void print_inbox(struct plain *p)
{
	struct inbox_row rows[INBOX_MAX];
	size_t n = inbox_list(p->m, rows), shown = n < INBOX_SHOWN ? n : INBOX_SHOWN;
	plain_sayf(p, n ? "Inbox, the newest last:" : "The inbox is empty.");
	for (size_t i = shown; i > 0; i--) {
		const struct inbox_row *row = &rows[i - 1];
		plain_print(p, row->target, row->line);
		if (row->line->flags & LINE_SELF)
			say_reactions(p, row->line);
	}
}

// What is not loaded has a name as well, by which /goto loads it.
static void print_saved_row(struct plain *p, const struct saved_row *row)
{
	struct target *t = target_need(p->m, span_of(row->target));
	const struct log_line *l = scrollback_find(&t->log, span_of(row->id));
	struct handles *handles = plain_handles(p);
	char clock[8], day[32];
	if (l) {
		plain_print(p, t, l);
		return;
	}
	view_clock(row->at_ms, clock);
	view_day(row->at_ms, day);
	plain_sayf(p, "%s, %s %s: not loaded, /goto %s loads it", row->target, day, clock,
		   handles ? handles_need(handles, t->id, span_of(row->id))->name : row->id);
}

static void print_saved(struct plain *p)
{
	if (!model_has_cap(p->m, "snug.chat/saved"))
		plain_sayf(p, "this server keeps no list of saved messages");
	else
		plain_sayf(p, p->m->n_saved ? "Saved, the newest last:"
					    : "Nothing is saved: /save a7 saves a message.");
	for (size_t i = 0; i < p->m->n_saved; i++)
		print_saved_row(p, &p->m->saved[i]);
}

bool plain_act(struct plain *p, struct span name)
{
	if (span_eq(name, SPAN("inbox")))
		print_inbox(p);
	else if (span_eq(name, SPAN("saved")))
		print_saved(p);
	else if (span_eq(name, SPAN("search")))
		plain_sayf(p, "/search WORDS: what is searched for is missing");
	else if (span_eq(name, SPAN("go_to")))
		plain_sayf(
			p,
			"/goto PLACE: a room, a person, the name of a message, or " WHEN_USAGE);
	else
		return false;
	return true;
}

void plain_search(struct plain *p, struct span words)
{
	struct buf line = {0}, say = {0};
	if (!search_words_ask(p->m, words, &line, &say))
		plain_sayf(p, "%s", buf_str(&say));
	else if (!p->intents->raw(p->intents->arg, buf_span(&line)))
		plain_sayf(p, "searching the server needs a connection");
	buf_clear(&line);
	buf_clear(&say);
}

void plain_on_found(void *arg)
{
	struct plain *p = arg;
	plain_sayf(p, p->m->n_found ? "Found on the server, %zu:" : "Nothing was found.",
		   p->m->n_found);
	for (size_t i = 0; i < p->m->n_found; i++) {
		const struct found *f = &p->m->found[i];
		plain_print_found(p, f, target_need(p->m, span_of(f->target)));
	}
}

// Going to a message.

static void print_around(struct plain *p, const struct target *t, const struct log_line *l)
{
	size_t at = scrollback_index(&t->log, l), half = AROUND / 2;
	size_t end = at + half < t->log.count ? at + half + 1 : t->log.count;
	for (size_t i = at > half ? at - half : 0; i < end; i++) {
		const struct log_line *near = scrollback_at(&t->log, i);
		if (!line_is_hushed(near) && near->kind != LINE_EDIT)
			plain_print(p, t, near);
	}
}

// What is around the place is printed when it is found; until then the past that comes is not.
static void seek(struct plain *p, struct target *t, struct span id, int64_t at_ms)
{
	const struct log_line *newest = target_newest(t);
	p->sought = t->id;
	p->sought_before = newest ? newest->at_ms : 0;
	model_show(p->m, t);
	p->intents->seek(p->intents->arg, t, id, at_ms);
}

void plain_on_sought(void *arg, struct target *t, struct log_line *l, enum sought how)
{
	struct plain *p = arg;
	p->sought = 0;
	if (l)
		print_around(p, t, l);
	else
		plain_sayf(p, "%s", moment_why_not(how));
}

bool plain_go(struct plain *p, struct span where)
{
	struct target *t = p->m->current, *named = target_find(p->m, where);
	struct meant meant = {0};
	int64_t at_ms;
	if (!find_named(p, &where, &meant))
		return true;
	if (meant.t) {
		seek(p, meant.t, meant.id, 0);
	} else if (when_here(where, WHEN_PAST, &at_ms)) {
		seek(p, t, SPAN(""), at_ms);
	} else if (named) {
		model_show(p->m, named);
	} else if (moment_is_id(where)) {
		seek(p, t, where, 0);
	} else {
		return false;
	}
	return true;
}
