// SPDX-License-Identifier: MIT
// Posting: journal entries, questions to the store and jobs for the hashers.
//
// Answers come back as letters; the callback is called once, in a later turn.
// Owner: the hub; main thread.
#pragma once

#include "server/hub/journal/hash_queue.h"
#include "server/letters/identity.h"

// Journals the entry (spans are copied) and gives its number, the new head. Lines made
// from now on wait for it.
entry_no post(struct hub *h, const struct entry *e);
// A row of the server's audit log: who, which verb ("user disable"), on what (without secrets),
// and why, where a reason was given.
void post_audit(struct hub *h, struct span actor, struct span verb, struct span detail,
		struct span reason);
// The same for a row of which all but the time is there.
void post_audit_of(struct hub *h, const struct entry_audit *row);
// False, when nothing may be written now (disk low or failing): answer FAIL. For a store that
// is away it waits.
MUST_USE bool can_post(const struct hub *h);
// ... and may what puts things in order, or makes room: also on a disk that is low. So bans,
// redaction, deletion, leaving, a new password, what one has read, retention and the command
// line go on, up to the ballast and with it.
MUST_USE bool can_mend(const struct hub *h);
// The hub is as far ahead of the tables as it may be: what it keeps in memory until a
// question finds it there grows with the distance.
MUST_USE bool post_is_full(const struct hub *h);

// `s` is who asked, or NULL when it is gone (or never was); rows are freed afterwards.
typedef void rows_fn(struct hub *h, struct session *s, struct rows *rows, void *arg);
// Sends a query (made by ask_new) once all that was posted so far is applied. While it is
// out, later lines of `s` (may be NULL) wait. arg is the callback's to free. An engine that is
// away is waited for; ROWS_AWAY comes only when too many of the account's do so.
MUST_USE struct query *ask_new(struct hub *h, enum query_kind kind);
void ask(struct hub *h, struct session *s, struct query *q, rows_fn *fn, void *arg);

// The same, but does not wait for the tables: for a question whose answer cannot depend on
// what is not applied yet.
void ask_at_once(struct hub *h, struct session *s, struct query *q, rows_fn *fn, void *arg);

typedef void hashed_fn(struct hub *h, struct session *s, struct hash_job *job, void *arg);
// The same for a hash job, which waits for its turn; memory and passes are filled in from the
// configuration. `s` that is not in yet has its login clock stopped meanwhile.
void ask_hash(struct hub *h, struct session *s, struct hash_job *job, hashed_fn *fn, void *arg);
// The login clock of s, if it is not in yet, stands, or goes on: who is made to wait by us or
// by somebody else is not cut off for being late.
void post_hold_login(const struct session *s, bool holds);

// ... if it still may when its turn comes: else it is HASH_BUSY.
void ask_hash_if(struct hub *h, struct session *s, struct hash_job *job, may_run_fn *may_run,
		 hashed_fn *fn, void *arg);

typedef void identified_fn(struct hub *h, struct session *s, struct identity_answer *a,
			   void *arg);
// The same for somebody else's word on who it is (made with ticket 0). It may take seconds: the
// login clock of s stands meanwhile. The callback may take the answer's context and buffers;
// the rest is freed behind it. When the server ends, an answer LATER comes in their place, so
// that arg can be freed.
void ask_identity(struct hub *h, struct session *s, struct identity_question *q,
		  identified_fn *fn, void *arg);

// The ticket of who waits for what another one asked; then, in the turn in which that came,
// what it came to.
MUST_USE ticket_id ask_along(struct hub *h, struct session *s, identified_fn *fn, void *arg);
void post_echo(struct hub *h, ticket_id ticket, enum identity_result result,
	       enum identity_why why);

// Gives an answer of the command line away: it is shown once that entry is durable.
void post_answer(struct hub *h, struct admin_answer *answer, entry_no after);

// Its questions that were not asked yet are given up: before s goes.
void questions_forget(struct session *s);

// For the turn alone (hub.c). An answer came: it finds its ticket, is passed on and freed.
// Gives the session that waits for nothing more, NULL: none does.
MUST_USE struct session *post_on_rows(struct hub *h, struct rows *rows);
MUST_USE struct session *post_on_hashed(struct hub *h, struct hash_job *job);
MUST_USE struct session *post_on_identified(struct hub *h, struct identity_answer *answer);
// The next answer of those to questions that were given up in this turn; NULL: none.
MUST_USE struct rows *question_given_up(struct hub *h);
// Lets go what waited for the disk and may leave now.
void post_release(struct hub *h);
void post_free(struct hub *h);
