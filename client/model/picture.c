// SPDX-License-Identifier: MIT
#include "client/model/picture.h"

#include "client/model/line_file.h"

bool picture_is_in(const struct log_line *l)
{
	static const char *const types[] = {"image/png", "image/jpeg", "image/gif",
					    "image/webp"};
	const struct line_file *f = line_file_of(l);

	for (size_t i = 0; f && i < ARRAY_LEN(types); i++) {
		if (span_eq_fold(span_of(f->type), span_of(types[i])))
			return true;
	}
	return false;
}

void picture_tell(struct model *m, const struct picture_answer *a)
{
	for (size_t i = 0; i < m->n_watchers; i++) {
		const struct model_watch *w = &m->watchers[i];

		if (w->on_picture)
			w->on_picture(w->arg, a);
	}
}
