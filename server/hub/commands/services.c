// SPDX-License-Identifier: MIT
#include "server/hub/commands/services.h"

#include "common/utf8.h"
#include "server/hub/commands/command.h"
#include "server/hub/commands/snugserv.h"
#include "server/hub/wire/line.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

static const struct service_verb {
	const char *service, *verb;
	service_fn *run; // NULL: the text is the answer
	size_t least;
	const char *usage, *text;
} verbs[] = {
#define SERVICE_VERB(service, verb, fn, least, usage, text)                                    \
	{service, verb, fn, least, usage, text},
#define SERVICE_TEXT(service, verb, usage, text) {service, verb, NULL, 0, usage, text},
#include "server/hub/commands/services.def"
#undef SERVICE_VERB
#undef SERVICE_TEXT
};

struct span service_word(const struct service_call *c, size_t i)
{
	return i < c->n_words ? c->words[i] : SPAN("");
}

void service_command(struct session *s, const char *command, const struct span *params,
		     size_t n_params)
{
	struct msg m = {.command = span_of(command), .n_params = n_params};

	for (size_t i = 0; i < n_params; i++)
		m.params[i] = params[i];
	command_run(s, &m);
}

static const struct service_verb *find_verb(const struct service *v, struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (strcmp(verbs[i].service, v->name) == 0 &&
		    span_eq_fold(name, span_of(verbs[i].verb)))
			return &verbs[i];
	}
	return NULL;
}

static void help(struct session *s, const struct service *v, struct span name)
{
	const struct service_verb *verb = find_verb(v, name);

	if (verb) {
		service_say(s, v->name, "%s\n%s", verb->usage, verb->text);
		return;
	}
	service_say(s, v->name, "I am %s: %s. HELP VERB tells more. The verbs:", v->name,
		    v->about);
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (strcmp(verbs[i].service, v->name) == 0 && verbs[i].run)
			service_say(s, v->name, "%s", verbs[i].usage);
	}
}

static void split(struct span text, struct service_call *c)
{
	while (text.len && c->n_words < SERVICE_WORDS_MAX) {
		struct span whole = text, word = span_cut(&text, ' ');

		if (word.len && c->n_words == 2)
			c->text = whole;
		if (word.len)
			c->words[c->n_words++] = word;
	}
}

static void run(struct session *s, const struct service *v, struct span text)
{
	struct service_call c = {.n_words = 0};
	const struct service_verb *verb;

	split(text, &c);
	if (!c.n_words || span_eq_fold(c.words[0], SPAN("HELP"))) {
		help(s, v, service_word(&c, 1));
		return;
	}
	verb = find_verb(v, c.words[0]);
	if (!verb)
		service_say(s, v->name, "I do not know " SPAN_FMT ": HELP lists what I do",
			    SPAN_ARG(utf8_cut(c.words[0], 32)));
	else if (!verb->run)
		service_say(s, v->name, "%s", verb->text);
	else if (c.n_words - 1 < verb->least)
		service_say(s, v->name, "Usage: %s", verb->usage);
	else
		verb->run(s, &c);
}

void service_hear(struct session *s, const struct service *v, const struct utterance *u)
{
	// A NOTICE is never answered, and a CTCP is no order.
	if (u->kind != MESSAGE_PRIVMSG || span_starts(u->text, SPAN("\001")))
		return;
	if (span_find(u->text, '\n') < u->text.len)
		service_say(s, v->name, "One line at a time: nothing was done");
	else if (strcmp(v->name, "Snug") == 0)
		service_admin(s, u->text);
	else
		run(s, v, u->text);
}
