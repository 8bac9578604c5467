// SPDX-License-Identifier: MIT
// A file is there whole, or what was there before is.
#include "common/file.h"

#include "common/buf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LONG (64 * 1024)

static char folder[64], path[80];
static char bytes[LONG];

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "%s/snug-file-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/it", folder);
	memset(bytes, 'x', sizeof(bytes));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void expect(const char *text)
{
	char found[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_true(read(fd, found, sizeof(found) - 1) >= 0);
	close(fd);
	assert_string_equal(found, text);
}

static int n_files(void)
{
	DIR *dir = opendir(folder);
	int n = 0;

	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void it_stands_in_the_place_of_the_old_one(void **state)
{
	struct stat st;

	(void)state;
	assert_true(file_put(path, SPAN("old and long"), 0600));
	expect("old and long");
	assert_true(file_put(path, SPAN("new"), 0644));
	expect("new");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_true(file_put(path, SPAN(""), 0600));
	expect("");
	assert_int_equal(n_files(), 1);
	// Nothing stays open.
	int next = dup(STDERR_FILENO);
	close(next);
	assert_true(file_put(path, SPAN("new"), 0600));
	assert_false(file_put("/nowhere/it", SPAN("new"), 0600));
	int again = dup(STDERR_FILENO);
	close(again);
	assert_int_equal(again, next);
}

static void without_a_slash_it_is_here(void **state)
{
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(chdir(folder), 0);
	assert_true(file_put("it", SPAN("here"), 0600));
	assert_int_equal(fchdir(here), 0);
	close(here);
	expect("here");
}

static void without_a_folder_there_is_none(void **state)
{
	char absent[96];

	(void)state;
	snprintf(absent, sizeof(absent), "%s/none/it", folder);
	errno = 0;
	assert_false(file_put(absent, SPAN("new"), 0600));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(n_files(), 0);
}

static void a_folder_in_its_place_stays(void **state)
{
	(void)state;
	assert_int_equal(mkdir(path, 0700), 0);
	assert_false(file_put(path, SPAN("new"), 0600));
	assert_int_equal(errno, EISDIR);
	assert_int_equal(n_files(), 1);
	assert_int_equal(rmdir(path), 0);
}

// In a child: the first write is a short one, and the next does not go.
static int put_past_the_limit(void)
{
	struct rlimit limit = {LONG / 2, LONG / 2};

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return 2;
	errno = 0;
	return file_put(path, span_from(bytes, LONG), 0600) || errno != EFBIG;
}

static void a_short_write_is_an_error_with_its_reason(void **state)
{
	int status = 1;

	(void)state;
	assert_true(file_put(path, SPAN("old"), 0600));
	pid_t child = fork();
	if (child == 0)
		_exit(put_past_the_limit());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	expect("old");
	assert_int_equal(n_files(), 1);
}

static void on_a_full_disk_the_old_one_stays(void **state)
{
	(void)state;
	if (mount("none", folder, "tmpfs", 0, "size=32k") < 0)
		skip();
	assert_true(file_put(path, SPAN("old"), 0600));
	errno = 0;
	bool is_put = file_put(path, span_from(bytes, LONG), 0600);
	int error = errno, n = n_files();
	expect("old");
	umount2(folder, MNT_DETACH);
	assert_false(is_put);
	assert_int_equal(error, ENOSPC);
	assert_int_equal(n, 1);
}

static void a_pipe_that_takes_little_gets_all(void **state)
{
	int ends[2], status = 1;
	size_t len = 0;
	char block[777];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_true(fcntl(ends[1], F_SETPIPE_SZ, 4096) > 0);
	pid_t child = fork();
	if (child == 0)
		_exit(!file_write(ends[1], span_from(bytes, LONG)));
	close(ends[1]);
	for (ssize_t got; (got = read(ends[0], block, sizeof(block))) > 0;)
		len += (size_t)got;
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(len, LONG);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_stands_in_the_place_of_the_old_one),
		T(without_a_slash_it_is_here),
		T(without_a_folder_there_is_none),
		T(a_folder_in_its_place_stays),
		T(a_short_write_is_an_error_with_its_reason),
		T(on_a_full_disk_the_old_one_stays),
		T(a_pipe_that_takes_little_gets_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
