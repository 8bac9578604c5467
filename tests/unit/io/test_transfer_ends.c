// SPDX-License-Identifier: MIT
// Uploads that do not come: cut, too slow, too many, or the disk fails.
#include "tests/unit/io/transfer_world.h"

// Leaves after so many bytes, while the disk holds a letter or not.
static void leave_after(size_t n_bytes, bool holds)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	char *body = body_of(SIZE);
	struct web_peer p = ask_to_put(w, SIZE, "");

	let_in(w, await(w, &d, ROUTE_FILE_PUT, 1));
	WAIT_UNTIL(d.n_acts[FILING_BEGIN], disk_turn(w, &d));
	d.holds = holds;
	send_all(w, &d, &p, body, n_bytes);
	disk_turns(w, &d, 5);
	web_free(&p);
	if (holds) // The socket is read no more: the stop is what ends it.
		send_parting(w, w->heard[0].conn, 0, PARTING_STOP, "");
	assert_int_equal(await(w, &d, ROUTE_FILE_PUT_GONE, 1)->file.bytes[0], 1);
	d.holds = false;
	WAIT_UNTIL(d.n_acts[FILING_DROP], disk_turn(w, &d));
	assert_int_equal(d.n_acts[FILING_DROP], 1);
	assert_false(d.is_there);
	assert_int_equal(n_asked(w, ROUTE_FILE_PUT_GONE), 1);
	assert_int_equal(n_asked(w, ROUTE_FILE_PUT_DONE), 0);
	free(body);
	world_free(w);
	disk_clear(&d);
}

static void who_leaves_in_the_middle_leaves_nothing(void **state UNUSED)
{
	leave_after(0, false);
	leave_after(1, false);
	leave_after(FILING_BYTES, false);
	leave_after(FILING_BYTES + 1, false);
	leave_after(SIZE - 1, false);
	leave_after(FILING_BYTES, true);
}

static void who_leaves_while_the_end_is_written_leaves_nothing(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = ask_to_put(w, 3, "");

	let_in(w, await(w, &d, ROUTE_FILE_PUT, 1));
	web_say(w, &p, SPAN("abc"));
	WAIT_UNTIL(d.n_acts[FILING_ADD], (d.holds = d.n_acts[FILING_BEGIN], disk_turn(w, &d),
					  d.holds = false, disk_turn(w, &d)));
	d.holds = true;
	disk_turns(w, &d, 5);
	web_free(&p);
	if (d.held)
		assert_int_equal(container_of(d.held, struct filing, letter)->act, FILING_END);
	send_parting(w, w->heard[0].conn, 0, PARTING_STOP, "");
	disk_turns(w, &d, 5);
	d.holds = false;
	disk_turns(w, &d, 5);
	// Either it was told of in time, or it is gone.
	assert_int_equal(n_asked(w, ROUTE_FILE_PUT_DONE) + n_asked(w, ROUTE_FILE_PUT_GONE), 1);
	assert_int_equal(d.is_there, n_asked(w, ROUTE_FILE_PUT_DONE));
	world_free(w);
	disk_clear(&d);
}

static void who_is_let_in_and_gone_is_told_of(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = ask_to_put(w, SIZE, "");
	const struct heard *put = await(w, &d, ROUTE_FILE_PUT, 1);

	// The answer is for nobody: who asked is out already.
	send_parting(w, put->conn, 0, PARTING_STOP, "");
	disk_turns(w, &d, 3);
	let_in(w, put);
	(void)await(w, &d, ROUTE_FILE_PUT_GONE, 1);
	web_free(&p);
	disk_turns(w, &d, 10);
	let_in(w, put);
	(void)await(w, &d, ROUTE_FILE_PUT_GONE, 2);
	assert_int_equal(d.n_acts[FILING_BEGIN], 0);
	world_free(w);
	disk_clear(&d);
}

static void fail_at(enum filing_act act, enum filing_result how, const char *expected)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {.failing = act, .fails = how};
	struct web_peer p = ask_to_put(w, 3, "");

	let_in(w, await(w, &d, ROUTE_FILE_PUT, 1));
	web_say(w, &p, SPAN("abc"));
	(void)await(w, &d, ROUTE_FILE_PUT_GONE, 1);
	WAIT_UNTIL(web_has_heard(&p, expected), disk_turn(w, &d));
	assert_int_equal(n_asked(w, ROUTE_FILE_PUT_GONE), 1);
	assert_int_equal(n_asked(w, ROUTE_FILE_PUT_DONE), 0);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

static void a_disk_that_fails_is_told(void **state UNUSED)
{
	for (enum filing_act act = FILING_BEGIN; act <= FILING_END; act++) {
		fail_at(act, FILING_FULL, "HTTP/1.1 507 Insufficient Storage\r\n");
		fail_at(act, FILING_BROKEN, "HTTP/1.1 500 Internal Server Error\r\n");
		fail_at(act, FILING_GONE, "HTTP/1.1 500 Internal Server Error\r\n");
	}
}

