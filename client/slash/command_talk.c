// SPDX-License-Identifier: MIT
// Commands that speak to the server: rooms and people.
#include "client/slash/command_private.h"
#include "client/model/directory.h"
#include "client/model/people.h"
#include "client/model/target.h"
#include "common/spoken.h"

static struct model *model_of(const struct slash_call *call)
{
	return call->c->model;
}

void slash_join(struct slash_call *call)
{
	struct span room = call_word(call);
	struct buf name = {0};
	if (!call_is_room(call, room))
		buf_add_char(&name, '#');
	buf_add_span(&name, room);
	model_await(model_of(call), buf_span(&name));
	struct target *t = target_find(model_of(call), buf_span(&name));
	bool is_there = t && t->joined;
	struct span key = call_word(call);
	if (!is_there)
		call_send(call, "JOIN %s%s%.*s", buf_str(&name), key.len ? " " : "",
			  (int)key.len, key.at);
	buf_clear(&name);
}

void slash_part(struct slash_call *call)
{
	struct target *t = call->t;
	if (call_is_room(call, call->rest))
		t = target_find(model_of(call), call_word(call));
	if (!t || t->kind == TARGET_SERVER) {
		call_note(call, LINE_ERROR, spoken("there is no such room to leave"));
		return;
	}
	if (t->kind == TARGET_PERSON || !t->joined) {
		target_remove(model_of(call), t);
		return;
	}
	call_send(call, "PART %s%s%.*s", t->name, call->rest.len ? " :" : "",
		  (int)call->rest.len, call->rest.at);
}

void slash_msg(struct slash_call *call)
{
	struct span name = call_word(call);
	call_message(call, target_need(model_of(call), name), LINE_MESSAGE, call->rest);
}

// "ann,bob", or two or more words that are all people whom we know: those of a conversation,
// with commas between them. False: it is one person, and perhaps a text.
static bool take_people(struct slash_call *call, struct buf *names)
{
	struct span rest = call->rest, first = span_cut(&rest, ' ');
	size_t n = 0;

	if (span_find(first, ',') < first.len) {
		buf_add_span(names, first);
		return rest.len == 0;
	}
	for (rest = call->rest; rest.len; n++) {
		struct span name = span_cut(&rest, ' ');

		if (person_find(model_of(call), name) == NULL)
			return false;
		if (n)
			buf_add_char(names, ',');
		buf_add_span(names, name);
	}
	return n > 1;
}

void slash_query(struct slash_call *call)
{
	struct buf names = {0};
	bool is_talk = take_people(call, &names);

	if (is_talk)
		call_send(call, "TALK %s", buf_str(&names));
	buf_clear(&names);
	if (is_talk)
		return;
	struct span name = call_word(call);
	struct target *t = target_need(model_of(call), name);
	model_show(model_of(call), t);
	if (call->rest.len)
		call_message(call, t, LINE_MESSAGE, call->rest);
}

void slash_me(struct slash_call *call)
{
	call_message(call, call->t, LINE_ACTION, call->rest);
}

void slash_notice(struct slash_call *call)
{
	struct span name = call_word(call);
	call_message(call, target_need(model_of(call), name), LINE_NOTICE, call->rest);
}

void slash_topic(struct slash_call *call)
{
	if (!call_needs_room(call))
		return;
	if (call->rest.len)
		call->c->intents->message(call->c->intents->arg, call->t, LINE_TOPIC,
					  call->rest, span_of(call->t->topic));
	else if (call->t->topic[0])
		call_note(call, LINE_INFO, spoken("topic: %s"), call->t->topic);
	else
		call_note(call, LINE_INFO, spoken("%s has no topic"), call->t->name);
}

static void add_names(const struct target *t, bool absent, struct buf *out)
{
	for (size_t i = 0; i < t->n_members; i++) {
		const struct room_member *who = &t->members[i];
		if (who->is_absent != absent)
			continue;
		buf_printf(out, " %s%s", who->prefixes, who->person->name);
		if (who->person->display)
			buf_printf(out, " \"%s\"", who->person->display);
		buf_add_str(out, who->person->away && !absent ? spoken(" (away)") : "");
	}
}

void slash_names(struct slash_call *call)
{
	struct buf here = {0}, absent = {0};

	if (!call_needs_room(call))
		return;
	add_names(call->t, false, &here);
	add_names(call->t, true, &absent);
	call_note(call, LINE_INFO, spoken("%zu in %s:%s"), people_here(call->t), call->t->name,
		  buf_str(&here));
	if (absent.len)
		call_note(call, LINE_INFO, spoken("members who are not here:%s"),
			  buf_str(&absent));
	buf_clear(&here);
	buf_clear(&absent);
}

void slash_whois(struct slash_call *call)
{
	struct span who = call_word(call);
	if (!who.len && call->t->kind == TARGET_PERSON)
		who = span_of(call->t->name);
	if (!who.len)
		who = span_of(model_of(call)->me->name);
	call_send(call, "WHOIS %.*s", (int)who.len, who.at);
}

void slash_away(struct slash_call *call)
{
	struct span why = call->rest.len ? call->rest : SPAN("away");
	call_send(call, "AWAY :%.*s", (int)why.len, why.at);
}

