// SPDX-License-Identifier: MIT
#include "client/ui/teletype.h"
#include "client/text/width.h"
#include "client/ui/term.h"
#include "common/die.h"
#include "common/utf8.h"

#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#define LINE_IN_MAX (64 * 1024)
#define HELD_MAX (64 * 1024)
// What poll() promises to take without blocking, on pipes and terminals alike.
#define WRITE_MAX 512
#define ESC '\x1b'

// A key that is more than one byte: what is left of it is no text.
enum escape { ESCAPE_NONE, ESCAPE_BEGUN, ESCAPE_INSIDE };

struct teletype {
	struct teletype_order o;
	struct loop_fd *in;
	struct loop_fd *out;         // while bytes wait
	struct loop_timer *patience; // with a half-typed line
	struct loop_hook *hooks[2];
	struct buf typed;   // since the last Enter
	struct buf pending; // goes out as the terminal takes it
	struct buf held;    // whole lines, until the typed one is out of the way
	bool edits;         // the line is edited here
	bool is_left;       // nobody typed at it for long
	enum escape escape;
	struct termios saved;
};

static void push(struct teletype *t);

static void on_writable(void *arg, unsigned events)
{
	struct teletype *t = arg;
	(void)events;
	size_t len = t->pending.len < WRITE_MAX ? t->pending.len : WRITE_MAX;
	ssize_t n = write(t->o.fd_out, t->pending.at, len);
	// A reader that is gone reads nothing more.
	buf_drop(&t->pending, n > 0 ? (size_t)n : t->pending.len);
	push(t);
	if (!t->pending.len && !t->held.len)
		t->o.on_written(t->o.arg);
}

static void push(struct teletype *t)
{
	if (t->pending.len && !t->out)
		t->out = loop_add(t->o.loop, t->o.fd_out, LOOP_WRITE, on_writable, t);
	if (!t->pending.len && t->out) {
		loop_remove(t->out);
		t->out = NULL;
	}
}

static void put(struct teletype *t, struct span bytes)
{
	buf_add_span(&t->pending, bytes);
	push(t);
}

// The cursor stands at the beginning of a line.
static void release(struct teletype *t)
{
	put(t, buf_span(&t->held));
	buf_reset(&t->held);
	loop_timer_stop(t->patience);
	t->is_left = false;
}

static bool is_typing(const struct teletype *t)
{
	return t->edits && t->typed.len > 0;
}

// What is half typed is let stand, and comes again behind the others.
static void type_again(struct teletype *t)
{
	put(t, SPAN("\n"));
	put(t, buf_span(&t->held));
	put(t, buf_span(&t->typed));
	buf_reset(&t->held);
}

static void on_patience(void *arg)
{
	struct teletype *t = arg;
	t->is_left = true;
	if (t->held.len && is_typing(t))
		type_again(t);
}

void teletype_print(struct teletype *t, struct span lines)
{
	if (!is_typing(t)) {
		put(t, lines);
		return;
	}
	buf_add_span(&t->held, lines);
	if (t->is_left || t->held.len > HELD_MAX)
		loop_timer_set(t->patience, 0);
}

bool teletype_is_terminal(const struct teletype *t)
{
	return isatty(t->o.fd_out) != 0;
}

// Keys.

static void rub_out(struct teletype *t, size_t len)
{
	struct span gone = span_from(t->typed.at + t->typed.len - len, len);
	int cells = utf8_is_valid(gone) ? width_of(NULL, gone) : (int)len;
	for (int i = 0; i < cells; i++)
		put(t, SPAN("\b \b"));
	t->typed.len -= len;
	if (!t->typed.len)
		release(t);
}

static size_t last_letter(const struct teletype *t)
{
	struct span typed = buf_span(&t->typed);
	if (!typed.len || !utf8_is_valid(typed))
		return typed.len ? 1 : 0;
	return width_back(typed, typed.len);
}

// To the blank before it, as the kernel does.
static size_t last_word(const struct teletype *t)
{
	size_t end = t->typed.len;
	while (end > 0 && t->typed.at[end - 1] == ' ')
		end--;
	while (end > 0 && t->typed.at[end - 1] != ' ')
		end--;
	return t->typed.len - end;
}

static void take_enter(struct teletype *t)
{
	char *text = span_dup(buf_span(&t->typed));
	put(t, SPAN("\n"));
	buf_reset(&t->typed);
	release(t);
	if (text[0])
		t->o.on_text(t->o.arg, span_of(text));
	free(text);
}

static void end_input(struct teletype *t)
{
	loop_remove(t->in);
	t->in = NULL;
	t->o.on_end(t->o.arg);
}

