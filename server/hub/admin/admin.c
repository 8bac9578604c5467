// SPDX-License-Identifier: MIT
// Finds the verb of a request, checks its words against the usage of its row, and carries
// its answer back.
#include "server/hub/admin/acts.h"
#include "server/hub/admin/admin_chat.h"
#include "server/hub/admin/admin_wire.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/grow.h"
#include "common/names.h"
#include "common/text.h"
#include "server/hub/people/account.h"
#include "server/hub/journal/post.h"
#include "server/letters/limits.h"

#include <assert.h>
#include <stdlib.h>

enum verb_kind { LOOKS, ACTS_ALONE, ACTS, ACTS_ON_EACH };

struct verb {
	const char *noun, *verb; // verb "": the noun alone
	enum verb_kind kind;
	verb_fn *run;
	const char *usage;
};

static const struct verb verbs[] = {
#define VERB(noun, verb, fn, usage, about) {noun, verb, LOOKS, fn, usage},
#define DEED(noun, verb, fn, usage, about) {noun, verb, ACTS_ALONE, fn, usage},
#define ACT(noun, verb, fn, usage, about) {noun, verb, ACTS, fn, usage},
#define EACH(noun, verb, fn, usage, about) {noun, verb, ACTS_ON_EACH, fn, usage},
#include "server/hub/admin/admin.def"
#undef VERB
};

struct span verb_word(const struct verb_call *c, size_t i)
{
	return usage_word(&c->given, i);
}

bool verb_flag(const struct verb_call *c, const char *flag)
{
	return usage_has(&c->given, flag);
}

struct span verb_value(const struct verb_call *c, const char *flag)
{
	return usage_value(&c->given, flag, 0);
}

bool verb_is_told_what(const struct verb_call *c)
{
	for (size_t i = 0; i < c->given.n_options; i++) {
		struct span name = c->given.options[i].flag->name;

		if (!span_eq(name, SPAN("--confirm")) && !span_eq(name, SPAN("--reason")))
			return true;
	}
	return false;
}

void verb_all_words(const struct verb_call *c, struct buf *out)
{
	for (size_t i = 0; i < c->given.n_words; i++) {
		if (i)
			buf_add_char(out, ' ');
		buf_add_span(out, c->given.words[i]);
	}
}

void verb_columns(struct verb_call *c, const char *const *names, size_t n)
{
	struct admin_answer *a = c->answer;

	a->columns = xcalloc(n, sizeof(*a->columns));
	a->n_columns = n;
	for (size_t i = 0; i < n; i++)
		a->columns[i] = span_of(names[i]);
}

// cells_space counts cells; a row is begun by its first cell.
static struct cell *add_cell(struct verb_call *c, enum cell_kind kind)
{
	struct admin_answer *a = c->answer;
	struct cell *cell;

	assert(a->n_columns);
	a->cells = grow(a->cells, c->n_cells, &a->cells_space, sizeof(*a->cells));
	cell = &a->cells[c->n_cells++];
	*cell = (struct cell){.kind = kind};
	a->n_rows = (c->n_cells + a->n_columns - 1) / a->n_columns;
	return cell;
}

void verb_text(struct verb_call *c, struct span text)
{
	add_cell(c, CELL_TEXT)->text = arena_dup(&c->answer->arena, text);
}

void verb_number(struct verb_call *c, int64_t n)
{
	add_cell(c, CELL_NUMBER)->number = n;
}

void verb_none(struct verb_call *c)
{
	add_cell(c, CELL_NONE);
}

void verb_time(struct verb_call *c, int64_t wall_ms)
{
	add_cell(c, CELL_TIME)->number = wall_ms;
}

void verb_bool(struct verb_call *c, bool yes)
{
	add_cell(c, CELL_BOOL)->number = yes;
}

void verb_is_record(struct verb_call *c)
{
	c->answer->is_record = true;
}

void verb_plain(struct verb_call *c, struct span text)
{
	c->answer->plain = arena_dup(&c->answer->arena, text);
}

void verb_page(struct verb_call *c, struct span link)
{
	c->answer->page = arena_dup(&c->answer->arena, link);
}

// What is not there is gone already, for who says --if-exists.
static enum admin_code code_of(struct verb_call *c, enum admin_code code)
{
	if (code != ADMIN_NOT_FOUND || !verb_flag(c, "--if-exists"))
		return code;
	c->is_unchanged = true;
	return ADMIN_DONE;
}

struct session *verb_asker(const struct verb_call *c)
{
	return c->request->is_from_wire ? session_find(c->hub, c->session_id) : NULL;
}

static void hand_out(struct verb_call *c)
{
	struct session *s = c->session_id ? session_find(c->hub, c->session_id) : NULL;

	if (s && c->request->is_from_wire)
		admin_wire_show(s, c->answer);
	else if (s)
		admin_chat_show(s, c->answer);
	if (c->session_id)
		admin_answer_free(c->answer);
	else
		post_answer(c->hub, c->answer, c->waits_for_nothing ? 0 : c->hub->head);
}

