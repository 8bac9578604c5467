// SPDX-License-Identifier: MIT
#include "common/loop_system.h"

#include "common/die.h"
#include "common/loop.h"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define BATCH 256 // epoll events a call

int many_new(void)
{
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0)
		die(1, "cannot make an epoll descriptor: raise the limit of open files");
	return fd;
}

bool many_set(int many, int fd, void *owner, bool is_in, unsigned events)
{
	struct epoll_event event = {.data.ptr = owner};
	int op = !events ? EPOLL_CTL_DEL : is_in ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (!events && !is_in)
		return true;
	event.events = (events & LOOP_READ ? (uint32_t)EPOLLIN : 0) |
		       (events & LOOP_WRITE ? (uint32_t)EPOLLOUT : 0);
	return epoll_ctl(many, op, fd, &event) == 0 || op != EPOLL_CTL_ADD;
}

int many_take(int many, struct many_ready *ready, int max)
{
	struct epoll_event got[BATCH];
	int count = epoll_wait(many, got, max < BATCH ? max : BATCH, 0);

	for (int i = 0; i < count; i++)
		ready[i] = (struct many_ready){
			.owner = got[i].data.ptr,
			.events = (got[i].events & EPOLLIN ? LOOP_READ : 0U) |
				  (got[i].events & EPOLLOUT ? LOOP_WRITE : 0U),
			.has_ended = got[i].events & (EPOLLERR | EPOLLHUP),
		};
	return count;
}

int signals_want(int old, const sigset_t *wanted)
{
	int fd = signalfd(old, wanted, SFD_NONBLOCK | SFD_CLOEXEC);

	if (fd < 0)
		die(1, "cannot make a signalfd: raise the limit of open files");
	return fd;
}

int signals_take(int fd, const sigset_t *wanted UNUSED)
{
	struct signalfd_siginfo info;

	if (fd < 0 || read(fd, &info, sizeof(info)) != sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}

int system_poll(struct pollfd *polls, size_t n, int timeout_ms, const sigset_t *wanted UNUSED)
{
	return poll(polls, (nfds_t)n, timeout_ms);
}
