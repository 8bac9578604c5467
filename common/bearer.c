// SPDX-License-Identifier: MIT
#include "common/bearer.h"

#include <assert.h>

#define AUTH SPAN("auth")
#define SCHEME SPAN("Bearer ")

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_token_char(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || (c && strchr("-._~+/", c));
}

bool bearer_token_is_fit(struct span token)
{
	size_t n = 0;

	while (n < token.len && is_token_char(token.at[n]))
		n++;
	if (!n)
		return false;
	while (n < token.len && token.at[n] == '=')
		n++;
	return n == token.len;
}

static bool is_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < ' ' || s.at[i] > '~')
			return false;
	}
	return true;
}

// What a pair of ours is kept in. NULL: a key that is not ours, which is passed over.
static struct span *place(struct bearer_message *m, struct span key)
{
	const struct {
		struct span key, *place;
	} rows[] = {
		{SPAN("refresh"), &m->refresh},
		{SPAN("code"), &m->code},
		{SPAN("verifier"), &m->verifier},
		{SPAN("redirect"), &m->redirect},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_eq(key, rows[i].key))
			return rows[i].place;
	}
	return NULL;
}

// "Bearer TOKEN"; nothing, or a scheme without a token, is a question.
static bool take_auth(struct bearer_message *m, struct span value)
{
	if (m->token.at)
		return false;
	if (span_starts_fold(value, SCHEME))
		m->token = span_trim(span_after(value, SCHEME.len));
	else if (!value.len || span_eq_fold(value, SPAN("Bearer")))
		m->token = span_after(value, value.len);
	else
		return false;
	return !m->token.len || bearer_token_is_fit(m->token);
}

static bool take_pair(struct bearer_message *m, struct span pair)
{
	struct span key = span_from(pair.at, span_find(pair, '=')), *to;
	struct span value = span_after(pair, key.len + 1);

	if (!key.len || key.len == pair.len)
		return false;
	for (size_t i = 0; i < key.len; i++) {
		if (!is_letter(key.at[i]))
			return false;
	}
	if (span_eq(key, AUTH))
		return take_auth(m, value);
	to = place(m, key);
	if (!to)
		return true;
	if (to->at || !value.len || !is_printable(value))
		return false;
	*to = value;
	return true;
}

// "n,a=NAME," or "y,,": without a binding, which the mechanism has none of (RFC 5801, 4).
static bool take_header(struct bearer_message *m, struct span *rest)
{
	struct span flag = span_cut(rest, ','), name;

	if (!span_eq(flag, SPAN("n")) && !span_eq(flag, SPAN("y")))
		return false;
	name = span_cut(rest, ',');
	if (!name.len)
		return true;
	m->name = span_after(name, 2);
	// No name of ours has a character that is written as =2C or =3D.
	return span_starts(name, SPAN("a=")) && m->name.len &&
	       span_find(m->name, '=') == m->name.len;
}

static enum bearer_kind kind(const struct bearer_message *m)
{
	if (m->code.at || m->verifier.at || m->redirect.at) {
		bool is_whole = m->code.at && m->verifier.at && m->redirect.at;

		return is_whole && !m->token.len && !m->refresh.at ? BEARER_CODE
								   : BEARER_MALFORMED;
	}
	if (m->token.len)
		return BEARER_TOKEN;
	return m->refresh.at ? BEARER_MALFORMED : BEARER_ASKS;
}

enum bearer_kind bearer_read(struct span message, struct bearer_message *m)
{
	struct span rest = message;

	*m = (struct bearer_message){0};
	if (!take_header(m, &rest) || !rest.len || rest.at[0] != BEARER_END[0])
		return BEARER_MALFORMED;
	rest = span_after(rest, 1);
	while (rest.len && rest.at[0] != BEARER_END[0]) {
		if (!take_pair(m, span_cut(&rest, BEARER_END[0])))
			return BEARER_MALFORMED;
	}
	return span_eq(rest, SPAN(BEARER_END)) ? kind(m) : BEARER_MALFORMED;
}

static void add_pair(struct buf *out, const char *key, struct span value)
{
	if (!value.at)
		return;
	assert(value.len && is_printable(value));
	buf_add_str(out, key);
	buf_add_char(out, '=');
	buf_add_span(out, value);
	buf_add_str(out, BEARER_END);
}

void bearer_write(struct buf *out, const struct bearer_message *m)
{
	assert(span_find(m->name, ',') == m->name.len &&
	       span_find(m->name, '=') == m->name.len);
	assert(!m->token.len || bearer_token_is_fit(m->token));
	buf_add_str(out, "n,");
	if (m->name.len) {
		buf_add_str(out, "a=");
		buf_add_span(out, m->name);
	}
	buf_add_str(out, "," BEARER_END "auth=Bearer ");
	buf_add_span(out, m->token);
	buf_add_str(out, BEARER_END);
	add_pair(out, "refresh", m->refresh);
	add_pair(out, "code", m->code);
	add_pair(out, "verifier", m->verifier);
	add_pair(out, "redirect", m->redirect);
	buf_add_str(out, BEARER_END);
}
