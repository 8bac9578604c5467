// SPDX-License-Identifier: MIT
// The doorway: one door, questions that it is asked, and when refusals are told.
#include "server/beside/doorway.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/clock.h"
#include "common/unix_address.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct scene {
	struct loop *loop;
	struct doorway *doorway;
	char folder[32], path[48];
	int door; // -1: none
	// What was told last.
	unsigned n_told;
	enum door_result result;
	uint64_t number;
};

static struct scene *scene_new(void)
{
	struct scene *s = calloc(1, sizeof(*s));
	char *error = NULL;

	*s = (struct scene){
		.loop = loop_new(), .folder = "/tmp/snug-doorway-XXXXXX", .door = -1};
	assert_non_null(mkdtemp(s->folder));
	snprintf(s->path, sizeof(s->path), "%s/door.sock", s->folder);
	s->doorway = doorway_new(s->loop, s->path, DOORWAY_NOBODY, &error);
	assert_non_null(s->doorway);
	return s;
}

static void scene_free(struct scene *s)
{
	doorway_free(s->doorway);
	loop_free(s->loop);
	if (s->door >= 0)
		close(s->door);
	assert_int_not_equal(access(s->path, F_OK), 0);
	rmdir(s->folder);
	free(s);
}

static int connected(const struct scene *s)
{
	struct unix_address address;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	unix_address_init(&address, s->path);
	assert_int_equal(connect(fd, unix_address(&address), address.len), 0);
	unix_address_clear(&address);
	return fd;
}

static void come_in(struct scene *s)
{
	s->door = connected(s);
	while (!doorway_is_up(s->doorway))
		loop_turn(s->loop, -1);
}

static void on_told(void *arg, const struct door_answer *a)
{
	struct scene *s = arg;

	s->n_told++;
	s->result = a->result;
	s->number = a->number;
}

static void ask(struct scene *s, const char *name, int64_t asked_ms)
{
	doorway_ask(s->doorway,
		    &(struct door_question){.number = 5,
					    .asked_ms = asked_ms,
					    .act = DOOR_PASSWORD,
					    .service = SPAN("snug"),
					    .name = span_of(name),
					    .password = SPAN("secret")},
		    on_told, s);
}

static uint64_t heard(const struct scene *s)
{
	struct door_question q;
	struct door_ask l;
	char bytes[DOOR_ASK_LEN + 1];
	ssize_t len = recv(s->door, bytes, sizeof(bytes), 0);

	assert_int_equal(len, DOOR_ASK_LEN);
	assert_true(door_ask_read(&l, span_from(bytes, (size_t)len), &q));
	return q.number;
}

static void say(const struct scene *s, struct door_answer a)
{
	struct door_tell l;

	door_tell_write(&l, &a);
	assert_int_equal(send(s->door, &l, sizeof(l), 0), sizeof(l));
}

static void await(struct scene *s, unsigned n_told)
{
	while (s->n_told < n_told)
		loop_turn(s->loop, -1);
	assert_int_equal(s->n_told, n_told);
}

static void without_a_door_it_is_later_at_once(void **state)
{
	struct scene *s = scene_new();
	(void)state;

	ask(s, "ann", 0);
	assert_int_equal(s->n_told, 1);
	assert_int_equal(s->result, DOOR_LATER);
	assert_int_equal(s->number, 5);
	scene_free(s);
}

static void a_yes_comes_at_once_and_once(void **state)
{
	struct scene *s = scene_new();
	uint64_t number;
	(void)state;

	come_in(s);
	ask(s, "ann", 0);
	number = heard(s);
	say(s, (struct door_answer){.number = number, .result = DOOR_YES, .name = SPAN("ann")});
	await(s, 1);
	assert_int_equal(s->result, DOOR_YES);
	assert_int_equal(s->number, 5);
	// What was told already is no fault; what was never asked is.
	say(s, (struct door_answer){.number = number, .result = DOOR_NO});
	loop_turn(s->loop, -1);
	assert_true(doorway_is_up(s->doorway));
	say(s, (struct door_answer){.number = number + 1, .result = DOOR_NO});
	loop_turn(s->loop, -1);
	assert_false(doorway_is_up(s->doorway));
	assert_int_equal(s->n_told, 1);
	scene_free(s);
}

