// SPDX-License-Identifier: MIT
// The table of common/alike.h is 10 kB of a page, and nobody needs it to begin with: it comes
// behind the login. Until it is here, all names look alike, so that each has its account beside
// it.
#include "common/alike.h"

#include "client/model/shown.h"
#include "client/web/exports.h"
#include "client/web/tab.h"
#include "common/die.h"

#include <stdlib.h>

static struct lookalike {
	int32_t code;
	int32_t like[ALIKE_LONGEST];
} * rows;
static size_t count;

static int compare(const void *key, const void *item)
{
	const int32_t *code = key;
	const struct lookalike *row = item;

	return *code < row->code ? -1 : *code > row->code;
}

const int32_t *alike_of(int32_t code)
{
	static const int32_t nothing[ALIKE_LONGEST];

	if (!rows)
		return nothing;
	const struct lookalike *row = bsearch(&code, rows, count, sizeof(rows[0]), compare);
	return row ? row->like : NULL;
}

static int32_t code_of(struct span hex)
{
	char text[9] = {0};

	memcpy(text, hex.at, hex.len < 8 ? hex.len : 8);
	return (int32_t)strtol(text, NULL, 16);
}

// A line for each: the character and what it looks like, in hex, in the order of the numbers.
EXPORT(alike_load) void tab_alike_load(struct span table)
{
	struct lookalike *read = xcalloc(table.len / 4 + 1, sizeof(*read));
	size_t n = 0;

	for (; table.len; n++) {
		struct span line = span_cut(&table, '\n');

		read[n].code = code_of(span_cut(&line, ' '));
		for (size_t i = 0; line.len && i < ALIKE_LONGEST; i++)
			read[n].like[i] = code_of(span_cut(&line, ' '));
	}
	rows = read;
	count = n;
	shown_recount(tab()->core.model);
}
