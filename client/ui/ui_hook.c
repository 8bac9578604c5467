// SPDX-License-Identifier: MIT
// The program that is run for an alert: who and where in the environment, the text on its
// standard input. Without a shell: nothing that somebody says is ever a command.
#include "client/ui/filter.h"
#include "client/ui/ui_private.h"
#include "common/die.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 16
#define TEXT_MAX 4000 // fits in a pipe at once

static void set_variable(const char *name, const char *value)
{
	struct buf clean = {0};
	filter_add_line(&clean, span_of(value));
	setenv(name, buf_str(&clean), 1);
	buf_clear(&clean);
}

static void become_hook(char *command, int fd_in)
{
	char *words[WORDS_MAX + 1] = {0}, *rest = NULL;
	size_t n = 0;
	for (char *word = strtok_r(command, " ", &rest); word && n < WORDS_MAX;
	     word = strtok_r(NULL, " ", &rest))
		words[n++] = word;
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	int nowhere = open("/dev/null", O_WRONLY);
	dup2(fd_in, STDIN_FILENO);
	dup2(nowhere, STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);
	if (n)
		execvp(words[0], words);
	_exit(127);
}

// A child of a child: nobody has to wait for it.
static void start(const struct ui *u, const struct target *t, const struct line *l, int fd_in)
{
	pid_t pid = fork();
	if (pid == 0) {
		if (fork() != 0)
			_exit(0);
		set_variable("SNUG_FROM", l->from ? l->from->name : "");
		set_variable("SNUG_TARGET", t->name);
		become_hook(xstrdup(u->settings.notify_command), fd_in);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

void ui_hook(struct ui *u, const struct target *t, const struct line *l)
{
	int ends[2];
	if (!u->settings.notify_command || !u->settings.notify_command[0] ||
	    pipe2(ends, O_CLOEXEC) < 0)
		return;
	struct buf text = {0};
	if (u->settings.notify_text)
		filter_add(&text, line_text(l));
	if (text.len > TEXT_MAX)
		text.len = TEXT_MAX;
	buf_add_char(&text, '\n');
	start(u, t, l, ends[0]);
	close(ends[0]);
	// A program that reads nothing misses the text, and that is all.
	if (write(ends[1], text.at, text.len) < 0)
		ui_sayf(u, "the notification's program did not start");
	close(ends[1]);
	buf_clear(&text);
}
