// SPDX-License-Identifier: MIT
#include "server/hub/rooms/modes.h"

#define HELP_WIDTH 90 // of one line of help

static const struct room_mode rows[] = {
#define ROOM_MODE(letter, kind, which, who, prefix, word, help)                                \
	{letter, kind, which, who, prefix, word, help},
#define USER_MODE(letter, has, set, help)
#include "server/hub/rooms/modes.def"
#undef ROOM_MODE
#undef USER_MODE
};

static const struct user_mode {
	char letter;
	const char *help;
} user_rows[] = {
#define ROOM_MODE(letter, kind, which, who, prefix, word, help)
#define USER_MODE(letter, has, set, help) {letter, help},
#include "server/hub/rooms/modes.def"
#undef ROOM_MODE
#undef USER_MODE
};

// A letter without a flag (or rank) of its own would be announced and do nothing.
#define ROOM_MODE(letter, kind, which, who, prefix, word, help)                                \
	_Static_assert(((kind) != MODE_FLAG && (kind) != MODE_RANK) ||                         \
			       ((which) != 0 && ((which) & ((which)-1)) == 0),                 \
		       "a flag or a rank is one bit");                                         \
	_Static_assert((kind) != MODE_FLAG || (which) != (int)ROOM_PASSING,                    \
		       "that flag is no mode");                                                \
	_Static_assert(((kind) == MODE_RANK) == ((prefix) != 0), "a rank has a prefix");
#define USER_MODE(letter, has, set, help)
#include "server/hub/rooms/modes.def"
#undef ROOM_MODE
#undef USER_MODE

// No two rows have one letter, and no two one meaning: the bits that stand for them have the
// same sum as union.
#define USER_MODE(letter, has, set, help)
#define ROOM_MODE(letter, kind, which, who, prefix, word, help) JOINED(1ULL << ((letter) - 'A'))
_Static_assert((0
#define JOINED +
#include "server/hub/rooms/modes.def"
#undef JOINED
		) == (0
#define JOINED |
#include "server/hub/rooms/modes.def"
#undef JOINED
		      ),
	       "two modes have one letter");
#undef ROOM_MODE
#define ROOM_MODE(letter, kind, which, who, prefix, word, help)                                \
	JOINED((kind) == MODE_FLAG   ? (uint64_t)(which)                                       \
	       : (kind) == MODE_RANK ? (uint64_t)(which) << 32                                 \
	       : (kind) == MODE_LIST ? 1ULL << (40 + (which))                                  \
	       : (kind) == MODE_WAIT ? (uint64_t)(kind) * (which) << 48                        \
				     : (uint64_t)(kind) << 48)
_Static_assert((0
#define JOINED +
#include "server/hub/rooms/modes.def"
#undef JOINED
		) == (0
#define JOINED |
#include "server/hub/rooms/modes.def"
#undef JOINED
		      ),
	       "two modes mean the same");
#undef ROOM_MODE
#undef USER_MODE

const struct room_mode *modes_all(size_t *count)
{
	*count = ARRAY_LEN(rows);
	return rows;
}

const struct room_mode *modes_find(char letter)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

const struct room_mode *modes_of(enum mode_kind kind, unsigned which)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].kind == kind && rows[i].which == which)
			return &rows[i];
	return NULL;
}

const struct room_mode *modes_rank(enum member_role role)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].kind == MODE_RANK && (role & rows[i].which) != 0)
			return &rows[i];
	return NULL;
}

const struct room_mode *modes_of_prefix(char prefix)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].prefix == prefix)
			return &rows[i];
	return NULL;
}

const struct room_mode *modes_of_word(struct span word)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].kind == MODE_RANK && span_eq_fold(word, span_of(rows[i].word)))
			return &rows[i];
	return NULL;
}

const char *modes_role_word(enum member_role role)
{
	const struct room_mode *rank = modes_rank(role);

	return rank == NULL ? "member" : rank->word;
}

void modes_letters(unsigned kinds, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if ((rows[i].kind & kinds) != 0)
			buf_add_char(out, rows[i].letter);
}

void modes_prefixes(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].kind == MODE_RANK)
			buf_add_char(out, rows[i].prefix);
}

void modes_user_letters(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(user_rows); i++)
		buf_add_char(out, user_rows[i].letter);
}

// One mode more of a list in lines; *start is where the last line begins.
static void add_help(struct buf *out, size_t *start, char letter, const char *help)
{
	if (out->len - *start + strlen(help) > HELP_WIDTH) {
		buf_add_char(out, '\n');
		*start = out->len;
	} else {
		buf_add_char(out, ' ');
	}
	buf_printf(out, "%c %s,", letter, help);
}

static void end_help(struct buf *out)
{
	out->len--; // the last comma
	buf_add_str(out, ".\n");
}

void modes_help(struct buf *out)
{
	size_t start = out->len;

	buf_add_str(out, "Of a room:");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		add_help(out, &start, rows[i].letter, rows[i].help);
	end_help(out);
	start = out->len;
	buf_add_str(out, "Of yourself:");
	for (size_t i = 0; i < ARRAY_LEN(user_rows); i++)
		add_help(out, &start, user_rows[i].letter, user_rows[i].help);
	end_help(out);
}
