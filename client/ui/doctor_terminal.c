// SPDX-License-Identifier: MIT
// The same probe as the screen's (ui_report.c takes it there), in words.
#include "client/ui/doctor_terminal.h"

#include "client/text/filter.h"
#include "client/ui/input.h"
#include "client/ui/term.h"
#include "common/clock.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define ANSWERS_MS 1000

struct answers {
	struct buf name, background; // as told, made harmless
	bool has_sync, has_clusters, has_kitty, is_over;
	int cells[SAMPLE_COUNT];
	int n_cells;
};

// "[?2026;2$y": 1, 2 and 3 are known modes.
static void take_mode(struct answers *a, struct span body)
{
	struct span number = span_cut(&body, ';');

	if (!body.len || body.at[0] < '1' || body.at[0] > '3')
		return;
	a->has_sync = a->has_sync || span_eq(number, SPAN("2026"));
	a->has_clusters = a->has_clusters || span_eq(number, SPAN("2027"));
}

static void take_cursor(struct answers *a, struct span body)
{
	uint64_t column;

	span_cut(&body, ';');
	if (a->n_cells < SAMPLE_COUNT && span_to_u64(span_cut(&body, 'R'), &column) && column)
		a->cells[a->n_cells++] = (int)column - 1;
}

// Up to BEL or ST.
static struct span words_of(struct span report, size_t from)
{
	struct span text = span_after(report, from);

	while (text.len && strchr("\a\x1b\\", text.at[text.len - 1]))
		text.len--;
	return text;
}

static void take(struct answers *a, struct span report)
{
	char end = report.len ? report.at[report.len - 1] : ' ';

	if (span_starts(report, SPAN("P>|")))
		filter_add_line(&a->name, words_of(report, 3));
	else if (span_starts(report, SPAN("]11;")))
		filter_add_line(&a->background, words_of(report, 4));
	else if (end == 'R')
		take_cursor(a, span_after(report, 1));
	else if (span_starts(report, SPAN("[?")) && end == 'y')
		take_mode(a, span_after(report, 2));
	else if (span_starts(report, SPAN("[?")) && end == 'u')
		a->has_kitty = true;
	else if (span_starts(report, SPAN("[?")) && end == 'c')
		a->is_over = true;
}

static void take_keys(struct answers *a, struct input *in)
{
	struct keypress key;

	while (input_next(in, &key) == INPUT_KEY) {
		if (key.code == KEY_REPORT)
			take(a, input_text(in));
	}
}

static void ask(struct term *t, struct answers *a)
{
	struct input in = {0};
	struct pollfd ready = {.fd = t->fd_in, .events = POLLIN};
	int64_t until = clock_mono_ms() + ANSWERS_MS, left;
	char bytes[4096];

	term_probe(t);
	while (!a->is_over && (left = until - clock_mono_ms()) > 0) {
		bool is_written = term_push(t);
		if (poll(&ready, 1, is_written ? (int)left : 10) <= 0)
			continue;
		ssize_t got = read(t->fd_in, bytes, sizeof(bytes));
		if (got <= 0)
			break;
		input_feed(&in, bytes, (size_t)got);
		take_keys(a, &in);
	}
	input_clear(&in);
}

static void say(bool has, const char *what, const char *without)
{
	printf("%s  %s%s\n", has ? "ok" : "--", what, has ? "" : without);
}

static void say_all(struct answers *a)
{
	const int *n = a->cells;

	say(a->name.len > 0, "the terminal's name: ", "not told");
	if (a->name.len)
		printf("    %s\n", buf_str(&a->name));
	say(a->has_sync, "whole frames (mode 2026)", ": no, the screen may flicker");
	say(a->has_clusters, "widths by cluster (mode 2027)", ": no, they are measured");
	say(a->has_kitty, "all keys told apart (kitty protocol)", ": no, S-Enter is Enter");
	say(a->background.len > 0, "background: ", "not told, the theme is not fitted to it");
	if (a->background.len)
		printf("    %s\n", buf_str(&a->background));
	if (a->n_cells == SAMPLE_COUNT)
		printf("ok  widths: family %d, skin tone %d, heart %d, flag %d, "
		       "Hindi sign %d, Thai vowel %d, Sinhala joined %d\n",
		       n[SAMPLE_JOINED], n[SAMPLE_TONE], n[SAMPLE_VS16], n[SAMPLE_FLAG],
		       n[SAMPLE_MARK], n[SAMPLE_VOWEL], n[SAMPLE_LETTER]);
	else
		printf("--  widths: not told, taken from the tables\n");
}

void doctor_terminal(void)
{
	struct answers a = {0};
	struct term t;

	fflush(stdout);
	if (!term_init(&t, STDIN_FILENO, STDOUT_FILENO))
		return;
	term_open(&t);
	ask(&t, &a);
	term_close(&t);
	term_clear(&t);
	if (a.is_over)
		say_all(&a);
	else
		printf("--  the terminal answers no question within a second; the screen works "
		       "without answers\n");
	buf_clear(&a.name);
	buf_clear(&a.background);
}
