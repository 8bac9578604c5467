// SPDX-License-Identifier: MIT
// Clients as they should be: what is not known to be stored is sent again, in order, by
// the same id.
#include "tests/sim/sim.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/encode.h"
#include "common/grow.h"
#include "common/msg.h"
#include "common/timed_id.h"
#include "server/hub/people/account.h"

#include <stdio.h>
#include <stdlib.h>

#define TIMED_EACH 8
#define CAPS                                                                                   \
	"message-tags server-time echo-message batch draft/chathistory draft/read-marker "     \
	"draft/message-redaction snug.chat/exactly-once snug.chat/sequence"

static const char *const rooms[ROOMS] = {"#a", "#b"};

void person_init(struct person *p, struct world *w, int index)
{
	*p = (struct person){.world = w, .index = index, .is_plain = index == PEOPLE - 1};
	snprintf(p->name, sizeof(p->name), "p%d", index);
}

void person_sign_up(struct person *p, struct hub *h)
{
	if (!account_new(h, span_of(p->name), SPAN("$sim$secret")))
		die(1, "no account %s", p->name);
}

void person_cut_off(struct person *p)
{
	struct link *l = p->link;

	if (!l)
		return;
	for (size_t i = l->first; i < l->n_queue; i++)
		free(l->queue[i].text);
	free(l->queue);
	free(l);
	p->link = NULL;
	p->registered = false;
}

void person_clear(struct person *p)
{
	person_cut_off(p);
	for (size_t i = 0; i < p->n_heard; i++)
		free(p->heard[i]);
	free(p->heard);
}

static void target_of(const struct person *p, int place, char out[static 16])
{
	if (place < ROOMS)
		snprintf(out, 16, "%s", rooms[place]);
	else
		snprintf(out, 16, "%s", p->world->people[place - ROOMS].name);
}

static void send_unsent(struct person *p, const struct unsent *u)
{
	char target[16], head[TIMED_ID_HEAD + 1] = "";

	target_of(p, u->place, target);
	if (u->at_ms)
		timed_id_head(u->at_ms, head);
	server_hear(p, "@snug.chat/id=%s%s-%u PRIVMSG %s :%s-%u", head, p->name, u->number,
		    target, p->name, u->number);
}

static void connect_now(struct person *p)
{
	if (!server_open(p))
		return;
	tell(p->world, "%s connects to server %d", p->name,
	     (int)(p->link->server - p->world->servers));
	if (!p->is_plain)
		server_hear(p, "CAP REQ :%s", CAPS);
	server_hear(p, "PASS %s%s:secret", p->name, p->is_plain ? "@tv" : "");
	server_hear(p, "NICK %s", p->name);
	server_hear(p, "USER %s 0 * :%s", p->name, p->name);
	if (!p->is_plain)
		server_hear(p, "CAP END");
}

// Logged in: what was not known to be stored is sent again.
static void on_welcome(struct person *p)
{
	p->registered = true;
	server_hear(p, "JOIN %s,%s", rooms[0], rooms[1]);
	for (size_t i = 0; i < p->n_unsent; i++)
		send_unsent(p, &p->unsent[i]);
}

// In some worlds ids carry their time, of some people by a clock that is ahead.
static int64_t time_for_id(const struct person *p)
{
	int64_t ahead_ms = p->index % 2 ? TIMED_ID_AHEAD_MS / 2 : 0;

	return p->world->seed % TIMED_EACH == 3 ? p->link->server->now.wall_ms + ahead_ms : 0;
}

static void say(struct person *p)
{
	struct unsent *u;
	int place = (int)roll(p->world, ROOMS + PEOPLE - 1);

	if (p->n_unsent == UNSENT_MAX || p->world->calm)
		return;
	u = &p->unsent[p->n_unsent++];
	*u = (struct unsent){p->said++, place, time_for_id(p)};
	p->world->messages++;
	send_unsent(p, u);
}

// The disk refused something: it is tried again.
static void say_again(struct person *p)
{
	for (size_t i = 0; i < p->n_unsent; i++)
		send_unsent(p, &p->unsent[i]);
}

static void mark(struct person *p)
{
	char time[CLOCK_TEXT_LEN + 1];

	clock_text(p->link->server->now.wall_ms, time);
	server_hear(p, "MARKREAD %s timestamp=%s", rooms[0], time);
}

void person_act(struct person *p)
{
	struct world *w = p->world;

	if (!p->link) {
		connect_now(p);
		return;
	}
	if (!p->registered || p->is_plain)
		return;
	switch (roll(w, 12)) {
	case 0:
		mark(p);
		break;
	case 1:
		server_hear(p, "CHATHISTORY LATEST %s * 20", rooms[roll(w, ROOMS)]);
		break;
	case 2:
		server_hear(p, "@+typing=active TAGMSG %s", rooms[roll(w, ROOMS)]);
		break;
	case 3:
		say_again(p);
		break;
	case 5:
		server_hear(p, "PING :said-%u", p->said);
		break;
	case 4:
		server_hear(p, "TOPIC %s :%u", rooms[roll(w, ROOMS)], p->said);
		break;
	default:
		say(p);
		break;
	}
}

static int place_of(const struct person *p, struct span target, struct span nick)
{
	for (int i = 0; i < ROOMS; i++) {
		if (span_eq(target, span_of(rooms[i])))
			return i;
	}
	// A conversation is called by the other one.
	for (int i = 0; i < PEOPLE; i++) {
		struct span name = span_of(p->world->people[i].name);

		if (span_eq(span_eq(nick, span_of(p->name)) ? target : nick, name))
			return ROOMS + i;
	}
	return -1;
}

