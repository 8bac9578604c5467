// SPDX-License-Identifier: MIT
#include "client/verbs/credentials.h"
#include "common/snug_link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 32
#define QUESTION_MAX 400

static NORETURN void become(char **words, int out)
{
	dup2(out, STDOUT_FILENO);
	execvp(words[0], words);
	fprintf(stderr, "snug: cannot run %s: %s\n", words[0], strerror(errno));
	_exit(127);
}

static bool split(char *text, char **words)
{
	struct span rest = span_of(text);
	int n = 0;

	while (rest.len && n < WORDS_MAX) {
		struct span word = span_cut(&rest, ' ');
		if (!word.len)
			continue;
		words[n++] = text + (word.at - text);
		text[word.at - text + (ptrdiff_t)word.len] = '\0';
	}
	words[n] = NULL;
	return n > 0;
}

static bool run(char **words, struct secret *s)
{
	int fds[2], status = 0;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return false;
	pid_t pid = fork();
	if (pid == 0)
		become(words, fds[1]);
	close(fds[1]);
	bool is_read = pid > 0 && secret_read(s, fds[0]);
	close(fds[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return is_read;
}

bool credentials_run(const char *command, struct secret *s)
{
	char *text = span_dup(span_of(command)), *words[WORDS_MAX + 1];
	bool is_read = split(text, words) && run(words, s);

	if (!is_read)
		fprintf(stderr, "snug: the password command gave no password: %s\n", command);
	free(text);
	return is_read;
}

static bool get_password(const struct options *o, const struct profile *p, struct secret *s)
{
	char question[QUESTION_MAX];

	if (o->password_fd >= 0)
		return secret_read(s, o->password_fd);
	if (p->password_cmd)
		return credentials_run(p->password_cmd, s);
	snprintf(question, sizeof(question), "Password of %s at %s", p->account, p->host);
	if (prompt_secret(question, s) == PROMPT_OK && s->len)
		return true;
	struct buf address = {0};
	link_address(&address, p->host, p->port);
	fprintf(stderr,
		"snug: this computer has no key at %s and nobody gives a password: run "
		"`snug login %s`\n",
		p->host, buf_str(&address));
	buf_clear(&address);
	return false;
}

bool credentials_get(const struct options *o, const struct profile *p, struct secret *s,
		     struct login_order *out)
{
	*out = (struct login_order){
		.how = LOGIN_DEVICE, .name = p->account, .invite = "", .caps = p->caps};
	if (p->has_device || p->by_ticket)
		return true;
	out->how = p->is_open ? LOGIN_OPEN : LOGIN_PASSWORD;
	out->keeps_secret = true;
	if (p->is_open)
		return true;
	if (!get_password(o, p, s))
		return false;
	out->secret = secret_span(s);
	return true;
}
