// SPDX-License-Identifier: MIT
// The witness: which history this is and how far it went, in a file outside every backup.
//
// 1. It is written behind what is durable, so it is never ahead of the database that it stands
//    beside: if it is, that is an older copy, put back by other means than `snugd backup`.
//    Its numbers are about to be given a second time, so it becomes a history of its own.
// 2. One line of fixed length, written over in place: its descriptor is opened before the
//    sandbox, and a line that was torn names no history and says nothing.
#include "server/server_private.h"

#include "common/encode.h"
#include "common/log.h"
#include "server/hub/hub_load.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HIGH_LEN (2 * HISTORY_ID_LEN + 1 + 20 + 1)

static void line_of(const struct hub_high *high, char out[static HIGH_LEN + 1])
{
	struct buf id = {0};

	encode_hex(&id, high->history, sizeof(high->history));
	snprintf(out, HIGH_LEN + 1, "%s %020" PRIu64 "\n", buf_str(&id), high->last);
	buf_clear(&id);
}

// Of the same history, and of more of it.
static bool is_ahead(int fd, const struct hub_high *high)
{
	char found[HIGH_LEN + 1] = "", ours[HIGH_LEN + 1];

	if (pread(fd, found, HIGH_LEN, 0) != HIGH_LEN)
		return false;
	line_of(high, ours);
	return memcmp(found, ours, 2 * HISTORY_ID_LEN + 1) == 0 &&
	       memcmp(found, ours, HIGH_LEN) > 0;
}

void server_open_high(struct server *s)
{
	char *path = path_in(s->paths->state, "high");

	s->high = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(path);
}

void server_check_high(struct server *s)
{
	struct hub_high high;

	hub_high(s->hub, &high);
	if (s->high < 0 || !is_ahead(s->high, &high))
		return;
	hub_renew_history(s->hub);
	log_event(LOG_WARN, "history_changed", "why",
		  "the database is older than what was served here: an older copy was put back",
		  "mend", "none is needed: it has a history id of its own now", NULL);
}

void server_note_high(struct server *s)
{
	char line[HIGH_LEN + 1];
	struct hub_high high;

	hub_high(s->hub, &high);
	if (s->high < 0 || !high.is_durable || high.last == s->noted_high)
		return;
	line_of(&high, line);
	if (pwrite(s->high, line, HIGH_LEN, 0) == HIGH_LEN)
		s->noted_high = high.last;
}
