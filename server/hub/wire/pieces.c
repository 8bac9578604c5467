// SPDX-License-Identifier: MIT
#include "server/hub/wire/pieces.h"

#include "common/grow.h"
#include "common/utf8.h"

#include <stdlib.h>

void pieces_add(struct pieces *p, struct span text, bool concat)
{
	p->at = grow(p->at, p->n, &p->space, sizeof(*p->at));
	p->at[p->n++] = (struct piece){text, concat};
}

void pieces_clear(struct pieces *p)
{
	free(p->at);
	*p = (struct pieces){0};
}

// How much of a line that is too long goes first: up to its last space, with it.
static size_t cut_at(struct span line, size_t max)
{
	size_t len = utf8_cut(line, max).len, space = len;

	while (space && line.at[space - 1] != ' ')
		space--;
	if (space)
		return space;
	return len ? len : 1;
}

void pieces_split(struct pieces *p, struct span text, size_t max)
{
	bool more = true;

	while (more) {
		size_t end = span_find(text, '\n');
		struct span line = {text.at, end};
		bool concat = false;

		more = end < text.len;
		text = span_after(text, end + 1);
		while (line.len > max) {
			size_t len = cut_at(line, max);

			pieces_add(p, (struct span){line.at, len}, concat);
			line = span_after(line, len);
			concat = true;
		}
		pieces_add(p, line, concat);
	}
}
