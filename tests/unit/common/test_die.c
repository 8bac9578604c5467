// SPDX-License-Identifier: MIT
#include "common/die.h"

#include <errno.h>
#include <string.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void what_is_asked_for_is_given(void **state UNUSED)
{
	char *text = xstrdup("abc"), *copy = xmemdup("ab\0c", 4), *zero = xcalloc(3, 5);

	assert_string_equal(text, "abc");
	assert_memory_equal(copy, "ab\0c", 4);
	assert_memory_equal(zero, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 15);
	text = xrealloc(text, 100);
	assert_string_equal(text, "abc");
	text = xreallocarray(text, 10, 20);
	assert_string_equal(text, "abc");
	free(text);
	free(copy);
	free(zero);
	free(xmalloc(0));
}

static void dying_tells_the_program_why_and_the_status(void **state UNUSED)
{
	char text[256] = "", name[] = "snugd";
	int fds[2], status;
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (child == 0) {
		dup2(fds[1], STDERR_FILENO);
		program_invocation_short_name = name;
		die(7, "no %s: add one", "key");
	}
	close(fds[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_true(read(fds[0], text, sizeof(text) - 1) > 0);
	assert_string_equal(text, "snugd: no key: add one\n");
	close(fds[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked_for_is_given),
		cmocka_unit_test(dying_tells_the_program_why_and_the_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