void slash_back(struct slash_call *call)
{
	call_send(call, "AWAY");
}

// "by-said": the order, taken off; else what is there is a mask.
static void take_order(struct slash_call *call)
{
	static const char *const words[] = {
		[LIST_BY_MEMBERS] = "by-members",
		[LIST_BY_SAID] = "by-said",
		[LIST_BY_NAME] = "by-name",
	};
	struct span rest = call->rest, word = span_cut(&rest, ' ');

	directory_order(model_of(call), LIST_BY_MEMBERS);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!span_eq(word, span_of(words[i])))
			continue;
		directory_order(model_of(call), (enum list_order)i);
		call->rest = rest;
	}
}

void slash_list(struct slash_call *call)
{
	take_order(call);
	call_send(call, "LIST%s%.*s", call->rest.len ? " " : "", (int)call->rest.len,
		  call->rest.at);
}

void slash_kick(struct slash_call *call)
{
	if (!call_needs_room(call))
		return;
	struct span who = call_word(call);
	call_send(call, "KICK %s %.*s%s%.*s", call->t->name, (int)who.len, who.at,
		  call->rest.len ? " :" : "", (int)call->rest.len, call->rest.at);
}

static bool is_mask(struct span text)
{
	return span_find(text, '!') < text.len || span_find(text, '*') < text.len ||
	       span_find(text, ':') < text.len;
}

// A name becomes a mask that holds whatever host it comes from.
static void send_ban(struct slash_call *call, char sign)
{
	struct span who = call_word(call);
	if (!who.len)
		call_send(call, "MODE %s b", call->t->name);
	else
		call_send(call, "MODE %s %cb %.*s%s", call->t->name, sign, (int)who.len, who.at,
			  is_mask(who) ? "" : "!*@*");
}

void slash_ban(struct slash_call *call)
{
	if (call_needs_room(call))
		send_ban(call, '+');
}

void slash_unban(struct slash_call *call)
{
	if (call_needs_room(call))
		send_ban(call, '-');
}

static void send_rank(struct slash_call *call, const char *mode)
{
	if (!call_needs_room(call))
		return;
	struct span who = call_word(call);
	call_send(call, "MODE %s %s %.*s", call->t->name, mode, (int)who.len, who.at);
}

void slash_op(struct slash_call *call)
{
	send_rank(call, "+o");
}

void slash_deop(struct slash_call *call)
{
	send_rank(call, "-o");
}

void slash_voice(struct slash_call *call)
{
	send_rank(call, "+v");
}

void slash_devoice(struct slash_call *call)
{
	send_rank(call, "-v");
}

void slash_nick(struct slash_call *call)
{
	struct span name = call_word(call);
	call_send(call, "NICK %.*s", (int)name.len, name.at);
}

void slash_name(struct slash_call *call)
{
	call_send(call, "METADATA * SET display-name%s%.*s", call->rest.len ? " :" : "",
		  (int)call->rest.len, call->rest.at);
}

void slash_device(struct slash_call *call)
{
	struct span what = call_word(call);
	if (span_eq(what, SPAN("revoke")))
		call_send(call, "CERT DEL :%.*s", (int)call->rest.len, call->rest.at);
	else if (span_eq(what, SPAN("add")) &&
		 !model_has_cap(call->c->model, "snug.chat/devices"))
		call_note(call, LINE_ERROR,
			  spoken("this server makes no links for a device: run there "
				 "`snug login HOST`"));
	else if (span_eq(what, SPAN("add")))
		call_send(call, "CERT OFFER");
	else if (span_eq(what, SPAN("revoke-others")))
		call_send(call, "CERT REVOKE OTHERS");
	else if (span_eq(what, SPAN("logins")))
		call_send(call, "CERT LOGINS");
	else
		call_send(call, "CERT LIST");
}

static void sign_in(const struct slash_call *call, bool binds)
{
	const struct intents *intents = call->c->intents;

	if (intents->sign_in)
		intents->sign_in(intents->arg, binds);
	else
		call_note(call, LINE_ERROR, spoken("only the terminal's program does that"));
}

void slash_account(struct slash_call *call)
{
	struct span what = call_word(call);

	if (span_eq(what, SPAN("bind")) || span_eq(what, SPAN("sign-in")))
		sign_in(call, what.at[0] == 'b');
	else if (span_eq(what, SPAN("export")))
		call_note(
			call, LINE_INFO,
			spoken("run in a shell: snug account export > FILE. It asks there for "
			       "your password"));
	else if (span_eq(what, SPAN("delete")))
		call_send(call, "ACCOUNT DELETE");
	else if (span_eq(what, SPAN("keep")))
		call_send(call, "ACCOUNT KEEP");
	else if (span_eq(what, SPAN("unbind")))
		call_send(call, "ACCOUNT UNBIND %.*s", (int)call->rest.len, call->rest.at);
	else
		call_send(call, "ACCOUNT BINDINGS");
}

void slash_raw(struct slash_call *call)
{
	call_send(call, "%.*s", (int)call->rest.len, call->rest.at);
}
