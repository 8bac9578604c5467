// SPDX-License-Identifier: MIT
// All unit tests of an area as one program.  usage: unit-AREA [TEST...]
//
// Each file of tests runs in a process of its own: what one sets (TZ, signals, limits) or
// breaks is not the next one's, and one that dies is one that failed. A file that is named
// alone runs in this process, for the debugger.
#include "common/attr.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEST(name) int name##_main(void);
#include "tests.def"
#undef TEST

static const struct file {
	const char *name;
	int (*main)(void);
} files[] = {
#define TEST(name) {#name, name##_main},
#include "tests.def"
#undef TEST
};

static const struct file *file_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (strcmp(files[i].name, name) == 0)
			return &files[i];
	fprintf(stderr, "no %s here, but:", name);
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		fprintf(stderr, " %s", files[i].name);
	fprintf(stderr, "\n");
	exit(2);
}

static bool passes(const struct file *f)
{
	int status = 0;

	printf("== %s\n", f->name);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0)
		exit(f->main() != 0);
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("cannot run a test");
		return false;
	}
	if (WIFSIGNALED(status))
		fprintf(stderr, "[  FAILED  ] %s: %s\n", f->name, strsignal(WTERMSIG(status)));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(int argc, char *argv[])
{
	bool fine = true;

	if (argc == 2)
		return file_named(argv[1])->main() != 0;
	for (int i = 1; i < argc; i++)
		fine &= passes(file_named(argv[i]));
	for (size_t i = 0; argc == 1 && i < ARRAY_LEN(files); i++)
		fine &= passes(&files[i]);
	return !fine;
}
