// SPDX-License-Identifier: MIT
#include "client/model/inbox.h"
#include "client/model/extra.h"
#include "client/model/hush.h"
#include "common/die.h"

#include <stdlib.h>

static int newest_first(const void *a, const void *b)
{
	const struct inbox_row *x = a, *y = b;
	return x->line->at_ms < y->line->at_ms ? 1 : x->line->at_ms > y->line->at_ms ? -1 : 0;
}

static size_t list_target(struct target *t, struct inbox_row *out)
{
	size_t n = 0;
	for (size_t i = t->log.count; i > 0 && n < INBOX_MAX; i--) {
		struct log_line *l = scrollback_at(&t->log, i - 1);
		bool is_liked = (l->flags & LINE_SELF) && l->extra && l->extra->n_reactions;
		if (((l->flags & LINE_MENTION) && !line_is_hushed(l)) || is_liked)
			out[n++] = (struct inbox_row){t, l};
	}
	return n;
}

size_t inbox_list(const struct model *m, struct inbox_row out[static INBOX_MAX])
{
	struct inbox_row *found = xcalloc(m->n_targets * INBOX_MAX, sizeof(*found));
	size_t n = 0;
	for (size_t i = 0; i < m->n_targets; i++)
		n += list_target(m->targets[i], found + n);
	qsort(found, n, sizeof(*found), newest_first);
	if (n > INBOX_MAX)
		n = INBOX_MAX;
	memcpy(out, found, n * sizeof(*found));
	free(found);
	return n;
}
