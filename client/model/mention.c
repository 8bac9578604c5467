// SPDX-License-Identifier: MIT
#include "client/model/mention.h"

static bool is_word_byte(char c)
{
	unsigned char u = (unsigned char)c;
	return (u >= '0' && u <= '9') || ((u | 32) >= 'a' && (u | 32) <= 'z') || u == '_' ||
	       u == '-' || u >= 0x80;
}

bool mention_has_word(struct span text, struct span word)
{
	if (!word.len)
		return false;
	for (size_t i = 0; i + word.len <= text.len; i++) {
		if (!span_eq_fold(span_from(text.at + i, word.len), word))
			continue;
		size_t end = i + word.len;
		bool starts = i == 0 || !is_word_byte(text.at[i - 1]);
		if (starts && (end == text.len || !is_word_byte(text.at[end])))
			return true;
	}
	return false;
}

bool mention_is(const struct model *m, const struct target *t, struct span text)
{
	if (t->kind == TARGET_PERSON || mention_has_word(text, span_of(m->me->name)))
		return true;
	for (size_t i = 0; i < m->n_keywords; i++) {
		if (mention_has_word(text, span_of(m->keywords[i])))
			return true;
	}
	return false;
}
