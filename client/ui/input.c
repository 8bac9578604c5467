// SPDX-License-Identifier: MIT
#include "client/ui/input.h"
#include "common/utf8.h"

#define ESC '\x1b'
#define SEQUENCE_MAX 1024 // bytes; what is longer is no answer of any terminal
#define PASTE_END SPAN("\x1b[201~")

void input_clear(struct input *in)
{
	buf_clear(&in->bytes);
	buf_clear(&in->text);
	in->in_paste = false;
	in->held = 0;
}

void input_feed(struct input *in, const void *bytes, size_t len)
{
	in->is_flushed = false;
	buf_add(&in->bytes, bytes, len);
}

struct span input_text(const struct input *in)
{
	return buf_span(&in->text);
}

static enum input_result give(struct input *in, size_t used, struct keypress *key,
			      struct keypress value)
{
	buf_drop(&in->bytes, used);
	in->held = 0;
	*key = value;
	return INPUT_KEY;
}

static struct keypress plain(enum key_code code, unsigned mods)
{
	return (struct keypress){.code = code, .mods = mods};
}

static struct keypress control_key(unsigned char c, unsigned mods)
{
	if (c == '\r')
		return plain(KEY_ENTER, mods);
	if (c == '\t')
		return plain(KEY_TAB, mods);
	if (c == 0x7f)
		return plain(KEY_BACKSPACE, mods);
	if (c == 0)
		return (struct keypress){KEY_RUNE, mods | KEY_CTRL, ' '};
	uint32_t rune = c <= 26 ? (uint32_t)c + 'a' - 1 : (uint32_t)c + '@';
	return (struct keypress){KEY_RUNE, mods | KEY_CTRL, rune};
}

static size_t rune_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xf0)
		return 4;
	return first >= 0xe0 ? 3 : 2;
}

// One character at byte `from`, with the modifiers that came before it.
static enum input_result take_rune(struct input *in, size_t from, unsigned mods,
				   struct keypress *key)
{
	struct span rest = span_after(buf_span(&in->bytes), from);
	unsigned char c = (unsigned char)rest.at[0];
	if (c < 0x20 || c == 0x7f)
		return give(in, from + 1, key, control_key(c, mods));
	size_t len = rune_length(c);
	if (c < 0xc2 && c >= 0x80)
		return give(in, from + 1, key, plain(KEY_NONE, 0));
	for (size_t i = 1; i < len; i++) {
		if (i >= rest.len)
			return INPUT_MORE;
		if (((unsigned char)rest.at[i] & 0xc0) != 0x80)
			return give(in, from + i, key, plain(KEY_NONE, 0));
	}
	struct span one = span_from(rest.at, len);
	if (!utf8_is_valid(one))
		return give(in, from + len, key, plain(KEY_NONE, 0));
	size_t at = 0;
	uint32_t rune = utf8_next(one, &at);
	return give(in, from + len, key, (struct keypress){KEY_RUNE, mods, rune});
}

// xterm and kitty: 1 + a sum of bits; super, hyper, caps lock and the like are ignored.
static unsigned mods_of(unsigned value)
{
	return value ? (value - 1) & (KEY_SHIFT | KEY_ALT | KEY_CTRL) : 0;
}

static struct keypress letter_key(char final, unsigned mods)
{
	switch (final) {
	case 'A':
		return plain(KEY_UP, mods);
	case 'B':
		return plain(KEY_DOWN, mods);
	case 'C':
		return plain(KEY_RIGHT, mods);
	case 'D':
		return plain(KEY_LEFT, mods);
	case 'H':
		return plain(KEY_HOME, mods);
	case 'F':
		return plain(KEY_END, mods);
	case 'I':
		return plain(KEY_FOCUS_IN, 0);
	case 'O':
		return plain(KEY_FOCUS_OUT, 0);
	case 'Z':
		return plain(KEY_TAB, mods | KEY_SHIFT);
	case 'P':
	case 'Q':
	case 'R':
	case 'S':
		return plain((enum key_code)(KEY_F1 + (final - 'P')), mods);
	default:
		return plain(KEY_NONE, 0);
	}
}

static struct keypress tilde_key(unsigned number, unsigned mods)
{
	static const struct {
		unsigned number;
		enum key_code code;
	} table[] = {
		{1, KEY_HOME},    {2, KEY_INSERT},    {3, KEY_DELETE},   {4, KEY_END},
		{5, KEY_PAGE_UP}, {6, KEY_PAGE_DOWN}, {7, KEY_HOME},     {8, KEY_END},
		{11, KEY_F1},     {12, KEY_F1 + 1},   {13, KEY_F1 + 2},  {14, KEY_F1 + 3},
		{15, KEY_F1 + 4}, {17, KEY_F1 + 5},   {18, KEY_F1 + 6},  {19, KEY_F1 + 7},
		{20, KEY_F1 + 8}, {21, KEY_F1 + 9},   {23, KEY_F1 + 10}, {24, KEY_F12},
	};
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (table[i].number == number)
			return plain(table[i].code, mods);
	}
	return plain(KEY_NONE, 0);
}

