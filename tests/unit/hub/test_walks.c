// SPDX-License-Identifier: MIT
// Walks by pages: whatever the clock did, each message and each conversation comes once.
//
// Rounds of random talk in a few rooms and conversations, under a clock that steps, stands still
// and is corrected, with restarts; then walks of random kind and limit, each compared with what
// was said. SNUG_WALKS says how many walks (400), SNUG_SEED where to begin (1).
#include "tests/support/hub_fixture.h"

#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ALL                                                                                    \
	"message-tags server-time echo-message batch draft/chathistory snug.chat/sequence "    \
	"soju.im/search"
#define N_TARGETS 6
#define SAID_MAX 400
#define WALKS_A_ROUND 100
#define WALKS_USUAL 400
#define DAY_MS INT64_C(86400000)
#define FIRST "1970-01-02T00:00:00.000Z"
#define LAST "9999-12-31T23:59:59.999Z"

static const char *const names[N_TARGETS] = {"#a", "#b", "#c", "#d", "bob", "carol"};

struct world {
	struct fixture *f;
	struct peer *alice;
	uint64_t dice;
	int said[SAID_MAX]; // the target of each message, in order
	int n_said;
	int shown[SAID_MAX], n_shown; // of a walk: messages, or targets
};

static uint64_t roll(struct world *w, uint64_t below)
{
	w->dice = w->dice * 6364136223846793005U + 1442695040888963407U;
	return (w->dice >> 33) % below;
}

// What can be used as a bound, of the oldest and the newest line of a page.
struct bounds {
	char time[2][32], id[2][32], seq[2][32];
	int n;
};

static void take_tag(const char *line, const char *tag, char out[static 32])
{
	const char *at = strstr(line, tag);

	out[0] = '\0';
	if (at)
		snprintf(out, 32, "%.*s", (int)strcspn(at + strlen(tag), "; "),
			 at + strlen(tag));
}

static int target_of(const char *line)
{
	const char *at = strstr(line, "TARGETS ");

	for (int i = 0; at && i < N_TARGETS; i++) {
		size_t len = strlen(names[i]);

		if (!strncmp(at + 8, names[i], len) && at[8 + len] == ' ')
			return i;
	}
	return -1;
}

static void take_line(struct world *w, const char *line, struct bounds *b)
{
	const char *text = strstr(line, ":word n");
	int i = b->n ? 1 : 0, target = target_of(line);

	if (!text && target < 0)
		return;
	if (w->n_shown == SAID_MAX)
		fail_msg("more than was said: %s", line);
	w->shown[w->n_shown++] = text ? atoi(text + 7) : target;
	if (text)
		take_tag(line, "time=", b->time[i]);
	else
		snprintf(b->time[i], 32, "%.24s", strrchr(line, ' ') + 1);
	take_tag(line, "msgid=", b->id[i]);
	take_tag(line, "snug.chat/seq=", b->seq[i]);
	if (!b->n++) {
		memcpy(b->time[1], b->time[0], 32);
		memcpy(b->id[1], b->id[0], 32);
		memcpy(b->seq[1], b->seq[0], 32);
	}
}

// All that the command brings.
static void take_page(struct world *w, const char *command, struct bounds *b)
{
	*b = (struct bounds){0};
	peer_send(w->alice, "%s", command);
	peer_send(w->alice, "PING end");
	for (const char *line; !strstr(line = peer_next(w->alice), " PONG ");) {
		if (strstr(line, " FAIL "))
			fail_msg("%s: %s", command, line);
		take_line(w, line, b);
	}
}

