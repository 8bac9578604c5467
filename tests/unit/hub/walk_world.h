// SPDX-License-Identifier: MIT
// A hub in which somebody talks under a clock that steps, with restarts, copies of the database,
// and older copies that are put back; it knows what was said.
#pragma once

#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ALL                                                                                    \
	"message-tags server-time echo-message batch draft/chathistory snug.chat/sequence "    \
	"soju.im/search"
#define N_TARGETS 6
#define SAID_MAX 400
#define TAG_MAX 40
#define DAY_MS INT64_C(86400000)

static const char *const names[N_TARGETS] = {"#a", "#b", "#c", "#d", "bob", "carol"};

struct world {
	struct fixture *f;
	struct peer *alice;
	uint64_t dice;
	int said[SAID_MAX]; // the target of each message, in order
	int n_said;
	int shown[SAID_MAX], n_shown; // of a walk: messages, or targets
	char copy[64];                // a file
	int n_copied;                 // messages in it; -1: there is none
	char history[TAG_MAX];        // as the server names it
	bool is_put_back;             // a copy was, since the walk began
	unsigned n_restores, n_inside, n_refused;
};

static inline uint64_t roll(struct world *w, uint64_t below)
{
	w->dice = w->dice * 6364136223846793005U + 1442695040888963407U;
	return (w->dice >> 33) % below;
}

static inline void take_tag(const char *line, const char *tag, char out[static TAG_MAX])
{
	const char *at = strstr(line, tag);

	out[0] = '\0';
	if (at)
		snprintf(out, TAG_MAX, "%.*s", (int)strcspn(at + strlen(tag), "; "),
			 at + strlen(tag));
}

static inline void enter(struct world *w)
{
	const char *line;

	w->alice = fixture_login_loud(w->f, "alice", ALL);
	while ((line = peer_next(w->alice)) != NULL) {
		if (strstr(line, "snug.chat/HISTORY="))
			take_tag(line, "snug.chat/HISTORY=", w->history);
	}
}

static inline void make_copy(struct world *w)
{
	unlink(w->copy);
	fixture_backup(w->f, w->copy);
	w->n_copied = w->n_said;
}

// What was said behind the copy is gone, shown or not.
static inline void put_back(struct world *w)
{
	int kept = 0;

	if (w->n_copied < 0)
		return;
	fixture_restore(w->f, w->copy);
	w->n_said = w->n_copied;
	for (int i = 0; i < w->n_shown; i++) {
		if (w->shown[i] < w->n_said)
			w->shown[kept++] = w->shown[i];
	}
	w->n_shown = kept;
	w->is_put_back = true;
	w->n_restores++;
	enter(w);
}

// The server believes a step of the clock.
static inline void take_over(struct world *w, int64_t shift_ms)
{
	struct hub_step step = {.over_ms = w->f->now.wall_ms + (shift_ms < 0 ? shift_ms : 0),
				.shift_ms = shift_ms};

	hub_clock_stepped(w->f->hub, &step);
	w->f->now.wall_ms += shift_ms;
	fixture_settle(w->f);
}

static inline int64_t leap(struct world *w)
{
	static const int64_t most[] = {2, 1000, DAY_MS, 400 * DAY_MS};
	int64_t n = (int64_t)roll(w, (uint64_t)most[roll(w, 4)]);

	return roll(w, 2) && w->f->now.wall_ms > 500 * DAY_MS * 10 ? -n : n;
}

static inline void talk(struct world *w)
{
	int many = 1 + (int)roll(w, 12);
	bool stands_still = roll(w, 2);

	for (int i = 0; i < many && w->n_said < SAID_MAX; i++) {
		int target = (int)roll(w, N_TARGETS);

		if (stands_still)
			w->f->now.wall_ms--; // a line takes one
		peer_send(w->alice, "PRIVMSG %s :word n%d", names[target], w->n_said);
		w->said[w->n_said++] = target;
	}
	fixture_skip(w->f);
}

static inline void happen(struct world *w)
{
	switch (roll(w, 8)) {
	case 0:
		w->f->now.wall_ms += leap(w);
		break;
	case 1:
		take_over(w, leap(w));
		break;
	case 2:
		fixture_restart(w->f, roll(w, 2));
		enter(w);
		break;
	case 3:
		fixture_pass(w->f, 5000);
		break;
	case 4:
		make_copy(w);
		break;
	case 5:
		put_back(w);
		break;
	default:
		talk(w);
		break;
	}
}

// Between two pages, once a copy was put back nothing more. The clock is not corrected there:
// that moves times, and so bounds. True: a copy was put back.
static inline bool happen_inside(struct world *w)
{
	if (w->is_put_back || roll(w, 8))
		return false;
	w->n_inside++;
	switch (roll(w, 5)) {
	case 0:
		w->f->now.wall_ms += leap(w);
		break;
	case 1:
		fixture_restart(w->f, roll(w, 2));
		enter(w);
		break;
	case 2:
		make_copy(w);
		break;
	case 3:
		put_back(w);
		talk(w); // and numbers are given a second time
		break;
	default:
		talk(w);
		break;
	}
	return w->is_put_back;
}
