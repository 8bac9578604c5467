// SPDX-License-Identifier: MIT
// What the terminal answered to the probe: it decides what is switched on. Nothing waits
// for an answer; what never comes stays off.
#include "client/ui/ui_private.h"

// "[?2026;2$y": 1 set, 2 reset (so it can be set), 0 unknown, 4 never.
static void take_mode(struct ui *u, struct span body)
{
	struct span number = span_cut(&body, ';');
	bool is_known =
		body.len && (body.at[0] == '1' || body.at[0] == '2' || body.at[0] == '3');
	if (!is_known)
		return;
	if (span_eq(number, SPAN("2026")))
		u->screen.has_sync = true;
	if (span_eq(number, SPAN("2027")) && !u->term.has_clusters) {
		u->term.has_clusters = true;
		u->has_sampled_clusters = false;
		term_put(&u->term, SPAN("\x1b[?2027h"));
	}
}

// Keys are told apart (1), and with Shift they say what they print (4).
static void take_kitty(struct ui *u)
{
	if (u->term.has_kitty)
		return;
	u->term.has_kitty = true;
	term_put(&u->term, SPAN("\x1b[>5u"));
}

// "]11;rgb:ffff/ffff/ffff", ended by BEL or ST.
static void take_background(struct ui *u, struct span text)
{
	struct rgb color;
	while (text.len && strchr("\a\x1b\\", text.at[text.len - 1]))
		text.len--;
	if (color_parse(text, &color))
		ui_theme_background(u, color);
}

// "kitty(0.32)", or as TERM_PROGRAM has it: some terminals have notifications of their own.
void ui_terminal_is(struct ui *u, struct span name)
{
	if (span_starts(name, SPAN("kitty")))
		u->notify_kind = NOTIFY_99;
	else if (span_starts(name, SPAN("iTerm")) || span_starts(name, SPAN("WezTerm")))
		u->notify_kind = NOTIFY_9;
}

// "[2;3R": where the cursor stood behind a sample.
static void take_cursor(struct ui *u, struct span body)
{
	uint64_t column;
	span_cut(&body, ';');
	if (u->n_sampled == SAMPLE_COUNT || !span_to_u64(span_cut(&body, 'R'), &column) ||
	    !column)
		return;
	u->sampled[u->n_sampled++] = (int)column - 1;
}

static struct widths widths_of(const int *cells)
{
	int flag = cells[SAMPLE_FLAG];
	return (struct widths){.sums_joined = cells[SAMPLE_JOINED] > 2,
			       .sums_tones = cells[SAMPLE_TONE] > 2,
			       .ignores_vs16 = cells[SAMPLE_VS16] == 1,
			       .flag = flag > 0 && flag <= 4 ? (uint8_t)flag : 2,
			       .joins_marks = cells[SAMPLE_MARK] == 1,
			       .joins_vowels = cells[SAMPLE_VOWEL] == 1,
			       .joins_letters = cells[SAMPLE_LETTER] == 1};
}

// The last answer. Mode 2027 was switched on behind the samples: until they are answered
// again it counts by clusters, and then as it does.
static void end_probe(struct ui *u)
{
	bool is_whole = u->n_sampled == SAMPLE_COUNT;
	u->n_sampled = 0;
	if (!is_whole)
		return;
	u->view.isolates = u->sampled[SAMPLE_ISOLATE] == 0;
	if (u->term.has_clusters && !u->has_sampled_clusters) {
		u->has_sampled_clusters = true;
		u->view.widths = (struct widths){.joins_marks = true, .joins_vowels = true};
		term_probe_widths(&u->term);
		screen_forget(&u->screen);
		return;
	}
	u->view.widths = widths_of(u->sampled);
}

// "[?62;4;22c": 4 is sixels.
static void take_device(struct ui *u, struct span body)
{
	while (body.len) {
		struct span part = span_cut(&body, ';');
		if (span_eq(part, SPAN("4")) || span_eq(part, SPAN("4c")))
			u->has_sixels = true;
	}
}

// "_Gi=31;OK", ended by ST: it would show such a picture.
static void take_pixels(struct ui *u, struct span body)
{
	u->input.expects_apc = false;
	if (span_starts(body, SPAN("i=31;OK")))
		u->has_kitty_pixels = true;
}

static void take_primary(struct ui *u, struct span report)
{
	take_device(u, span_after(report, 2));
	end_probe(u);
}

void ui_take_report(struct ui *u, struct span report)
{
	if (span_starts(report, SPAN("P>|")))
		ui_terminal_is(u, span_after(report, 3));
	else if (span_starts(report, SPAN("]11;")))
		take_background(u, span_after(report, 4));
	else if (report.at[report.len - 1] == 'R')
		take_cursor(u, span_after(report, 1));
	else if (span_starts(report, SPAN("[?")) && report.at[report.len - 1] == 'c')
		take_primary(u, report);
	else if (span_starts(report, SPAN("_G")))
		take_pixels(u, span_after(report, 2));
	else if (span_starts(report, SPAN("[?")) && report.at[report.len - 1] == 'u')
		take_kitty(u);
	else if (span_starts(report, SPAN("[?")) && report.at[report.len - 1] == 'y')
		take_mode(u, span_after(report, 2));
	ui_changed(u);
}
