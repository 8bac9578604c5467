// SPDX-License-Identifier: MIT
#include "common/names.h"

#include "common/joiners.h"
#include "common/nfc.h"
#include "common/text.h"
#include "common/utf8.h"

// No name, not even nick!user@host, is longer. A mask costs at most its own length and
// the square of this.
#define MATCHED_MAX 512

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool name_is_account(struct span name)
{
	if (!name.len || name.len > ACCOUNT_NAME_MAX)
		return false;
	if (!is_letter(name.at[0]) && name.at[0] != '_')
		return false;
	for (size_t i = 1; i < name.len; i++) {
		char c = name.at[i];

		if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '_' && c != '-')
			return false;
	}
	return true;
}

static bool is_white(uint32_t code)
{
	return code == ' ' || code == '\t' || code == 0xa0 || code == 0x1680 ||
	       (code >= 0x2000 && code <= 0x200a) || code == 0x202f || code == 0x205f ||
	       code == 0x3000;
}

static bool may_stand(const uint32_t *codes, size_t n, size_t at)
{
	uint32_t code = codes[at];

	if (code == ZERO_WIDTH_NON_JOINER || code == ZERO_WIDTH_JOINER)
		return joiner_may_stand(codes, n, at);
	return code != ',' && code != ':' && !is_white(code) && !utf8_is_unprintable(code);
}

bool name_was_room(struct span name)
{
	uint32_t codes[ROOM_NAME_MAX] = {0};
	size_t n = 0;

	if (name.len < 2 || name.len > ROOM_NAME_MAX || name.at[0] != '#')
		return false;
	if (!utf8_is_valid(name))
		return false;
	for (size_t at = 0; at < name.len;)
		codes[n++] = utf8_next(name, &at);
	for (size_t i = 1; i < n; i++) {
		if (!may_stand(codes, n, i))
			return false;
	}
	return true;
}

bool name_is_room(struct span name)
{
	char spelled[ROOM_NAME_MAX + 1];
	size_t len = nfc(name, spelled, ROOM_NAME_MAX);

	return len == name.len && !memcmp(spelled, name.at, len) && name_was_room(name);
}

// Joiners and variation selectors change how their neighbours are drawn; that they stand where
// they may is the text's rule.
static bool is_between(uint32_t code)
{
	return code == ZERO_WIDTH_NON_JOINER || code == ZERO_WIDTH_JOINER || code == 0xfe0f;
}

static bool is_shown(uint32_t code, uint32_t before)
{
	if (code == ' ')
		return before != ' ';
	return is_between(code) ? before != ' ' : !is_white(code) && !utf8_is_unprintable(code);
}

bool name_is_display(struct span name)
{
	char spelled[DISPLAY_NAME_MAX + 1];
	uint32_t before = ' ', found;
	size_t len = nfc(name, spelled, DISPLAY_NAME_MAX);

	if (!name.len || len != name.len || memcmp(spelled, name.at, len) != 0)
		return false;
	if (strchr("@#~&+%!:/", name.at[0]) || !text_is_fit(name, TEXT_PLAIN, &found))
		return false;
	for (size_t at = 0; at < name.len; before = found) {
		found = utf8_next(name, &at);
		if (!is_shown(found, before))
			return false;
	}
	return before != ' ';
}

bool name_of_room(struct span typed, char out[static ROOM_NAME_MAX + 1])
{
	size_t len = nfc(typed, out, ROOM_NAME_MAX);

	return len != SIZE_MAX && name_is_room(span_from(out, len));
}

size_t name_key(struct span typed, char out[static ROOM_NAME_MAX + 1])
{
	size_t len = nfc(typed, out, ROOM_NAME_MAX);

	if (len == SIZE_MAX)
		return 0;
	name_fold(span_from(out, len), out);
	return len;
}

bool name_is_same(struct span a, struct span b)
{
	char left[ROOM_NAME_MAX + 1], right[ROOM_NAME_MAX + 1];
	size_t len;

	if (span_eq_fold(a, b))
		return true;
	len = name_key(a, left);
	return len > 0 && len == name_key(b, right) && memcmp(left, right, len) == 0;
}

void name_fold(struct span in, char *out)
{
	for (size_t i = 0; i < in.len; i++)
		out[i] = fold(in.at[i]);
	out[in.len] = '\0';
}

static bool can_match(struct span mask, struct span name)
{
	size_t fixed = 0;

	for (size_t i = 0; i < mask.len; i++)
		fixed += mask.at[i] != '*';
	return name.len <= MATCHED_MAX && fixed <= name.len;
}

size_t name_mask_cost(struct span mask)
{
	return 1 + mask.len / 16;
}

bool name_matches(struct span mask, struct span name)
{
	size_t m = 0, n = 0, after_star = 0, retry = 0;
	bool has_star = false;

	if (!can_match(mask, name))
		return false;
	while (n < name.len) {
		if (m < mask.len && mask.at[m] == '*') {
			// What an earlier star took never needs to change.
			has_star = true;
			after_star = ++m;
			retry = n;
		} else if (m < mask.len &&
			   (mask.at[m] == '?' || fold(mask.at[m]) == fold(name.at[n]))) {
			m++;
			n++;
		} else if (has_star) {
			m = after_star;
			n = ++retry;
		} else {
			return false;
		}
	}
	while (m < mask.len && mask.at[m] == '*')
		m++;
	return m == mask.len;
}
