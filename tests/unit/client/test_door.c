// SPDX-License-Identifier: MIT
// The running program's door: who knocks is heard, and who does not behave is let go.
#include "client/app/door.h"
#include "tests/support/wait.h"
#include "tests/unit/client/core.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define HELLO "{\"v\":1,\"type\":\"hello\"}\n"
#define CALLERS_MAX 32 // as in door.c

struct house {
	struct core *core;
	struct requests *r;
	struct loop *loop;
	struct door *door;
	char dir[40], *path;
};

static int set_up(void **state)
{
	static struct house h;
	void *core = NULL;

	core_set_up_stored(&core);
	h = (struct house){.core = core, .loop = loop_new(), .dir = "/tmp/snug-door-XXXXXX"};
	struct engine *e = &h.core->e;
	h.r = requests_new(e->session, e->calls, e->model, &terminal_words);
	assert_non_null(mkdtemp(h.dir));
	h.path = door_path(h.dir, "den");
	assert_non_null(h.path);
	h.door = door_open(h.loop, h.path, h.r);
	assert_non_null(h.door);
	*state = &h;
	return 0;
}

static int tear_down(void **state)
{
	struct house *h = *state;
	void *core = h->core;

	door_close(h->door);
	requests_free(h->r);
	loop_free(h->loop);
	assert_int_equal(access(h->path, F_OK), -1);
	free(h->path);
	assert_int_equal(rmdir(h->dir), 0);
	return core_tear_down(&core);
}

static int connect_to(const struct house *h)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(to.sun_path, h->path, strlen(h->path));
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

// What comes; false at the end.
static bool more(int fd, struct buf *heard)
{
	ssize_t got = recv(fd, buf_space(heard, 65536), 65536, 0);

	if (got > 0)
		heard->len += (size_t)got;
	return got != 0;
}

static void hear(struct house *h, int fd, struct buf *heard, const char *part)
{
	WAIT_UNTIL(strstr(buf_str(heard), part),
		   (loop_turn(h->loop, STEP_MS), more(fd, heard)));
}

static void expect_gone(struct house *h, int fd)
{
	struct buf heard = {0};
	bool is_there = true;

	WAIT_UNTIL(!is_there, (loop_turn(h->loop, STEP_MS), is_there = more(fd, &heard)));
	buf_clear(&heard);
	close(fd);
}

static void a_path_fits_into_an_address(void **state)
{
	char dir[120];
	(void)state;

	for (size_t len = 100; len <= 108; len++) {
		memset(dir, 'd', sizeof(dir));
		dir[len - strlen("/den.sock")] = '\0';
		char *path = door_path(dir, "den");
		assert_int_equal(path != NULL, len < 108);
		free(path);
	}
}

static void one_door_is_open_at_a_time(void **state)
{
	struct house *h = *state;

	assert_null(door_open(h->loop, h->path, h->r));
	assert_null(door_open(h->loop, "/tmp/snug-no-such-folder/den.sock", h->r));
	assert_int_equal(door_knock("/tmp/snug-no-such-folder/den.sock"), -1);
	// What is left of a program that died is in nobody's way.
	door_close(h->door);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	memcpy(at.sun_path, h->path, strlen(h->path));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	close(fd);
	assert_int_equal(door_knock(h->path), -1);
	h->door = door_open(h->loop, h->path, h->r);
	assert_non_null(h->door);
}

static void who_knocks_is_let_in(void **state)
{
	struct house *h = *state;
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		int fd = door_knock(h->path);
		_exit(fd >= 0 && !(fcntl(fd, F_GETFL) & O_NONBLOCK) ? 0 : 1);
	}
	assert_true(child > 0);
	WAIT_UNTIL(waitpid(child, &status, WNOHANG) == child, loop_turn(h->loop, STEP_MS));
	assert_int_equal(status, 0);
}

// Something else that listens there says no hello.
static void a_stranger_is_no_door(void **state)
{
	struct house *h = *state;
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int status = 0, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/other", h->dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	pid_t child = fork();
	if (child == 0)
		_exit(door_knock(at.sun_path) == -1 ? 0 : 1);
	int guest = accept(fd, NULL, NULL);
	say(guest, "{\"v\":2}\n");
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(guest);
	close(fd);
	unlink(at.sun_path);
}

