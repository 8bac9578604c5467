// SPDX-License-Identifier: MIT
// Hush: what an account is not to be disturbed by, the same on all its devices.
//
// Nobody else can tell: what is said comes with its numbers as ever, and faces fold it. A
// person and a conversation are known by their ids, whatever they are called.
// Owner: account.hushes; main thread.
#pragma once

#include "server/hub/people/account.h"

struct hush {
	struct list in_account;
	enum hush_kind kind;
	int64_t about;    // account or stream; 0: everything
	int64_t until_ms; // wall; 0: for ever
	char *text;       // of HUSH_HOURS "22:00-07:00", of HUSH_PUSH "all"; "" of the others
};

// Adds it, or replaces the one about the same. Journals. NULL: there are HUSHES_MAX.
struct hush *hush_put(struct account *a, enum hush_kind kind, int64_t about, int64_t until_ms,
		      struct span text);
// NULL: there is none, or its time is over.
MUST_USE struct hush *hush_of(const struct account *a, enum hush_kind kind, int64_t about);
// Journals, frees.
void hush_remove(struct account *a, struct hush *h);
MUST_USE bool hush_is_over(const struct account *a, const struct hush *h);
void hush_load(struct hub *hub, const struct entry_hush *row);
void hushes_free(struct account *a);
