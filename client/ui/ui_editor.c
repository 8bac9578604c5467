// SPDX-License-Identifier: MIT
// C-x C-e: the draft in $VISUAL. The loop goes on meanwhile, so that the connection
// lives; the terminal belongs to the editor until it ends.
#include "client/ui/ui_private.h"
#include "common/die.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_EVERY_MS 50

struct editor {
	pid_t pid; // 0: none runs
	char file[64];
};

static void ignore_keys_of_editor(bool is_ignored)
{
	struct sigaction action = {.sa_handler = is_ignored ? SIG_IGN : SIG_DFL};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGQUIT, &action, NULL);
}

// In the child: nothing of ours but the terminal and the file.
static void become_editor(const struct ui *u)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	ignore_keys_of_editor(false);
	dup2(u->term.fd_in, STDIN_FILENO);
	dup2(u->term.fd_out, STDOUT_FILENO);
	execl("/bin/sh", "sh", "-c", "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"", "sh",
	      u->editor->file, (char *)NULL);
	_exit(127);
}

static bool write_draft(struct ui *u)
{
	struct span text = edit_text(&u->edit);
	int fd = mkstemp(u->editor->file);
	if (fd < 0)
		return false;
	bool is_done = write(fd, text.at ? text.at : "", text.len) == (ssize_t)text.len;
	return close(fd) == 0 && is_done;
}

static void read_draft(struct ui *u)
{
	struct buf text = {0};
	int fd = open(u->editor->file, O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;
	while (fd >= 0 && text.len <= EDIT_MAX &&
	       (got = read(fd, buf_space(&text, 4096), 4096)) > 0)
		text.len += (size_t)got;
	if (fd >= 0)
		close(fd);
	while (text.len && text.at[text.len - 1] == '\n')
		text.len--;
	edit_set(&u->edit, buf_span(&text));
	buf_clear(&text);
}

static void end_editor(struct ui *u, bool is_good)
{
	ui_draft_changed(u);
	if (is_good)
		read_draft(u);
	else
		ui_sayf(u, "the editor did not end well: the draft is as it was");
	unlink(u->editor->file);
	free(u->editor);
	u->editor = NULL;
	ignore_keys_of_editor(false);
	ui_take_terminal(u);
}

void ui_look_at_editor(void *arg)
{
	struct ui *u = arg;
	int status = 0;
	if (!u->editor || waitpid(u->editor->pid, &status, WNOHANG) == 0) {
		loop_timer_set(u->editor_timer, LOOK_EVERY_MS);
		return;
	}
	end_editor(u, WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void act_prefix(struct ui *u)
{
	u->has_prefix = true;
}

void act_editor(struct ui *u)
{
	if (u->line != &u->edit || u->editor)
		return;
	u->editor = xcalloc(1, sizeof(*u->editor));
	snprintf(u->editor->file, sizeof(u->editor->file), "/tmp/snug-draft-XXXXXX");
	if (!write_draft(u)) {
		free(u->editor);
		u->editor = NULL;
		ui_sayf(u, "cannot write a file for the editor");
		return;
	}
	ui_leave_terminal(u);
	ignore_keys_of_editor(true);
	u->editor->pid = fork();
	if (u->editor->pid == 0)
		become_editor(u);
	if (u->editor->pid < 0)
		end_editor(u, false);
	else
		loop_timer_set(u->editor_timer, LOOK_EVERY_MS);
}
