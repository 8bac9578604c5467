// SPDX-License-Identifier: MIT
// Commands about this program: the screen, the outbox, the connection.
#include "client/slash/command_private.h"
#include "client/model/arrange.h"
#include "client/model/own.h"
#include "client/model/target.h"
#include "common/spoken.h"
#include "common/when.h"

static void needs_screen(const struct slash_call *call)
{
	call_note(call, LINE_ERROR, spoken("/%.*s needs the full screen"), (int)call->name.len,
		  call->name.at);
}

void slash_screen(struct slash_call *call)
{
	const struct screen_acts *screen = call->c->screen;
	if (!screen || !screen->act(screen->arg, call->name))
		needs_screen(call);
}

void slash_goto(struct slash_call *call)
{
	const struct screen_acts *screen = call->c->screen;
	if (!screen)
		needs_screen(call);
	else if (!call->rest.len)
		(void)screen->act(screen->arg, SPAN("go_to"));
	else if (!screen->go(screen->arg, call->rest))
		call_note(call, LINE_ERROR,
			  spoken("/goto: \"" SPAN_FMT "\" is no time (" WHEN_USAGE
				 "), no room or person here, and no message's id"),
			  SPAN_ARG(call->rest));
}

void slash_members(struct slash_call *call)
{
	const struct screen_acts *screen = call->c->screen;
	if (!screen || !screen->act(screen->arg, call->name))
		slash_names(call);
}

void slash_act(struct slash_call *call)
{
	const struct screen_acts *screen = call->c->screen;
	struct span name = call_word(call);
	if (!screen || !screen->names)
		needs_screen(call);
	else if (!name.len)
		call_note(call, LINE_INFO, "%s", screen->names);
	else if (!screen->act(screen->arg, name))
		call_note(call, LINE_ERROR,
			  spoken("there is no act " SPAN_FMT "; these are: %s"), SPAN_ARG(name),
			  screen->names);
}

void slash_message_act(struct slash_call *call)
{
	const struct screen_acts *screen = call->c->screen;
	if (!screen || !screen->message_act(screen->arg, call->name, call->rest))
		needs_screen(call);
}

void slash_upload(struct slash_call *call)
{
	const struct intents *intents = call->c->intents;
	if (intents->upload)
		intents->upload(intents->arg, call->t, call->rest);
	else
		slash_screen(call);
}

void slash_restore(struct slash_call *call)
{
	if (call->c->intents->restore(call->c->intents->arg, true))
		call_note(call, LINE_INFO, spoken("the message stays"));
	else
		call_note(call, LINE_ERROR,
			  spoken("there is no removal that can be taken back"));
}

void slash_search(struct slash_call *call)
{
	const struct screen_acts *screen = call->c->screen;
	if (call->rest.len && screen)
		screen->search(screen->arg, call->rest);
	else
		slash_screen(call);
}

static void say_arranged(struct slash_call *call,
			 void (*say)(const struct target *t, struct buf *out))
{
	struct buf words = {0};
	say(call->t, &words);
	call_remark(call, &words);
	buf_clear(&words);
}

void slash_pin(struct slash_call *call)
{
	arrange_pin(call->c->model, call->t, !call->t->pinned);
	say_arranged(call, arrange_say_pin);
}

void slash_alert(struct slash_call *call)
{
	struct span word = call_word(call);
	enum alerts alerts = call->t->alerts;
	if (call->t->kind == TARGET_SERVER) {
		call_note(call, LINE_ERROR,
			  spoken("/alert is for a room or a person: go to one first"));
		return;
	}
	if (arrange_alerts_named(word, &alerts))
		arrange_alerts(call->c->model, call->t, alerts);
	say_arranged(call, arrange_say_alerts);
}

static void add_unread(struct buf *words, size_t n_unread, size_t n_targets)
{
	buf_add_str(words, spoken("mark all as read, on all your devices: "));
	buf_printf(words, n_unread == 1 ? spoken("%zu message") : spoken("%zu messages"),
		   n_unread);
	buf_printf(words, n_targets == 1 ? spoken(" in %zu place?") : spoken(" in %zu places?"),
		   n_targets);
}

// The server's markers only rise, on all devices: nobody could take it back.
static void ask_read_all(struct slash_call *call)
{
	struct model *m = call->c->model;
	struct buf words = {0};
	size_t n_targets = 0, n_unread = 0;
	for (size_t i = 0; i < m->n_targets; i++) {
		n_targets += m->targets[i]->unread > 0;
		n_unread += m->targets[i]->unread;
	}
	if (n_targets)
		add_unread(&words, n_unread, n_targets);
	else
		buf_add_str(&words, spoken("nothing is unread anywhere"));
	if (n_targets)
		model_ask(m, QUESTION_READ, buf_span(&words), "yn");
	else
		call_remark(call, &words);
	buf_clear(&words);
}

void slash_read(struct slash_call *call)
{
	if (call->rest.len) {
		ask_read_all(call);
		return;
	}
	struct log_line *newest = target_newest(call->t);
	if (!newest)
		return;
	target_set_read(call->c->model, call->t, newest->at_ms);
	call->t->new_at = newest->at_ms;
	call->c->intents->mark_read(call->c->intents->arg, call->t, newest->at_ms);
}

