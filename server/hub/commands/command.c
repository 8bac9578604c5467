// SPDX-License-Identifier: MIT
// The table of commands, searched by halves, and the checks before each handler.
#include "server/hub/commands/command.h"

#include "common/utf8.h"
#include "server/hub/door/session_life.h"
#include "server/hub/pages/multiline.h"
#include "server/hub/wire/reply.h"

#define NAME_MAX_LEN 16 // inside: longest name of command.def

static const struct command commands[] = {
#define COMMAND(name, fn, min_params, states, purse, cost, cap)                                \
	{name, fn, min_params, states, purse, cost, cap},
#include "server/hub/commands/command.def"
#undef COMMAND
};

// Any case to upper case; false when it cannot be a command's name.
static bool upper(struct span name, char out[static NAME_MAX_LEN + 1])
{
	if (name.len > NAME_MAX_LEN)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		out[i] = c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
	}
	out[name.len] = '\0';
	return true;
}

const struct command *command_find(struct span name)
{
	char key[NAME_MAX_LEN + 1];
	size_t low = 0, high = ARRAY_LEN(commands);

	if (!upper(name, key))
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(key, commands[middle].name);

		if (order == 0)
			return &commands[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

// Two names of the same, of which one is enough.
static bool has_asked(const struct session *s, enum cap cap)
{
	return cap == CAP_WEBPUSH ? session_is_pushed(s) : session_has(s, cap);
}

// What only a person does: it is typed, or looked at.
static bool is_by_hand(const struct command *c, const struct msg *m)
{
	return c->run == cmd_privmsg || c->run == cmd_notice || c->run == cmd_tagmsg ||
	       c->run == cmd_batch || (c->run == cmd_markread && m->n_params > 1);
}

// Found, allowed now, asked for, and with enough parameters; or the error was sent.
static const struct command *need_command(struct session *s, const struct msg *m)
{
	const struct command *c = command_find(m->command);

	if (!c) {
		reply1(s, ERR_UNKNOWNCOMMAND, utf8_cut(m->command, 32));
		return NULL;
	}
	if (!(c->states & (s->registered ? AFTER_LOGIN : BEFORE_LOGIN))) {
		reply(s, s->registered ? ERR_ALREADYREGISTERED : ERR_NOTREGISTERED);
		return NULL;
	}
	if (c->cap != NO_CAP && !has_asked(s, c->cap)) {
		reply1(s, ERR_UNKNOWNCOMMAND, span_of(c->name));
		return NULL;
	}
	if (m->n_params < c->min_params) {
		reply1(s, ERR_NEEDMOREPARAMS, span_of(c->name));
		return NULL;
	}
	return c;
}

void command_run(struct session *s, const struct msg *m)
{
	const struct command *c;

	if (multiline_refuses(s, m))
		return;
	c = need_command(s, m);
	if (!c)
		return;
	if (c->run != cmd_pong && c->run != cmd_quit)
		s->active_ms = s->hub->now.wall_ms;
	if (is_by_hand(c, m))
		s->attended_ms = s->hub->now.wall_ms;
	c->run(s, m);
}
