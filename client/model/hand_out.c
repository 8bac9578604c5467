// SPDX-License-Identifier: MIT
#include "client/model/hand_out.h"

#include "client/model/target.h"

void hand_out(struct model *m, struct span words, struct span link, int64_t now_ms)
{
	bool is_shown = false;

	for (size_t i = 0; i < m->n_watchers && !is_shown; i++) {
		const struct model_watch *w = &m->watchers[i];

		is_shown = w->on_hand_out != NULL;
		if (is_shown)
			w->on_hand_out(w->arg, words, link);
	}
	if (is_shown)
		return;
	model_note(m, NULL, LINE_INFO, now_ms, words);
	model_note(m, NULL, LINE_INFO, now_ms, link);
}
