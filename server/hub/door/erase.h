// SPDX-License-Identifier: MIT
// Erase: all that an account wrote and all that says who it was goes, and "erased-N" stands in
// its place, which nobody can ever be again.
//
// At once its sessions end, and with them goes what hangs on it: devices, tokens, memberships,
// markers, metadata, saved messages, what it made. What it wrote goes in steps, so that a
// million messages stop nobody: the store finds some of them, they are journaled as erased,
// those who can see them hear REDACT, and the next step waits as long as that took to deliver.
// Places, numbers and ids stay. Then the log of administrators is gone through in the same
// way; and it is over when index and files hold nothing of it any more. How far it is stands
// in the database: a start goes on. Owner: hub.erasures; main thread.
#pragma once

#include "server/hub/people/account.h"

struct erasure;
// is_clean: it is over, nothing is left in any file of the database. Else traces are, and it
// goes on by itself.
typedef void erased_fn(const struct erasure *e, bool is_clean, void *arg);

struct erasure {
	account_id account;
	enum erase_stage stage;
	int64_t upto;
	char *name;         // what it is called now
	int64_t n_messages; // since the start
	entry_no last;      // entry that it posted
	int64_t traces_ms;  // mono, since when somebody waits for the last traces
	bool is_asked;      // a question of it is out
	erased_fn *on_end;  // NULL: nobody waits
	void *arg;
};

// The account ends. Journals.
struct erasure *erase_account(struct account *a);
// One that was deleted before: what it wrote was left. NULL: it is being erased already.
struct erasure *erase_deleted(struct hub *h, account_id id);
MUST_USE struct erasure *erasure_of(const struct hub *h, account_id id);
// Goes on with it, and tells when it is over, or that this takes long; nobody else waits for
// that.
void erasure_wait(struct hub *h, struct erasure *e, erased_fn *fn, void *arg);
// What is durable, or clean, changed: what is over ends.
void erasures_look(struct hub *h);
// A start: what was begun goes on.
void erasures_start(struct hub *h);
void erasure_load(struct hub *h, const struct entry_erasure *row);
void erasures_free(struct hub *h);