// Proves X10.
// Each upload has its own clock, and it stands while the disk has the letter.
static void a_drip_is_no_upload(void **state UNUSED)
{
	struct world *w = world_made(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer waits, drips;

	w->config.transfer_ms = 100;
	w->shard = shard_new(&w->config, w->loop, w->hub);
	waits = ask_to_put(w, 3, "");
	let_in(w, await(w, &d, ROUTE_FILE_PUT, 1));
	WAIT_UNTIL(d.n_acts[FILING_BEGIN] == 1, disk_turn(w, &d));
	d.holds = true;
	web_say(w, &waits, SPAN("abc"));
	disk_turns(w, &d, 3);
	if (!d.held) { // a busy machine took so long that it was over
		web_free(&waits);
		world_free(w);
		disk_clear(&d);
		return;
	}
	drips = ask_to_put(w, SIZE, "");
	let_in(w, await(w, &d, ROUTE_FILE_PUT, 2));
	WAIT_UNTIL(d.held->next, disk_turn(w, &d));
	disk_answer(&d, container_of(d.held->next, struct filing, letter));
	d.held->next = NULL;
	web_say(w, &drips, SPAN("a"));
	WAIT_UNTIL((web_hears(&drips), drips.closed), disk_turn(w, &d));
	assert_true(web_has_heard(&drips, "HTTP/1.1 408 Request Timeout\r\n"));
	assert_int_equal(n_asked(w, ROUTE_FILE_PUT_GONE), 1);
	assert_int_equal(web_hears(&waits).len, 0);
	d.holds = false;
	(void)await(w, &d, ROUTE_FILE_PUT_DONE, 1);
	web_free(&waits);
	web_free(&drips);
	world_free(w);
	disk_clear(&d);
}

// Of `max` in all and `per_source`, one is on its way: what becomes of the second.
static void refuse_second(size_t max, int64_t per_source)
{
	struct world *w = world_made(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer first, second, third;

	w->config.transfers_max = max;
	w->config.transfers_per_source = per_source;
	w->shard = shard_new(&w->config, w->loop, w->hub);
	first = ask_to_put(w, 3, "");
	let_in(w, await(w, &d, ROUTE_FILE_PUT, 1));
	WAIT_UNTIL(d.n_acts[FILING_BEGIN] == 1, disk_turn(w, &d));
	second = ask_to_put(w, 3, "");
	let_in(w, await(w, &d, ROUTE_FILE_PUT, 2));
	WAIT_UNTIL(web_has_heard(&second, "HTTP/1.1 503 Service Unavailable\r\n"),
		   disk_turn(w, &d));
	assert_true(web_has_heard(&second, "\r\nRetry-After: 5\r\n"));
	assert_int_equal(n_asked(w, ROUTE_FILE_PUT_GONE), 1);
	web_free(&first);
	(void)await(w, &d, ROUTE_FILE_PUT_GONE, 2);
	third = ask_to_put(w, 3, "");
	let_in(w, await(w, &d, ROUTE_FILE_PUT, 3));
	WAIT_UNTIL(d.n_acts[FILING_BEGIN] == 2, disk_turn(w, &d));
	web_free(&second);
	web_free(&third);
	world_free(w);
	disk_clear(&d);
}

static void there_is_a_bound_of_all_and_of_a_source(void **state UNUSED)
{
	refuse_second(1, 9);
	refuse_second(9, 1);
}

// Nobody who logs in waits for those who send files: they are in.
static void a_transfer_is_no_stranger(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 1);
	struct memory_disk d = {0};
	struct web_peer first = ask_to_put(w, 3, ""), second;

	let_in(w, await(w, &d, ROUTE_FILE_PUT, 1));
	WAIT_UNTIL(d.n_acts[FILING_BEGIN] == 1, disk_turn(w, &d));
	second = ask_to_put(w, 3, "");
	(void)await(w, &d, ROUTE_FILE_PUT, 2);
	web_free(&first);
	web_free(&second);
	world_free(w);
	disk_clear(&d);
}

static void an_end_of_the_server_ends_them(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = ask_to_put(w, SIZE, "");
	struct letter *stop = xcalloc(1, sizeof(*stop));

	let_in(w, await(w, &d, ROUTE_FILE_PUT, 1));
	WAIT_UNTIL(d.n_acts[FILING_BEGIN] == 1, disk_turn(w, &d));
	stop->kind = LETTER_STOP;
	mailbox_put(shard_mailbox(w->shard), stop);
	WAIT_UNTIL((web_hears(&p), p.closed), disk_turn(w, &d));
	assert_int_equal(n_asked(w, ROUTE_FILE_PUT_GONE), 1);
	WAIT_UNTIL(d.n_acts[FILING_DROP] == 1, disk_turn(w, &d));
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_leaves_in_the_middle_leaves_nothing),
		cmocka_unit_test(who_leaves_while_the_end_is_written_leaves_nothing),
		cmocka_unit_test(who_is_let_in_and_gone_is_told_of),
		cmocka_unit_test(a_disk_that_fails_is_told),
		cmocka_unit_test(a_drip_is_no_upload),
		cmocka_unit_test(there_is_a_bound_of_all_and_of_a_source),
		cmocka_unit_test(a_transfer_is_no_stranger),
		cmocka_unit_test(an_end_of_the_server_ends_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