static int by_number(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

// -1: of all.
static void expect_all(struct world *w, int target, const char *what)
{
	int n = 0;

	qsort(w->shown, (size_t)w->n_shown, sizeof(*w->shown), by_number);
	for (int i = 0; i < w->n_said; i++) {
		if (target >= 0 && w->said[i] != target)
			continue;
		if (n == w->n_shown || w->shown[n] != i)
			fail_msg("%s: n%d expected, not n%d (%d shown)", what, i,
				 n < w->n_shown ? w->shown[n] : -1, w->n_shown);
		n++;
	}
	if (n != w->n_shown)
		fail_msg("%s: n%d was not said there, or comes twice", what, w->shown[n]);
}

enum form { FORM_TIME, FORM_ID, FORM_SEQ, FORMS };

static void add_bound(struct buf *out, enum form form, const struct bounds *b, bool newest)
{
	if (form == FORM_TIME)
		buf_printf(out, "timestamp=%s", b->time[newest]);
	else if (form == FORM_ID)
		buf_printf(out, "msgid=%s", b->id[newest]);
	else
		buf_printf(out, "snug.chat/seq=%s", b->seq[newest]);
}

// Backwards from the newest, or forwards from the first, by BEFORE, AFTER or BETWEEN.
static void walk_room(struct world *w, bool back, bool between, enum form form)
{
	int target = (int)roll(w, N_TARGETS), limit = 1 + (int)roll(w, 8), pages = 0;
	struct bounds b = {0};
	struct buf line = {0};
	int next = 1;

	w->n_shown = 0;
	for (int i = 0; i < w->n_said; i++)
		next += w->said[i] == target;
	snprintf(b.time[0], 32, "%s", back ? LAST : FIRST);
	snprintf(b.seq[0], 32, "%d", back ? next : 0);
	do {
		enum form used = !pages && form == FORM_ID ? FORM_TIME : form;

		buf_reset(&line);
		buf_printf(&line, "CHATHISTORY %s %s ",
			   between ? "BETWEEN"
			   : back  ? "BEFORE"
				   : "AFTER",
			   names[target]);
		add_bound(&line, used, &b, !back && pages);
		if (between && form == FORM_SEQ)
			buf_printf(&line, " snug.chat/seq=%d", back ? 0 : next);
		else if (between)
			buf_printf(&line, " timestamp=%s", back ? FIRST : LAST);
		buf_printf(&line, " %d", limit);
		take_page(w, buf_str(&line), &b);
	} while (b.n && ++pages <= SAID_MAX);
	expect_all(w, target, buf_str(&line));
	buf_clear(&line);
}

// From its middle to both ends.
static void walk_around(struct world *w)
{
	int target = (int)roll(w, N_TARGETS), limit = 1 + (int)roll(w, 8);
	struct bounds b, first;
	char line[160];

	w->n_shown = 0;
	snprintf(line, sizeof(line), "CHATHISTORY LATEST %s * 1", names[target]);
	take_page(w, line, &first);
	if (!first.n)
		return;
	w->n_shown = 0;
	snprintf(line, sizeof(line), "CHATHISTORY AROUND %s msgid=%s %d", names[target],
		 first.id[0], limit);
	take_page(w, line, &first);
	for (b = first; b.n;) {
		snprintf(line, sizeof(line), "CHATHISTORY BEFORE %s timestamp=%s %d",
			 names[target], b.time[0], limit);
		take_page(w, line, &b);
	}
	for (b = first; b.n;) {
		snprintf(line, sizeof(line), "CHATHISTORY AFTER %s timestamp=%s %d",
			 names[target], b.time[1], limit);
		take_page(w, line, &b);
	}
	expect_all(w, target, line);
}

static void walk_targets(struct world *w, bool back)
{
	int limit = 1 + (int)roll(w, N_TARGETS), has[N_TARGETS] = {0}, n = 0;
	char at[32], line[160];
	struct bounds b;

	w->n_shown = 0;
	snprintf(at, sizeof(at), "%s", back ? LAST : FIRST);
	do {
		snprintf(line, sizeof(line), "CHATHISTORY TARGETS timestamp=%s timestamp=%s %d",
			 at, back ? FIRST : LAST, limit);
		take_page(w, line, &b);
		snprintf(at, sizeof(at), "%s", b.time[!back]);
	} while (b.n);
	for (int i = 0; i < w->n_said; i++)
		has[w->said[i]] = 1;
	for (int i = 0; i < w->n_shown; i++) {
		if (has[w->shown[i]]-- != 1)
			fail_msg("%s: %s comes twice", line, names[w->shown[i]]);
	}
	for (int i = 0; i < N_TARGETS; i++)
		n += has[i];
	if (n)
		fail_msg("%s: %d conversations never came", line, n);
}

static void walk_search(struct world *w)
{
	int limit = 1 + (int)roll(w, 8), target = (int)roll(w, N_TARGETS + 1);
	char at[32] = LAST, line[160];
	struct bounds b;

	w->n_shown = 0;
	do {
		snprintf(line, sizeof(line), "SEARCH text=word;limit=%d;before=%s%s%s", limit,
			 at, target < N_TARGETS ? ";in=" : "",
			 target < N_TARGETS ? names[target] : "");
		take_page(w, line, &b);
		snprintf(at, sizeof(at), "%s", b.time[0]);
	} while (b.n);
	expect_all(w, target < N_TARGETS ? target : -1, line);
}

static int64_t ms_of(const char *time)
{
	int64_t ms = 0;

	if (!clock_parse(span_of(time), &ms))
		fail_msg("%s is no time", time);
	return ms;
}

static void walk_playback(struct world *w)
{
	int target = (int)roll(w, N_TARGETS + 1), pages = 0;
	int64_t at = target < N_TARGETS ? ms_of(LAST) : 1;
	char line[160];
	struct bounds b;

	w->n_shown = 0;
	do {
		snprintf(line, sizeof(line), "PRIVMSG *playback :PLAY %s %s%lld.%03lld",
			 target < N_TARGETS ? names[target] : "*",
			 target < N_TARGETS ? "0 " : "", (long long)(at / 1000),
			 (long long)(at % 1000));
		take_page(w, line, &b);
		if (b.n)
			at = target < N_TARGETS ? ms_of(b.time[0]) : ms_of(b.time[1]) + 1;
	} while (b.n && ++pages <= SAID_MAX);
	expect_all(w, target < N_TARGETS ? target : -1, line);
}

static void walk(struct world *w)
{
	uint64_t kind = roll(w, 16);

	if (kind < 12)
		walk_room(w, kind & 1, kind & 2, (enum form)(kind / 4));
	else if (kind == 12)
		walk_around(w);
	else if (kind == 13)
		walk_targets(w, roll(w, 2));
	else if (kind == 14)
		walk_search(w);
	else
		walk_playback(w);
}

static void enter(struct world *w)
{
	w->alice = fixture_login(w->f, "alice", ALL);
}

// The server believes a step of the clock.
static void take_over(struct world *w, int64_t shift_ms)
{
	struct hub_step step = {.over_ms = w->f->now.wall_ms + (shift_ms < 0 ? shift_ms : 0),
				.shift_ms = shift_ms};

	hub_clock_stepped(w->f->hub, &step);
	w->f->now.wall_ms += shift_ms;
	fixture_settle(w->f);
}

static int64_t leap(struct world *w)
{
	static const int64_t most[] = {2, 1000, DAY_MS, 400 * DAY_MS};
	int64_t n = (int64_t)roll(w, (uint64_t)most[roll(w, 4)]);

	return roll(w, 2) && w->f->now.wall_ms > 500 * DAY_MS * 10 ? -n : n;
}

static void talk(struct world *w)
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

static void happen(struct world *w)
{
	switch (roll(w, 6)) {
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
	default:
		talk(w);
		break;
	}
}

static void round_of(struct fixture *f, uint64_t seed, int walks)
{
	struct world w = {.f = f, .dice = seed * 0x9e3779b97f4a7c15U};

	fixture_account(f, "bob");
	fixture_account(f, "carol");
	enter(&w);
	for (int i = 0; i < 4; i++)
		peer_join(w.alice, names[i]);
	for (int i = 0; i < walks; i++) {
		if (i % 4 == 0) {
			happen(&w);
			talk(&w);
		}
		walk(&w);
	}
}

static int64_t number_of(const char *name, int64_t usual)
{
	const char *text = getenv(name);

	return text ? strtoll(text, NULL, 10) : usual;
}

static void each_comes_once_in_every_walk(void **state)
{
	struct fixture *f = *state;
	int64_t left = number_of("SNUG_WALKS", WALKS_USUAL), seed = number_of("SNUG_SEED", 1);

	for (; left > 0; left -= WALKS_A_ROUND, seed++) {
		round_of(f, (uint64_t)seed, left < WALKS_A_ROUND ? (int)left : WALKS_A_ROUND);
		fixture_renew(f, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(each_comes_once_in_every_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
