// SPDX-License-Identifier: MIT
// 1. believed_ms changes by no more than WALL_SLACK_MS at once, unless *step tells of it.
// 2. While the clock is held, all is stamped by the believed difference, so that a step that
//    is taken over moves all of it by the same amount: no two messages change their order or
//    their distance.
#include "server/wall.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void wall_boot_id(char out[static BOOT_ID_LEN + 1])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, out, BOOT_ID_LEN);

	if (fd >= 0)
		close(fd);
	out[n == BOOT_ID_LEN ? n : 0] = '\0';
}

static bool is_near(int64_t a, int64_t b)
{
	return llabs(a - b) <= WALL_SLACK_MS;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t wall_time(const struct wall *w, int64_t boot_ms)
{
	return boot_ms + w->believed_ms;
}

int64_t wall_taken_at(const struct wall *w)
{
	return w->agrees_ms + WALL_TRIAL_MS + w->other_ms;
}

bool wall_accept(struct wall *w, struct hub_step *step)
{
	if (!w->is_held)
		return false;
	// What stands beyond the moment of the step, as either of the two counts, was stamped
	// by the one that proved false.
	step->over_ms = w->held_ms + least(w->believed_ms, w->other_ms);
	step->shift_ms = w->other_ms - w->believed_ms;
	w->believed_ms = w->other_ms;
	w->is_held = false;
	return true;
}

static enum wall_news hold(struct wall *w, int64_t differs_ms, int64_t boot_ms,
			   struct hub_step *step)
{
	bool is_news = !w->is_held;

	if (is_news)
		w->held_ms = boot_ms;
	if (is_news || !is_near(differs_ms, w->other_ms))
		w->agrees_ms = boot_ms;
	w->is_held = true;
	w->other_ms = differs_ms;
	if (boot_ms - w->agrees_ms >= WALL_TRIAL_MS)
		return wall_accept(w, step) ? WALL_TAKEN : WALL_SAME;
	return is_news ? WALL_HELD : WALL_SAME;
}

enum wall_news wall_look(struct wall *w, int64_t clock_ms, int64_t boot_ms,
			 struct hub_step *step)
{
	int64_t differs_ms = clock_ms - boot_ms;
	enum wall_news news = w->is_held ? WALL_BACK : WALL_SAME;

	if (!is_near(differs_ms, w->believed_ms))
		return hold(w, differs_ms, boot_ms, step);
	w->is_held = false;
	w->believed_ms = differs_ms;
	return news;
}

// Numbers behind the machine's start, in this order.
enum {
	SAVED_BELIEVED,
	SAVED_LAST,
	SAVED_IS_HELD,
	SAVED_OTHER,
	SAVED_HELD,
	SAVED_AGREES,
	SAVED
};

void wall_save(const struct wall *w, int64_t boot_ms, struct buf *out)
{
	const int64_t numbers[SAVED] = {
		[SAVED_BELIEVED] = w->believed_ms, [SAVED_LAST] = wall_time(w, boot_ms),
		[SAVED_IS_HELD] = w->is_held,      [SAVED_OTHER] = w->other_ms,
		[SAVED_HELD] = w->held_ms,         [SAVED_AGREES] = w->agrees_ms};

	buf_add_str(out, w->boot);
	for (size_t i = 0; i < SAVED; i++) {
		buf_add_char(out, ' ');
		buf_add_i64(out, numbers[i]);
	}
}

static bool take_number(struct span *rest, int64_t *number)
{
	struct span word = span_cut(rest, ' ');
	bool is_negative = word.len && word.at[0] == '-';
	uint64_t n;

	if (!span_to_u64(is_negative ? span_after(word, 1) : word, &n) || n > INT64_MAX / 4)
		return false;
	*number = is_negative ? -(int64_t)n : (int64_t)n;
	return true;
}

bool wall_load(struct wall *w, struct span saved, int64_t *last_ms)
{
	struct span boot = span_cut(&saved, ' ');
	int64_t numbers[SAVED];

	*w = (struct wall){0};
	if (boot.len >= sizeof(w->boot))
		return false;
	for (size_t i = 0; i < SAVED; i++) {
		if (!take_number(&saved, &numbers[i]))
			return false;
	}
	if (boot.len)
		memcpy(w->boot, boot.at, boot.len);
	w->believed_ms = numbers[SAVED_BELIEVED];
	w->is_held = numbers[SAVED_IS_HELD] != 0;
	w->other_ms = numbers[SAVED_OTHER];
	w->held_ms = numbers[SAVED_HELD];
	w->agrees_ms = numbers[SAVED_AGREES];
	*last_ms = numbers[SAVED_LAST];
	return true;
}

void wall_start(struct wall *w, const char *boot, const struct hub_clock *known,
		int64_t clock_ms, int64_t boot_ms)
{
	int64_t last_ms = 0;
	bool is_known = wall_load(w, known->saved, &last_ms);
	struct hub_step step;

	if (!is_known || !boot[0] || strcmp(w->boot, boot) != 0) {
		// Since another start of the machine nothing is known but that time passed.
		*w = (struct wall){.believed_ms = clock_ms - boot_ms};
	} else {
		last_ms = 0;
	}
	if (known->newest_ms > last_ms)
		last_ms = known->newest_ms;
	// Nothing is said before what was said.
	if (last_ms > wall_time(w, boot_ms) + WALL_SLACK_MS)
		w->believed_ms = last_ms - boot_ms;
	memcpy(w->boot, boot, strnlen(boot, BOOT_ID_LEN));
	(void)wall_look(w, clock_ms, boot_ms, &step);
}
