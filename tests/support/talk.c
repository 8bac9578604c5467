// SPDX-License-Identifier: MIT
#include "tests/support/talk.h"

#include "common/die.h"

#include <stdio.h>
#include <stdlib.h>

#define CLIENTS_MAX 32

struct person {
	char *name;
	void *client;
};

struct talk {
	const struct talk_driver *driver;
	struct person people[CLIENTS_MAX];
	size_t n_people;
	struct pattern_vars vars;
	struct buf why;
};

static struct span word(struct span *rest)
{
	*rest = span_trim(*rest);
	return span_cut(rest, ' ');
}

// Takes the words off *rest when it begins with them.
static bool takes(struct span *rest, const char *words)
{
	struct span wanted = span_of(words), tail;

	*rest = span_trim(*rest);
	if (!span_starts(*rest, wanted))
		return false;
	tail = span_after(*rest, wanted.len);
	if (tail.len && tail.at[0] != ' ')
		return false;
	*rest = span_trim(tail);
	return true;
}

static struct person *find_person(struct talk *t, struct span name)
{
	for (size_t i = 0; i < t->n_people; i++) {
		if (span_eq(name, span_of(t->people[i].name)))
			return &t->people[i];
	}
	return NULL;
}

static struct person *connect_as(struct talk *t, struct span name, struct span account,
				 struct span caps, bool loud)
{
	struct person *p = find_person(t, name);
	char *account_text = span_dup(account), *caps_text = span_dup(caps);

	if (!p) {
		if (t->n_people == CLIENTS_MAX)
			die(1, "too many people in a talk");
		p = &t->people[t->n_people++];
		p->name = span_dup(name);
	}
	p->client = t->driver->connect(t->driver->arg, account_text, caps_text, loud);
	free(account_text);
	free(caps_text);
	return p;
}

static struct person *person(struct talk *t, struct span name)
{
	struct person *p = find_person(t, name);

	if (p && p->client)
		return p;
	return connect_as(t, name, name, SPAN(TALK_CAPS), false);
}

// The server asks a client that cannot ask for history what it had when it is quiet: when that
// comes hangs on how fast the machine is, so only who answers it hears it.
static bool is_question(const char *line)
{
	struct msg m;

	return msg_parse(&m, span_of(line)) == MSG_OK && span_eq(m.command, SPAN("PING")) &&
	       span_starts(msg_param(&m, 0), SPAN("replay-"));
}

static const char *next_line(struct talk *t, const struct person *p)
{
	const char *line;

	do {
		line = t->driver->next(p->client);
	} while (line && is_question(line));
	return line;
}

static void forget(struct talk *t, const struct person *p)
{
	while (p->client && t->driver->next(p->client))
		;
}

static void forget_all(struct talk *t)
{
	for (size_t i = 0; i < t->n_people; i++)
		forget(t, &t->people[i]);
}

static void send(struct talk *t, const struct person *p, struct span line)
{
	struct buf text = {0};

	pattern_expand(&t->vars, line, &text);
	t->driver->send(p->client, buf_str(&text));
	buf_clear(&text);
}

static bool matches(struct talk *t, struct span pattern, const char *line)
{
	return pattern_matches(pattern, span_of(line), span_of(t->driver->server), &t->vars);
}

static bool hears(struct talk *t, const struct person *p, struct span pattern)
{
	const char *line = next_line(t, p);

	if (line && matches(t, pattern, line))
		return true;
	buf_printf(&t->why, "%s hears: %s", p->name, line ? line : "nothing");
	return false;
}

static bool hears_at_last(struct talk *t, const struct person *p, struct span pattern)
{
	const char *line;

	while ((line = next_line(t, p))) {
		if (matches(t, pattern, line))
			return true;
	}
	buf_printf(&t->why, "%s never hears it", p->name);
	return false;
}

// `line`: the next one.
static bool is_silent(struct talk *t, const struct person *p, const char *line)
{
	if (line)
		buf_printf(&t->why, "%s hears: %s", p->name, line);
	return !line;
}

