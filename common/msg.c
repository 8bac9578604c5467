// SPDX-License-Identifier: MIT
#include "common/msg.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_spaces(struct span *rest)
{
	while (rest->len && rest->at[0] == ' ')
		*rest = span_after(*rest, 1);
}

// The word behind a mark such as '@', and the spaces after it; "" without the mark.
static struct span take_marked(struct span *rest, char mark)
{
	struct span word = SPAN("");

	if (rest->len && rest->at[0] == mark) {
		*rest = span_after(*rest, 1);
		word = span_cut(rest, ' ');
		skip_spaces(rest);
	}
	return word;
}

// Letters, or a numeric; a digit before letters is of IRCv3 drafts (2FA).
static bool is_command(struct span word)
{
	size_t letters = 0, digits = 0;

	for (size_t i = 0; i < word.len; i++) {
		letters += is_letter(word.at[i]);
		digits += is_digit(word.at[i]);
	}
	return letters == word.len || (digits == 3 && word.len == 3) ||
	       (letters && digits == 1 && is_digit(word.at[0]) && letters + 1 == word.len);
}

static bool take_params(struct msg *m, struct span rest)
{
	for (skip_spaces(&rest); rest.len; skip_spaces(&rest)) {
		if (m->n_params == MSG_PARAMS_MAX)
			return false;
		if (rest.at[0] == ':') {
			m->params[m->n_params++] = span_after(rest, 1);
			return true;
		}
		m->params[m->n_params++] = span_cut(&rest, ' ');
	}
	return true;
}

enum msg_result msg_parse(struct msg *m, struct span line)
{
	struct span rest = line;

	*m = (struct msg){0};
	skip_spaces(&rest);
	if (!rest.len) {
		m->tags = m->source = m->command = SPAN("");
		return MSG_EMPTY;
	}
	m->tags = take_marked(&rest, '@');
	m->source = take_marked(&rest, ':');
	m->command = rest.len ? span_cut(&rest, ' ') : SPAN("");
	if (!m->command.len)
		return MSG_NO_COMMAND;
	if (!take_params(m, rest))
		return MSG_TOO_MANY;
	return is_command(m->command) ? MSG_OK : MSG_BAD_COMMAND;
}

struct span msg_param(const struct msg *m, size_t i)
{
	return i < m->n_params ? m->params[i] : SPAN("");
}

// [+][vendor/]name, as IRCv3 message-tags writes it.
static bool is_tag_key(struct span key)
{
	size_t name = 0;
	bool has_vendor = false;

	if (key.len && key.at[0] == '+')
		key = span_after(key, 1);
	for (size_t i = 0; i < key.len; i++) {
		char c = key.at[i];

		if (c == '/' && name && !has_vendor) {
			has_vendor = true;
			name = 0;
			continue;
		}
		if (!is_letter(c) && !is_digit(c) && c != '-' && (c != '.' || has_vendor))
			return false;
		name++;
	}
	return name > 0 && (has_vendor || span_find(key, '.') == key.len);
}

bool msg_tag_next(struct span *tags, struct span *key, struct span *value)
{
	while (tags->len) {
		struct span tag = span_cut(tags, ';');

		*key = span_cut(&tag, '=');
		*value = tag.len ? tag : SPAN("");
		if (is_tag_key(*key))
			return true;
	}
	return false;
}

bool msg_tag(const struct msg *m, struct span key, struct span *value)
{
	struct span rest = m->tags, each_key, each_value;
	bool is_found = false;

	while (msg_tag_next(&rest, &each_key, &each_value)) {
		if (!span_eq(each_key, key))
			continue;
		*value = each_value;
		is_found = true;
	}
	return is_found;
}

// The letter behind the backslash, or 0 when c stands for itself.
static char escape_of(char c)
{
	switch (c) {
	case ';':
		return ':';
	case ' ':
		return 's';
	case '\\':
		return '\\';
	case '\r':
		return 'r';
	case '\n':
		return 'n';
	default:
		return 0;
	}
}

static char unescape_of(char c)
{
	switch (c) {
	case ':':
		return ';';
	case 's':
		return ' ';
	case 'r':
		return '\r';
	case 'n':
		return '\n';
	default:
		return c;
	}
}

void msg_tag_escape(struct buf *out, struct span value)
{
	size_t from = 0;

	for (size_t i = 0; i < value.len; i++) {
		char escape = escape_of(value.at[i]);

		if (!escape)
			continue;
		buf_add(out, value.at + from, i - from);
		buf_add_char(out, '\\');
		buf_add_char(out, escape);
		from = i + 1;
	}
	if (from < value.len) // there may be no text to point into
		buf_add(out, value.at + from, value.len - from);
}

// A backslash before any other character, or at the end, is dropped.
void msg_tag_unescape(struct buf *out, struct span value)
{
	while (value.len) {
		size_t plain = span_find(value, '\\');

		buf_add(out, value.at, plain);
		if (plain + 1 < value.len)
			buf_add_char(out, unescape_of(value.at[plain + 1]));
		value = span_after(value, plain + 2);
	}
}
