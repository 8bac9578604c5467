// SPDX-License-Identifier: MIT
// 1. A child is known by a descriptor: a number that somebody else has by now is never sent
//    a signal.
// 2. A program gets its end as standard input, /dev/null as output, nothing of snugd's
//    environment, and no other descriptor.
#include "server/beside/starter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_LEN 4096
// For the C library, where a program looks names up: a server that does not answer is not
// waited for longer than an errand is.
#define RESOLVING ((char[]){"RES_OPTIONS=timeout:3 attempts:2"})

enum verb { VERB_START = 1, VERB_END, VERB_STARTED, VERB_FAILED };

// Either way.
struct starter_letter {
	uint8_t program, verb;
};

struct starter {
	int fd;
	const struct starter_order *order;
	char paths[PROGRAMS][PATH_LEN];
	int children[PROGRAMS]; // descriptors of processes, -1: none
};

const char *program_name(enum program p)
{
	static const char *const names[PROGRAMS] = {"snug-errand"};

	return names[p];
}

// In snugd.

static void ask(int fd, enum program p, enum verb verb)
{
	struct starter_letter l = {.program = (uint8_t)p, .verb = (uint8_t)verb};

	// Where this fails the starter is gone, and the next starter_hear() says so.
	(void)!send(fd, &l, sizeof(l), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void starter_start(int fd, enum program p)
{
	ask(fd, p, VERB_START);
}

void starter_end(int fd, enum program p)
{
	ask(fd, p, VERB_END);
}

// The descriptor that came with a message, or -1.
static int descriptor_in(struct msghdr *message)
{
	const struct cmsghdr *head = CMSG_FIRSTHDR(message);
	int fd = -1;

	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

enum starter_said starter_hear(int fd, enum program *p, int *end)
{
	struct starter_letter l = {0};
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(int))];
	struct iovec part = {.iov_base = &l, .iov_len = sizeof(l)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = space,
				 .msg_controllen = sizeof(space)};
	ssize_t len = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return STARTER_NOTHING;
	if (len != sizeof(l) || l.program >= PROGRAMS)
		return STARTER_GONE;
	*p = (enum program)l.program;
	*end = descriptor_in(&message);
	return l.verb == VERB_STARTED && *end >= 0 ? STARTER_STARTED : STARTER_FAILED;
}

// In the starter.

static void end_child(struct starter *s, enum program p)
{
	siginfo_t info;

	if (s->children[p] < 0)
		return;
	(void)!pidfd_send_signal(s->children[p], SIGKILL, NULL, 0);
	while (waitid(P_PIDFD, (id_t)s->children[p], &info, WEXITED) < 0 && errno == EINTR)
		;
	close(s->children[p]);
	s->children[p] = -1;
}

_Noreturn static void become(const struct starter *s, enum program p, pid_t parent, int end)
{
	const char *words[1 + STARTER_WORDS + 1] = {program_name(p)};
	const char *const *more = p == PROGRAM_ERRAND ? s->order->errand_words : NULL;
	char *const environment[] = {RESOLVING, NULL};

	for (size_t i = 0; more && more[i] && i < STARTER_WORDS; i++)
		words[i + 1] = more[i];
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent && dup2(end, STDIN_FILENO) == STDIN_FILENO &&
	    close_range(STDERR_FILENO + 1, ~0U, 0) == 0)
		execve(s->paths[p], (char *const *)(uintptr_t)words, environment);
	_exit(127);
}

static void answer(struct starter *s, enum program p, int end)
{
	struct starter_letter l = {.program = (uint8_t)p,
				   .verb = end < 0 ? VERB_FAILED : VERB_STARTED};
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec part = {.iov_base = &l, .iov_len = sizeof(l)};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (end >= 0) {
		message.msg_control = space;
		message.msg_controllen = sizeof(space);
		struct cmsghdr *head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(end));
		memcpy(CMSG_DATA(head), &end, sizeof(end));
	}
	if (sendmsg(s->fd, &message, MSG_NOSIGNAL) < 0)
		end_child(s, p);
}

static void start_child(struct starter *s, enum program p)
{
	pid_t self = getpid();
	int ends[2];

	end_child(s, p);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
		answer(s, p, -1);
		return;
	}
	// As fork(), but for the descriptor.
	int about = -1;
	long child = syscall(SYS_clone, STARTER_CLONES, NULL, &about, NULL, 0);
	if (child == 0)
		become(s, p, self, ends[1]);
	close(ends[1]);
	if (child > 0)
		s->children[p] = about;
	answer(s, p, child > 0 ? ends[0] : -1);
	close(ends[0]);
}

_Noreturn static void serve(struct starter *s)
{
	struct starter_letter l;

	while (recv(s->fd, &l, sizeof(l), 0) == sizeof(l) && l.program < PROGRAMS) {
		if (l.verb == VERB_START)
			start_child(s, (enum program)l.program);
		else
			end_child(s, (enum program)l.program);
	}
	for (enum program p = 0; p < PROGRAMS; p++)
		end_child(s, p);
	_exit(0);
}

// The signals that stop snugd are not for these: they end when it does.
static void ignore_signals(void)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t none;

	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaction(signals[i], &ignore, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

// Lets go of all that was snugd's.
static bool let_go(int fd)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (nowhere < 0)
		return false;
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
		if (dup2(nowhere, i) != i)
			return false;
	}
	return (fd == STARTER_SOCKET ||
		dup3(fd, STARTER_SOCKET, O_CLOEXEC) == STARTER_SOCKET) &&
	       close_range(STARTER_SOCKET + 1, ~0U, 0) == 0;
}

_Noreturn static void begin(const struct starter_order *order, pid_t parent, int fd)
{
	struct starter s = {.fd = STARTER_SOCKET, .order = order};
	const char *ca_file = order->errand_words ? order->errand_words[0] : NULL;
	const char *programs[PROGRAMS];

	for (enum program p = 0; p < PROGRAMS; p++) {
		snprintf(s.paths[p], sizeof(s.paths[p]), "%s/%s", order->folder,
			 program_name(p));
		programs[p] = s.paths[p];
		s.children[p] = -1;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	ignore_signals();
	(void)!setpriority(PRIO_PROCESS, 0, order->priority);
	// What of the walls the kernel lacks is told of the programs, which ask for as much.
	if (getppid() == parent && let_go(fd) && order->drop_rights()) {
		(void)!starter_shut(programs, ca_file);
		serve(&s);
	}
	_exit(1);
}

int starter_fork(const struct starter_order *order)
{
	pid_t self = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	pid_t child = fork();
	if (child == 0)
		begin(order, self, ends[1]);
	close(ends[1]);
	if (child > 0)
		return ends[0];
	close(ends[0]);
	return -1;
}
