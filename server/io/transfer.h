// SPDX-License-Identifier: MIT
// A file between a connection and the disk: it comes (WEB_TAKES) or leaves (WEB_GIVES).
//
// One letter goes to the files' thread and back for each piece (server/letters/filing.h). While
// it is away nothing is read or written here: so whoever is faster than the disk, or slower
// than we are, holds one piece. A connection has one transfer at a time, and counts as logged
// in meanwhile, since the hub let it in; transfers have a bound of their own.
// Owner: the connection; one shard.
#pragma once

#include "server/io/conn.h"
#include "server/letters/filing.h"

// What the hub said to a question, WEB_TAKES or WEB_GIVES.
void transfer_begin(struct conn *c, const struct web_answer *answer);
// An upload that was let in has nobody who sends it: the hub is told.
void transfer_is_gone(struct conn_env *env, conn_id conn, const struct file_id *file);
// The letter is back; whoever it was of may be gone.
void transfer_filed(struct conn_env *env, struct filing *filing);
// Whether bytes of a file are waited for from the peer, and taking them.
MUST_USE bool transfer_reads(const struct conn *c);
void transfer_read(struct conn *c);
// All that was given to the transport has left. True: that was the end of it.
MUST_USE bool transfer_flushed(struct conn *c);
// The hub said what became of an upload that is on disk: kept, or not.
void transfer_stored(struct conn *c, bool is_kept);
// It did not move on for env->transfer_ms.
void transfer_late(struct conn *c);
// Ends it where it is; what came of an upload is removed.
void transfer_end(struct conn *c);