// False: it is text.
static bool take_control(struct teletype *t, char c)
{
	const cc_t *keys = t->saved.c_cc;
	cc_t key = (cc_t)c;
	if (!key) // what a key that is switched off is set to
		return true;
	if (c == '\n' || c == '\r')
		take_enter(t);
	else if (key == keys[VERASE] || c == '\b' || c == 0x7f)
		rub_out(t, last_letter(t));
	else if (key == keys[VWERASE])
		rub_out(t, last_word(t));
	else if (key == keys[VKILL])
		rub_out(t, t->typed.len);
	else if (key == keys[VEOF] && !t->typed.len)
		end_input(t);
	else if (key == keys[VREPRINT])
		type_again(t);
	else if (c == ESC)
		t->escape = ESCAPE_BEGUN;
	else
		return (unsigned char)c < 0x20;
	return true;
}

// "ESC [ A", "ESC O A", "ESC a". True: the byte belongs to one.
static bool take_escape(struct teletype *t, char c)
{
	enum escape was = t->escape;
	bool begins = was == ESCAPE_BEGUN && (c == '[' || c == 'O');
	bool goes_on = was == ESCAPE_INSIDE && (c < '@' || c > '~');
	t->escape = begins || goes_on ? ESCAPE_INSIDE : ESCAPE_NONE;
	return was != ESCAPE_NONE;
}

static void take_key(struct teletype *t, char c)
{
	t->is_left = false;
	if (take_escape(t, c) || take_control(t, c) || t->typed.len == LINE_IN_MAX)
		return;
	buf_add_char(&t->typed, c);
	put(t, span_from(&c, 1));
}

static void take_keys(struct teletype *t, struct span bytes)
{
	for (size_t i = 0; i < bytes.len && t->in; i++)
		take_key(t, bytes.at[i]);
	if (is_typing(t))
		loop_timer_set(t->patience, t->o.hold_ms);
}

static void take_lines(struct teletype *t, struct span bytes)
{
	buf_add_span(&t->typed, bytes);
	struct span rest = buf_span(&t->typed);
	while (span_find(rest, '\n') < rest.len) {
		// A copy: what is called may read on.
		char *text = span_dup(span_cut(&rest, '\n'));
		if (text[0])
			t->o.on_text(t->o.arg, span_of(text));
		free(text);
	}
	buf_drop(&t->typed, t->typed.len - rest.len);
	if (t->typed.len > LINE_IN_MAX)
		buf_reset(&t->typed);
}

static void on_readable(void *arg, unsigned events)
{
	struct teletype *t = arg;
	char bytes[4096];
	(void)events;
	ssize_t got = read(t->o.fd_in, bytes, sizeof(bytes));
	if (got <= 0)
		end_input(t);
	else if (t->edits)
		take_keys(t, span_from(bytes, (size_t)got));
	else
		take_lines(t, span_from(bytes, (size_t)got));
}

// The terminal.

static void take_terminal(const struct teletype *t)
{
	struct termios ours = t->saved;
	ours.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
	ours.c_cc[VMIN] = 1;
	ours.c_cc[VTIME] = 0;
	tcsetattr(t->o.fd_in, TCSADRAIN, &ours);
}

static void on_stop(void *arg)
{
	const struct teletype *t = arg;
	tcsetattr(t->o.fd_in, TCSADRAIN, &t->saved);
	kill(getpid(), SIGSTOP);
}

static void on_continue(void *arg)
{
	struct teletype *t = arg;
	take_terminal(t);
	if (t->typed.len)
		type_again(t);
}

static void begin_editing(struct teletype *t)
{
	bool is_terminal = isatty(t->o.fd_out) && tcgetattr(t->o.fd_in, &t->saved) == 0;
	t->edits = is_terminal && (t->saved.c_lflag & ICANON) && (t->saved.c_lflag & ECHO);
	if (!t->edits)
		return;
	t->hooks[0] = loop_on_signal(t->o.loop, SIGTSTP, on_stop, t);
	t->hooks[1] = loop_on_signal(t->o.loop, SIGCONT, on_continue, t);
	term_guard_modes();
	take_terminal(t);
}

struct teletype *teletype_new(const struct teletype_order *order)
{
	struct teletype *t = xcalloc(1, sizeof(*t));
	t->o = *order;
	t->patience = loop_timer_new(t->o.loop, on_patience, t);
	t->in = loop_add(t->o.loop, t->o.fd_in, LOOP_READ, on_readable, t);
	begin_editing(t);
	return t;
}

static void write_out(struct teletype *t)
{
	while (t->pending.len) {
		ssize_t n = write(t->o.fd_out, t->pending.at, t->pending.len);
		if (n <= 0)
			break;
		buf_drop(&t->pending, (size_t)n);
	}
}

void teletype_free(struct teletype *t)
{
	if (!t)
		return;
	loop_remove(t->in);
	if (is_typing(t))
		put(t, SPAN("\n"));
	release(t);
	write_out(t);
	loop_remove(t->out);
	if (t->edits)
		tcsetattr(t->o.fd_in, TCSADRAIN, &t->saved);
	for (size_t i = 0; i < ARRAY_LEN(t->hooks); i++)
		loop_hook_remove(t->hooks[i]);
	loop_timer_free(t->patience);
	buf_clear(&t->typed);
	buf_clear(&t->pending);
	buf_clear(&t->held);
	free(t);
}