// kitty: CSI code ; mods u, also xterm's CSI 27 ; mods ; code ~.
static struct keypress code_key(unsigned code, unsigned mods)
{
	if (code == 13)
		return plain(KEY_ENTER, mods);
	if (code == 9)
		return plain(KEY_TAB, mods);
	if (code == 127 || code == 8)
		return plain(KEY_BACKSPACE, mods);
	if (code == 27)
		return plain(KEY_ESC, mods);
	if (code < 0x20 || code > 0x10ffff || (code >= 0xd800 && code <= 0xf8ff))
		return plain(KEY_NONE, 0);
	if ((mods & KEY_SHIFT) && code >= 'a' && code <= 'z' && !(mods & KEY_CTRL)) {
		code -= 0x20;
		mods &= ~(unsigned)KEY_SHIFT;
	}
	return (struct keypress){KEY_RUNE, mods, code};
}

struct csi {
	unsigned numbers[3];
	unsigned shifted; // kitty: what the key gives with Shift, behind the first colon
	char final;
	bool is_report; // private marks: an answer, not a key
};

static void add_digit(unsigned *number, char digit)
{
	if (*number < 0x200000)
		*number = *number * 10 + (unsigned)(digit - '0');
}

static struct csi read_csi(struct span body)
{
	struct csi c = {.final = body.at[body.len - 1]};
	size_t n = 0, sub = 0;
	for (size_t i = 0; i + 1 < body.len; i++) {
		char b = body.at[i];
		bool is_digit = b >= '0' && b <= '9';
		if (is_digit && n < 3 && sub == 0)
			add_digit(&c.numbers[n], b);
		else if (is_digit && n == 0 && sub == 1)
			add_digit(&c.shifted, b);
		else if (b == ';')
			n++, sub = 0;
		else if (b == ':')
			sub++;
		else if (!is_digit)
			c.is_report = true;
	}
	return c;
}

static struct keypress csi_key(const struct csi *c)
{
	unsigned mods = mods_of(c->numbers[1]);
	if (c->final == 'u' && c->shifted && (mods & KEY_SHIFT))
		return code_key(c->shifted, mods & ~(unsigned)KEY_SHIFT);
	if (c->final == 'u')
		return code_key(c->numbers[0], mods);
	if (c->final == '~' && c->numbers[0] == 27)
		return code_key(c->numbers[2], mods);
	if (c->final == '~')
		return tilde_key(c->numbers[0], mods);
	// A cursor report looks like F3 with numbers: rows are never asked for by keys.
	if (c->final == 'R' && c->numbers[0] > 1)
		return plain(KEY_REPORT, 0);
	return letter_key(c->final, mods);
}

static enum input_result give_report(struct input *in, size_t from, size_t len,
				     struct keypress *key)
{
	buf_reset(&in->text);
	buf_add(&in->text, in->bytes.at + from, len);
	return give(in, from + len, key, plain(KEY_REPORT, 0));
}

// An answer that does not end takes what came with its beginning and no more: what was
// typed since is typed.
static enum input_result hold(struct input *in, struct keypress *key)
{
	if (!in->held)
		in->held = in->bytes.len;
	if (!in->is_flushed)
		return INPUT_HELD;
	in->is_flushed = false;
	return give(in, in->held, key, plain(KEY_NONE, 0));
}

static enum input_result take_csi(struct input *in, size_t from, unsigned mods,
				  struct keypress *key)
{
	struct span rest = span_after(buf_span(&in->bytes), from);
	size_t len = 0;
	while (len < rest.len && len < SEQUENCE_MAX && rest.at[len] >= 0x20 &&
	       rest.at[len] < 0x40)
		len++;
	if (len == rest.len)
		return hold(in, key);
	if (rest.at[len] < 0x40 || rest.at[len] > 0x7e)
		return give(in, from + len, key, plain(KEY_NONE, 0));
	struct span body = span_from(rest.at, len + 1);
	if (span_eq(body, SPAN("200~"))) {
		in->in_paste = true;
		in->held = 0;
		buf_reset(&in->text);
		buf_drop(&in->bytes, from + body.len);
		return input_next(in, key);
	}
	struct csi csi = read_csi(body);
	struct keypress value = csi_key(&csi);
	if (csi.is_report || value.code == KEY_REPORT)
		return give_report(in, from - 1, body.len + 1, key);
	value.mods |= value.code == KEY_NONE ? 0 : mods;
	return give(in, from + body.len, key, value);
}

