// SPDX-License-Identifier: MIT
// Walks by pages: whatever the clock did, each message and each conversation comes once.
//
// Rounds of random talk in a few rooms and conversations, under a clock that steps, stands still
// and is corrected, with restarts, copies, and older copies that are put back; between walks and,
// in those through a room, between two pages. Walks are of random kind and limit, and each is
// compared with what was said; what an older copy has not was never said. A walk whose bound is
// refused because of that begins again, and so does one by times: a client is told that the
// history is another one.
// SNUG_WALKS says how many walks (400), SNUG_SEED where to begin (1).
#include "tests/unit/hub/walk_world.h"

#include "common/clock.h"

#include <stdlib.h>
#include <unistd.h>

#define WALKS_A_ROUND 100
#define WALKS_USUAL 400
#define FIRST "1970-01-02T00:00:00.000Z"
#define LAST "9999-12-31T23:59:59.999Z"

// What can be used as a bound, of the oldest and the newest line of a page.
struct bounds {
	char time[2][TAG_MAX], id[2][TAG_MAX], seq[2][TAG_MAX], history[TAG_MAX];
	int n;
};

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
		snprintf(b->time[i], TAG_MAX, "%.24s", strrchr(line, ' ') + 1);
	take_tag(line, "msgid=", b->id[i]);
	take_tag(line, "snug.chat/seq=", b->seq[i]);
	if (!b->n++) {
		memcpy(b->time[1], b->time[0], TAG_MAX);
		memcpy(b->id[1], b->id[0], TAG_MAX);
		memcpy(b->seq[1], b->seq[0], TAG_MAX);
	}
}

// Whether the server refuses a bound that a copy, which was put back, does not have.
static bool is_refusal(const struct world *w, const char *line)
{
	return w->is_put_back && (strstr(line, " FAIL CHATHISTORY HISTORY_CHANGED ") ||
				  strstr(line, " FAIL CHATHISTORY MESSAGE_ERROR "));
}

// All that the command brings. False: its bound is of another history.
static bool take_page(struct world *w, const char *command, struct bounds *b)
{
	bool is_known = true;

	*b = (struct bounds){0};
	memcpy(b->history, w->history, sizeof(b->history));
	peer_send(w->alice, "%s", command);
	peer_send(w->alice, "PING end");
	for (const char *line; !strstr(line = peer_next(w->alice), " PONG ");) {
		if (strstr(line, " FAIL ") && !is_refusal(w, line))
			fail_msg("%s: %s", command, line);
		is_known = is_known && !strstr(line, " FAIL ");
		take_line(w, line, b);
	}
	w->n_refused += !is_known;
	return is_known;
}

