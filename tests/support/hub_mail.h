// SPDX-License-Identifier: MIT
// The letters of a hub that a test carries by hand: those of its next turn, and what it
// asked of the others.
#pragma once

#include "server/hub/hub.h"

struct hub_mail {
	struct inbox *inbox;       // the next turn's; NULL when nobody did anything
	struct letter *letters;    // its others
	struct letter *journals;   // chains (letter.h) of what the hub wants stored
	struct letter *queries;    // ... and asks
	struct letter *files;      // ... and has removed from disk
	struct letter *jobs;       // ... and wants hashed: done at once, unless they are held
	struct letter *pushes;     // ... and carried out
	struct letter *identities; // ... and wants to know who it is
	bool jobs_are_held;
	struct admin_answer *answer;
	int64_t free_bytes, size_bytes; // of the disk; size 0: 1 GiB are free of unknown many
	bool has_traces;                // of what was removed, in the files
	// What the log was told of logins: EVENT SOURCE ACCOUNT WAY [WHY] DEVICE.
	struct buf signins;
	conn_id unread; // a connection that takes nothing: OUTBOX_TELL is not answered; 0: none
};

// What a test does with what left the hub; the letters stay whose they were.
struct hub_mail_way {
	void (*deliver)(void *arg, const struct outbox *out);
	void (*hash)(struct hash_job *job); // fills in the result
	void *arg;
};

// Made when there is none.
struct inbox *hub_mail_inbox(struct hub_mail *m);
// A line as a shard would report it: parsed, refused, or nothing when it is blank.
void hub_mail_line(struct hub_mail *m, conn_id conn, struct span line);
// "All up to here is durable and applied, and this is how the disk is."
void hub_mail_durable(struct hub_mail *m, entry_no upto, entry_no applied,
		      enum disk_state disk);
// True when a letter waits for the next turn.
MUST_USE bool hub_mail_waits(const struct hub_mail *m);
// Does the first of the jobs that are held.
void hub_mail_hash(struct hub_mail *m, const struct hub_mail_way *way);
// A turn with what waits. Afterwards answers to OUTBOX_TELL and hashes wait for the next
// one, journals and queries for the test.
void hub_mail_turn(struct hub_mail *m, struct hub *h, struct hub_time now,
		   const struct hub_mail_way *way);
// Frees all that waits.
void hub_mail_clear(struct hub_mail *m);
