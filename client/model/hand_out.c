// SPDX-License-Identifier: MIT
#include "client/model/hand_out.h"

#include "client/model/target.h"

// False: nobody watches for that.
static bool show(struct model *m, struct span words, struct span link)
{
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];

		if (!w->on_hand_out)
			continue;
		w->on_hand_out(w->arg, words, link);
		return true;
	}
	return false;
}

void hand_out_over(struct model *m)
{
	(void)show(m, SPAN(""), SPAN(""));
}

void hand_out(struct model *m, struct span words, struct span link, int64_t now_ms)
{
	if (show(m, words, link))
		return;
	model_note(m, NULL, LINE_INFO, now_ms, words);
	model_note(m, NULL, LINE_INFO, now_ms, link);
}
