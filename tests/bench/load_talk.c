// SPDX-License-Identifier: MIT
// What is said, when, and what of it arrived: "SENDER NUMBER NANOSECONDS padding".
#include "tests/bench/load.h"

#include <stdlib.h>
#include <string.h>

static int talking(const struct load *l)
{
	return l->options.clients - l->options.idle;
}

// Clients stand in rooms round robin; the first ones of each room are its senders.
static int sender_of(const struct load *l, const struct client *c)
{
	int place = c->index / l->options.rooms;

	return place < l->senders_per_room ? place : -1;
}

static struct client *neighbour(const struct client *c)
{
	return &c->load->clients[c->index ^ 1];
}

static void say(struct load *l, struct client *c)
{
	char text[2048];
	int n, start;

	if (l->options.pings)
		n = snprintf(text, sizeof(text), "PRIVMSG %s :", neighbour(c)->name);
	else
		n = snprintf(text, sizeof(text), "PRIVMSG #load%d :", c->room);
	start = n;
	n += snprintf(text + n, sizeof(text) - (size_t)n, "%d %d %lld ",
		      l->options.pings ? 0 : sender_of(l, c), c->sent++,
		      (long long)load_now_ns());
	while (n - start < l->options.size && n < (int)sizeof(text) - 1)
		text[n++] = 'x';
	text[n] = 0;
	client_send(c, text);
}

static void pump(struct load *l, struct client *c)
{
	while (c->sent < l->options.messages && c->sent - c->witnessed < l->options.window)
		say(l, c);
	client_flush(c);
}

void talk_finish(struct load *l)
{
	if (!l->is_running)
		return;
	l->is_running = false;
	l->run = gauge_since(l, &l->run);
	loop_stop(l->loop);
}

// The next client of the room is the sender's witness: it opens the window.
static void witness(struct load *l, const struct client *c, int sender, int number)
{
	struct client *from = &l->clients[sender * l->options.rooms + c->room];

	if (l->options.rate || c->index != (from->index + l->options.rooms) % talking(l))
		return;
	from->witnessed = number + 1;
	pump(l, from);
}

// A client that still catches up gets it with the time in front: "[2026-11-22 12:05] ".
static struct span without_stamp(struct span text)
{
	if (span_starts(text, SPAN("[")))
		span_cut(&text, ']');
	return text;
}

void load_on_text(struct load *l, struct client *c, struct span text)
{
	char copy[64] = "";
	int sender, number;
	long long at;

	text = without_stamp(text);
	memcpy(copy, text.at, text.len < sizeof(copy) - 1 ? text.len : sizeof(copy) - 1);
	if (!l->is_running || sscanf(copy, "%d %d %lld", &sender, &number, &at) != 3 ||
	    at < l->started_ns || sender < 0 || sender >= l->senders_per_room)
		return;
	l->progress_ns = load_now_ns();
	if (l->options.echo && sender == sender_of(l, c)) {
		times_add(&l->acks, l->progress_ns - at);
		return;
	}
	if (number < c->next[sender]) {
		l->repeated++;
	} else {
		l->disordered += number > c->next[sender];
		c->next[sender] = number + 1;
	}
	l->received++;
	times_add(&l->latency, l->progress_ns - at);
	if (l->options.pings) {
		c->witnessed = c->sent;
		pump(l, c);
	} else {
		witness(l, c, sender, number);
	}
	if (l->received >= l->expected)
		talk_finish(l);
}

void talk_start(struct load *l)
{
	int per_room = talking(l) / l->options.rooms;
	int talkers = l->senders_per_room * l->options.rooms;

	l->expected = (int64_t)talkers * l->options.messages * (per_room - 1);
	if (l->options.pings)
		l->expected = (int64_t)talking(l) * l->options.messages;
	l->run = gauge_now(l);
	l->started_ns = l->progress_ns = load_now_ns();
	l->is_running = true;
	if (l->expected <= 0) { // nobody is there to talk
		talk_finish(l);
		return;
	}
	if (l->options.rate)
		loop_timer_set(l->timer, 1); // or all that the slow tick missed comes at once
	for (int i = 0; l->options.pings && i < talking(l); i += 2)
		pump(l, &l->clients[i]);
	for (int i = 0; !l->options.pings && !l->options.rate && i < talkers; i++)
		pump(l, &l->clients[i]);
}

void talk_at_rate(struct load *l)
{
	int talkers = l->senders_per_room * l->options.rooms;
	int64_t due = (load_now_ns() - l->started_ns) / 1000 * l->options.rate / 1000000;

	for (; l->is_running && l->options.rate && l->rate_sent < due; l->rate_sent++) {
		struct client *c = &l->clients[l->rate_sent % talkers];

		if (c->sent >= l->options.messages)
			break;
		say(l, c);
		client_flush(c);
	}
}
