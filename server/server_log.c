// SPDX-License-Identifier: MIT
// The log of a running server: a file in the place of stderr, its form and its level.
//
// Whoever writes a line writes to stderr: the file takes its place there, so that a handler
// of a signal, too, writes to it without asking anybody. Words about a start that fails go
// where it was started from: the file takes the place when all is up.
#include "server/server_private.h"

#include "common/clock.h"
#include "common/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// Never one that could make a writer wait.
static int open_file(const char *path, const char **why)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		      0640);
	struct stat about;

	if (fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode))
		return fd;
	*why = fd >= 0 ? "it is no file" : strerrordesc_np(errno);
	if (fd >= 0)
		close(fd);
	return -1;
}

bool server_open_log(struct server *s, struct buf *error)
{
	const char *why = NULL;
	char *path;

	if (!s->config.log_file)
		return true;
	path = path_beside_config(s->paths, s->config.log_file);
	s->log = open_file(path, &why);
	if (s->log < 0)
		buf_printf(
			error,
			"cannot write the log to %s: %s; [log] file is to be in a folder where "
			"the server's user may write",
			path, why);
	free(path);
	return s->log >= 0;
}

void server_use_log(struct server *s)
{
	if (s->log < 0)
		return;
	(void)!dup3(s->log, STDERR_FILENO, 0);
	close(s->log);
	s->log = -1;
}

// After a rotation the name is of no file, or of a fresh one.
void server_reopen_log(struct server *s)
{
	struct buf error = {0};

	if (server_open_log(s, &error))
		server_use_log(s);
	else
		log_event(LOG_ERROR, "log_not_reopened", "why", buf_str(&error), NULL);
	buf_clear(&error);
}

static void to_configured(struct server *s)
{
	loop_timer_free(s->log_timer);
	s->log_timer = NULL;
	s->log_until_ms = 0;
	log_set_level((enum log_level)s->config.log_level);
}

static void on_time(void *arg)
{
	struct server *s = arg;

	to_configured(s);
	log_event(LOG_INFO, "log_level", "level",
		  log_level_name((enum log_level)s->config.log_level), NULL);
}

void server_set_log(struct server *s)
{
	log_set_form((enum log_form)s->config.log_form);
	if (!s->log_until_ms)
		log_set_level((enum log_level)s->config.log_level);
}

void server_set_log_level(struct server *s, enum log_level level, int64_t ms)
{
	to_configured(s);
	if (!ms)
		return;
	s->log_level = level;
	s->log_until_ms = clock_wall_ms() + ms;
	s->log_timer = loop_timer_new(s->loop, on_time, s);
	loop_timer_set(s->log_timer, ms);
	log_set_level(level);
	log_event(LOG_INFO, "log_level", "level", log_level_name(level), NULL);
}

void server_log_words(const struct server *s, struct buf *out)
{
	const char *configured = log_level_name((enum log_level)s->config.log_level);
	char until[CLOCK_TEXT_LEN + 1];

	if (!s->log_until_ms) {
		buf_add_str(out, configured);
		return;
	}
	clock_text(s->log_until_ms, until);
	buf_printf(out, "%s until %s, then %s", log_level_name(s->log_level), until,
		   configured);
}
