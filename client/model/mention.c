// SPDX-License-Identifier: MIT
#include "client/model/mention.h"

#include "client/model/word.h"

bool mention_is(const struct model *m, const struct target *t, struct span text)
{
	if (t->kind == TARGET_PERSON || word_stands_in(text, span_of(m->me->name)))
		return true;
	if (m->me->display && word_stands_in(text, span_of(m->me->display)))
		return true;
	for (size_t i = 0; i < m->n_keywords; i++) {
		if (word_stands_in(text, span_of(m->keywords[i])))
			return true;
	}
	return false;
}
