// SPDX-License-Identifier: MIT
#include "server/hub/rooms/guest.h"
#include "server/hub/commands/need.h"

#include "common/text.h"
#include "server/hub/people/account.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

#define HOUR_MS (3600 * INT64_C(1000))

bool need_text(struct session *s, const char *command, struct span text, size_t max)
{
	struct buf why = {0};
	uint32_t found;

	if (text.len > max) {
		fail(s, command, "TEXT_TOO_LONG", (struct span){0},
		     "The text is too long: nothing was done (see the limits in 005)");
		return false;
	}
	if (text_is_fit(text, TEXT_STYLED, &found))
		return true;
	buf_printf(&why, "U+%04X may not stand in the text: nothing was done", found);
	fail(s, command, "INVALID_TEXT", (struct span){0}, buf_str(&why));
	buf_clear(&why);
	return false;
}

bool need_oper(struct session *s)
{
	if (!s->oper)
		reply(s, ERR_NOPRIVILEGES);
	return s->oper;
}

bool need_target(struct session *s, struct targets *seen, struct span *list,
		 struct span *target)
{
	if (!targets_next(seen, list, target))
		return false;
	if (seen->n <= TARGETS_MAX)
		return true;
	reply1(s, ERR_TOOMANYTARGETS, *target);
	return false;
}

struct account *need_account(struct session *s, struct span name)
{
	struct account *a = account_known(s, name);

	if (a == NULL)
		reply1(s, ERR_NOSUCHNICK, name);
	return a;
}

// So many at once, then one after the other: a bucket as flood.c has it. *full_ms is when it
// is whole again.
static bool is_within(int64_t *full_ms, int64_t now, int64_t per_hour)
{
	int64_t busy = *full_ms > now ? *full_ms - now : 0;

	if (busy + HOUR_MS / per_hour > HOUR_MS)
		return false;
	*full_ms = now + busy + HOUR_MS / per_hour;
	return true;
}

bool need_new_report(struct session *s)
{
	if (is_within(&s->account->reports_ms, s->hub->now.mono_ms, REPORTS_PER_HOUR))
		return true;
	fail(s, "REPORT", "RATE_LIMITED", (struct span){0},
	     "You reported many messages within an hour: nothing was done, wait some minutes");
	return false;
}

bool need_new_room(struct session *s, struct span name)
{
	int64_t most = s->hub->config.rooms_per_hour;
	struct line l;

	if (!most || s->oper ||
	    is_within(&s->account->makes_rooms_ms, s->hub->now.mono_ms, most))
		return true;
	reply_start(&l, s, ERR_TOOMANYCHANNELS);
	line_param(&l, name);
	buf_printf(&l.body,
		   " :You made %lld rooms within an hour: wait, or join one that is there",
		   (long long)most);
	reply_end(&l, s);
	return false;
}
