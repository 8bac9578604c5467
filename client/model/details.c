// SPDX-License-Identifier: MIT
#include "client/model/details.h"

#include "client/model/edits.h"
#include "client/model/extra.h"
#include "client/model/shown.h"
#include "common/die.h"

#include <stdlib.h>

static void tell_reactions(const struct model *m, const struct log_line *l, detail_fn *tell,
			   void *arg)
{
	for (size_t i = 0; l->extra && i < l->extra->n_reactions; i++) {
		const struct reaction *r = &l->extra->reactions[i];
		struct buf names = {0};
		for (size_t k = 0; k < r->n_who; k++) {
			buf_add_str(&names, k ? ", " : "");
			shown_add(&names, m, r->who[k]);
		}
		tell(arg, &(struct detail){.kind = DETAIL_REACTION,
					   .count = r->n_who,
					   .sign = span_of(r->text),
					   .text = buf_span(&names)});
		buf_clear(&names);
	}
}

static void tell_wordings(const struct target *t, const struct log_line *l, detail_fn *tell,
			  void *arg)
{
	size_t count;
	const struct log_line **edits = edits_of(t, l, &count);
	if (count)
		tell(arg, &(struct detail){.kind = DETAIL_WORDING,
					   .at_ms = l->at_ms,
					   .text = line_first_says(l)});
	for (size_t i = 0; i < count; i++)
		tell(arg, &(struct detail){.kind = DETAIL_WORDING,
					   .at_ms = edits[i]->at_ms,
					   .text = line_says(edits[i])});
	free(edits);
}

struct log_line *details_hole(const struct target *t, const struct log_line *l)
{
	for (size_t i = scrollback_index(&t->log, l) + 1; i < t->log.count; i++) {
		if (scrollback_at(&t->log, i)->flags & LINE_GAP)
			return scrollback_at(&t->log, i);
	}
	return NULL;
}

void details_of(const struct model *m, const struct target *t, const struct log_line *l,
		detail_fn *tell, void *arg)
{
	struct buf author = {0};
	if (l->from)
		shown_add_both(&author, l->from);
	if (author.len)
		tell(arg, &(struct detail){.kind = DETAIL_AUTHOR, .text = buf_span(&author)});
	buf_clear(&author);
	tell(arg, &(struct detail){.kind = DETAIL_TIME, .at_ms = l->at_ms});
	if (l->id_len)
		tell(arg, &(struct detail){.kind = DETAIL_ID, .text = line_id(l)});
	tell_reactions(m, l, tell, arg);
	if (!(l->flags & LINE_REDACTED))
		tell_wordings(t, l, tell, arg);
	if (details_hole(t, l))
		tell(arg, &(struct detail){.kind = DETAIL_MISSING});
}
