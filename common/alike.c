// SPDX-License-Identifier: MIT
#include "common/alike.h"

#include "common/nfc.h"
#include "common/utf8.h"

#define TEXT_MAX 512   // inside: no name is longer
#define CODES_MAX 4096 // inside: what that many bytes become

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
		const int32_t *like = alike_of(codes[i]);

		if (is_unseen(codes[i]))
			continue;
		if (!like)
			add(&sum, codes[i]);
		for (size_t k = 0; like && k < ALIKE_LONGEST && like[k]; k++)
			add(&sum, like[k]);
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
