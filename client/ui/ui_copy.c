// SPDX-License-Identifier: MIT
// Copying, and what came of it in words: a terminal that is asked to copy (OSC 52) does not say
// whether it did, and what stands between may keep the question. tmux is told by its own
// program, whose end says it.
#include "client/ui/ui_private.h"
#include "common/encode.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define COPY_MAX 65536 // inside: what a pipe takes at once

static NORETURN void become_tmux(int fd_in)
{
	char program[] = "tmux", verb[] = "load-buffer", also[] = "-w", input[] = "-";
	char *const words[] = {program, verb, also, input, NULL};
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	int nowhere = open("/dev/null", O_WRONLY);
	dup2(fd_in, STDIN_FILENO);
	dup2(nowhere, STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);
	execvp(program, words);
	_exit(127);
}

static bool ended_well(pid_t pid)
{
	int status;
	pid_t got;

	do {
		got = waitpid(pid, &status, 0);
	} while (got < 0 && errno == EINTR);
	return got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Its buffer, and by -w the clipboard of the terminal around it. Whoever draws us answers.
static bool give_to_tmux(struct span text)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	pid_t pid = fork();
	if (pid == 0)
		become_tmux(ends[0]);
	close(ends[0]);
	bool is_given = pid > 0 && write(ends[1], text.at, text.len) == (ssize_t)text.len;
	close(ends[1]);
	return pid > 0 && ended_well(pid) && is_given;
}

static void ask_terminal(struct ui *u, struct span text)
{
	struct buf out = {0};

	buf_add_str(&out, "\x1b]52;c;");
	encode_b64(&out, text.at, text.len);
	buf_add_str(&out, "\x1b\\");
	term_put(&u->term, buf_span(&out));
	buf_clear(&out);
	ui_push(u);
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);
	return value && value[0];
}

const char *ui_copy(struct ui *u, struct span text)
{
	if (text.len > COPY_MAX)
		return "not copied: that is longer than 64 KiB";
	if (u->settings.in_tmux)
		return give_to_tmux(text) ? "copied: tmux pastes it, by its prefix and ]"
					  : "not copied: tmux did not take it";
	if (is_set("STY"))
		return "not copied: screen hands nothing on; M-l shows bare text to select";
	if (!u->screen.has_links)
		return "not copied: this terminal has no clipboard";
	ask_terminal(u, text);
	return "copied, if the terminal lets programs copy";
}
