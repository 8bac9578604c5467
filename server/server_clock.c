// SPDX-License-Identifier: MIT
// The machine's clock as the hub gets it (wall.h): looked at each turn, and once a minute when
// there is none, so that a step is seen soon after it happened.
#include "server/server_private.h"

#include "common/clock.h"
#include "common/log.h"
#include "server/hub/hub_load.h"

#include <stdlib.h>

static void look(void *arg)
{
	struct server *s = arg;

	s->hub_is_due = true;
	loop_timer_set(s->clock_timer, WALL_LOOK_MS);
}

// What a start needs to know it again; anything below the slack is not worth a write.
static bool is_saved(const struct server *s)
{
	const struct wall *a = &s->wall, *b = &s->saved_wall;

	return !strcmp(a->boot, b->boot) && a->is_held == b->is_held &&
	       llabs(a->believed_ms - b->believed_ms) < WALL_SLACK_MS / 2 &&
	       (!a->is_held || llabs(a->other_ms - b->other_ms) < WALL_SLACK_MS / 2);
}

void server_save_clock(struct server *s)
{
	struct buf text = {0};

	wall_save(&s->wall, clock_boot_ms(), &text);
	if (hub_save_clock(s->hub, buf_span(&text)))
		s->saved_wall = s->wall;
	buf_clear(&text);
}

static void log_step(const struct server *s, const char *event, int64_t step_ms,
		     const char *mend)
{
	char by[LOG_NUMBER_LEN], time[CLOCK_TEXT_LEN + 1];

	clock_text(wall_time(&s->wall, clock_boot_ms()), time);
	log_event(LOG_WARN, event, "step_s", log_number(by, step_ms / 1000), "time", time,
		  "mend", mend, NULL);
}

static void note(struct server *s, enum wall_news news, const struct hub_step *step)
{
	switch (news) {
	case WALL_SAME:
		return;
	case WALL_HELD:
		log_step(s, "clock_stepped", s->wall.other_ms - s->wall.believed_ms,
			 "set the clock right; else it is taken over in 10 minutes, or by "
			 "snugd clock accept");
		return;
	case WALL_BACK:
		log_step(s, "clock_is_back", 0, "none is needed");
		return;
	case WALL_TAKEN:
		log_step(s, "clock_taken_over", step->shift_ms,
			 "none is needed: what was stamped otherwise is stamped anew");
		hub_clock_stepped(s->hub, step);
		return;
	}
}

static struct hub_time time_at(const struct server *s, int64_t boot_ms, int64_t clock_ms)
{
	struct hub_time now = {.mono_ms = clock_mono_ms(),
			       .wall_ms = wall_time(&s->wall, boot_ms)};

	if (s->wall.is_held) {
		now.clock_ms = clock_ms;
		now.taken_ms = wall_taken_at(&s->wall);
	}
	return now;
}

struct hub_time server_time(struct server *s)
{
	int64_t boot_ms = clock_boot_ms(), clock_ms = clock_wall_ms();
	struct hub_step step;

	note(s, wall_look(&s->wall, clock_ms, boot_ms, &step), &step);
	if (!is_saved(s))
		server_save_clock(s);
	return time_at(s, boot_ms, clock_ms);
}

void server_accept_clock(struct server *s)
{
	struct hub_step step;

	if (wall_accept(&s->wall, &step))
		note(s, WALL_TAKEN, &step);
}

struct hub_time server_clock_start(struct server *s)
{
	int64_t boot_ms = clock_boot_ms(), clock_ms = clock_wall_ms();
	struct hub_clock known = hub_clock(s->hub);

	wall_start(&s->wall, s->boot, &known, clock_ms, boot_ms);
	if (s->wall.is_held)
		note(s, WALL_HELD, NULL);
	s->clock_timer = loop_timer_new(s->loop, look, s);
	loop_timer_set(s->clock_timer, WALL_LOOK_MS);
	return time_at(s, boot_ms, clock_ms);
}
