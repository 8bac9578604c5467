// SPDX-License-Identifier: MIT
// What time it is: the machine's clock, as far as it agrees with the time since the
// machine's start, which nobody can set.
//
// A step of more than WALL_SLACK_MS is held: time goes on as if it had not happened. It is
// taken over once the clock has agreed with itself for WALL_TRIAL_MS, or by hand; what was
// stamped by then is stamped anew (struct hub_step). The time that comes from here never
// leaps but by a step that was taken over. The clocks are read by the caller. Owner:
// whoever has the hub.
#pragma once

#include "common/attr.h"
#include "common/buf.h"
#include "server/hub/hub.h"

#define WALL_SLACK_MS 10000          // inside: a step up to this is the clock being set right
#define WALL_TRIAL_MS (10 * 60000LL) // inside: so long a clock has to agree with itself
#define WALL_LOOK_MS 60000           // inside: so often it is looked at when nobody speaks
#define BOOT_ID_LEN 36

struct wall {
	char boot[BOOT_ID_LEN + 1]; // which start of the machine; "" unknown
	int64_t believed_ms;        // wall minus time since the machine's start
	bool is_held;               // the clock says something else:
	int64_t other_ms;           // ... this difference,
	int64_t held_ms;            // ... first at this time since the machine's start,
	int64_t agrees_ms;          // ... and the same since this one
};

enum wall_news {
	WALL_SAME,
	WALL_HELD,  // the clock stepped
	WALL_BACK,  // it is right again
	WALL_TAKEN, // it is believed: *step is to be told
};

// At the start: what was saved ("" nothing), and when the newest message was stamped. A clock
// that stepped while nobody looked is held from the first moment.
void wall_start(struct wall *w, const char *boot, const struct hub_clock *known,
		int64_t clock_ms, int64_t boot_ms);
// Looks at the clock.
enum wall_news wall_look(struct wall *w, int64_t clock_ms, int64_t boot_ms,
			 struct hub_step *step);
// The clock is right, says the operator. False: it is believed already.
MUST_USE bool wall_accept(struct wall *w, struct hub_step *step);
// The time, after a look at boot_ms.
MUST_USE int64_t wall_time(const struct wall *w, int64_t boot_ms);
// When the clock will be taken over, as it counts itself. Only while it is held.
MUST_USE int64_t wall_taken_at(const struct wall *w);
// For wall_start of the next process, and to tell without one.
void wall_save(const struct wall *w, int64_t boot_ms, struct buf *out);
MUST_USE bool wall_load(struct wall *w, struct span saved, int64_t *last_ms);
// Which start of the machine this is; "" when it does not tell.
void wall_boot_id(char out[static BOOT_ID_LEN + 1]);
