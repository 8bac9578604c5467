// SPDX-License-Identifier: MIT
#include "common/alike.h"

#include "common/nfc.h"
#include "common/utf8.h"

#include <stdlib.h>

#define LONGEST 6      // of the table, alike.py
#define TEXT_MAX 512   // inside: no name is longer
#define CODES_MAX 4096 // inside: what that many bytes become

static const struct row {
	int32_t code;
	int32_t like[LONGEST]; // ends with 0 where it is shorter
} rows[] = {
#define ALIKE(code, ...) {code, {__VA_ARGS__}},
#include "common/alike.def"
};

static int compare(const void *key, const void *item)
{
	const int32_t *code = key;
	const struct row *row = item;

	return *code < row->code ? -1 : *code > row->code;
}

// FNV-1a over code points: whoever makes two names meet only gets the second refused.
static void add(uint64_t *sum, int32_t code)
{
	*sum = (*sum ^ (uint32_t)code) * UINT64_C(0x100000001b3);
}

static bool is_unseen(int32_t code)
{
	return code == 0xad || code == 0x34f || code == 0x200c || code == 0x200d ||
	       (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef);
}

static uint64_t sum_of(const int32_t *codes, size_t n)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++) {
		const struct row *row =
			bsearch(&codes[i], rows, ARRAY_LEN(rows), sizeof(rows[0]), compare);

		if (is_unseen(codes[i]))
			continue;
		if (!row)
			add(&sum, codes[i]);
		for (size_t k = 0; row && k < LONGEST && row->like[k]; k++)
			add(&sum, row->like[k]);
	}
	return sum;
}

struct looks looks_of(struct span name)
{
	int32_t codes[CODES_MAX];
	struct looks looks;
	size_t n;

	name = utf8_cut(name, TEXT_MAX);
	n = nfkd(name, false, codes, ARRAY_LEN(codes));
	looks.written = sum_of(codes, n == SIZE_MAX ? 0 : n);
	n = nfkd(name, true, codes, ARRAY_LEN(codes));
	looks.small = sum_of(codes, n == SIZE_MAX ? 0 : n);
	return looks;
}

bool looks_alike(struct looks a, struct looks b)
{
	return a.written == b.written || a.small == b.small;
}
