// SPDX-License-Identifier: MIT
#include "server/outside.h"

#include "common/die.h"
#include "common/span.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_MAX 4096 // inside: of a longer one the end is kept

// Ours, but for what `more` names anew; the array is the caller's.
static char **environment(const char *const *more)
{
	size_t n = 0, n_more = 0, kept = 0;
	char **all;

	while (environ[n])
		n++;
	while (more[n_more])
		n_more++;
	all = xcalloc(n + n_more + 1, sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		bool is_named = false;

		for (size_t k = 0; k < n_more; k++) {
			size_t len = (size_t)(strchr(more[k], '=') - more[k]) + 1;

			is_named = is_named || strncmp(environ[i], more[k], len) == 0;
		}
		if (!is_named)
			all[kept++] = environ[i];
	}
	memcpy(all + kept, more, n_more * sizeof(*all));
	return all;
}

static void keep_last_line(struct buf *said, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		bool is_begun = said->len && said->at[said->len - 1] == '\n';

		if (is_begun && bytes.at[i] != '\n')
			buf_reset(said);
		if (said->len > LINE_MAX)
			buf_drop(said, LINE_MAX / 2);
		if (!is_begun || bytes.at[i] != '\n')
			buf_add_char(said, bytes.at[i]);
	}
}

static void pass_on(int from, struct buf *said)
{
	char bytes[4096];
	ssize_t got;

	while ((got = read(from, bytes, sizeof(bytes))) > 0 || (got < 0 && errno == EINTR)) {
		if (got < 0)
			continue;
		if (write(STDERR_FILENO, bytes, (size_t)got) < 0)
			break; // nobody reads what we say: it goes on all the same
		keep_last_line(said, span_from(bytes, (size_t)got));
	}
}

// Gives 0, or why not.
static int start(const char *const *words, char **all, int says, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int why;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, says, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, says, STDERR_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	why = posix_spawnp(pid, words[0], &actions, NULL, (char *const *)(uintptr_t)words, all);
	posix_spawn_file_actions_destroy(&actions);
	return why;
}

static int code_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return OUTSIDE_NONE;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int outside_run(const char *const *words, const char *const *more, struct buf *said)
{
	char **all = environment(more);
	int ends[2], why;
	pid_t pid;

	buf_reset(said);
	if (pipe2(ends, O_CLOEXEC) < 0)
		die(1, "cannot make a pipe: %s", strerrordesc_np(errno));
	why = start(words, all, ends[1], &pid);
	close(ends[1]);
	free(all);
	if (!why)
		pass_on(ends[0], said);
	else
		buf_printf(said, "%s cannot be run: %s", words[0], strerrordesc_np(why));
	close(ends[0]);
	return why ? OUTSIDE_NONE : code_of(pid);
}
