// SPDX-License-Identifier: MIT
// What stands in the place of the program that draws pictures, and does what a picture tells it
// to: its words stand behind the head of a GIF. It is what such a program would be once a
// picture has it in hand.
#include "common/attr.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static bool opens(const char *path, int how)
{
	return open(path, how, 0600) >= 0;
}

static bool executes(char *path)
{
	char *const words[] = {path, NULL};

	execv(path, words);
	return false;
}

static bool has_more_open(void)
{
	for (int fd = STDERR_FILENO + 1; fd < 64; fd++) {
		if (lseek(fd, 0, SEEK_CUR) >= 0 || errno != EBADF)
			return true;
	}
	return false;
}

// Each must fail; what works is named.
static void try_all(void)
{
	char another[] = "/bin/true";
	struct rlimit wide = {RLIM_INFINITY, RLIM_INFINITY};
	const struct {
		const char *name;
		bool works;
	} acts[] = {
		{"reads /etc/passwd", opens("/etc/passwd", O_RDONLY)},
		{"reads /proc/self/environ", opens("/proc/self/environ", O_RDONLY)},
		{"reads the terminal", opens("/dev/tty", O_RDONLY)},
		{"lists a folder", opens("/usr/lib", O_RDONLY | O_DIRECTORY)},
		{"makes a file", opens("/tmp/false_chafa", O_WRONLY | O_CREAT)},
		{"makes a folder", mkdir("/tmp/false_chafa.d", 0700) == 0},
		{"removes a file", unlink("/tmp/false_chafa") == 0},
		{"changes what it was given", ftruncate(STDIN_FILENO, 0) == 0},
		{"has an IPv4 socket", socket(AF_INET, SOCK_STREAM, 0) >= 0},
		{"has an IPv6 socket", socket(AF_INET6, SOCK_DGRAM, 0) >= 0},
		{"has a socket of this computer", socket(AF_UNIX, SOCK_STREAM, 0) >= 0},
		{"has another process", fork() >= 0},
		{"has another process by vfork", vfork() >= 0},
		{"executes a program", executes(another)},
		{"sends a signal", kill(getppid(), SIGTERM) == 0},
		{"widens its bounds", setrlimit(RLIMIT_AS, &wide) == 0},
		{"has more privileges", prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0},
		{"has a descriptor of ours", has_more_open()},
		{"has a gigabyte", mmap(NULL, 1u << 30, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED},
		{"has our environment", getenv("HOME") || getenv("PATH")},
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		if (acts[i].works)
			printf("%s\n", acts[i].name);
		n += acts[i].works;
	}
	if (!n)
		printf("nothing of %zu\n", ARRAY_LEN(acts));
}

static void write_on(void)
{
	static char row[65536];

	memset(row, 'x', sizeof(row));
	for (;;)
		fwrite(row, 1, sizeof(row), stdout);
}

// Waits for what nobody does. pause() is refused here: it would go round, and be ended for that.
static void never_end(void)
{
	uint32_t word = 0;

	for (;;)
		syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void eat(void)
{
	for (volatile size_t i = 0;; i++)
		;
}

int main(void)
{
	static char told[4096];
	size_t len = fread(told, 1, sizeof(told) - 1, stdin);
	const char *words = len > 6 ? told + 6 : "";

	setvbuf(stdout, NULL, _IOFBF, 65536);
	if (strcmp(words, "try") == 0)
		try_all();
	else if (strcmp(words, "write on") == 0)
		write_on();
	else if (strcmp(words, "never end") == 0)
		never_end();
	else if (strcmp(words, "eat") == 0)
		eat();
	else if (strcmp(words, "crash") == 0)
		abort();
	else if (strcmp(words, "fail") == 0)
		return 2;
	else if (strncmp(words, "say ", 4) == 0)
		fwrite(words + 4, 1, len - 10, stdout);
	return 0;
}