// Proves A25.
static void refusals_are_told_at_one_time_after_the_question(void **state)
{
	struct scene *s = scene_new();
	int64_t began = clock_mono_ms();
	(void)state;

	come_in(s);
	ask(s, "ann", began);
	say(s, (struct door_answer){.number = heard(s), .result = DOOR_NO});
	ask(s, "", began);
	ask(s, "a/b", began);
	loop_turn(s->loop, 0);
	assert_int_equal(s->n_told, 0);
	await(s, 3);
	assert_true(clock_mono_ms() - began >= DOORWAY_NO_MS);
	// One that began so long ago waits no more.
	ask(s, "", began);
	await(s, 4);
	assert_int_equal(s->result, DOOR_UNKNOWN);
	scene_free(s);
}

static void what_a_stack_wants_once_all_refusals_take(void **state)
{
	struct scene *s = scene_new();
	int64_t began = clock_mono_ms();
	(void)state;

	come_in(s);
	ask(s, "ann", began - 3000);
	say(s, (struct door_answer){.number = heard(s), .result = DOOR_NO, .delay_ms = 3500});
	await(s, 1);
	assert_true(clock_mono_ms() - began >= 500);
	ask(s, "", clock_mono_ms() - 3000);
	loop_turn(s->loop, 0);
	assert_int_equal(s->n_told, 1);
	await(s, 2);
	scene_free(s);
}

static void a_door_that_ends_leaves_nothing_open(void **state)
{
	struct scene *s = scene_new();
	(void)state;

	come_in(s);
	ask(s, "ann", 0);
	close(s->door);
	s->door = -1;
	await(s, 1);
	assert_int_equal(s->result, DOOR_LATER);
	assert_false(doorway_is_up(s->doorway));
	come_in(s);
	ask(s, "ann", 0);
	doorway_free(s->doorway);
	s->doorway = NULL;
	assert_int_equal(s->n_told, 2);
	scene_free(s);
}

static void a_second_door_is_shut_out(void **state)
{
	struct scene *s = scene_new();
	int other;
	char byte;
	(void)state;

	come_in(s);
	other = connected(s);
	loop_turn(s->loop, -1);
	assert_int_equal(recv(other, &byte, 1, 0), 0);
	close(other);
	assert_true(doorway_is_up(s->doorway));
	scene_free(s);
}

static void more_than_there_is_room_for_is_later(void **state)
{
	struct scene *s = scene_new();
	(void)state;

	for (unsigned i = 0; i < DOORWAY_MAX; i++)
		ask(s, "", 0);
	assert_int_equal(s->n_told, 0);
	ask(s, "", 0);
	assert_int_equal(s->n_told, 1);
	assert_int_equal(s->result, DOOR_LATER);
	scene_free(s);
}

static void a_socket_that_cannot_be_made_is_named(void **state)
{
	struct loop *l = loop_new();
	char *error = NULL;
	(void)state;

	assert_null(doorway_new(l, "/nowhere/door.sock", DOORWAY_NOBODY, &error));
	assert_non_null(strstr(error, "cannot listen on /nowhere/door.sock: No such file"));
	free(error);
	loop_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_door_it_is_later_at_once),
		cmocka_unit_test(a_yes_comes_at_once_and_once),
		cmocka_unit_test(refusals_are_told_at_one_time_after_the_question),
		cmocka_unit_test(what_a_stack_wants_once_all_refusals_take),
		cmocka_unit_test(a_door_that_ends_leaves_nothing_open),
		cmocka_unit_test(a_second_door_is_shut_out),
		cmocka_unit_test(more_than_there_is_room_for_is_later),
		cmocka_unit_test(a_socket_that_cannot_be_made_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