// Rooms first, then each pair of people.
static int stream_of(const struct person *p, int place)
{
	int other = place - ROOMS;

	if (place < ROOMS)
		return place;
	return ROOMS +
	       (other < p->index ? other * PEOPLE + p->index : p->index * PEOPLE + other);
}

// Numbers of one connection follow each other without a gap.
static void check_order(struct person *p, int place, uint64_t seq)
{
	uint64_t *last = &p->link->last[place];
	// Talking to oneself is heard twice; an answer to a resend may be older.
	bool known = *last && seq <= *last;

	if (*last && !known && seq != *last + 1)
		wrong(p->world, "%s heard %llu after %llu in place %d", p->name,
		      (unsigned long long)seq, (unsigned long long)*last, place);
	if (!known)
		*last = seq;
}

static void forget_unsent(struct person *p, unsigned number)
{
	for (size_t i = 0; i < p->n_unsent; i++) {
		if (p->unsent[i].number != number)
			continue;
		memmove(&p->unsent[i], &p->unsent[i + 1],
			(p->n_unsent - i - 1) * sizeof(p->unsent[0]));
		p->n_unsent--;
		return;
	}
}

// An answer to a resend repeats an older number; whatever else is live must follow.
static bool is_repeat(const struct person *p, struct span nick, struct span id)
{
	return id.len && span_eq(nick, span_of(p->name));
}

static void on_message(struct person *p, const struct msg *m, struct span nick)
{
	struct span value, id = SPAN("");
	struct fact seen = {0};
	uint64_t number;
	bool in_page = msg_tag(m, SPAN("batch"), &value);

	seen.place = place_of(p, m->params[0], nick);
	if (!msg_tag(m, SPAN("msgid"), &value) || !decode_id(value, &seen.id) ||
	    !msg_tag(m, SPAN("snug.chat/seq"), &value) || !span_to_u64(value, &seen.seq)) {
		wrong(p->world, "%s heard a message without its numbers", p->name);
		return;
	}
	seen.stream = stream_of(p, seen.place);
	seen.sender = span_dup(nick);
	seen.text = span_dup(m->params[1]);
	if (msg_tag(m, SPAN("snug.chat/id"), &value))
		id = value;
	seen.is_acked = id.len != 0;
	check_seen(p->link->server, &seen);
	if (!in_page && seen.place >= 0 && !is_repeat(p, nick, id))
		check_order(p, seen.place, seen.seq);
	else if (!in_page && seen.place >= 0 && p->link->last[seen.place] &&
		 seen.seq == p->link->last[seen.place] + 1)
		p->link->last[seen.place]++; // a new one of its own
	if (id.len && span_to_u64(span_after(id, span_find(id, '-') + 1), &number))
		forget_unsent(p, (unsigned)number);
	free(seen.sender);
	free(seen.text);
}

// What a client without tags sees: the text, perhaps behind a time in brackets.
static void on_plain(struct person *p, const struct msg *m)
{
	struct span text = m->params[1];

	if (text.len && text.at[0] == '[')
		text = span_after(text, span_find(text, ']') + 2);
	for (size_t i = 0; i < p->n_heard; i++) {
		if (span_eq(text, span_of(p->heard[i])))
			return; // once more, since its PONG was lost
	}
	p->heard = grow(p->heard, p->n_heard, &p->heard_space, sizeof(char *));
	p->heard[p->n_heard++] = span_dup(text);
}

static void on_marker(struct person *p, const struct msg *m)
{
	int64_t ms;

	if (span_eq(m->params[0], span_of(rooms[0])) &&
	    clock_parse(span_after(m->params[1], strlen("timestamp=")), &ms))
		p->marker_ms = ms;
}

// Of what is in hand, this or that comes late.
static void on_refusal(struct person *p)
{
	p->link->was_refused = true;
	p->refused = p->said;
	p->world->refusals++;
}

// In a world of two servers a PONG is asked for and looked at.
static void on_pong(const struct person *p, struct span token)
{
	uint64_t number;

	if (p->link->server->partner && span_starts(token, SPAN("said-")) &&
	    span_to_u64(span_after(token, strlen("said-")), &number))
		check_proven(p, (unsigned)number);
}

void person_hear(struct person *p, struct span line)
{
	struct span nick;
	struct msg m;

	if (p->world->is_loud)
		printf("%6lld %s %.*s\n", (long long)(p->link->server->now.mono_ms - 1000000),
		       p->name, SPAN_ARG(line));
	if (msg_parse(&m, line) != MSG_OK) {
		wrong(p->world, "%s heard what is no line: %.*s", p->name, SPAN_ARG(line));
		return;
	}
	nick = (struct span){m.source.at, span_find(m.source, '!')};
	if (span_eq(m.command, SPAN("001")))
		on_welcome(p);
	else if (span_eq(m.command, SPAN("PING")))
		server_hear(p, "PONG :" SPAN_FMT, SPAN_ARG(m.params[0]));
	else if (span_eq(m.command, SPAN("PRIVMSG")) && p->is_plain)
		on_plain(p, &m);
	else if (span_eq(m.command, SPAN("PRIVMSG")))
		on_message(p, &m, nick);
	else if (span_eq(m.command, SPAN("MARKREAD")))
		on_marker(p, &m);
	else if (span_eq(m.command, SPAN("PONG")))
		on_pong(p, m.params[1]);
	else if (span_eq(m.command, SPAN("FAIL")))
		on_refusal(p);
	else if (span_eq(m.command, SPAN("JOIN")) && span_eq(nick, span_of(p->name)))
		p->in_room[span_eq(m.params[0], span_of(rooms[1]))] = true;
}
