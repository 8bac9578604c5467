// SPDX-License-Identifier: MIT
// What the acts (acts.def) are done with and to.
#pragma once

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

struct world {
	pid_t other; // a process of the same user
	int pidfd;   // of it
	// Names: of a folder with the state directory and a file beside it.
	char folder_name[64], state[80], files[96], outside[80], fresh[80];
	char name_inside[96], fresh_inside[96], shm[32], host[65], of_other[64];
	// Open since before: folder, /bin/true, a terminal, a name space, a file of the state.
	int folder, program, terminal, namespace, inside, pipe[2];
	// And sockets: one that listens with somebody waiting, free ones, one with a descriptor
	// in its mail.
	int listening, stream, datagram, bound, filled, pair[2];
	struct sockaddr_in listening_address, any_address;
	struct sockaddr *listening_at, *anywhere;
	struct msghdr received;
	struct file_handle *handle;
	int mount, shared;
	void *page;
	struct iovec bytes;
	char room[256];
	char *words[2];
	struct sock_filter allow_all;
	struct sock_fprog filter;
	struct __user_cap_header_struct caps_head;
	struct __user_cap_data_struct caps[2];
	struct perf_event_attr counted;
	cpu_set_t processors;
	struct rlimit limit;
	struct stat about;
	pthread_t thread;
	uint32_t zero[64];
};

// Makes all of it; ends the program with words when it cannot.
void world_make(struct world *w);
// Puts back what the last act changed.
void world_mend(struct world *w);
void world_end(struct world *w);
