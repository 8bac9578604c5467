// SPDX-License-Identifier: MIT
// WHOIS, USERHOST, ISON: about people by name.
#include "server/hub/rooms/guest.h"
#include "server/hub/commands/command.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/commands/need.h"
#include "server/hub/rooms/member.h"
#include "server/hub/wire/telling.h"
#include "server/hub/rooms/roster.h"
#include "server/letters/limits.h"

#include <stdlib.h>

#define CHANNELS_LINE_MAX 400 // inside: bytes of one line, more become several

static void about_user(struct session *s, const struct account *a)
{
	struct buf host = {0};
	struct line l;

	account_host(a, &host);
	reply_start(&l, s, RPL_WHOISUSER);
	line_str(&l, a->name);
	line_param(&l, account_username(a));
	line_param(&l, buf_span(&host));
	line_str(&l, "*");
	line_text(&l, span_of(a->realname));
	reply_end(&l, s);
	buf_clear(&host);
}

static void channels_line(struct session *s, const struct account *a, struct buf *names)
{
	struct line l;

	if (names->len == 0)
		return;
	reply_start(&l, s, RPL_WHOISCHANNELS);
	line_str(&l, a->name);
	line_text(&l, buf_span(names));
	reply_end(&l, s);
	buf_reset(names);
}

// Rooms that both are in; those of others only if neither the room nor the account hides.
static bool shows(const struct session *s, const struct member *m)
{
	if (s->oper || m->account == s->account || member_find(m->room, s->account) != NULL)
		return true;
	return !room_is_hidden(m->room, s) && !m->account->invisible;
}

static void about_channels(struct session *s, const struct account *a)
{
	struct buf names = {0};

	for (size_t i = 0; i < a->n_members; i++) {
		if (!shows(s, a->members[i]))
			continue;
		if (names.len > CHANNELS_LINE_MAX)
			channels_line(s, a, &names);
		if (names.len > 0)
			buf_add_char(&names, ' ');
		member_prefixes(a->members[i], session_has(s, CAP_MULTI_PREFIX), &names);
		buf_add_str(&names, a->members[i]->room->name);
	}
	channels_line(s, a, &names);
	buf_clear(&names);
}

static void about_server(struct session *s, const struct account *a)
{
	struct line l;

	reply_start(&l, s, RPL_WHOISSERVER);
	line_str(&l, a->name);
	line_param(&l, s->hub->config.name);
	line_text(&l, s->hub->config.description);
	reply_end(&l, s);
}

static void about_account(struct session *s, const struct account *a)
{
	struct span name = span_of(a->name);

	reply2(s, RPL_WHOISACCOUNT, name, name);
	if (account_is_oper(a))
		reply1(s, RPL_WHOISOPERATOR, name);
	if (account_is_bot(a))
		reply1(s, RPL_WHOISBOT, name);
	reply1(s, RPL_WHOISSECURE, name);
}

static void about_away(struct session *s, const struct account *a)
{
	struct line l;

	if (a->away == NULL)
		return;
	reply_start(&l, s, RPL_AWAY);
	line_str(&l, a->name);
	line_text(&l, span_of(a->away));
	reply_end(&l, s);
}

// Where one really is and with what: for oneself and administrators.
static void about_sessions(struct session *s, const struct account *a)
{
	struct line l;

	if (!s->oper && a != s->account)
		return;
	list_for_each(item, &a->sessions) {
		const struct session *one = container_of(item, struct session, in_account);

		reply_start(&l, s, RPL_WHOISHOST);
		line_str(&l, a->name);
		line_textf(&l, "is connecting from *@%s %s%s%s%s", one->host, one->host,
			   one->device == NULL ? "" : " (",
			   one->device == NULL ? "" : one->device,
			   one->device == NULL ? "" : ")");
		reply_end(&l, s);
	}
}

static void about_idle(struct session *s, const struct account *a)
{
	struct line l;

	reply_start(&l, s, RPL_WHOISIDLE);
	line_str(&l, a->name);
	line_number(&l, account_idle_ms(a) / 1000);
	line_number(&l, a->present_ms / 1000);
	line_text(&l, span_of(numeric_text(RPL_WHOISIDLE)));
	reply_end(&l, s);
}

