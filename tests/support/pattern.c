// SPDX-License-Identifier: MIT
#include "tests/support/pattern.h"

#include "common/die.h"

#include <ctype.h>
#include <stdlib.h>

const char *pattern_var(const struct pattern_vars *v, struct span name)
{
	for (size_t i = 0; i < v->count; i++) {
		if (span_eq(name, span_of(v->vars[i].name)))
			return v->vars[i].value;
	}
	return NULL;
}

void pattern_vars_clear(struct pattern_vars *v)
{
	for (size_t i = 0; i < v->count; i++) {
		free(v->vars[i].name);
		free(v->vars[i].value);
	}
	*v = (struct pattern_vars){0};
}

static size_t name_len(struct span text)
{
	size_t len = 0;

	while (len < text.len && (isalnum((unsigned char)text.at[len]) || text.at[len] == '_'))
		len++;
	return len;
}

void pattern_expand(const struct pattern_vars *v, struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		struct span name = span_after(text, i + 1);
		const char *value = NULL;

		if (text.at[i] == '$') {
			name.len = name_len(name);
			value = name.len ? pattern_var(v, name) : NULL;
		}
		if (!value) {
			buf_add_char(out, text.at[i]);
			continue;
		}
		buf_add_str(out, value);
		i += name.len;
	}
}

// * and ? over bytes; the star that was met last takes one more when the rest fails.
static bool glob(struct span mask, struct span text)
{
	size_t m = 0, t = 0, star = mask.len, star_t = 0;

	while (t < text.len) {
		if (m < mask.len && mask.at[m] == '*') {
			star = m++;
			star_t = t;
		} else if (m < mask.len && (mask.at[m] == '?' || mask.at[m] == text.at[t])) {
			m++;
			t++;
		} else if (star < mask.len) {
			m = star + 1;
			t = ++star_t;
		} else {
			return false;
		}
	}
	while (m < mask.len && mask.at[m] == '*')
		m++;
	return m == mask.len;
}

// "$name" alone: equal to its value, or now bound to this one.
static bool match_var(struct span name, struct span text, struct pattern_vars *v)
{
	const char *value = pattern_var(v, name);

	if (value)
		return span_eq(text, span_of(value));
	if (v->count == PATTERN_VARS_MAX)
		die(1, "too many variables in a test");
	v->vars[v->count].name = span_dup(name);
	v->vars[v->count++].value = span_dup(text);
	return true;
}

static bool match(struct span pattern, struct span text, struct pattern_vars *v)
{
	struct span name = span_after(pattern, 1);
	struct buf expanded = {0};
	bool same;

	if (v && pattern.len > 1 && pattern.at[0] == '$' && name_len(name) == name.len)
		return match_var(name, text, v);
	if (!v)
		return glob(pattern, text);
	pattern_expand(v, pattern, &expanded);
	same = glob(buf_span(&expanded), text);
	buf_clear(&expanded);
	return same;
}

static bool match_tag(struct span wanted, const struct msg *m, struct pattern_vars *v)
{
	struct span key = span_cut(&wanted, '='), value;
	bool has_value = wanted.at > key.at + key.len; // "a=" asks for an empty one
	struct buf plain = {0};
	bool same;

	if (key.len && key.at[0] == '!')
		return !msg_tag(m, span_after(key, 1), &value);
	if (!msg_tag(m, key, &value))
		return false;
	msg_tag_unescape(&plain, value);
	same = !has_value || match(wanted, buf_span(&plain), v);
	buf_clear(&plain);
	return same;
}

static bool match_tags(struct span tags, const struct msg *m, struct pattern_vars *v)
{
	while (tags.len) {
		struct span tag = span_cut(&tags, ';');

		if (tag.len && !match_tag(tag, m, v))
			return false;
	}
	return true;
}

static bool match_source(struct span wanted, const struct msg *m, struct span server,
			 struct pattern_vars *v)
{
	struct span nick = {m->source.at, span_find(m->source, '!')};

	if (span_eq(wanted, SPAN("server")))
		return span_eq(m->source, server);
	return match(wanted, span_find(wanted, '!') < wanted.len ? m->source : nick, v);
}

static struct span next_word(struct span *rest)
{
	struct span word;

	do {
		word = span_cut(rest, ' ');
	} while (!word.len && rest->len);
	return word;
}

static bool match_params(struct span rest, const struct msg *m, struct pattern_vars *v)
{
	size_t i = 0;

	while (rest.len) {
		if (rest.at[0] == ' ') {
			rest = span_after(rest, 1);
			continue;
		}

		bool is_text = rest.at[0] == ':';
		struct span wanted = is_text ? span_after(rest, 1) : next_word(&rest);

		if (i == 0 && span_eq(wanted, SPAN("...")))
			return true;
		if (i >= m->n_params)
			return false;
		// A last word that is no text may match a text with spaces: "*".
		if (!match(wanted, m->params[i++], v))
			return false;
		if (is_text)
			break;
		if (span_eq(span_trim(rest), SPAN("...")))
			return true;
	}
	return i == m->n_params;
}

static void copy_vars(const struct pattern_vars *from, struct pattern_vars *to)
{
	*to = (struct pattern_vars){.count = from->count};
	for (size_t i = 0; i < from->count; i++) {
		to->vars[i].name = xstrdup(from->vars[i].name);
		to->vars[i].value = xstrdup(from->vars[i].value);
	}
}

static bool match_line(struct span pattern, const struct msg *m, struct span server,
		       struct pattern_vars *v)
{
	if (pattern.len && pattern.at[0] == '@') {
		struct span tags = next_word(&pattern);

		if (!match_tags(span_after(tags, 1), m, v))
			return false;
	}
	if (m->source.len && !match_source(next_word(&pattern), m, server, v))
		return false;
	if (!match(next_word(&pattern), m->command, v))
		return false;
	return match_params(pattern, m, v);
}

bool pattern_matches(struct span pattern, struct span line, struct span server,
		     struct pattern_vars *v)
{
	struct pattern_vars trial;
	struct msg m;

	if (msg_parse(&m, line) != MSG_OK)
		return false;
	if (!v)
		return match_line(pattern, &m, server, NULL);
	copy_vars(v, &trial);
	if (!match_line(pattern, &m, server, &trial)) {
		pattern_vars_clear(&trial);
		return false;
	}
	pattern_vars_clear(v);
	*v = trial;
	return true;
}