static bool answers(struct talk *t, const struct person *p)
{
	const char *line = t->driver->next(p->client);
	struct buf pong = {0};
	struct msg m;

	if (!line || msg_parse(&m, span_of(line)) != MSG_OK ||
	    !span_eq(m.command, SPAN("PING"))) {
		buf_printf(&t->why, "%s hears: %s", p->name, line ? line : "nothing");
		return false;
	}
	buf_printf(&pong, "PONG :" SPAN_FMT, SPAN_ARG(m.params[0]));
	t->driver->send(p->client, buf_str(&pong));
	buf_clear(&pong);
	return true;
}

static void joins(struct talk *t, const struct person *p, struct span room)
{
	struct buf line = {0};

	buf_printf(&line, "JOIN " SPAN_FMT, SPAN_ARG(room));
	t->driver->send(p->client, buf_str(&line));
	buf_clear(&line);
	forget_all(t);
}

static bool connects(struct talk *t, struct span name, struct span rest)
{
	struct span account = name, caps = SPAN(TALK_CAPS);
	bool loud = takes(&rest, "loudly");

	if (takes(&rest, "as"))
		account = word(&rest);
	if (takes(&rest, "with nothing"))
		caps = SPAN("");
	else if (takes(&rest, "with"))
		caps = rest;
	connect_as(t, name, account, caps, loud);
	if (!loud)
		forget_all(t);
	return true;
}

static bool client_deed(struct talk *t, const struct person *p, enum talk_deed deed)
{
	t->driver->deed(t->driver->arg, deed, p->client, 0);
	return true;
}

static bool is_gone(struct talk *t, const struct person *p)
{
	if (t->driver->is_closed(p->client))
		return true;
	buf_printf(&t->why, "%s is still connected", p->name);
	return false;
}

// What one person does; `rest` begins with the verb.
static bool act(struct talk *t, struct span name, struct span rest)
{
	struct person *p;

	if (takes(&rest, "connects") || takes(&rest, "connect"))
		return connects(t, name, rest);
	p = person(t, name);
	if (takes(&rest, "hears nothing") || takes(&rest, "hear nothing"))
		return is_silent(t, p, next_line(t, p));
	if (takes(&rest, "is asked nothing"))
		return is_silent(t, p, t->driver->next(p->client));
	if (takes(&rest, "hears at last") || takes(&rest, "hear at last"))
		return hears_at_last(t, p, rest);
	if (takes(&rest, "hears") || takes(&rest, "hear"))
		return hears(t, p, rest);
	if (takes(&rest, "answers the ping") || takes(&rest, "answer the ping"))
		return answers(t, p);
	if (takes(&rest, "stalls"))
		return client_deed(t, p, TALK_STALL);
	if (takes(&rest, "drains"))
		return client_deed(t, p, TALK_DRAIN);
	if (takes(&rest, "is gone") || takes(&rest, "are gone"))
		return is_gone(t, p);
	if (takes(&rest, "joins") || takes(&rest, "join"))
		joins(t, p, rest);
	else if (takes(&rest, "forgets") || takes(&rest, "forget"))
		forget(t, p);
	else if (takes(&rest, "is cut off") || takes(&rest, "are cut off"))
		t->driver->cut(p->client);
	else {
		buf_add_str(&t->why, "this is no statement");
		return false;
	}
	return true;
}

static const struct {
	const char *words;
	enum talk_deed deed;
} deeds[] = {
	{"disk holds", TALK_DISK_HOLDS},       {"disk commits", TALK_DISK_COMMITS},
	{"disk works", TALK_DISK_WORKS},       {"disk is low", TALK_DISK_LOW},
	{"disk is fine", TALK_DISK_FINE},      {"server restarts", TALK_RESTART},
	{"server crashes", TALK_CRASH},        {"store leaves", TALK_STORE_LEAVES},
	{"store returns", TALK_STORE_RETURNS},
};

static bool find_deed(struct span line, enum talk_deed *deed, long *number)
{
	struct span rest = line;

	*number = 0;
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		*deed = deeds[i].deed;
		if (span_eq(line, span_of(deeds[i].words)))
			return true;
	}
	if (line.at[0] >= '0' && line.at[0] <= '9') {
		*number = strtol(line.at, NULL, 10);
		*deed = TALK_PASS;
		word(&rest);
		return takes(&rest, "seconds pass");
	}
	return false;
}

