// SPDX-License-Identifier: MIT
// Names keep their grammar when folded; a glob agrees with a table of all prefixes.
#include "common/names.h"
#include "common/utf8.h"

#include <assert.h>

#define SHORT 128

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static char lower(char c)
{
	char out[2];

	name_fold(span_from(&c, 1), out);
	return out[0];
}

static bool matches_by_table(struct span mask, struct span name)
{
	bool row[SHORT + 1] = {true}, next[SHORT + 1];

	for (size_t m = 0; m < mask.len; m++) {
		char c = mask.at[m];

		next[0] = row[0] && c == '*';
		for (size_t n = 0; n < name.len; n++) {
			bool is_same = c == '?' || lower(c) == lower(name.at[n]);

			next[n + 1] = c == '*' ? row[n + 1] || next[n] : row[n] && is_same;
		}
		memcpy(row, next, sizeof(row));
	}
	return row[name.len];
}

static void check_names(struct span name)
{
	char folded[SHORT + 1];

	name_fold(name, folded);
	assert(folded[name.len] == '\0');
	assert(span_eq_fold(name, span_from(folded, name.len)));
	assert(name_is_account(name) == name_is_account(span_from(folded, name.len)));
	assert(name_is_room(name) == name_is_room(span_from(folded, name.len)));
	assert(!name_is_account(name) || !name_is_room(name));
	if (name_is_account(name))
		assert(name.len <= ACCOUNT_NAME_MAX && !memchr(name.at, '/', name.len));
	if (name_is_room(name))
		assert(name.len <= ROOM_NAME_MAX && utf8_is_valid(name) &&
		       !memchr(name.at, ' ', name.len) && !memchr(name.at, ',', name.len));
}

// Proves B11.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span mask, name;
	size_t cut = len ? bytes[0] : 0;

	if (len < cut + 1)
		return 0;
	mask = span_from(bytes + 1, cut);
	name = span_from(bytes + 1 + cut, len - 1 - cut);
	(void)name_is_room(name);
	(void)name_matches(mask, name);
	if (name.len > SHORT || mask.len > SHORT)
		return 0;
	check_names(name);
	assert(name_matches(mask, name) == matches_by_table(mask, name));
	return 0;
}
