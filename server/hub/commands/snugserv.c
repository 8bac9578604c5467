// SPDX-License-Identifier: MIT
// Snug: the verbs of the command line (admin.def), for administrators in chat. What acts wants
// a proof that the person is there, as in ADMIN RUN.
#include "server/hub/people/account.h"
#include "server/hub/admin/admin.h"
#include "server/hub/commands/services.h"
#include "server/hub/door/step_up.h"

#include "common/die.h"
#include "server/hub/commands/snugserv.h"

#define SNUG "Snug"

static const struct row {
	const char *noun, *verb, *usage, *about;
} rows[] = {
#define VERB(noun, verb, fn, usage, about) {noun, verb, usage, about},
#include "server/hub/admin/admin.def"
#undef VERB
};

static void help(struct session *s, struct span noun)
{
	struct buf nouns = {0};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];

		if (span_eq(noun, span_of(r->noun)))
			service_say(s, SNUG, "%s%s%s %s: %s", r->noun, *r->verb ? " " : "",
				    r->verb, r->usage, r->about);
		if (i == 0 || strcmp(r->noun, rows[i - 1].noun) != 0)
			buf_printf(&nouns, " %s", r->noun);
	}
	if (!noun.len)
		service_say(s, SNUG, "The verbs of snugd. HELP NOUN tells more:%s",
			    buf_str(&nouns));
	buf_clear(&nouns);
}

// The next word; "in quotes" it may hold spaces.
static struct span next_word(struct span *rest)
{
	while (rest->len && rest->at[0] == ' ')
		*rest = span_after(*rest, 1);
	if (rest->len && rest->at[0] == '"') {
		*rest = span_after(*rest, 1);
		return span_cut(rest, '"');
	}
	return span_cut(rest, ' ');
}

static struct admin_request *make_request(const struct session *s, struct span text)
{
	struct admin_request *r = admin_request_new();

	r->actor = arena_dup(&r->arena, span_of(s->account->name));
	r->words = xcalloc(text.len / 2 + 1, sizeof(*r->words));
	while (text.len) {
		bool quoted;
		struct span word;

		text = span_trim(text);
		quoted = text.len && text.at[0] == '"';
		word = next_word(&text);
		if (word.len || quoted)
			r->words[r->n_words++] = arena_dup(&r->arena, word);
	}
	return r;
}

static void run(struct session *s, struct span text)
{
	struct admin_request *r = make_request(s, text);
	const struct step_up *why = admin_is_act(r) ? step_up_add(s) : NULL;

	if (!why) {
		admin_run(s->hub, r, s);
		return;
	}
	service_say(s, SNUG, "%s", why->words);
	admin_request_free(r);
}

void service_admin(struct session *s, struct span text)
{
	struct span rest = span_trim(text), verb;

	if (!s->oper) {
		service_say(s, SNUG,
			    "I take orders from administrators only. HELP, /msg NickServ HELP "
			    "and /msg ChanServ HELP are for everybody");
		return;
	}
	verb = next_word(&rest);
	if (!verb.len || span_eq_fold(verb, SPAN("HELP")))
		help(s, span_trim(rest));
	else
		run(s, text);
}
