// SPDX-License-Identifier: MIT
// clock accept, and what status says of the clock.
#include "common/clock.h"
#include "server/hub/admin/admin.h"

void verb_clock_words(const struct hub *h, struct buf *out)
{
	char says[CLOCK_TEXT_LEN + 1], until[CLOCK_TEXT_LEN + 1];

	if (!h->now.clock_ms) {
		buf_add_str(out, "agrees with the time since the machine's start");
		return;
	}
	clock_text(h->now.clock_ms, says);
	clock_text(h->now.taken_ms, until);
	buf_printf(out,
		   "held: the machine's clock stepped by %lld s and says %s; it is taken over "
		   "at %s by its own count, or by  snugd clock accept",
		   (long long)(h->now.clock_ms - h->now.wall_ms) / 1000, says, until);
}

void verb_clock_accept(struct verb_call *c)
{
	struct hub *h = c->hub;
	struct buf words = {0};

	if (!h->now.clock_ms) {
		verb_says_changed(c, false);
		verb_end(c, ADMIN_DONE, "the clock is believed: nothing waits for a word");
	} else if (verb_may_write(c)) {
		buf_printf(&words, "a step of %lld s",
			   (long long)(h->now.clock_ms - h->now.wall_ms) / 1000);
		h->wish = WISH_CLOCK;
		verb_audit(c, buf_span(&words));
		verb_says_changed(c, true);
		verb_end(c, ADMIN_DONE,
			 "accepted: %s; what was stamped otherwise is stamped anew",
			 buf_str(&words));
	}
	buf_clear(&words);
}