static void about_metadata(struct session *s, const struct account *a)
{
	const struct metadata *d;
	size_t cursor = 0;
	struct line l;

	while (metadata_is_spoken(s) && (d = map_next(&a->metadata, &cursor)) != NULL) {
		reply_start(&l, s, RPL_WHOISKEYVALUE);
		line_str(&l, a->name);
		line_str(&l, d->key);
		line_str(&l, "*");
		line_text(&l, span_of(d->value));
		reply_end(&l, s);
	}
}

static void whois(struct session *s, struct span name)
{
	const struct account *a = account_known(s, name);

	if (a == NULL || !a->shown) {
		reply1(s, ERR_NOSUCHNICK, name);
		reply1(s, RPL_ENDOFWHOIS, name);
		return;
	}
	about_user(s, a);
	about_channels(s, a);
	about_server(s, a);
	about_account(s, a);
	about_away(s, a);
	about_sessions(s, a);
	about_idle(s, a);
	about_metadata(s, a);
	reply1(s, RPL_ENDOFWHOIS, span_of(a->name));
}

// The names of one question, while it is answered.
struct whois {
	struct telling t;
	char *names;
	struct span rest;
	struct targets seen;
};

static bool whois_next(struct telling *t)
{
	struct whois *w = container_of(t, struct whois, t);
	struct span name;

	if (!need_target(t->s, &w->seen, &w->rest, &name))
		return false;
	telling_looked(t->s, ROOMS_PER_ACCOUNT / 4);
	whois(t->s, name);
	return true;
}

static void whois_free(struct telling *t)
{
	struct whois *w = container_of(t, struct whois, t);

	free(w->names);
	free(w);
}

// WHOIS [server] names: there is but one server.
void cmd_whois(struct session *s, const struct msg *m)
{
	struct whois *w = telling_new(sizeof(*w), whois_next, whois_free);

	w->names = span_dup(m->params[m->n_params > 1 ? 1 : 0]);
	w->rest = span_of(w->names);
	targets_init(&w->seen);
	telling_start(s, &w->t);
}

static void add_userhost(const struct account *a, struct buf *out)
{
	if (out->len > 0)
		buf_add_char(out, ' ');
	buf_printf(out, "%s%s=%c" SPAN_FMT "@", a->name, account_is_oper(a) ? "*" : "",
		   a->away == NULL ? '+' : '-', SPAN_ARG(account_username(a)));
	account_host(a, out);
}

void cmd_userhost(struct session *s, const struct msg *m)
{
	struct buf text = {0};
	struct targets seen;

	targets_init(&seen);
	for (size_t i = 0; i < m->n_params && i < 5; i++) {
		const struct account *a = targets_add(&seen, m->params[i])
						  ? account_known(s, m->params[i])
						  : NULL;

		if (a != NULL && a->shown)
			add_userhost(a, &text);
	}
	replyf(s, RPL_USERHOST, SPAN_FMT, SPAN_ARG(buf_span(&text)));
	buf_clear(&text);
}

static void add_ison(struct session *s, struct targets *seen, struct span names,
		     struct buf *out)
{
	while (names.len > 0) {
		struct span name = span_cut(&names, ' ');
		const struct account *a =
			targets_add(seen, name) ? account_known(s, name) : NULL;

		if (a == NULL || !a->shown || out->len > CHANNELS_LINE_MAX)
			continue;
		if (out->len > 0)
			buf_add_char(out, ' ');
		buf_add_str(out, a->name);
	}
}

void cmd_ison(struct session *s, const struct msg *m)
{
	struct buf text = {0};
	struct targets seen;

	targets_init(&seen);
	for (size_t i = 0; i < m->n_params; i++)
		add_ison(s, &seen, m->params[i], &text);
	replyf(s, RPL_ISON, SPAN_FMT, SPAN_ARG(buf_span(&text)));
	buf_clear(&text);
}
