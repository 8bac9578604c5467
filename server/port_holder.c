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

#define LISTENS "0A" // TCP_LISTEN, as the table has it
#define LINE_SPACE 512
#define PATH_SPACE 300

static struct span next_word(struct span *line)
{
	*line = span_trim(*line);
	return span_cut(line, ' ');
}

// Columns of the table: number, address:port in hex, the other end, state, two queues, timer,
// tries, user, time, and the socket's number.
static uint64_t listening_socket(struct span line, const char *port)
{
	struct span words[10];
	uint64_t number;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		words[i] = next_word(&line);
	(void)span_cut(&words[1], ':');
	if (!span_eq(words[1], span_of(port)) || !span_eq(words[3], SPAN(LISTENS)) ||
	    !span_to_u64(words[9], &number))
		return 0;
	return number;
}

// 0: none of this table listens there.
static uint64_t find_socket(const char *table, uint16_t port)
{
	FILE *file = fopen(table, "re");
	char line[LINE_SPACE], text[8];
	uint64_t found = 0;

	snprintf(text, sizeof(text), "%04X", port);
	while (file && !found && fgets(line, sizeof(line), file))
		found = listening_socket(span_of(line), text);
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
