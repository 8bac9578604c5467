// SPDX-License-Identifier: MIT
#include "server/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define FOLDER "/tmp/snug-notify-XXXXXX"

// The one who wants to know.
struct manager {
	char folder[sizeof(FOLDER)], path[sizeof(FOLDER) + 8];
	int fd;
	struct notify notify;
	struct buf error;
};

static int listen_at(const struct sockaddr_un *a, size_t len)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)a, (socklen_t)len), 0);
	return fd;
}

static int begin(void **state)
{
	static struct manager m;
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	m = (struct manager){.folder = FOLDER};
	assert_non_null(mkdtemp(m.folder));
	snprintf(m.path, sizeof(m.path), "%s/notify", m.folder);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", m.path);
	m.fd = listen_at(&a, sizeof(a));
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	setenv("NOTIFY_SOCKET", m.path, 1);
	*state = &m;
	return 0;
}

static int end(void **state)
{
	struct manager *m = *state;

	notify_close(&m->notify);
	buf_clear(&m->error);
	close(m->fd);
	unlink(m->path);
	rmdir(m->folder);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return 0;
}

// What the manager hears next; "" nothing.
static const char *heard(const struct manager *m)
{
	static char words[128];
	ssize_t len = recv(m->fd, words, sizeof(words) - 1, 0);

	words[len > 0 ? len : 0] = '\0';
	return words;
}

static void open_fine(struct manager *m)
{
	assert_true(notify_open(&m->notify, &m->error));
	assert_int_equal(m->error.len, 0);
}

static void what_is_said_is_heard(void **state)
{
	struct manager *m = *state;

	open_fine(m);
	notify_say(&m->notify, "READY=1");
	notify_say(&m->notify, "RELOADING=1\nMONOTONIC_USEC=12");
	assert_string_equal(heard(m), "READY=1");
	assert_string_equal(heard(m), "RELOADING=1\nMONOTONIC_USEC=12");
	assert_string_equal(heard(m), "");
}

static void a_name_outside_the_file_system_is_found(void **state)
{
	struct manager *m = *state;
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	size_t len = strlen(m->folder);

	close(m->fd);
	memcpy(a.sun_path + 1, m->folder, len);
	m->fd = listen_at(&a, offsetof(struct sockaddr_un, sun_path) + 1 + len);
	m->path[0] = '@';
	snprintf(m->path + 1, sizeof(m->path) - 1, "%s", m->folder);
	setenv("NOTIFY_SOCKET", m->path, 1);
	open_fine(m);
	notify_say(&m->notify, "READY=1");
	assert_string_equal(heard(m), "READY=1");
}

static void nobody_is_told_when_nobody_wants_to_know(void **state)
{
	struct manager *m = *state;

	unsetenv("NOTIFY_SOCKET");
	setenv("WATCHDOG_USEC", "1000000", 1);
	open_fine(m);
	notify_say(&m->notify, "READY=1");
	assert_string_equal(heard(m), "");
	assert_int_equal(m->notify.fd, -1);
	assert_int_equal(m->notify.alive_ms, 0);
}

static void who_cannot_be_told_is_named(void **state)
{
	static const char *const names[] = {"", "/", "relative", "vsock:2:1",
					    "/nowhere/at/all"};
	struct manager *m = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		setenv("NOTIFY_SOCKET", names[i], 1);
		buf_clear(&m->error);
		assert_false(notify_open(&m->notify, &m->error));
		assert_non_null(strstr(buf_str(&m->error), names[i]));
		assert_int_equal(m->notify.fd, -1);
	}
}

static void a_name_has_the_length_of_an_address_at_most(void **state)
{
	struct manager *m = *state;
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char name[sizeof(a.sun_path) + 1];

	memset(name, 'x', sizeof(name));
	name[0] = '@';
	name[sizeof(a.sun_path)] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	assert_false(notify_open(&m->notify, &m->error));
	name[sizeof(a.sun_path) - 1] = '\0';
	memcpy(a.sun_path, name, strlen(name));
	a.sun_path[0] = '\0';
	close(m->fd);
	m->fd = listen_at(&a, offsetof(struct sockaddr_un, sun_path) + strlen(name));
	setenv("NOTIFY_SOCKET", name, 1);
	buf_clear(&m->error);
	open_fine(m);
	notify_say(&m->notify, "READY=1");
	assert_string_equal(heard(m), "READY=1");
}

static void a_listener_that_is_full_or_gone_delays_nobody(void **state)
{
	struct manager *m = *state;
	int heard_of = 0;

	open_fine(m);
	for (int i = 0; i < 10000; i++)
		notify_say(&m->notify, "WATCHDOG=1");
	while (*heard(m))
		heard_of++;
	assert_in_range(heard_of, 1, 9999);
	close(m->fd);
	notify_say(&m->notify, "WATCHDOG=1");
	m->fd = dup(STDERR_FILENO);
}

// WATCHDOG_USEC, WATCHDOG_PID ("": as it is), and what comes of them.
static void the_wish_for_signs_of_life_is_for_one_process(void **state)
{
	char self[24], other[24];
	const struct {
		const char *us, *pid;
		int64_t ms;
	} rows[] = {
		{"30000000", NULL, 30000},
		{"30000000", self, 30000},
		{"30000000", other, 0},
		{"30000000", "me", 0},
		{"half a minute", self, 0},
		{"99999999999999999999", self, 0},
		{"0", self, 0},
		{NULL, self, 0},
	};
	struct manager *m = *state;

	snprintf(self, sizeof(self), "%d", getpid());
	snprintf(other, sizeof(other), "%d", getpid() + 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsetenv("WATCHDOG_USEC");
		unsetenv("WATCHDOG_PID");
		if (rows[i].us)
			setenv("WATCHDOG_USEC", rows[i].us, 1);
		if (rows[i].pid)
			setenv("WATCHDOG_PID", rows[i].pid, 1);
		open_fine(m);
		assert_int_equal(m->notify.alive_ms, rows[i].ms);
		notify_close(&m->notify);
	}
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(what_is_said_is_heard),
		CASE(a_name_outside_the_file_system_is_found),
		CASE(nobody_is_told_when_nobody_wants_to_know),
		CASE(who_cannot_be_told_is_named),
		CASE(a_name_has_the_length_of_an_address_at_most),
		CASE(a_listener_that_is_full_or_gone_delays_nobody),
		CASE(the_wish_for_signs_of_life_is_for_one_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
