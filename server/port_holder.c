// SPDX-License-Identifier: MIT
// The kernel's table gives the number of the socket, the processes' descriptors who has it
// (proc(5)).
#include "server/port_holder.h"

#include "common/span.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LISTENS 0x0a // TCP_LISTEN, as the table has it
#define LINE_SPACE 512
#define PATH_SPACE 300

// The number of the socket that listens there; 0: none of this table does.
static uint64_t find_socket(const char *table, uint16_t port)
{
	FILE *file = fopen(table, "re");
	char line[LINE_SPACE];
	uint64_t found = 0;

	while (file && !found && fgets(line, sizeof(line), file)) {
		unsigned here, state;
		uint64_t number;

		if (sscanf(line,
			   " %*d: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x %*s %*s %*s %*d %*d %" SCNu64,
			   &here, &state, &number) == 3 &&
		    here == port && state == LISTENS)
			found = number;
	}
	if (file)
		fclose(file);
	return found;
}

static bool has_socket(const char *process, uint64_t number)
{
	char path[PATH_SPACE], wanted[64], target[64];
	const struct dirent *entry;
	bool has = false;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%s/fd", process);
	snprintf(wanted, sizeof(wanted), "socket:[%" PRIu64 "]", number);
	folder = opendir(path);
	while (folder && !has && (entry = readdir(folder))) {
		ssize_t len = readlinkat(dirfd(folder), entry->d_name, target, sizeof(target));

		has = len > 0 && span_eq(span_from(target, (size_t)len), span_of(wanted));
	}
	if (folder)
		closedir(folder);
	return has;
}

static void add_name(const char *process, struct buf *out)
{
	char path[PATH_SPACE], name[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", process);
	file = fopen(path, "re");
	if (!file || !fgets(name, sizeof(name), file))
		snprintf(name, sizeof(name), "a program");
	if (file)
		fclose(file);
	buf_printf(out, SPAN_FMT " (process %s)", SPAN_ARG(span_trim(span_of(name))), process);
}

bool port_holder(uint16_t port, struct buf *out)
{
	uint64_t number = find_socket("/proc/net/tcp", port);
	const struct dirent *entry;
	bool is_found = false;
	DIR *all;

	if (!number)
		number = find_socket("/proc/net/tcp6", port);
	all = number ? opendir("/proc") : NULL;
	while (all && !is_found && (entry = readdir(all))) {
		is_found = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
			   has_socket(entry->d_name, number);
		if (is_found)
			add_name(entry->d_name, out);
	}
	if (all)
		closedir(all);
	return is_found;
}