// The names before the verb: "alice, bob".
static bool each(struct talk *t, struct span line)
{
	struct span names[CLIENTS_MAX], rest = line, name;
	size_t n = 0;

	do {
		name = word(&rest);
		if (n == CLIENTS_MAX || !name.len)
			return false;
		names[n] = name;
		if (name.at[name.len - 1] == ',')
			names[n].len--;
		n++;
	} while (name.at[name.len - 1] == ',');
	for (size_t i = 0; i < n; i++) {
		if (!act(t, names[i], rest))
			return false;
	}
	return true;
}

static void server_deed(struct talk *t, enum talk_deed deed, long number)
{
	t->driver->deed(t->driver->arg, deed, NULL, number);
	if (deed != TALK_RESTART && deed != TALK_CRASH)
		return;
	for (size_t i = 0; i < t->n_people; i++)
		t->people[i].client = NULL;
}

static bool statement(struct talk *t, struct span line)
{
	struct span first = {line.at, span_find(line, ' ')};
	enum talk_deed deed;
	long number;

	if (find_deed(line, &deed, &number)) {
		server_deed(t, deed, number);
		return true;
	}
	if (first.len > 1 && first.at[first.len - 1] == ':') {
		struct person *p = person(t, (struct span){first.at, first.len - 1});

		send(t, p, span_after(line, first.len + 1));
		return true;
	}
	return each(t, line);
}

static bool is_comment(struct span line)
{
	return !line.len || span_eq(line, SPAN("#")) || span_starts(line, SPAN("# "));
}

// Is there a deed in it that the driver cannot do?
static bool is_possible(const struct talk_driver *d, struct span text, struct buf *why)
{
	while (text.len) {
		struct span line = span_trim(span_cut(&text, '\n'));
		enum talk_deed deed;
		long number;

		if (is_comment(line))
			continue;
		if (find_deed(line, &deed, &number) && !d->can(deed)) {
			buf_printf(why, "it cannot be done here: " SPAN_FMT, SPAN_ARG(line));
			return false;
		}
		line = (struct span){line.at + line.len - (line.len < 7 ? line.len : 7),
				     line.len < 7 ? line.len : 7};
		if (!d->can(TALK_STALL) && (span_eq(span_trim(line), SPAN("stalls")) ||
					    span_eq(span_trim(line), SPAN("drains")))) {
			buf_add_str(why, "nobody can be made to stall here");
			return false;
		}
	}
	return true;
}

static bool play(struct talk *t, struct span text, const char *file)
{
	int number = 0;

	while (text.len) {
		struct span raw = span_cut(&text, '\n'), line = span_trim(raw);
		struct buf head = {0};

		number++;
		// A pattern may end in spaces.
		if (is_comment(line) ||
		    statement(t, (struct span){line.at, raw.len - (size_t)(line.at - raw.at)}))
			continue;
		buf_printf(&head, "%s:%d: " SPAN_FMT "\n    ", file, number, SPAN_ARG(line));
		buf_add_span(&head, buf_span(&t->why));
		buf_clear(&t->why);
		t->why = head;
		return false;
	}
	return true;
}

static bool read_file(const char *file, struct buf *text)
{
	FILE *f = fopen(file, "r");
	size_t got;

	if (!f)
		return false;
	while ((got = fread(buf_space(text, 4096), 1, 4096, f)) > 0)
		text->len += got;
	fclose(f);
	return true;
}

enum talk_result talk_play(const struct talk_driver *d, const char *file, char **why)
{
	struct talk t = {.driver = d};
	struct buf text = {0};
	enum talk_result result = TALK_FAILED;

	if (!read_file(file, &text))
		buf_printf(&t.why, "%s: cannot be read", file);
	else if (!is_possible(d, buf_span(&text), &t.why))
		result = TALK_SKIPPED;
	else if (play(&t, buf_span(&text), file))
		result = TALK_OK;
	*why = buf_take(&t.why);
	buf_clear(&text);
	for (size_t i = 0; i < t.n_people; i++)
		free(t.people[i].name);
	pattern_vars_clear(&t.vars);
	return result;
}
