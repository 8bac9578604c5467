// SPDX-License-Identifier: MIT
// A whole hub in memory, without socket or thread, on a disk that does what a test says.
//
// The hub stands on a real database in a fresh directory; journals reach it by the
// store's own functions when the fixture lets them. Hash jobs are done at once by a
// stand-in that costs nothing. A peer is a client's end of one connection: what it sends
// runs in a turn of its own; what it gets is only what the gate would have let out.
// Failed expectations end the test by cmocka's fail_msg with both texts.
#pragma once

#include "server/hub/hub.h"
#include "tests/support/pattern.h"

#define FIXTURE_PASSWORD "correct horse battery"
#define FIXTURE_SERVER "chat.test"

struct fixture {
	struct hub *hub;
	struct hub_time now; // both start at fixed values; a line takes 1 ms
	struct hub_config config;
	struct fixture_inside *inside;
};

struct peer;

// "chat.test", network "Test", registration open, no limits on lines and logins, one shard.
MUST_USE struct hub_config fixture_config(void);
// A fresh server with an empty database. config NULL: fixture_config().
MUST_USE struct fixture *fixture_new(const struct hub_config *config);
void fixture_free(struct fixture *f);

// Makes the account (with FIXTURE_PASSWORD) unless there is one.
struct account *fixture_account(struct fixture *f, const char *name);
// The same with the role admin.
struct account *fixture_admin_account(struct fixture *f, const char *name);

// Sends "JOIN room" and forgets what all peers got for it.
void peer_join(struct peer *p, const char *room);

// A connection whose handshake is done; nothing was sent yet.
struct peer *fixture_open(struct fixture *f);
// ... with these facts (a client certificate, an address).
struct peer *fixture_open_as(struct fixture *f, const struct inbox_opened *opened);
// Opens, asks for the capabilities (separated by spaces, "" none), logs in by PASS as
// NAME or NAME@DEVICE (the account is made when there is none) and forgets the burst.
struct peer *fixture_login(struct fixture *f, const char *name, const char *caps);
// The same without forgetting the burst.
struct peer *fixture_login_loud(struct fixture *f, const char *name, const char *caps);
// The connection breaks. The peer stays readable until fixture_free.
void peer_close(struct peer *p);

// One line without CR LF, a turn, and whatever follows by itself (answers of the store
// and the hashers, commits) until nothing is left.
PRINTF(2, 3) void peer_send(struct peer *p, const char *format, ...);
// The same for a line that no parser saw: its words may hold any byte.
void peer_send_words(struct peer *p, const struct span *words, size_t n);
// Only puts the line (or a refusal by the framing) into the next turn's letter.
PRINTF(2, 3) void peer_put(struct peer *p, const char *format, ...);
void peer_put_bad(struct peer *p, enum inbox_fault fault);
// Its queue is too long, and short again. What comes meanwhile passes only as catch-up.
void peer_stall(struct peer *p);
// ... by a line that belongs to the newest entry, of which others stand in the queue.
void peer_stall_within(struct peer *p);
void peer_drain(struct peer *p);

// The next line that is let out, without CR LF; NULL if there is none. Borrowed until
// fixture_free.
MUST_USE const char *peer_next(struct peer *p);
// Forgets all that came so far.
void peer_skip(struct peer *p);
void fixture_skip(struct fixture *f); // of all peers
MUST_USE bool peer_is_closed(const struct peer *p);
MUST_USE struct fixture *peer_fixture(const struct peer *p);
MUST_USE conn_id peer_id(const struct peer *p);
MUST_USE struct session *peer_session(const struct peer *p);
// Lines that the hub made for it and the gate still holds.
MUST_USE size_t peer_held(const struct peer *p);

// The next line matches (pattern.h); some line matches, those before it are dropped;
// nothing came. Variables last as long as the fixture.
void expect(struct peer *p, const char *pattern);
void expect_later(struct peer *p, const char *pattern);
void expect_none(struct peer *p);
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
// The disk does all that it put off (expired messages go).
void fixture_tidy(struct fixture *f);
// Stores what waits, tells the hub; the disk keeps holding.
void fixture_commit(struct fixture *f);
// The store's answers wait, too, until told otherwise.
void fixture_hold_answers(struct fixture *f, bool hold);

// The process stops and starts again; all peers are closed. `crash`: what was not
// stored is gone.
void fixture_restart(struct fixture *f, bool crash);

// Runs a verb of the command line, words separated by spaces, as "shell"; `secret` is its
// stdin (NULL: none). The answer is the caller's (admin_answer_free).
MUST_USE struct admin_answer *fixture_verb(struct fixture *f, const char *words,
					   const char *secret);
// The same for a request that was made by hand (taken).
MUST_USE struct admin_answer *fixture_request(struct fixture *f, struct admin_request *r);
