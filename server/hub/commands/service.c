// SPDX-License-Identifier: MIT
#include "server/hub/commands/service.h"

#include "common/utf8.h"
#include "server/hub/commands/command.h"
#include "server/hub/wire/line.h"
#include "server/hub/wire/reply.h"

#define SAY_MAX 380 // bytes of one NOTICE's text

struct service {
	const char *name, *about;
};

static const struct service services[] = {
	{"ChanServ", "rooms: what it does stands behind each verb, as a command of your own"},
	{"NickServ", "your account"},
	{"Snug", "the server itself, for its administrators"},
};

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

const struct service *service_find(struct span name)
{
	struct span plain = span_cut(&name, '@');

	for (size_t i = 0; i < ARRAY_LEN(services); i++) {
		if (span_eq_fold(plain, span_of(services[i].name)))
			return &services[i];
	}
	return NULL;
}

struct span service_name(const struct service *v)
{
	return span_of(v->name);
}

struct span service_word(const struct service_call *c, size_t i)
{
	return i < c->n_words ? c->words[i] : SPAN("");
}

static void say_line(struct session *s, const char *service, struct span text)
{
	struct buf source = {0};
	struct line l;

	buf_printf(&source, "%s!%s@" SPAN_FMT, service, service, SPAN_ARG(s->hub->config.name));
	line_start_as(&l, s->hub, buf_span(&source), "NOTICE");
	line_param(&l, reply_nick(s));
	line_text(&l, text);
	session_say(s, &l);
	line_clear(&l);
	buf_clear(&source);
}

void service_say(struct session *s, const char *service, const char *format, ...)
{
	struct pieces lines = {0};
	struct buf text = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	pieces_split(&lines, buf_span(&text), SAY_MAX);
	for (size_t i = 0; i < lines.n; i++)
		say_line(s, service, lines.at[i].text);
	pieces_clear(&lines);
	buf_clear(&text);
}

void service_command(struct session *s, const char *command, const struct span *params,
		     size_t n_params)
{
	struct msg m = {.command = span_of(command), .n_params = n_params};

	for (size_t i = 0; i < n_params; i++)
		m.params[i] = params[i];
	command_find(m.command)->run(s, &m);
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
		struct span word = span_cut(&text, ' ');

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
