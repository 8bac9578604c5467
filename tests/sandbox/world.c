// SPDX-License-Identifier: MIT
#include "tests/sandbox/acts.h"

#include "common/die.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int need(int result, const char *what)
{
	if (result < 0)
		die(2, "the test cannot be set up: %s: %s", what, strerrordesc_np(errno));
	return result;
}

static void make_other(struct world *w)
{
	w->other = need(fork(), "fork");
	if (w->other == 0) {
		struct sigaction ignore = {.sa_handler = SIG_IGN};

		sigaction(SIGUSR1, &ignore, NULL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
		for (;;)
			pause();
	}
	w->pidfd = need((int)syscall(SYS_pidfd_open, w->other, 0), "pidfd_open");
}

static void make_names(struct world *w)
{
	// What is mounted here is seen by nobody else, where that can be.
	if (unshare(CLONE_NEWNS) == 0)
		(void)mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	snprintf(w->folder_name, sizeof(w->folder_name), "/tmp/snug-acts-XXXXXX");
	if (!mkdtemp(w->folder_name))
		need(-1, "mkdtemp");
	snprintf(w->state, sizeof(w->state), "%s/state", w->folder_name);
	need(mkdir(w->state, 0700), "mkdir");
	snprintf(w->outside, sizeof(w->outside), "%s/outside", w->folder_name);
	snprintf(w->fresh, sizeof(w->fresh), "%s/fresh", w->folder_name);
	snprintf(w->files, sizeof(w->files), "%s/files", w->state);
	need(mkdir(w->files, 0700), "mkdir");
	snprintf(w->name_inside, sizeof(w->name_inside), "%s/inside", w->state);
	snprintf(w->fresh_inside, sizeof(w->fresh_inside), "%s/fresh", w->state);
	snprintf(w->shm, sizeof(w->shm), "/snug-acts-%d", (int)getpid());
	need(gethostname(w->host, sizeof(w->host)), "gethostname");
}

static void make_sockets(struct world *w)
{
	socklen_t len = sizeof(w->listening_address);
	int pair[2], waiting;

	w->any_address = (struct sockaddr_in){.sin_family = AF_INET,
					      .sin_addr = {htonl(INADDR_LOOPBACK)}};
	w->listening_address = w->any_address;
	w->anywhere = (struct sockaddr *)(void *)&w->any_address;
	w->listening_at = (struct sockaddr *)(void *)&w->listening_address;
	w->listening = need(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
	need(bind(w->listening, w->anywhere, len), "bind");
	need(listen(w->listening, 8), "listen");
	need(getsockname(w->listening, w->listening_at, &len), "getsockname");
	waiting = need(socket(AF_INET, SOCK_STREAM, 0), "socket");
	need(connect(waiting, w->listening_at, len), "connect");
	w->stream = need(socket(AF_INET, SOCK_STREAM, 0), "socket");
	w->bound = need(socket(AF_INET, SOCK_STREAM, 0), "socket");
	need(bind(w->bound, w->anywhere, len), "bind");
	w->datagram = need(socket(AF_INET, SOCK_DGRAM, 0), "socket");
	need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
	need((int)write(pair[1], "x", 1), "write");
	w->filled = pair[0];
}

static void make_values(struct world *w)
{
	w->bytes = (struct iovec){w->room, 16};
	w->received = (struct msghdr){.msg_iov = &w->bytes, .msg_iovlen = 1};
	w->words[0] = w->room + 100;
	w->allow_all = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0x7fff0000);
	w->filter = (struct sock_fprog){1, &w->allow_all};
	w->caps_head.version = _LINUX_CAPABILITY_VERSION_3;
	need((int)syscall(SYS_capget, &w->caps_head, w->caps), "capget");
	w->counted = (struct perf_event_attr){.type = PERF_TYPE_SOFTWARE,
					      .size = sizeof(w->counted),
					      .config = PERF_COUNT_SW_CPU_CLOCK};
	need(sched_getaffinity(0, sizeof(w->processors), &w->processors), "affinity");
	w->shared = need(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0700), "shmget");
	w->page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (w->page == MAP_FAILED)
		need(-1, "mmap");
	w->handle = xcalloc(1, sizeof(*w->handle) + MAX_HANDLE_SZ);
}

void world_make(struct world *w)
{
	*w = (struct world){0};
	make_other(w);
	make_names(w);
	make_sockets(w);
	make_values(w);
	w->folder = need(open(w->folder_name, O_RDONLY | O_DIRECTORY), "open");
	w->program = need(open("/bin/true", O_RDONLY), "open");
	w->terminal = need(open("/dev/ptmx", O_RDWR | O_NOCTTY), "open");
	w->namespace = need(open("/proc/self/ns/uts", O_RDONLY), "open");
	need(pipe2(w->pipe, O_NONBLOCK), "pipe");
	w->inside = -1;
	world_mend(w);
}

static void remove_made(struct world *w)
{
	(void)umount2(w->folder_name, MNT_DETACH);
	(void)remove(w->fresh);
	(void)remove(w->fresh_inside);
	(void)shm_unlink(w->shm);
}

void world_mend(struct world *w)
{
	remove_made(w);
	if (w->inside >= 0)
		close(w->inside);
	w->inside = need(open(w->name_inside, O_RDWR | O_CREAT, 0600), "open");
	close(need(open(w->outside, O_RDWR | O_CREAT, 0600), "open"));
	// Where the file system has handles; where not, the act says so.
	w->handle->handle_bytes = MAX_HANDLE_SZ;
	(void)name_to_handle_at(AT_FDCWD, w->outside, w->handle, &w->mount, 0);
}

void world_end(struct world *w)
{
	remove_made(w);
	unlink(w->outside);
	unlink(w->name_inside);
	rmdir(w->files);
	rmdir(w->state);
	rmdir(w->folder_name);
	(void)shmctl(w->shared, IPC_RMID, NULL);
	kill(w->other, SIGKILL);
	waitpid(w->other, NULL, 0);
	free(w->handle);
}
