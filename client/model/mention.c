// SPDX-License-Identifier: MIT
#include "client/model/mention.h"

#include "client/model/people.h"
#include "common/word.h"
#include "common/at_all.h"

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

size_t mention_crowd(const struct target *t, enum line_kind kind, struct span text)
{
	bool is_said = kind == LINE_MESSAGE || kind == LINE_ACTION || kind == LINE_NOTICE;

	enum at_all whom = at_all_in(text);
	size_t n = whom == AT_ALL_HERE ? people_here(t) : t->n_members;

	if (t->kind != TARGET_ROOM || n <= MENTION_CROWD || !is_said || whom == AT_ALL_NONE)
		return 0;
	return n;
}