static void requests_come_in_lines(void **state)
{
	struct house *h = *state;
	struct buf heard = {0};
	int fd = connect_to(h);

	hear(h, fd, &heard, HELLO);
	assert_string_equal(buf_str(&heard), HELLO);
	buf_reset(&heard);
	say(fd, "\n{\"op\":\"sta");
	loop_turn(h->loop, 0);
	say(fd, "tus\",\"req\":1}\n\nnonsense\n{\"op\":\"part\",\"req\":2}\n");
	hear(h, fd, &heard, "\"req\":2}\n");
	assert_non_null(strstr(buf_str(&heard), "\"state\":\"off\""));
	assert_non_null(strstr(buf_str(&heard), "\"code\":0,\"req\":1}\n"));
	assert_non_null(strstr(buf_str(&heard), "there is no such \\\"op\\\""));
	assert_non_null(strstr(buf_str(&heard), "\"text\":\"not connected\",\"req\":2}\n"));
	size_t n = 0;
	for (size_t i = 0; i < heard.len; i++)
		n += heard.at[i] == '\n';
	assert_int_equal(n, 4);
	buf_clear(&heard);
	close(fd);
}

// More than a socket holds comes as it is read.
static void many_answers_wait_for_their_reader(void **state)
{
	struct house *h = *state;
	struct buf heard = {0};
	int fd = connect_to(h);

	hear(h, fd, &heard, HELLO);
	for (int i = 0; i < 4000; i++) {
		say(fd, i < 3999 ? "{\"op\":\"status\"}\n" : "{\"op\":\"status\",\"req\":9}\n");
		if (i % 50 == 0)
			loop_turn(h->loop, 0);
	}
	for (int i = 0; i < 200; i++)
		loop_turn(h->loop, 0);
	hear(h, fd, &heard, "\"code\":0,\"req\":9}\n");
	size_t n = 0;
	for (const char *at = buf_str(&heard); (at = strstr(at, "\"type\":\"end\"")); at++)
		n++;
	assert_int_equal(n, 4000);
	// It goes on as before.
	buf_reset(&heard);
	say(fd, "{\"op\":\"status\"}\n");
	hear(h, fd, &heard, "\"type\":\"end\"");
	buf_clear(&heard);
	close(fd);
}

static void a_line_without_end_is_let_go(void **state)
{
	struct house *h = *state;
	static char much[4096];
	int fd = connect_to(h);

	memset(much, 'a', sizeof(much));
	for (int i = 0; i <= 64; i++) {
		ssize_t sent = 0;
		WAIT_UNTIL((sent = send(fd, much, sizeof(much), MSG_NOSIGNAL)) != -1,
			   loop_turn(h->loop, STEP_MS));
		assert_int_equal(sent, sizeof(much));
		loop_turn(h->loop, 0);
	}
	expect_gone(h, fd);
}

static void so_many_may_call_at_a_time(void **state)
{
	struct house *h = *state;
	struct buf heard = {0};
	int fds[CALLERS_MAX];

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < CALLERS_MAX; i++) {
			fds[i] = connect_to(h);
			buf_reset(&heard);
			hear(h, fds[i], &heard, HELLO);
		}
		int more_fd = connect_to(h);
		expect_gone(h, more_fd);
		// Who was there still is; who goes makes room.
		buf_reset(&heard);
		say(fds[7], "{\"op\":\"status\"}\n");
		hear(h, fds[7], &heard, "\"type\":\"end\"");
		for (int i = 0; i < CALLERS_MAX; i++)
			close(fds[i]);
		for (int i = 0; i < 2 * CALLERS_MAX; i++)
			loop_turn(h->loop, 0);
	}
	buf_clear(&heard);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_fits_into_an_address),
		TEST(one_door_is_open_at_a_time),
		TEST(who_knocks_is_let_in),
		TEST(a_stranger_is_no_door),
		TEST(requests_come_in_lines),
		TEST(many_answers_wait_for_their_reader),
		TEST(a_line_without_end_is_let_go),
		TEST(so_many_may_call_at_a_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
