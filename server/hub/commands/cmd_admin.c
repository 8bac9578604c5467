// SPDX-License-Identifier: MIT
// ADMIN: who runs this server; and for administrators the verbs of the command line, as data.
//
//	ADMIN			who it is
//	ADMIN VERBS		the verbs, an object of JSON each
//	ADMIN RUN :["user","list"]	one of them, by the code that runs all others
//
// What acts wants a proof that the person is there (step_up.h): a page lies open.
#include "server/hub/admin/admin.h"
#include "server/hub/admin/admin_wire.h"
#include "server/hub/commands/command.h"
#include "server/hub/door/step_up.h"
#include "server/hub/people/account.h"
#include "server/hub/wire/reply.h"

#include "common/die.h"
#include "common/json.h"

static const struct row {
	const char *noun, *verb, *kind, *usage, *about;
} rows[] = {
#define VERB(noun, verb, fn, usage, about) {noun, verb, "looks", usage, about},
#define DEED(noun, verb, fn, usage, about) {noun, verb, "acts", usage, about},
#define ACT(noun, verb, fn, usage, about) {noun, verb, "acts", usage " " ACT_USAGE, about},
#define EACH(noun, verb, fn, usage, about) {noun, verb, "each", usage, about},
#include "server/hub/admin/admin.def"
#undef VERB
};

static void tell_owner(struct session *s)
{
	reply1(s, RPL_ADMINME, s->hub->config.name);
	replyf(s, RPL_ADMINLOC1, SPAN_FMT, SPAN_ARG(s->hub->config.network));
	replyf(s, RPL_ADMINLOC2, SPAN_FMT, SPAN_ARG(s->hub->config.description));
	replyf(s, RPL_ADMINEMAIL, "Ask an administrator of this server in chat");
}

static void tell_verbs(struct session *s)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		json_t *object =
			json_pack("{ssssssssss}", "noun", r->noun, "verb", r->verb, "kind",
				  r->kind, "usage", r->usage, "help", r->about);
		struct buf text = {0};

		json_add_line(&text, object);
		admin_wire_line(s, span_from(text.at, text.len - 1));
		buf_clear(&text);
		json_decref(object);
	}
}

// Spans into the value. False: it is no array of texts.
static bool take_words(const json_t *list, struct admin_request *r)
{
	const json_t *word;
	size_t i;

	r->words = xcalloc(json_array_size(list) + 1, sizeof(*r->words));
	json_array_foreach(list, i, word) {
		if (!json_is_string(word))
			return false;
		r->words[r->n_words++] =
			arena_dup(&r->arena,
				  span_from(json_string_value(word), json_string_length(word)));
	}
	return r->n_words > 0;
}

// Words that are well formed and may be run; else it is said why not.
static bool need_words(struct session *s, struct span text, struct admin_request *r)
{
	json_t *list = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
	bool are_words = take_words(list, r);
	const struct step_up *why = are_words && admin_is_act(r) ? step_up_add(s) : NULL;

	json_decref(list);
	if (!are_words)
		fail(s, "ADMIN", "INVALID_PARAMS", SPAN("RUN"),
		     "The words of a verb are an array of texts in JSON");
	else if (why)
		fail(s, "ADMIN", why->code, step_up_context(why), why->words);
	return are_words && !why;
}

static void run(struct session *s, struct span text)
{
	struct admin_request *r = admin_request_new();

	r->actor = arena_dup(&r->arena, span_of(s->account->name));
	r->is_from_wire = true;
	if (need_words(s, text, r))
		admin_run(s->hub, r, s);
	else
		admin_request_free(r);
}

void cmd_admin(struct session *s, const struct msg *m)
{
	struct span what = msg_param(m, 0);
	bool is_verbs = span_eq_fold(what, SPAN("VERBS")),
	     is_run = span_eq_fold(what, SPAN("RUN"));

	if (!is_verbs && !is_run)
		tell_owner(s);
	else if (!s->oper)
		fail(s, "ADMIN", "DISALLOWED", what, "Only administrators run verbs");
	else if (is_verbs)
		tell_verbs(s);
	else
		run(s, msg_param(m, 1));
}
