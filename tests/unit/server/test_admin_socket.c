// SPDX-License-Identifier: MIT
// Whoever asks while the store is away is told so in time, and by no later answer.
#include "server/admin_socket.h"

#include "common/clock.h"
#include "common/unix_address.h"
#include "server/admin_json.h"
#include "tests/support/wait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct scene {
	char dir[32], path[64];
	struct loop *loop;
	struct admin_socket *socket;
	struct admin_request *asked;
	int fd;
	struct buf got;
	bool is_closed;
};

static void on_asked(void *arg, struct admin_request *request)
{
	struct scene *s = arg;

	admin_request_free(s->asked);
	s->asked = request;
}

static void turn(struct scene *s)
{
	char bytes[4096];
	ssize_t n;

	loop_turn(s->loop, 1); // time: a moment for the socket
	n = recv(s->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (n > 0)
		buf_add(&s->got, bytes, (size_t)n);
	s->is_closed = n == 0;
}

static int set_up(void **state)
{
	static struct scene scene;
	struct scene *s = &scene;
	struct unix_address address;
	char *error = NULL;
	const char *text = "{\"words\":[\"room\",\"add\",\"#den\"]}\n";

	*s = (struct scene){.dir = "/tmp/snug-admin-XXXXXX"};
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->path, sizeof(s->path), "%s/admin.sock", s->dir);
	s->loop = loop_new();
	s->socket = admin_socket_new(s->loop, s->path, on_asked, s, &error);
	assert_non_null(s->socket);
	s->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	unix_address_init(&address, s->path);
	assert_int_equal(connect(s->fd, unix_address(&address), address.len), 0);
	unix_address_clear(&address);
	assert_int_equal(send(s->fd, text, strlen(text), 0), strlen(text));
	WAIT_UNTIL(s->asked, turn(s));
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	admin_socket_free(s->socket);
	loop_free(s->loop);
	close(s->fd);
	buf_clear(&s->got);
	admin_request_free(s->asked);
	rmdir(s->dir);
	return 0;
}

static void who_has_waited_long_enough_is_told(void **state)
{
	struct scene *s = *state;
	struct admin_answer *late = admin_answer_new(s->asked->ticket);

	admin_socket_give_up(s->socket, clock_mono_ms(), SPAN("the server waits"));
	WAIT_UNTIL(s->is_closed, turn(s));
	assert_non_null(strstr(buf_str(&s->got), "the server waits"));
	assert_non_null(strstr(buf_str(&s->got), "\"code\":7"));
	assert_false(admin_socket_is_busy(s->socket));
	late->words = SPAN("done");
	admin_socket_answer(s->socket, late);
	assert_null(strstr(buf_str(&s->got), "done"));
}

static void who_has_just_asked_waits_on(void **state)
{
	struct scene *s = *state;
	struct admin_answer *answer = admin_answer_new(s->asked->ticket);

	admin_socket_give_up(s->socket, clock_mono_ms() - 3600000, SPAN("the server waits"));
	assert_true(admin_socket_is_busy(s->socket));
	answer->words = SPAN("done");
	admin_socket_answer(s->socket, answer);
	WAIT_UNTIL(s->is_closed, turn(s));
	assert_non_null(strstr(buf_str(&s->got), "done"));
	assert_null(strstr(buf_str(&s->got), "waits"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_has_waited_long_enough_is_told, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(who_has_just_asked_waits_on, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
