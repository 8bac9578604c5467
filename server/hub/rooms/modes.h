// SPDX-License-Identifier: MIT
// The table of modes (modes.def): what letters there are, and what each of them means.
//
// MODE, `room set`, RPL_MYINFO, RPL_ISUPPORT, HELP and the prefixes of members are made of
// it, so that a letter is in all of them or in none. All is constant; any thread.
#pragma once

#include "common/buf.h"
#include "server/letters/journal.h"

enum mode_kind {       // bits
	MODE_LIST = 1, // of masks; which: enum ban_kind
	MODE_FLAG = 2, // on or off; which: enum room_flag
	MODE_KEY = 4,
	MODE_LIMIT = 8,
	MODE_RANK = 16, // of a member; which: enum member_role
	MODE_WAIT = 32, // seconds; which: enum room_wait
};

enum room_wait { ROOM_WAIT_SLOW = 1, ROOM_WAIT_NEWCOMER = 2 };

#define MODE_WITH_PARAM (MODE_LIST | MODE_KEY | MODE_LIMIT | MODE_RANK | MODE_WAIT)
#define MODE_ANY (MODE_WITH_PARAM | MODE_FLAG)

struct room_mode {
	char letter;
	enum mode_kind kind;
	unsigned which;
	enum member_role who; // may set it
	char prefix;          // of a rank
	const char *word, *help;
};

// All of them, in the order of the table.
MUST_USE const struct room_mode *modes_all(size_t *count);
// NULL: there is no such letter.
MUST_USE const struct room_mode *modes_find(char letter);
// The row of that flag, list or role; NULL: it has no letter.
MUST_USE const struct room_mode *modes_of(enum mode_kind kind, unsigned which);
// The rank whose prefix it is, or whose word; NULL: none.
MUST_USE const struct room_mode *modes_of_prefix(char prefix);
MUST_USE const struct room_mode *modes_of_word(struct span word);
// The row of the highest rank in `role`; NULL: a plain member.
MUST_USE const struct room_mode *modes_rank(enum member_role role);
// "founder", ... "member".
MUST_USE const char *modes_role_word(enum member_role role);
// The letters of these kinds, in the order of the table.
void modes_letters(unsigned kinds, struct buf *out);
// The prefixes of the ranks, highest first: "~@+".
void modes_prefixes(struct buf *out);
void modes_user_letters(struct buf *out);
// All modes in words, in lines that end with LF.
void modes_help(struct buf *out);
