// SPDX-License-Identifier: MIT
#include "common/alike.h"

#include <stdlib.h>

static const struct lookalike {
	int32_t code;
	int32_t like[ALIKE_LONGEST]; // ends with 0 where it is shorter
} rows[] = {
#define ALIKE(code, ...) {code, {__VA_ARGS__}},
#include "common/alike.def"
};

static int compare(const void *key, const void *item)
{
	const int32_t *code = key;
	const struct lookalike *row = item;

	return *code < row->code ? -1 : *code > row->code;
}

const int32_t *alike_of(int32_t code)
{
	const struct lookalike *row =
		bsearch(&code, rows, ARRAY_LEN(rows), sizeof(rows[0]), compare);

	return row ? row->like : NULL;
}
