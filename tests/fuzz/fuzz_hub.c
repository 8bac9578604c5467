// SPDX-License-Identifier: MIT
// The whole hub against a few clients that send anything at all.
//
// The input is lines. A line "0 ..." to "5 ..." is what that client sends; "o" and "c"
// with a digit open and close a connection, "s" and "d" stall and drain it; "t" lets time
// pass, "w" stores what waits, "r" restarts the clock. Whatever comes: no crash, each
// line that leaves is one whole, valid line, and nobody gets more than 4 KiB for a token.
#include "server/hub/people/account.h"
#include "server/hub/state/session.h"
#include "server/letters/limits.h"
#include "tests/support/hub_world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define LINES_MAX 300

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void login(struct hub_world *w, unsigned i)
{
	char line[64];

	hub_world_open(w, i);
	if (i % 2)
		hub_world_line(w, i,
			       SPAN("CAP REQ :message-tags server-time echo-message batch "
				    "labeled-response draft/chathistory draft/event-playback "
				    "draft/multiline draft/message-redaction draft/read-marker "
				    "snug.chat/exactly-once snug.chat/sequence "
				    "soju.im/search"));
	snprintf(line, sizeof(line), "PASS p%u:secret", i % 3);
	hub_world_line(w, i, span_of(line));
	snprintf(line, sizeof(line), "NICK p%u", i % 3);
	hub_world_line(w, i, span_of(line));
	hub_world_line(w, i, SPAN("USER p 0 * :p"));
	hub_world_line(w, i, SPAN("CAP END"));
	hub_world_line(w, i, SPAN("JOIN #den"));
}

static void play_line(struct hub_world *w, struct span line)
{
	char what = line.at[0];
	unsigned i = line.len > 1 ? (unsigned char)line.at[1] % HUB_CLIENTS : 0;
	conn_id conn = w->clients[i].conn;

	if (what >= '0' && what < '0' + HUB_CLIENTS) {
		hub_world_line(w, (unsigned)(what - '0'), span_after(line, 1));
	} else if (what == 'o') {
		hub_world_open(w, i);
	} else if (what == 'c') {
		hub_world_close(w, i);
	} else if (what == 's' && conn) {
		inbox_add(hub_mail_inbox(&w->mail), INBOX_STALLED, conn)->after = w->posted;
	} else if (what == 'd' && conn) {
		inbox_add(hub_mail_inbox(&w->mail), INBOX_DRAINED, conn);
	} else if (what == 't') {
		w->now.mono_ms += 10000;
		w->now.wall_ms += 10000;
	} else if (what == 'w') {
		hub_world_store(w);
	} else if (what == 'r') {
		w->now.wall_ms -= 3600000;
	}
}

// The allowance pays in parts of a token, in whole milliseconds: each of its tokens may have
// been a millisecond cheaper than it says here.
static uint64_t tokens_of(const struct session *s)
{
	uint64_t allowance = ALLOWANCE_LEAST;

	if (s->account)
		allowance += ALLOWANCE_PER_ROOM *
			     (s->account->n_members + s->account->dialogs.n_items);
	return (uint64_t)(s->spent[ASKS] + s->spent[SAYS]) / 1000 +
	       (uint64_t)s->spent[GOODS] * ALLOWANCE_LOGINS * (allowance + 1) /
		       ALLOWANCE_FULL_MS;
}

// Proves P4.
static void check_paid(struct hub_world *w)
{
	for (size_t i = 0; i < HUB_CLIENTS; i++) {
		const struct hub_client *c = &w->clients[i];
		const struct session *s = c->conn ? session_find(w->hub, c->conn) : NULL;

		// What is not paid yet is in `made`.
		assert(!s ||
		       c->bytes <= (tokens_of(s) + c->unasked + 1) * BYTES_PER_TOKEN + s->made);
	}
}

static void begin(struct hub_world *w)
{
	char *error;

	hub_world_new(w);
	if (!hub_world_begin(w, &error))
		abort();
	for (unsigned i = 0; i < 3; i++) {
		char name[3] = {'p', (char)('0' + i), '\0'};
		struct account *a = account_new(w->hub, span_of(name), SPAN("$fuzz$"));

		a->role = i == 0 ? ROLE_ADMIN : ROLE_USER;
	}
	for (unsigned i = 0; i < 4; i++) {
		login(w, i);
		hub_world_turn(w);
		hub_world_turn(w);
	}
}

// Proves B3.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_from(data, size);
	struct hub_world w = {0};

	begin(&w);
	for (int i = 0; i < LINES_MAX && rest.len; i++) {
		struct span line = span_cut(&rest, '\n');

		if (line.len)
			play_line(&w, line);
		hub_world_turn(&w);
		check_paid(&w);
	}
	hub_world_end(&w);
	return 0;
}
