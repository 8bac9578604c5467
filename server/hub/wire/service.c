// SPDX-License-Identifier: MIT
#include "server/hub/wire/service.h"

#include "server/hub/wire/pieces.h"
#include "server/hub/wire/reply.h"

#define SAY_MAX 380 // inside: bytes of one NOTICE, more become several

static const struct service services[] = {
	{"ChanServ", "rooms: what it does stands behind each verb, as a command of your own"},
	{"NickServ", "your account"},
	{"Snug", "the server itself, for its administrators"},
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
