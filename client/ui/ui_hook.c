// SPDX-License-Identifier: MIT
// The program that is run for an alert: the user's, with who and where in the environment and
// the text on its standard input; or notify-send, where the desktop is this one's. Without a
// shell: nothing that somebody says is ever a command.
#include "client/text/filter.h"
#include "client/ui/ui_private.h"
#include "common/die.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 16
#define TEXT_MAX 4000 // fits in a pipe at once
#define BODY_COLUMNS 200

static void set_variable(const char *name, const char *value)
{
	struct buf clean = {0};
	filter_add_line(&clean, span_of(value));
	setenv(name, buf_str(&clean), 1);
	buf_clear(&clean);
}

static void become(char *const *words, int fd_in)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	int nowhere = open("/dev/null", O_WRONLY);
	dup2(fd_in, STDIN_FILENO);
	dup2(nowhere, STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);
	if (words[0])
		execvp(words[0], words);
	_exit(127);
}

// A child of a child: nobody has to wait for it.
static void start(char *const *words, const struct target *t, const struct log_line *l,
		  int fd_in)
{
	pid_t pid = fork();
	if (pid == 0) {
		if (fork() != 0)
			_exit(0);
		set_variable("SNUG_FROM", l->from ? l->from->name : "");
		set_variable("SNUG_TARGET", t->name);
		become(words, fd_in);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static void start_command(const struct ui *u, const struct target *t, const struct log_line *l,
			  int fd_in)
{
	char *command = xstrdup(u->settings.notify_command), *rest = NULL;
	char *words[WORDS_MAX + 1] = {0};
	size_t n = 0;
	for (char *word = strtok_r(command, " ", &rest); word && n < WORDS_MAX;
	     word = strtok_r(NULL, " ", &rest))
		words[n++] = word;
	start(words, t, l, fd_in);
	free(command);
}

static void run_command(struct ui *u, const struct target *t, const struct log_line *l)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	struct buf text = {0};
	if (u->settings.notify_text)
		filter_add(&text, line_says(l));
	if (text.len > TEXT_MAX)
		text.len = TEXT_MAX;
	buf_add_char(&text, '\n');
	start_command(u, t, l, ends[0]);
	close(ends[0]);
	// A program that reads nothing misses the text, and that is all.
	if (write(ends[1], text.at, text.len) < 0)
		ui_sayf(u, "the notification's program did not start");
	close(ends[1]);
	buf_clear(&text);
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);
	return value && value[0];
}

// Whoever sits here sees this computer's desktop, and the terminal did not say that it
// notifies by itself.
static bool is_desktop_here(const struct ui *u)
{
	return u->settings.notify && u->notify_kind == NOTIFY_777 &&
	       is_set("DBUS_SESSION_BUS_ADDRESS") && !is_set("SSH_CONNECTION");
}

// notify-send undoes backslashes in the body, and the desktop takes it for markup: with both
// written out it is what was said, and nothing else.
static void add_body(struct buf *out, struct span text)
{
	struct buf clean = {0};
	int width;
	filter_add_line(&clean, text);
	struct span cut = width_cut(NULL, buf_span(&clean), BODY_COLUMNS, &width);
	for (size_t i = 0; i < cut.len; i++) {
		switch (cut.at[i]) {
		case '\\':
			buf_add_str(out, "\\\\");
			break;
		case '&':
			buf_add_str(out, "&amp;");
			break;
		case '<':
			buf_add_str(out, "&lt;");
			break;
		case '>':
			buf_add_str(out, "&gt;");
			break;
		default:
			buf_add_char(out, cut.at[i]);
		}
	}
	buf_clear(&clean);
}

// Where there is no notify-send, nothing happens.
static void tell_desktop(const struct ui *u, const struct target *t, const struct log_line *l)
{
	char program[] = "notify-send", application[] = "--app-name=snug", no_options[] = "--";
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (nothing < 0)
		return;
	struct buf title = {0}, body = {0};
	struct buf name = {0};
	ui_add_author(u, &name, l);
	filter_add_line(&title, buf_span(&name));
	buf_clear(&name);
	if (t->kind == TARGET_ROOM) {
		buf_add_str(&title, " in ");
		filter_add_line(&title, span_of(t->name));
	}
	if (u->settings.notify_text)
		add_body(&body, line_says(l));
	buf_add_char(&title, '\0');
	buf_add_char(&body, '\0');
	char *words[] = {
		program, application, no_options, title.at, body.len > 1 ? body.at : NULL,
		NULL};
	start(words, t, l, nothing);
	close(nothing);
	buf_clear(&title);
	buf_clear(&body);
}

void ui_hook(struct ui *u, const struct target *t, const struct log_line *l)
{
	if (u->settings.notify_command && u->settings.notify_command[0])
		run_command(u, t, l);
	else if (is_desktop_here(u))
		tell_desktop(u, t, l);
}
