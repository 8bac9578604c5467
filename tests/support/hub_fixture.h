// SPDX-License-Identifier: MIT
// A whole hub in memory, without socket or thread, on a disk that does what a test says.
//
// The hub stands on a real database in a fresh directory; journals reach it by the
// store's own functions when the fixture lets them. Hash jobs are done at once by a
// stand-in that costs nothing. What speaks to the hub are peers (hub_peer.h).
#pragma once

#include "server/hub/hub.h"
#include "server/letters/push.h"
#include "tests/support/hub_peer.h"

#define FIXTURE_PASSWORD "correct horse battery"
#define FIXTURE_SERVER "chat.test"

struct fixture {
	struct hub *hub;
	struct hub_time now; // both start at fixed values; a line takes 1 ms
	struct hub_config config;
	struct fixture_inside *inside;
};

// "chat.test", network "Test", registration open, no limits on lines and logins, one shard.
MUST_USE struct hub_config fixture_config(void);
// A fresh server with an empty database. config NULL: fixture_config().
MUST_USE struct fixture *fixture_new(const struct hub_config *config);
// Ends it and begins it again as a fresh one: the peers are gone, the time is the first.
void fixture_renew(struct fixture *f, const struct hub_config *config);
void fixture_free(struct fixture *f);

// A test whose *state is a fixture of its own, freed whether it passes or fails.
#define HUB_TEST(fn) HUB_TEST_WITH(fn, fixture_set_up)
// ... made by `set_up`.
#define HUB_TEST_WITH(fn, set_up) cmocka_unit_test_setup_teardown(fn, set_up, fixture_tear_down)
int fixture_set_up(void **state);
int fixture_tear_down(void **state);

// Makes the account (with FIXTURE_PASSWORD) unless there is one, also where another one had the
// name before.
struct account *fixture_account(struct fixture *f, const char *name);
// The same with the role admin.
struct account *fixture_admin_account(struct fixture *f, const char *name);

// A file that the account sent, which no message names; its id is FIXTURE_FILE.
#define FIXTURE_FILE "AAAAAAAAAAAAAAAAAAAAAA"
void fixture_file(struct fixture *f, const char *name);

// The value of $name.
MUST_USE const char *fixture_var(const struct fixture *f, const char *name);

// Turns until nothing is left to do but what the disk holds back.
void fixture_settle(struct fixture *f);
// Time passes, in steps of what the hub wants to be woken for.
void fixture_pass(struct fixture *f, int64_t ms);

// From now on commits wait for fixture_commit / are done at once / are refused.
void fixture_disk_holds(struct fixture *f);
void fixture_disk_works(struct fixture *f); // and stores what waited
void fixture_disk_is(struct fixture *f, enum disk_state state);
// The engine is gone: nothing is stored, questions come back. And: it is here again, and stores
// what waited.
void fixture_store_leaves(struct fixture *f);
void fixture_store_returns(struct fixture *f);
// Only those who answer questions have lost it.
void fixture_readers_leave(struct fixture *f, bool are_away);
// They cannot read.
void fixture_readers_fail(struct fixture *f, bool do_they);
// So much of it is free.
void fixture_disk_space(struct fixture *f, int64_t free_bytes, int64_t size_bytes);
// Whether something of what was removed is still in the files.
void fixture_traces(struct fixture *f, bool has_traces);
// Questions that reached the store so far, and steps of the database that all answers took.
MUST_USE int64_t fixture_asked(const struct fixture *f);
MUST_USE int64_t fixture_steps(const struct fixture *f);
// The disk does all that it put off (expired messages go).
void fixture_tidy(struct fixture *f);
// Stores what waits, tells the hub; the disk keeps holding.
void fixture_commit(struct fixture *f);
// From now on another engine stores (log_engine.h): what is committed is durable, and in the
// tables only after fixture_apply or a restart.
void fixture_tables_lag(struct fixture *f);
void fixture_apply(struct fixture *f);
// The store's answers wait, too, until told otherwise.
void fixture_hold_answers(struct fixture *f, bool hold);

// From now on passwords wait until fixture_hash has hashed the next, or until told otherwise.
void fixture_hold_hashes(struct fixture *f, bool hold);
void fixture_hash(struct fixture *f);
// The same with another result than it has; phc: what the password hashes to at the costs of
// now, where these have risen, or NULL.
void fixture_hash_as(struct fixture *f, enum hash_result result, const char *phc);
// The same in one turn, and no other, after the costs have risen; what the hasher was asked
// goes to *asked, but for the password.
void fixture_hash_in_a_turn(struct fixture *f, struct buf *asked);
// How many were hashed.
MUST_USE int64_t fixture_hashed(const struct fixture *f);

// The push that left the hub first of those that are not answered; NULL: none. Borrowed until
// then. The answer is a status of HTTP, or (0) that nobody was reached; retry_after in seconds.
MUST_USE const struct push *fixture_push(struct fixture *f);
void fixture_pushed(struct fixture *f, unsigned status, int64_t retry_after);
void fixture_pushed_as(struct fixture *f, enum pushed_result result);

// The first question who somebody is that is not answered; NULL: none. Borrowed until then.
// The answer (its ticket is filled in) and what an issuer says unasked are taken.
MUST_USE const struct identity_question *fixture_identity(struct fixture *f);
void fixture_identified(struct fixture *f, struct identity_answer *a);
void fixture_told(struct fixture *f, struct identity_answer *a);
// The second question stands first from now on.
void fixture_swap_identities(struct fixture *f);

// What the log was told of logins (hub_mail.h); the caller may reset it.
MUST_USE struct buf *fixture_signins(struct fixture *f);

// The process stops and starts again; all peers are closed. `crash`: what was not
// stored is gone.
void fixture_restart(struct fixture *f, bool crash);
// Writes a copy of the database to a file that is not there, as `snugd backup` does; and: the
// process crashes, a copy is put in the place of the database, and it starts again.
void fixture_backup(struct fixture *f, const char *copy);
void fixture_restore(struct fixture *f, const char *copy);

// Runs a verb of the command line, words separated by spaces, as "shell"; `secret` is its
// stdin (NULL: none). The answer is the caller's (admin_answer_free).
MUST_USE struct admin_answer *fixture_verb(struct fixture *f, const char *words,
					   const char *secret);
// The same for a request that was made by hand (taken).
MUST_USE struct admin_answer *fixture_request(struct fixture *f, struct admin_request *r);
