// SPDX-License-Identifier: MIT
// A socket's address, however long the path is.
#include "common/unix_address.h"

#include "common/buf.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static size_t n_open(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 1000; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

// Binds a socket there; whether it stands at that path then.
static bool is_bound(const char *path)
{
	struct unix_address a;
	struct stat st;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	unix_address_init(&a, path);
	bool is_good = bind(fd, unix_address(&a), a.len) == 0 && stat(path, &st) == 0 &&
		       S_ISSOCK(st.st_mode);
	unix_address_clear(&a);
	assert_int_equal(a.dir_fd, -1);
	unix_address_clear(&a);
	close(fd);
	unlink(path);
	return is_good;
}

static void a_path_of_any_length_is_bound(UNUSED void **state)
{
	char folder[] = "/tmp/snug-unix-XXXXXX";
	struct buf path = {0}, dir = {0};
	size_t n = n_open();

	assert_non_null(mkdtemp(folder));
	buf_printf(&dir, "%s/", folder);
	// 107 bytes are the last that fit.
	for (size_t len = 104; len <= 110; len++) {
		buf_reset(&path);
		buf_add_span(&path, buf_span(&dir));
		while (path.len < len)
			buf_add_char(&path, 'a');
		assert_true(is_bound(buf_str(&path)));
	}
	while (dir.len < 200)
		buf_add_char(&dir, 'd');
	assert_int_equal(mkdir(buf_str(&dir), 0700), 0);
	buf_reset(&path);
	buf_printf(&path, "%s/s", buf_str(&dir));
	assert_true(is_bound(buf_str(&path)));
	rmdir(buf_str(&dir));
	assert_false(is_bound(buf_str(&path)));
	rmdir(folder);
	assert_int_equal(n_open(), n);
	buf_clear(&path);
	buf_clear(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_of_any_length_is_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
