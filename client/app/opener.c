// SPDX-License-Identifier: MIT
#include "client/app/opener.h"

#include "common/die.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 16

static void become(char *const *words)
{
	sigset_t none;
	int nowhere = open("/dev/null", O_RDWR);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(nowhere, STDIN_FILENO);
	dup2(nowhere, STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);
	execvp(words[0], words);
}

// A child of a child, so that nobody has to wait for it; why it did not begin comes through a
// pipe that closes when it does.
static void start(char *const *words, int told)
{
	pid_t pid = fork();

	if (pid > 0)
		_exit(0);
	if (pid == 0) {
		setsid();
		become(words);
	}
	(void)!write(told, "!", 1);
	_exit(127);
}

bool opener_start(const char *command, const char *path)
{
	char *text = xstrdup(command), *rest = NULL, *own = xstrdup(path);
	char *words[WORDS_MAX + 2] = {0}, failed = '\0';
	size_t n = 0;
	int ends[2];
	pid_t pid = -1;

	for (char *word = strtok_r(text, " ", &rest); word && n < WORDS_MAX;
	     word = strtok_r(NULL, " ", &rest))
		words[n++] = word;
	words[n] = own;
	if (n > 0 && pipe2(ends, O_CLOEXEC) == 0) {
		pid = fork();
		if (pid == 0)
			start(words, ends[1]);
		close(ends[1]);
		if (pid > 0)
			waitpid(pid, NULL, 0);
		if (read(ends[0], &failed, 1) > 0)
			pid = -1;
		close(ends[0]);
	}
	free(text);
	free(own);
	return pid > 0;
}
