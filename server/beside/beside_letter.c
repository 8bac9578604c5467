// SPDX-License-Identifier: MIT
#include "server/beside/beside_letter.h"

#include "common/utf8.h"

_Static_assert(sizeof(struct beside_letter) == BESIDE_LETTER_LEN, "a letter has no gaps");

struct span beside_letter_text(const struct beside_letter *l)
{
	return (struct span){l->text, l->len};
}

void beside_letter_write(struct beside_letter *l, enum beside_kind kind, uint64_t number,
			 struct span text)
{
	text = utf8_cut(text, BESIDE_TEXT_LEN);
	*l = (struct beside_letter){
		.kind = (uint16_t)kind, .len = (uint16_t)text.len, .number = number};
	if (text.len)
		memcpy(l->text, text.at, text.len);
}

static bool is_zero(const char *at, size_t len)
{
	while (len && !at[len - 1])
		len--;
	return !len;
}

bool beside_letter_read(struct beside_letter *l, struct span bytes, enum beside_kind kind)
{
	if (bytes.len != BESIDE_LETTER_LEN)
		return false;
	memcpy(l, bytes.at, sizeof(*l));
	if (l->kind != kind || l->len > BESIDE_TEXT_LEN)
		return false;
	uint32_t walls = kind == BESIDE_ECHOED ? BESIDE_WALL_FILES | BESIDE_WALL_CALLS : 0;
	return !(l->walls & ~walls) && !memchr(l->text, '\0', l->len) &&
	       utf8_is_valid(beside_letter_text(l)) &&
	       is_zero(l->text + l->len, BESIDE_TEXT_LEN - l->len);
}
