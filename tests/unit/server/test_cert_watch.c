// SPDX-License-Identifier: MIT
// Whether the thread would be woken: its descriptor is readable.
#include "server/cert_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define FOLDER "/tmp/snug-watch-XXXXXX"

struct place {
	char root[sizeof(FOLDER)], cert[sizeof(FOLDER) + 8];
	struct loop *loop;
	struct cert_watch *watch;
	int fd; // the watch's
};

static void on_quiet(UNUSED void *arg)
{
}

static void put_file(const char *name, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "new", 3), 3);
	close(fd);
}

// It takes the first descriptor that is free.
static int make_place(void **state)
{
	static struct place p;

	p = (struct place){.root = FOLDER};
	assert_non_null(mkdtemp(p.root));
	assert_int_equal(chdir(p.root), 0);
	put_file("cert", 0600);
	snprintf(p.cert, sizeof(p.cert), "%s/cert", p.root);
	p.loop = loop_new();
	p.fd = dup(0);
	close(p.fd);
	p.watch = cert_watch_new(p.loop, on_quiet, &p);
	assert_non_null(p.watch);
	cert_watch_reset(p.watch);
	cert_watch_follow(p.watch, p.cert);
	cert_watch_settle(p.watch);
	*state = &p;
	return 0;
}

static int clear_place(void **state)
{
	struct place *p = *state;

	cert_watch_free(p->watch);
	loop_free(p->loop);
	remove("cert");
	remove("fresh");
	remove("database");
	assert_int_equal(chdir("/"), 0);
	rmdir(p->root);
	return 0;
}

// Takes what there is to be told.
static bool is_woken(struct place *p)
{
	struct pollfd ready = {.fd = p->fd, .events = POLLIN};
	bool is_ready = poll(&ready, 1, 0) == 1;

	loop_turn(p->loop, 0);
	assert_int_equal(poll(&ready, 1, 0), 0);
	return is_ready;
}

static void a_renewed_file_wakes(void **state)
{
	struct place *p = *state;

	assert_false(is_woken(p));
	put_file("cert", 0600); // in place
	assert_true(is_woken(p));
	put_file("fresh", 0600);
	assert_true(is_woken(p));
	assert_int_equal(rename("fresh", "cert"), 0);
	assert_true(is_woken(p));
	assert_int_equal(chmod("cert", 0400), 0);
	assert_true(is_woken(p));
}

// The database and its log are written all the time, beside a certificate of one's own.
static void what_stays_open_is_written_in_silence(void **state)
{
	struct place *p = *state;
	int fd = open("database", O_RDWR | O_CREAT, 0600);

	assert_true(is_woken(p));
	assert_int_equal(write(fd, "page", 4), 4);
	assert_int_equal(fdatasync(fd), 0);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_false(is_woken(p));
	close(fd);
	assert_true(is_woken(p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_renewed_file_wakes, make_place, clear_place),
		cmocka_unit_test_setup_teardown(what_stays_open_is_written_in_silence,
						make_place, clear_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
