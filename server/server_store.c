// SPDX-License-Identifier: MIT
// What the writer reports of the store, as far as the server itself has to do with it: it is
// away and comes back, it is lost.
#include "common/clock.h"
#include "common/log.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"
#include "server/server_private.h"

#include <unistd.h>

#define LOOK_MS 1000 // inside: for who has waited for a verb long enough

// The store is lost: nobody saw what was not stored, and it must not be touched.
static void end_by_store(struct server *s, const char *event, const char *mend)
{
	log_event(LOG_ERROR, event, "mend", mend, NULL);
	unlink(s->paths->admin_socket);
	_exit(EXIT_DISK);
}

static void end_if_lost(struct server *s, enum disk_state disk)
{
	if (disk == DISK_FAILED)
		end_by_store(s, "disk_failed",
			     "check the disk and the log above, then start again; nothing "
			     "acknowledged is lost");
	if (disk == DISK_FENCED)
		end_by_store(s, "store_fenced",
			     "another server writes to this store now and serves its people: "
			     "started again, this one waits for its turn");
}

// Whoever is at the command line is not kept for as long as it lasts.
static void on_look(void *arg)
{
	struct server *s = arg;
	struct buf words = {0};
	char since[CLOCK_TEXT_LEN + 1];

	clock_text(clock_wall_ms() - (clock_mono_ms() - s->away_since_ms), since);
	buf_printf(
		&words,
		"the server waits for its store, which it cannot reach since %s: it has what "
		"was asked for, and does it when the store is back; then ask again, to see",
		since);
	admin_socket_give_up(s->admin, clock_mono_ms() - ADMIN_AWAY_MS, buf_span(&words));
	buf_clear(&words);
	loop_timer_set(s->away_timer, LOOK_MS);
}

static void note_away(struct server *s, bool is_away)
{
	char after[LOG_NUMBER_LEN];
	int64_t now_ms = clock_mono_ms();

	if (is_away == (s->away_since_ms != 0))
		return;
	if (is_away) {
		log_event(LOG_ERROR, "store_away", "mend",
			  "it is tried again without end: nothing is shown and nothing is "
			  "lost meanwhile",
			  NULL);
		s->away_since_ms = now_ms;
		if (!s->away_timer)
			s->away_timer = loop_timer_new(s->loop, on_look, s);
		loop_timer_set(s->away_timer, LOOK_MS);
		return;
	}
	log_event(LOG_INFO, "store_back", "after_ms",
		  log_number(after, now_ms - s->away_since_ms), NULL);
	s->away_since_ms = 0;
	loop_timer_stop(s->away_timer);
}

static void note(struct server *s, const struct durable *d)
{
	static const char *const names[] = {
		[DISK_FINE] = "fine", [DISK_LOW] = "low",       [DISK_FULL] = "full",
		[DISK_AWAY] = "away", [DISK_FAILED] = "failed", [DISK_FENCED] = "fenced"};

	s->pulse.reports++;
	if (d->disk != s->disk.disk)
		log_event(d->disk == DISK_FINE ? LOG_INFO : LOG_ERROR, "disk", "state",
			  names[d->disk], NULL);
	// Not of one that is tried again, or that only tells of the disk.
	if (d->upto > s->disk.upto && d->commit_us)
		histogram_add(&s->commits, d->commit_us);
	s->disk = *d;
	note_away(s, d->disk == DISK_AWAY);
	end_if_lost(s, d->disk);
}

// The hub gets these letters too; the server only remembers what it reports itself.
void server_note_disk(struct server *s, struct letter *letters)
{
	for (; letters; letters = letters->next) {
		if (letters->kind == LETTER_DURABLE)
			note(s, container_of(letters, struct durable, letter));
	}
}
