// SPDX-License-Identifier: MIT
#include "server/hub/admin/acts.h"

#include "common/die.h"
#include "server/hub/state/session.h"
#include "server/letters/limits.h"

#include <stdlib.h>

struct acts {
	struct verb_call *whole; // its answer has a row for each
	struct admin_request **each;
	size_t n, n_begun, n_ended, n_done;
	bool is_batch, is_running;
	enum admin_code refused; // the first that was
	struct buf words;        // of those that were
};

bool acts_are_one(const struct acts *all)
{
	return all->is_batch;
}

bool acts_are_lines(const struct admin_request *request)
{
	return request->n_words && span_eq(request->words[0], SPAN(ADMIN_NEXT));
}

static struct acts *acts_new(struct verb_call *whole, size_t n, bool is_batch)
{
	static const char *const columns[] = {"act", "changed", "code", "plain", "said"};
	struct acts *all = xcalloc(1, sizeof(*all));

	verb_columns(whole, columns, ARRAY_LEN(columns));
	all->whole = whole;
	all->each = xcalloc(n, sizeof(struct admin_request *));
	all->is_batch = is_batch;
	return all;
}

static struct admin_request *add_act(struct acts *all)
{
	struct admin_request *r = admin_request_new(), *of = all->whole->request;

	r->ticket = of->ticket;
	r->actor = arena_dup(&r->arena, of->actor);
	r->uid = arena_dup(&r->arena, of->uid);
	all->each[all->n++] = r;
	return r;
}

static void add_word(struct admin_request *r, struct span word)
{
	r->words = xreallocarray(r->words, r->n_words + 1, sizeof(*r->words));
	r->words[r->n_words++] = arena_dup(&r->arena, word);
}

static void add_option(struct admin_request *r, const struct usage_option *o)
{
	struct buf text = {0};

	buf_add_span(&text, o->flag->name);
	if (o->value.at)
		buf_printf(&text, "=" SPAN_FMT, SPAN_ARG(o->value));
	add_word(r, buf_span(&text));
	buf_clear(&text);
}

// The verb and the options of c, and one of its words.
static void add_act_on(struct acts *all, size_t n_name, struct span word)
{
	const struct verb_call *c = all->whole;
	struct admin_request *r = add_act(all);

	for (size_t i = 0; i < n_name; i++)
		add_word(r, c->request->words[i]);
	for (size_t i = 0; i < c->given.n_options; i++)
		add_option(r, &c->given.options[i]);
	add_word(r, SPAN("--"));
	add_word(r, word);
}

static bool are_too_many(struct verb_call *c, size_t n)
{
	if (n <= ADMIN_ACTS_MAX)
		return false;
	verb_end(c, ADMIN_USAGE, "at most %d acts go in one command, not %zu", ADMIN_ACTS_MAX,
		 n);
	return true;
}

void acts_of_words(struct verb_call *c, size_t n_name)
{
	struct acts *all;

	if (are_too_many(c, c->given.n_words))
		return;
	if (c->request->secret.at) {
		verb_end(c, ADMIN_USAGE,
			 "one password is for one account: --generate makes one for each");
		return;
	}
	all = acts_new(c, c->given.n_words, false);
	for (size_t i = 0; i < c->given.n_words; i++)
		add_act_on(all, n_name, c->given.words[i]);
	acts_go_on(all);
}

static size_t count_lines(const struct admin_request *request)
{
	size_t n = 0;

	for (size_t i = 0; i < request->n_words; i++)
		n += span_eq(request->words[i], SPAN(ADMIN_NEXT));
	return n;
}

void acts_of_lines(struct verb_call *c)
{
	const struct admin_request *from = c->request;
	size_t n = count_lines(from);
	struct admin_request *r = NULL;
	struct acts *all;

	if (are_too_many(c, n))
		return;
	all = acts_new(c, n, true);
	for (size_t i = 0; i < from->n_words; i++) {
		if (span_eq(from->words[i], SPAN(ADMIN_NEXT)))
			r = add_act(all);
		else if (r)
			add_word(r, from->words[i]);
	}
	acts_go_on(all);
}

// What is shown of an act: of several words its word, of a batch all of it.
static void name_act(const struct acts *all, const struct verb_call *c, struct buf *out)
{
	if (!all->is_batch) {
		buf_add_span(out, verb_word(c, 0));
		return;
	}
	for (size_t i = 0; i < c->request->n_words; i++) {
		struct span word = c->request->words[i];
		bool is_quoted = !word.len || memchr(word.at, ' ', word.len) != NULL;

		buf_printf(out, "%s%s" SPAN_FMT "%s", i ? " " : "", is_quoted ? "\"" : "",
			   SPAN_ARG(word), is_quoted ? "\"" : "");
	}
}

void acts_ended(struct acts *all, const struct verb_call *c)
{
	const struct admin_answer *a = c->answer;
	struct verb_call *whole = all->whole;
	struct buf name = {0};

	all->n_ended++;
	name_act(all, c, &name);
	verb_text(whole, buf_span(&name));
	verb_bool(whole, a->changed == ADMIN_CHANGED);
	verb_number(whole, a->code);
	verb_text(whole, a->plain.at ? a->plain : SPAN(""));
	verb_text(whole, a->words);
	if (a->changed == ADMIN_CHANGED)
		whole->answer->changed = ADMIN_CHANGED;
	if (a->code == ADMIN_DONE) {
		all->n_done++;
	} else {
		all->refused = all->refused ? all->refused : a->code;
		buf_printf(&all->words, "; " SPAN_FMT ": " SPAN_FMT, SPAN_ARG(buf_span(&name)),
			   SPAN_ARG(a->words));
	}
	buf_clear(&name);
}

static void finish(struct acts *all)
{
	enum admin_code code = all->refused && all->n_done ? ADMIN_PARTLY : all->refused;
	struct verb_call *whole = all->whole;

	if (!whole->answer->changed)
		whole->answer->changed = ADMIN_UNCHANGED;
	while (all->n_begun < all->n)
		admin_request_free(all->each[all->n_begun++]);
	if (all->is_batch && code)
		verb_end(whole, code, "act %zu of %zu was refused" SPAN_FMT, all->n_ended,
			 all->n, SPAN_ARG(buf_span(&all->words)));
	else
		verb_end(whole, code, "%zu of %zu done" SPAN_FMT, all->n_done, all->n,
			 SPAN_ARG(buf_span(&all->words)));
	buf_clear(&all->words);
	free(all->each);
	free(all);
}

// Who asked in chat may be gone meanwhile.
static struct session *session_of(const struct verb_call *c)
{
	return c->session_id ? session_find(c->hub, c->session_id) : NULL;
}

void acts_go_on(struct acts *all)
{
	struct verb_call *whole = all->whole;

	if (all->is_running)
		return;
	all->is_running = true;
	while (all->n_begun < all->n && all->n_begun == all->n_ended &&
	       !(all->is_batch && all->refused))
		admin_act(whole->hub, all->each[all->n_begun++], session_of(whole), all);
	all->is_running = false;
	if (all->n_begun == all->n_ended)
		finish(all);
}
