// SPDX-License-Identifier: MIT
#include "client/files/painter.h"

#include "client/picture/picture_end.h"
#include "common/buf.h"
#include "common/die.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGS_MAX 16
#define PIECE 65536

struct painter {
	painter_fn *on_end;
	void *arg;
	size_t most;
	int out, process; // its output, and itself: by a descriptor, never by a number
	struct loop_fd *watch_out, *watch_process;
	struct loop_timer *timer;
	struct buf bytes;
};

// What is known of it.

bool painter_knows(struct span s)
{
	return span_starts(s, SPAN("\x89PNG\r\n\x1a\n")) ||
	       span_starts(s, SPAN("\xff\xd8\xff")) || span_starts(s, SPAN("GIF87a")) ||
	       span_starts(s, SPAN("GIF89a")) ||
	       (span_starts(s, SPAN("RIFF")) && span_starts(span_after(s, 8), SPAN("WEBP")));
}

static bool is_program(const char *path)
{
	struct stat st;

	return path[0] == '/' && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       access(path, X_OK) == 0;
}

char *painter_find(const char *name)
{
	const char *path = getenv("PATH");
	struct span rest = span_of(path ? path : "/usr/local/bin:/usr/bin:/bin");

	while (rest.len) {
		struct buf whole = {0};
		buf_add_span(&whole, span_cut(&rest, ':'));
		buf_printf(&whole, "/%s", name);
		if (is_program(buf_str(&whole)))
			return buf_take(&whole);
		buf_clear(&whole);
	}
	return NULL;
}

char *painter_find_beside(const char *name)
{
	char here[4096];
	ssize_t len = readlink("/proc/self/exe", here, sizeof(here) - 1);
	struct buf whole = {0};

	if (len <= 0)
		return NULL;
	while (len > 0 && here[len - 1] != '/')
		len--;
	buf_add(&whole, here, (size_t)len);
	buf_add_str(&whole, name);
	if (is_program(buf_str(&whole)))
		return buf_take(&whole);
	buf_clear(&whole);
	return NULL;
}

// The process.

NORETURN static void become(const struct painter_order *o, pid_t parent, int out)
{
	const char *words[2 + ARGS_MAX + 1] = {o->guard, o->program};
	char *const environment[] = {NULL};
	sigset_t none;
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	for (size_t i = 0; i < ARGS_MAX && o->args[i]; i++)
		words[2 + i] = o->args[i];
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	// Without the terminal, which it would be asked by name.
	if (getppid() == parent && setsid() > 0 && dup2(o->fd, STDIN_FILENO) >= 0 &&
	    dup2(out, STDOUT_FILENO) >= 0 && dup2(nowhere, STDERR_FILENO) >= 0 &&
	    close_range(STDERR_FILENO + 1, ~0U, 0) == 0)
		execve(o->guard, (char *const *)(uintptr_t)words, environment);
	_exit(PICTURE_NO_PROGRAM);
}

// A descriptor of the process, or -1.
static int begin(const struct painter_order *o, int out)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		become(o, parent, out);
	int process = pid > 0 ? pidfd_open(pid, 0) : -1;
	if (pid > 0 && process < 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	return process;
}

// It is no more. How it ended, as waitid() tells; one that may not be ended is not waited for.
static siginfo_t end_process(struct painter *p)
{
	siginfo_t info = {0};
	bool is_sent = pidfd_send_signal(p->process, SIGKILL, NULL, 0) == 0 || errno == ESRCH;
	int how = WEXITED | (is_sent ? 0 : WNOHANG);

	while (waitid(P_PIDFD, (id_t)p->process, &info, how) < 0 && errno == EINTR)
		;
	close(p->process);
	p->process = -1;
	return info;
}

void painter_free(struct painter *p)
{
	if (!p)
		return;
	loop_remove(p->watch_out);
	loop_remove(p->watch_process);
	loop_timer_free(p->timer);
	if (p->process >= 0)
		end_process(p);
	if (p->out >= 0)
		close(p->out);
	buf_clear(&p->bytes);
	free(p);
}

// The end.

static void tell(struct painter *p, const char *why)
{
	loop_timer_stop(p->timer);
	loop_remove(p->watch_out);
	loop_remove(p->watch_process);
	p->watch_out = p->watch_process = NULL;
	if (p->process >= 0)
		end_process(p);
	p->on_end(p->arg, why ? SPAN("") : buf_span(&p->bytes), why);
}

static const char *words_of(siginfo_t how, bool has_bytes)
{
	if (how.si_code == CLD_EXITED && how.si_status == PICTURE_NO_WALLS)
		return "this kernel cannot shut in what draws it";
	if (how.si_code == CLD_EXITED && how.si_status == PICTURE_NO_PROGRAM)
		return "what draws it does not start";
	if (how.si_code == CLD_EXITED && how.si_status)
		return "what draws it cannot read it";
	if (how.si_code != CLD_EXITED)
		return "what draws it crashed, or took too much";
	return has_bytes ? NULL : "what draws it says nothing";
}

// False: there is no more now; at the end of it all nobody has to look any more.
static bool take_piece(struct painter *p)
{
	ssize_t got = read(p->out, buf_space(&p->bytes, PIECE), PIECE);

	if (got > 0)
		p->bytes.len += (size_t)got;
	if (got == 0) {
		loop_remove(p->watch_out);
		p->watch_out = NULL;
	}
	return got > 0 || (got < 0 && errno == EINTR);
}

static bool is_too_much(const struct painter *p)
{
	return p->bytes.len > p->most;
}

static void on_output(void *arg, unsigned events UNUSED)
{
	struct painter *p = arg;

	if (take_piece(p) && is_too_much(p))
		tell(p, "what draws it writes without end");
}

static void on_ended(void *arg, unsigned events UNUSED)
{
	struct painter *p = arg;

	while (!is_too_much(p) && take_piece(p))
		;
	siginfo_t how = end_process(p);
	tell(p, is_too_much(p) ? "what draws it writes without end"
			       : words_of(how, p->bytes.len > 0));
}

static void on_late(void *arg)
{
	tell(arg, "what draws it does not end");
}

struct painter *painter_start(struct loop *l, const struct painter_order *o, painter_fn *on_end,
			      void *arg)
{
	int ends[2], process;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return NULL;
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK); // ours alone: that program may wait
	process = begin(o, ends[1]);
	close(ends[1]);
	if (process < 0) {
		close(ends[0]);
		return NULL;
	}
	struct painter *p = xcalloc(1, sizeof(*p));
	*p = (struct painter){.on_end = on_end,
			      .arg = arg,
			      .most = o->most,
			      .out = ends[0],
			      .process = process};
	p->watch_out = loop_add(l, p->out, LOOP_READ, on_output, p);
	p->watch_process = loop_add(l, p->process, LOOP_READ, on_ended, p);
	p->timer = loop_timer_new(l, on_late, p);
	loop_timer_set(p->timer, o->ms);
	return p;
}