static void end(struct verb_call *c, enum admin_code code, const char *format, va_list args)
{
	struct admin_answer *a = c->answer;
	struct acts *acts = c->acts;
	struct buf words = {0};

	buf_vprintf(&words, format, args);
	a->code = code_of(c, code);
	a->words = arena_dup(&a->arena, buf_span(&words));
	buf_clear(&words);
	if (c->verb && c->verb->kind >= ACTS && !a->changed)
		a->changed = a->code == ADMIN_DONE && !c->is_unchanged ? ADMIN_CHANGED
								       : ADMIN_UNCHANGED;
	if (acts) {
		acts_ended(acts, c);
		admin_answer_free(a);
	} else {
		hand_out(c);
	}
	admin_request_free(c->request);
	usage_given_clear(&c->given);
	free(c);
	if (acts)
		acts_go_on(acts);
}

void verb_end(struct verb_call *c, enum admin_code code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end(c, code, format, args);
	va_end(args);
}

void verb_unchanged(struct verb_call *c, const char *format, ...)
{
	va_list args;

	c->is_unchanged = true;
	va_start(args, format);
	end(c, ADMIN_DONE, format, args);
	va_end(args);
}

void verb_says_changed(struct verb_call *c, bool is_changed)
{
	c->answer->changed = is_changed ? ADMIN_CHANGED : ADMIN_UNCHANGED;
}

void verb_exists(struct verb_call *c, const char *format, ...)
{
	bool is_asked = verb_flag(c, "--if-missing");
	va_list args;

	c->is_unchanged = is_asked;
	va_start(args, format);
	end(c, is_asked ? ADMIN_DONE : ADMIN_CONFLICT, format, args);
	va_end(args);
}

void verb_audit_as(struct verb_call *c, struct span verb, struct span detail)
{
	struct span actor = c->request->actor, reason = verb_value(c, "--reason");

	post_audit_of(c->hub, &(struct entry_audit){.actor = actor.len ? actor : SPAN("shell"),
						    .verb = verb,
						    .detail = detail,
						    .reason = reason.at ? reason : SPAN(""),
						    .uid = c->request->uid});
}

void verb_audit(struct verb_call *c, struct span detail)
{
	struct buf name = {0};

	buf_add_str(&name, c->verb->noun);
	if (*c->verb->verb)
		buf_printf(&name, " %s", c->verb->verb);
	verb_audit_as(c, buf_span(&name), detail);
	buf_clear(&name);
}

void verb_audit_change(struct verb_call *c, const char *of, const char *before,
		       const char *after)
{
	struct buf detail = {0};

	buf_printf(&detail, "%s%s%s -> %s", of, *of ? " " : "", before, after);
	verb_audit(c, buf_span(&detail));
	buf_clear(&detail);
}

bool verb_may_write(struct verb_call *c)
{
	if (can_mend(c->hub))
		return true;
	verb_end(c, ADMIN_FAILED, "the disk takes nothing at the moment: nothing was done");
	return false;
}

bool verb_may_wait(struct verb_call *c)
{
	if (!c->acts || !acts_are_one(c->acts))
		return true;
	verb_end(c, ADMIN_USAGE,
		 "it waits, for a password to be hashed or for the history to be read, and a "
		 "batch is one moment: do it by itself (user import makes accounts with "
		 "passwords)");
	return false;
}

struct account *verb_account(struct verb_call *c, struct span name)
{
	struct account *a = account_find(c->hub, name);

	if (!a)
		verb_end(c, ADMIN_NOT_FOUND, "there is no account " SPAN_FMT, SPAN_ARG(name));
	return a;
}

bool verb_span(struct verb_call *c, const char *flag, const char *endless, int64_t *ms)
{
	struct span text = verb_value(c, flag);
	int64_t given = 0;

	if (!text.at)
		return true;
	bool is_span = clock_parse_span(text, &given); // else nothing is given
	if (given) {
		*ms = given;
		return true;
	}
	if (is_span)
		verb_end(c, ADMIN_USAGE, "%s " SPAN_FMT " would be over at once: %s", flag,
			 SPAN_ARG(text), endless);
	else
		verb_end(c, ADMIN_USAGE,
			 "%s wants a time as in 30m, 12h or 7d, at most 365000d, not " SPAN_FMT,
			 flag, SPAN_ARG(text));
	return false;
}

bool verb_knows_account(struct verb_call *c, struct span mask)
{
	return !name_is_account(mask) || verb_account(c, mask) != NULL;
}

bool verb_until(struct verb_call *c, const char *flag, int64_t missing_ms, int64_t *wall_ms)
{
	int64_t ms = missing_ms;

	if (clock_parse(verb_value(c, flag), wall_ms)) {
		if (*wall_ms > c->hub->now.wall_ms)
			return true;
		verb_end(c, ADMIN_USAGE, "%s " SPAN_FMT " is over already", flag,
			 SPAN_ARG(verb_value(c, flag)));
		return false;
	}
	if (span_eq(verb_value(c, flag), SPAN("never")))
		ms = 0;
	else if (!verb_span(c, flag, "for what has no end say never", &ms))
		return false;
	*wall_ms = ms ? c->hub->now.wall_ms + ms : 0;
	return true;
}