static int by_number(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

// Of the first `n_said` messages those to the target; -1: all.
static void expect_first(struct world *w, int n_said, int target, const char *what)
{
	int n = 0;

	qsort(w->shown, (size_t)w->n_shown, sizeof(*w->shown), by_number);
	for (int i = 0; i < n_said; i++) {
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

static void expect_all(struct world *w, int target, const char *what)
{
	expect_first(w, w->n_said, target, what);
}

enum form { FORM_TIME, FORM_ID, FORM_SEQ, FORMS };

static void add_bound(struct buf *out, enum form form, const struct bounds *b, bool newest)
{
	if (form == FORM_TIME)
		buf_printf(out, "timestamp=%s", b->time[newest]);
	else if (form == FORM_ID)
		buf_printf(out, "msgid=%s", b->id[newest]);
	else
		buf_printf(out, "snug.chat/seq=%s@%s", b->seq[newest], b->history);
}

// A walk through one room or conversation.
struct way {
	bool back, between;
	enum form form;
	int target, limit;
};

static int count_said(const struct world *w, int target)
{
	int count = 0;

	for (int i = 0; i < w->n_said; i++)
		count += w->said[i] == target;
	return count;
}

static void first_bounds(const struct world *w, const struct way *way, struct bounds *b)
{
	*b = (struct bounds){0};
	memcpy(b->history, w->history, sizeof(b->history));
	snprintf(b->time[0], TAG_MAX, "%s", way->back ? LAST : FIRST);
	snprintf(b->seq[0], TAG_MAX, "%d", way->back ? count_said(w, way->target) + 1 : 0);
}

static void add_page(const struct world *w, const struct way *way, const struct bounds *b,
		     struct buf *line)
{
	bool is_first = !b->n;

	buf_reset(line);
	buf_printf(line, "CHATHISTORY %s %s ",
		   way->between ? "BETWEEN"
		   : way->back  ? "BEFORE"
				: "AFTER",
		   names[way->target]);
	add_bound(line, is_first && way->form == FORM_ID ? FORM_TIME : way->form, b,
		  !way->back && !is_first);
	if (way->between && way->form == FORM_SEQ)
		buf_printf(line, " snug.chat/seq=%d",
			   way->back ? 0 : count_said(w, way->target) + 1);
	else if (way->between)
		buf_printf(line, " timestamp=%s", way->back ? FIRST : LAST);
	buf_printf(line, " %d", way->limit);
}

// Backwards from the newest, or forwards from the first, by BEFORE, AFTER or BETWEEN.
static void walk_room(struct world *w, bool back, bool between, enum form form)
{
	struct way way = {.back = back,
			  .between = between,
			  .form = form,
			  .target = (int)roll(w, N_TARGETS),
			  .limit = 1 + (int)roll(w, 8)};
	int upto = 0; // what is said later is no part of a walk backwards
	bool begins = true;
	struct bounds b;
	struct buf line = {0};

	do {
		if (begins) {
			w->n_shown = 0;
			upto = w->n_said;
			first_bounds(w, &way, &b);
		}
		add_page(w, &way, &b, &line);
		begins = !take_page(w, buf_str(&line), &b);
		if (!b.n || !happen_inside(w))
			continue;
		// The copy may have other times than those that were corrected since.
		begins = form == FORM_TIME;
		upto = upto < w->n_copied ? upto : w->n_copied;
	} while (begins || b.n);
	expect_first(w, back && upto < w->n_said ? upto : w->n_said, way.target,
		     buf_str(&line));
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
	(void)!take_page(w, line, &first);
	if (!first.n)
		return;
	w->n_shown = 0;
	snprintf(line, sizeof(line), "CHATHISTORY AROUND %s msgid=%s %d", names[target],
		 first.id[0], limit);
	(void)!take_page(w, line, &first);
	for (b = first; b.n;) {
		snprintf(line, sizeof(line), "CHATHISTORY BEFORE %s timestamp=%s %d",
			 names[target], b.time[0], limit);
		(void)!take_page(w, line, &b);
	}
	for (b = first; b.n;) {
		snprintf(line, sizeof(line), "CHATHISTORY AFTER %s timestamp=%s %d",
			 names[target], b.time[1], limit);
		(void)!take_page(w, line, &b);
	}
	expect_all(w, target, line);
}

static void walk_targets(struct world *w, bool back)
{
	int limit = 1 + (int)roll(w, N_TARGETS), has[N_TARGETS] = {0}, n = 0;
	char at[TAG_MAX], line[160];
	struct bounds b;

	w->n_shown = 0;
	snprintf(at, sizeof(at), "%s", back ? LAST : FIRST);
	do {
		snprintf(line, sizeof(line), "CHATHISTORY TARGETS timestamp=%s timestamp=%s %d",
			 at, back ? FIRST : LAST, limit);
		(void)!take_page(w, line, &b);
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
	char at[TAG_MAX] = LAST, line[160];
	struct bounds b;

	w->n_shown = 0;
	do {
		snprintf(line, sizeof(line), "SEARCH text=word;limit=%d;before=%s%s%s", limit,
			 at, target < N_TARGETS ? ";in=" : "",
			 target < N_TARGETS ? names[target] : "");
		(void)!take_page(w, line, &b);
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
		(void)!take_page(w, line, &b);
		if (b.n)
			at = target < N_TARGETS ? ms_of(b.time[0]) : ms_of(b.time[1]) + 1;
	} while (b.n && ++pages <= SAID_MAX);
	expect_all(w, target < N_TARGETS ? target : -1, line);
}

static void walk(struct world *w)
{
	uint64_t kind = roll(w, 16);

	w->is_put_back = false;
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

static void round_of(struct world *w, int walks)
{
	fixture_account(w->f, "bob");
	fixture_account(w->f, "carol");
	enter(w);
	for (int i = 0; i < 4; i++)
		peer_join(w->alice, names[i]);
	for (int i = 0; i < walks; i++) {
		if (i % 4 == 0) {
			happen(w);
			talk(w);
		}
		walk(w);
	}
	unlink(w->copy);
}

static int64_t number_of(const char *name, int64_t usual)
{
	const char *text = getenv(name);

	return text ? strtoll(text, NULL, 10) : usual;
}

static void each_comes_once_in_every_walk(void **state)
{
	struct fixture *f = *state;
	int64_t walks = number_of("SNUG_WALKS", WALKS_USUAL), left = walks;
	uint64_t seed = (uint64_t)number_of("SNUG_SEED", 1);
	unsigned n_inside = 0, n_restores = 0, n_refused = 0;

	for (; left > 0; left -= WALKS_A_ROUND, seed++) {
		struct world w = {.f = f, .dice = seed * 0x9e3779b97f4a7c15U, .n_copied = -1};

		snprintf(w.copy, sizeof(w.copy), "/tmp/snug-walks-%d.db", (int)getpid());
		round_of(&w, left < WALKS_A_ROUND ? (int)left : WALKS_A_ROUND);
		n_inside += w.n_inside;
		n_restores += w.n_restores;
		n_refused += w.n_refused;
		fixture_renew(f, NULL);
	}
	print_message("walks %lld, of which %u met something between two pages; copies put "
		      "back %u, bounds of another history %u\n",
		      (long long)walks, n_inside, n_restores, n_refused);
	assert_true(n_inside && n_restores && n_refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(each_comes_once_in_every_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
