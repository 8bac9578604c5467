// SPDX-License-Identifier: MIT
// What hub.c calls of the other parts once a turn, and nobody else does.
//
// Owner: hub.c; main thread.
#pragma once

#include "server/hub/state/session.h"
#include "server/hub/state/state.h"

// post.c: an answer came; it finds its ticket, is passed on and freed.
void post_on_rows(struct hub *h, struct rows *rows);
void post_on_hashed(struct hub *h, struct hash_job *job);
// Lets go what waited for the disk and may leave now.
void post_release(struct hub *h);
void post_free(struct hub *h);

// session.c: one line of s has run; and what the shards are told of it.
void session_credit(struct session *s);
void sessions_give_credit(struct hub *h);
void session_free(struct session *s);