static const char *state_words(enum link_state state)
{
	switch (state) {
	case LINK_CONNECTING:
		return spoken("connecting");
	case LINK_LOGIN:
		return spoken("logging in");
	case LINK_ONLINE:
		return spoken("online");
	case LINK_LAGGING:
		return spoken("online, waiting for an answer");
	case LINK_STORING:
		return spoken("online, and the server waits for its store");
	case LINK_OFFLINE:
		return spoken("offline");
	case LINK_REFUSED:
		return spoken("refused");
	}
	return "";
}

void slash_status(struct slash_call *call)
{
	const struct link_status *link = &call->c->model->link;
	size_t unsent = own_count(call->c->model);
	call_note(call, LINE_INFO, spoken("%s%s%s, %zu unsent"), state_words(link->state),
		  link->text[0] ? ": " : "", link->text, unsent);
}

// The intents may change the list: numbers are collected first.
static size_t stuck(const struct target *t, uint64_t *ids, size_t max)
{
	size_t n = 0;
	list_for_each(item, &t->own) {
		const struct own *o = container_of(item, struct own, in_target);
		if (n < max && own_is_left(o->state))
			ids[n++] = o->local_id;
	}
	return n;
}

static void for_each_stuck(struct slash_call *call, void (*fn)(void *arg, uint64_t id))
{
	uint64_t ids[256];
	size_t n = stuck(call->t, ids, ARRAY_LEN(ids));
	for (size_t i = 0; i < n; i++)
		fn(call->c->intents->arg, ids[i]);
	if (!n)
		call_note(call, LINE_INFO, spoken("nothing here was refused or held"));
}

void slash_retry(struct slash_call *call)
{
	for_each_stuck(call, call->c->intents->retry);
}

void slash_drop(struct slash_call *call)
{
	for_each_stuck(call, call->c->intents->drop);
}

void slash_reconnect(struct slash_call *call)
{
	call->c->intents->reconnect(call->c->intents->arg);
}

// As /set screen.theme does.
static void keep_theme(struct slash_call *call, struct span name)
{
	const struct intents *intents = call->c->intents;
	struct buf words = {0};
	bool is_kept =
		!intents->set || intents->set(intents->arg, SPAN("screen.theme"), name, &words);
	struct span line = span_trim(buf_span(&words));
	if (!is_kept)
		call_note(call, LINE_ERROR, spoken("the theme is not kept: " SPAN_FMT),
			  SPAN_ARG(line));
	buf_clear(&words);
}

void slash_theme(struct slash_call *call)
{
	const struct screen_acts *screen = call->c->screen;
	struct span name = call_word(call);
	struct buf errors = {0};
	if (!screen || !screen->set_theme)
		needs_screen(call);
	else if (!screen->set_theme(screen->arg, name, &errors))
		call_note(call, LINE_ERROR, "%s", buf_str(&errors));
	else
		keep_theme(call, name);
	buf_clear(&errors);
}

void slash_set(struct slash_call *call)
{
	struct span key = call_word(call);
	struct buf words = {0};
	const struct intents *intents = call->c->intents;
	bool is_done = intents->set && intents->set(intents->arg, key, call->rest, &words);
	struct span rest = buf_span(&words);
	while (rest.len) {
		struct span line = span_cut(&rest, '\n');
		call_note(call, is_done ? LINE_INFO : LINE_ERROR, SPAN_FMT, SPAN_ARG(line));
	}
	buf_clear(&words);
}

void slash_passwd(struct slash_call *call)
{
	if (span_eq(call->rest, SPAN("no")))
		call_send(call, "PASSWD CANCEL");
	else
		call_note(call, LINE_INFO,
			  spoken("run in a shell: snug passwd. It asks there, since the input "
				 "line shows what is typed; nothing was sent or kept"));
}

void slash_trust(struct slash_call *call)
{
	call_note(
		call, LINE_INFO,
		spoken("/quit, then run: snug trust HOST. It shows the server's new key beside "
		       "the one you trust, and asks; here a changed key is always refused"));
}

void slash_bind(struct slash_call *call)
{
	const struct screen_acts *screen = call->c->screen;
	struct span key = call_word(call), act = call_word(call);
	if (!screen || !screen->bind)
		needs_screen(call);
	else if (!screen->bind(screen->arg, key, act))
		call_note(call, LINE_ERROR,
			  spoken("/bind KEY ACT, as in /bind F5 inbox: the key or the act "
				 "is unknown"));
}

void slash_clear(struct slash_call *call)
{
	model_clear_notes(call->c->model, call->t);
}

static void say(const struct slash_call *call, const struct command_help *row)
{
	call_note(call, LINE_INFO, "/%s %s  %s", row->name, spoken(row->usage),
		  spoken(row->help));
}

void slash_help(struct slash_call *call)
{
	size_t count;
	const struct command_help *list = command_list(&count);
	struct span name = call_word(call);
	const struct screen_acts *screen = call->c->screen;
	if (!name.len && screen && screen->act(screen->arg, SPAN("help")))
		return;
	if (name.len && name.at[0] == '/')
		name = span_after(name, 1);
	bool is_known = false;
	for (size_t i = 0; i < count; i++) {
		if (name.len && !span_eq_fold(name, span_of(list[i].name)))
			continue;
		say(call, &list[i]);
		is_known = true;
	}
	if (!is_known)
		command_unknown(call, name);
}

void slash_quit(struct slash_call *call)
{
	call->c->intents->quit(call->c->intents->arg, call->rest);
}