// OSC, DCS and APC answers, up to BEL or ST.
static enum input_result take_string(struct input *in, size_t from, struct keypress *key)
{
	struct span rest = span_after(buf_span(&in->bytes), from);
	for (size_t i = 0; i < rest.len; i++) {
		if (rest.at[i] == '\a')
			return give_report(in, from - 1, i + 2, key);
		if (rest.at[i] == ESC && i + 1 < rest.len && rest.at[i + 1] == '\\')
			return give_report(in, from - 1, i + 3, key);
		if (i >= SEQUENCE_MAX || (rest.at[i] == ESC && i + 1 < rest.len))
			return give(in, from + i, key, plain(KEY_NONE, 0));
	}
	return hold(in, key);
}

static enum input_result take_lone_escape(struct input *in, struct keypress *key)
{
	if (!in->is_flushed)
		return INPUT_ESC;
	in->is_flushed = false;
	char next = in->bytes.len > 1 ? in->bytes.at[1] : ESC;
	if (next == ESC)
		return give(in, 1, key, plain(KEY_ESC, 0));
	return give(in, 2, key, (struct keypress){KEY_RUNE, KEY_ALT, (unsigned char)next});
}

static enum input_result take_escape(struct input *in, struct keypress *key)
{
	struct span bytes = buf_span(&in->bytes);
	if (bytes.len == 1 || (bytes.len == 2 && strchr("\x1b[O]P", bytes.at[1])) ||
	    (bytes.len == 2 && in->expects_apc && bytes.at[1] == '_'))
		return take_lone_escape(in, key);
	unsigned mods = 0;
	size_t at = 1;
	// ESC ESC [ A: Alt and an arrow, from old terminals.
	if (bytes.at[1] == ESC && (bytes.at[2] == '[' || bytes.at[2] == 'O')) {
		mods = KEY_ALT;
		at = 2;
	}
	if (at == 2 && bytes.len == 3)
		return take_lone_escape(in, key);
	char kind = bytes.at[at];
	if (kind == '[')
		return take_csi(in, at + 1, mods, key);
	if (kind == 'O') {
		struct keypress value = letter_key(bytes.at[at + 1], mods);
		return give(in, at + 2, key, value);
	}
	if (kind == ']' || kind == 'P')
		return take_string(in, at + 1, key);
	if (kind == '_' && in->expects_apc && bytes.len > at + 1 && bytes.at[at + 1] == 'G')
		return take_string(in, at + 1, key);
	if (kind == ESC)
		return give(in, 1, key, plain(KEY_ESC, 0));
	return take_rune(in, 1, KEY_ALT, key);
}

static size_t find(struct span in, struct span what)
{
	for (size_t i = 0; i + what.len <= in.len; i++) {
		if (memcmp(in.at + i, what.at, what.len) == 0)
			return i;
	}
	return in.len;
}

static void add_paste(struct input *in, size_t count)
{
	size_t room = INPUT_PASTE_MAX - in->text.len;
	buf_add(&in->text, in->bytes.at, count < room ? count : room);
	buf_drop(&in->bytes, count);
}

// Terminals send line ends as CR.
static void mend_paste(struct input *in)
{
	size_t n = 0;
	for (size_t i = 0; i < in->text.len; i++) {
		char c = in->text.at[i];
		if (c == '\n' && i && in->text.at[i - 1] == '\r')
			continue;
		in->text.at[n++] = c;
	}
	for (size_t i = 0; i < n; i++) {
		if (in->text.at[i] == '\r')
			in->text.at[i] = '\n';
	}
	in->text.len = n;
}

static enum input_result take_paste(struct input *in, struct keypress *key)
{
	struct span bytes = buf_span(&in->bytes);
	size_t end = find(bytes, PASTE_END);
	if (end < bytes.len) {
		add_paste(in, end);
		mend_paste(in);
		in->in_paste = false;
		return give(in, PASTE_END.len, key, plain(KEY_PASTE, 0));
	}
	if (in->is_flushed) {
		add_paste(in, bytes.len);
		mend_paste(in);
		in->in_paste = in->is_flushed = false;
		return give(in, 0, key, plain(KEY_PASTE, 0));
	}
	// The last bytes may be the start of the end.
	if (bytes.len >= PASTE_END.len)
		add_paste(in, bytes.len - (PASTE_END.len - 1));
	return INPUT_PASTING;
}

void input_paste(struct input *in, struct span text)
{
	buf_reset(&in->text);
	buf_add_span(&in->text, text);
	mend_paste(in);
}

enum input_result input_next(struct input *in, struct keypress *key)
{
	if (in->in_paste)
		return take_paste(in, key);
	if (!in->bytes.len)
		return INPUT_MORE;
	if (in->bytes.at[0] == ESC)
		return take_escape(in, key);
	return take_rune(in, 0, 0, key);
}

void input_flush(struct input *in)
{
	in->is_flushed = in->bytes.len > 0 || in->in_paste;
}