static bool has_typed(const struct verb_call *c, struct span name)
{
	struct span typed;

	for (size_t i = 0; (typed = usage_value(&c->given, "--confirm", i)).at; i++) {
		if (span_eq_fold(typed, name))
			return true;
	}
	return false;
}

bool verb_meant(struct verb_call *c, const char *risk, struct span name)
{
	if (has_typed(c, name))
		return true;
	verb_end(c, ADMIN_UNCONFIRMED, "%s: if it is meant, say  --confirm " SPAN_FMT, risk,
		 SPAN_ARG(name));
	return false;
}

bool verb_meant_alike(struct verb_call *c, struct span name, const char *other)
{
	struct buf risk = {0};
	bool is_meant;

	if (!other)
		return true;
	buf_printf(&risk, SPAN_FMT " is easily taken for %s", SPAN_ARG(name), other);
	is_meant = verb_meant(c, buf_str(&risk), name);
	buf_clear(&risk);
	return is_meant;
}

bool verb_confirmed(struct verb_call *c, struct span name)
{
	if (has_typed(c, name))
		return true;
	verb_end(c, ADMIN_UNCONFIRMED,
		 "this cannot be undone: type the name as in  --confirm " SPAN_FMT
		 "  (--dry-run shows what would happen)",
		 SPAN_ARG(name));
	return false;
}

static const struct verb *find(const struct admin_request *r, size_t *n_name)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		const struct verb *v = &verbs[i];

		*n_name = usage_is_named(v->noun, v->verb, r->words, r->n_words);
		if (*n_name)
			return v;
	}
	return NULL;
}

bool admin_is_act(const struct admin_request *r)
{
	size_t n_name;
	const struct verb *v = find(r, &n_name);

	return acts_are_lines(r) || (v && v->kind != LOOKS);
}

// What a text may be long, and hold; the other values are judged by who knows what they mean.
static bool are_texts_fit(const struct verb_call *c, struct buf *why)
{
	static const struct {
		const char *flag;
		size_t max;
		enum text_kind kind;
	} texts[] = {{"--reason", REASON_MAX, TEXT_STYLED},
		     {"--note", REASON_MAX, TEXT_PLAIN},
		     {"--topic", TOPIC_MAX, TEXT_STYLED},
		     {"--rules", TOPIC_MAX, TEXT_STYLED},
		     {"--label", DEVICE_NAME_MAX, TEXT_PLAIN}};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct span text = verb_value(c, texts[i].flag);
		uint32_t found;

		if (text.len > texts[i].max)
			buf_printf(why, "%s has at most %zu bytes", texts[i].flag,
				   texts[i].max);
		else if (!text_is_fit(text, texts[i].kind, &found))
			buf_printf(why, "U+%04X may not stand in %s", found, texts[i].flag);
	}
	return why->len == 0;
}

static bool sort(struct verb_call *c, size_t n_name, struct buf *why)
{
	const struct admin_request *r = c->request;
	bool is_grammar = usage_parse(&c->usage, span_of(c->verb->usage));

	if (c->verb->kind >= ACTS && !usage_flag(&c->usage, SPAN("--reason")))
		is_grammar = is_grammar && usage_parse(&c->usage, SPAN(ACT_USAGE));
	assert(is_grammar);
	return usage_sort(&c->usage, r->words + n_name, r->n_words - n_name, &c->given, why) &&
	       are_texts_fit(c, why);
}

static void run(struct verb_call *c, size_t n_name)
{
	if (c->verb->kind < ACTS && c->acts)
		verb_end(c, ADMIN_USAGE,
			 "%s%s%s changes nothing, or stands alone: a batch is of acts",
			 c->verb->noun, *c->verb->verb ? " " : "", c->verb->verb);
	else if (c->verb->kind == ACTS_ON_EACH && c->given.n_words > 1)
		acts_of_words(c, n_name);
	else
		c->verb->run(c);
}

static void start(struct verb_call *c)
{
	struct buf why = {0};
	size_t n_name;

	c->verb = find(c->request, &n_name);
	if (!c->verb)
		verb_end(c, ADMIN_USAGE, "no such verb");
	else if (!sort(c, n_name, &why))
		verb_end(c, ADMIN_USAGE, "%s; usage: %s%s%s %s", buf_str(&why), c->verb->noun,
			 *c->verb->verb ? " " : "", c->verb->verb, c->verb->usage);
	else
		run(c, n_name);
	buf_clear(&why);
}

void admin_act(struct hub *h, struct admin_request *request, struct session *session,
	       struct acts *acts)
{
	struct verb_call *c = xcalloc(1, sizeof(*c));

	c->hub = h;
	c->request = request;
	c->answer = admin_answer_new(request->ticket);
	c->session = session;
	c->session_id = session ? session->id : 0;
	c->acts = acts;
	if (acts_are_lines(request))
		acts_of_lines(c);
	else
		start(c);
}

void admin_run(struct hub *h, struct admin_request *request, struct session *session)
{
	admin_act(h, request, session, NULL);
}
