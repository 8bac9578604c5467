// SPDX-License-Identifier: MIT
// The queue of passwords to be hashed: who is served next, and who is not served.
//
// The hashers get as many jobs as they have threads; the others wait here. First come those
// of a rank (hash_job.h), within it the oldest; a job whose session went is not hashed, and
// whoever gave up after PATIENT_MS takes up the old place for PLACE_KEPT_MS, once, by the
// same name from the same source. At most logins_waiting wait; strangers have three quarters
// of that. Where there is no room, the newest of the source with the most gives way to one of
// a lighter one. An administrator and an import are bounded by themselves.
// Owner: the hub, and it owns the jobs until they start; main thread.
#pragma once

#include "server/hub/state/session.h"

// May this job still run, now that it is its turn? `arg` is that of the ticket.
typedef bool may_run_fn(struct hub *h, const void *arg);

// A job that waits. A session has one at most, since its lines wait meanwhile.
struct turn {
	struct list in_queue; // of its rank, or of those refused
	struct list in_untold;
	struct hash_job *job;
	conn_id session; // 0: nobody's
	uint64_t at;     // the order of places
	may_run_fn *may_run;
	const void *arg;
};

void hash_queue_init(struct hub *h);
// The job's now. may_run NULL: it may.
void hash_queue_add(struct hub *h, struct session *s, struct hash_job *job, may_run_fn *may_run,
		    const void *arg);
// The session ends: what it waits for comes back as HASH_BUSY.
void hash_queue_leave(struct session *s);
// Hands out what the hashers have room for.
void hash_queue_run(struct hub *h);
// A hasher is done with the job.
void hash_queue_done(struct hub *h, const struct hash_job *job);
// The next of those that got no turn, the caller's now: HASH_BUSY. NULL: none is left.
MUST_USE struct hash_job *hash_queue_refused(struct hub *h);
// The next of those that came and must wait; it is not given again. NULL: none is left.
MUST_USE const struct turn *hash_queue_untold(struct hub *h);
// How many are served before it, and about how long that takes; 0: that is not known yet.
MUST_USE size_t hash_queue_before(const struct hub *h, const struct turn *t);
MUST_USE int64_t hash_queue_wait_ms(const struct hub *h, size_t n_before);
// All come back as HASH_BUSY, and so do those that are added from now on.
void hash_queue_stop(struct hub *h);
void hash_queue_free(struct hub *h);
