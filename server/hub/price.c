// SPDX-License-Identifier: MIT
// Most of it stands in command.def; here is what depends on the parameters.
#include "server/hub/price.h"

#include "server/hub/commands/command.h"
#include "server/hub/commands/targets.h"
#include "server/hub/pages/multiline.h"
#include "server/hub/rooms/member.h"
#include "server/letters/limits.h"

#define ROW_BYTES 128 // inside: what is stored around a message

// The parameter of a command that is a list with commas.
static const struct {
	command_fn *run;
	size_t param;
} lists[] = {
	{cmd_join, 0}, {cmd_kick, 1},    {cmd_monitor, 1}, {cmd_names, 0},  {cmd_notice, 0},
	{cmd_part, 0}, {cmd_privmsg, 0}, {cmd_tagmsg, 0},  {cmd_whowas, 0},
};

// Commands whose last parameters are a list, from this one on.
static const struct {
	command_fn *run;
	size_t first;
} rests[] = {
	{cmd_ison, 0},
	{cmd_metadata, 2},
	{cmd_mode, 2},
	{cmd_userhost, 0},
};

static size_t words_of(const struct msg *m, size_t first)
{
	size_t n = 0;

	for (size_t i = first; i < m->n_params; i++) {
		struct span rest = m->params[i];

		while (rest.len)
			n += span_cut(&rest, ' ').len > 0;
	}
	return n;
}

static size_t targets_of(const struct command *c, const struct msg *m)
{
	size_t n = 1;

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (lists[i].run == c->run)
			n = targets_count(msg_param(m, lists[i].param));
	}
	for (size_t i = 0; i < ARRAY_LEN(rests); i++) {
		if (rests[i].run == c->run)
			n = words_of(m, rests[i].first);
	}
	if (c->run == cmd_whois)
		n = targets_count(msg_param(m, m->n_params > 1 ? 1 : 0));
	return n ? n : 1;
}

static bool is_said(const struct command *c)
{
	return c->run == cmd_privmsg || c->run == cmd_notice || c->run == cmd_tagmsg;
}

static int64_t per_bytes(size_t bytes)
{
	return (int64_t)((bytes + STORED_PER_TOKEN - 1) / STORED_PER_TOKEN);
}

// Of a batch that ends here: for its lines, or for its bytes.
static int64_t cost_of_batch(const struct session *s, const struct msg *m)
{
	const struct multiline *b = s->multiline;
	int64_t lines = multiline_cost(s, m), bytes;

	if (!b || !b->n_parts || !span_starts(msg_param(m, 0), SPAN("-")))
		return 1;
	bytes = per_bytes(b->text.len + b->tags.len + ROW_BYTES);
	return 1 + (lines > bytes ? lines : bytes);
}

// The mask lists of a room are shown to who names no mask.
static bool is_mode_list(const struct msg *m)
{
	struct span letters = msg_param(m, 1), shown = SPAN("+beI");

	for (size_t i = 0; i < letters.len; i++) {
		if (span_find(shown, letters.at[i]) == shown.len)
			return false;
	}
	return m->n_params == 2;
}

static bool is_in_all(struct session *s, struct span names)
{
	while (names.len) {
		const struct room *r = room_find(s->hub, span_cut(&names, ','));

		if (!r || !member_find(r, s->account))
			return false;
	}
	return true;
}

static bool word_is(const struct msg *m, size_t i, const char *word)
{
	return span_eq_fold(msg_param(m, i), span_of(word));
}

// Does this form of a command that says something only ask?
static bool only_asks(struct session *s, const struct command *c, const struct msg *m)
{
	if (c->run == cmd_mode)
		return m->n_params < 2 || is_mode_list(m);
	if (c->run == cmd_topic)
		return m->n_params < 2;
	if (c->run == cmd_invite)
		return !m->n_params;
	if (c->run == cmd_invitelink)
		return word_is(m, 0, "LIST");
	if (c->run == cmd_metadata)
		return !word_is(m, 1, "SET") && !word_is(m, 1, "CLEAR");
	if (c->run == cmd_cert)
		return !s->registered || word_is(m, 0, "LIST") || word_is(m, 0, "OTHERS") ||
		       (word_is(m, 0, "TOKEN") && word_is(m, 1, "LIST"));
	if (c->run == cmd_clientcert)
		return word_is(m, 0, "LIST");
	return c->run == cmd_join && s->registered && is_in_all(s, msg_param(m, 0));
}

// A device is taken away at once, whatever else is waiting to be paid.
static bool takes_away(const struct command *c, const struct msg *m)
{
	return (c->run == cmd_cert &&
		(word_is(m, word_is(m, 0, "TOKEN"), "DEL") || word_is(m, 0, "REVOKE"))) ||
	       (c->run == cmd_clientcert && word_is(m, 0, "DELETE"));
}

static enum purse_kind purse_of(struct session *s, const struct command *c, const struct msg *m)
{
	if (c->purse != SAYS)
		return c->purse;
	if (takes_away(c, m))
		return FREE;
	return only_asks(s, c, m) ? ASKS : SAYS;
}

// A free one that writes something.
static bool writes(const struct command *c, const struct msg *m)
{
	return takes_away(c, m) || (c->run == cmd_markread && m->n_params > 1);
}

struct price price_of(struct session *s, const struct msg *m)
{
	const struct command *c = command_find(m->command);
	struct price p = {.purse = ASKS, .tokens = 1};

	if (!c)
		return p;
	p.purse = purse_of(s, c, m);
	p.stores = p.purse == SAYS || writes(c, m);
	p.tokens = c->cost * (int64_t)targets_of(c, m);
	if (is_said(c))
		p.tokens *= per_bytes(m->tags.len + msg_param(m, 1).len + ROW_BYTES);
	else if (c->run == cmd_batch)
		p.tokens = cost_of_batch(s, m);
	// The lines of a multiline message come at once, as they must: they are paid for
	// together by the command that ends them.
	if (multiline_has(s, m))
		p.tokens = 0;
	return p;
}
