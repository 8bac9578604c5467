// SPDX-License-Identifier: MIT
// A peer: a client's end of one connection to the hub of a fixture.
//
// What it sends runs in a turn of its own; what it gets is only what the gate would have
// let out. Failed expectations end the test by cmocka's fail_msg with both texts.
// Owner: the fixture.
#pragma once

#include "server/hub/hub.h"
#include "tests/support/pattern.h"

struct fixture;
struct peer;

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
// A line that was refused, of which `head` (tags and command) can be told.
void peer_put_bad(struct peer *p, enum inbox_fault fault, const char *head);
// Its queue is too long, and short again. What comes meanwhile passes only as catch-up.
void peer_stall(struct peer *p);
// ... by a line that belongs to the newest entry, of which others stand in the queue.
void peer_stall_within(struct peer *p);
void peer_drain(struct peer *p);

// From now on it takes nothing of what waits for it, or (when it is the one that did not) all.
void peer_reads(struct peer *p, bool reads);
// Bytes that were made for it so far.
MUST_USE size_t peer_bytes(const struct peer *p);

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
// Its time to log in stands.
MUST_USE bool peer_is_held(const struct peer *p);
// Lines that the hub made for it and the gate still holds.
MUST_USE size_t peer_held(const struct peer *p);

// The next line matches (pattern.h); some line matches, those before it are dropped;
// nothing came. Variables last as long as the fixture.
void expect(struct peer *p, const char *pattern);
void expect_later(struct peer *p, const char *pattern);
void expect_none(struct peer *p);
