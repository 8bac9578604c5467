// SPDX-License-Identifier: MIT
// From the terminal's bytes to keys. Where the terminal marks no pastes, one is known by its
// haste: nobody types on behind an Enter in the same moment. It becomes a draft like a
// marked one, instead of lines that are sent and commands that run.
#include "client/ui/ui_private.h"

#define ESC '\x1b'

static bool is_text(char c)
{
	unsigned char u = (unsigned char)c;
	return u >= 0x20 && u != 0x7f;
}

static bool is_line_end(char c)
{
	return c == '\r' || c == '\n';
}

// Up to an escape sequence, which is a key or an answer.
static struct span plain_part(struct span bytes)
{
	size_t len = 0;
	while (len < bytes.len && bytes.at[len] != ESC)
		len++;
	return span_from(bytes.at, len);
}

// An Enter that comes first belongs to what was typed before, unless it was held.
static bool is_hasty(struct span bytes, bool begins_held)
{
	for (size_t i = begins_held ? 1 : 2; i < bytes.len; i++) {
		if (is_line_end(bytes.at[i - 1]) && is_text(bytes.at[i]))
			return true;
	}
	return false;
}

// What is unfinished has its time from its beginning on; a paste from its last bytes.
static void wait_for_more(struct ui *u, enum input_result result)
{
	bool waits_already = result == INPUT_HELD && u->input_waits == INPUT_HELD;
	u->input_waits = result;
	if (result == INPUT_ESC || u->has_enter)
		loop_timer_set(u->esc_timer, INPUT_ESC_MS);
	else if (result == INPUT_PASTING || (result == INPUT_HELD && !waits_already))
		loop_timer_set(u->esc_timer, INPUT_HELD_MS);
	else if (!waits_already)
		loop_timer_stop(u->esc_timer);
}

bool ui_next_key(struct ui *u, struct keypress *key)
{
	enum input_result result;
	while ((result = input_next(&u->input, key)) == INPUT_KEY && key->code == KEY_REPORT)
		ui_take_report(u, input_text(&u->input));
	if (result != INPUT_KEY)
		wait_for_more(u, result);
	return result == INPUT_KEY;
}

static void take_burst(struct ui *u, struct span text)
{
	input_paste(&u->input, text);
	u->is_burst = true;
	ui_take_key(u, (struct keypress){.code = KEY_PASTE});
	u->is_burst = false;
}

// Text and Enter in one piece may be the first line of a paste: the Enter waits as long as
// an ESC does, to see whether more follows.
static bool holds_enter(const struct ui *u, struct span bytes)
{
	return !u->input.in_paste && bytes.len > 1 && bytes.at[bytes.len - 1] == '\r' &&
	       is_text(bytes.at[bytes.len - 2]);
}

void ui_feed(struct ui *u, struct span bytes)
{
	struct buf all = {0};
	bool begins_held = u->has_enter;
	if (begins_held)
		buf_add_char(&all, '\r');
	buf_add_span(&all, bytes);
	u->has_enter = false;
	struct span rest = buf_span(&all), plain = plain_part(rest);
	if (!u->input.bytes.len && !u->input.in_paste && is_hasty(plain, begins_held)) {
		take_burst(u, plain);
		rest = span_after(rest, plain.len);
	}
	u->has_enter = holds_enter(u, rest);
	input_feed(&u->input, rest.at, rest.len - (u->has_enter ? 1 : 0));
	buf_clear(&all);
}

// Nothing followed in time.
void ui_feed_end(struct ui *u)
{
	input_flush(&u->input);
	u->input_waits = INPUT_MORE;
	if (u->has_enter)
		input_feed(&u->input, "\r", 1);
	u->has_enter = false;
}
