// SPDX-License-Identifier: MIT
// Files on their way from a connection to the disk.
#include "tests/unit/io/transfer_world.h"

static void a_file_comes_in_pieces_and_is_there_when_the_hub_says_so(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	char *body = body_of(SIZE);
	struct web_peer p = ask_to_put(w, SIZE,
				       "Content-Type: text/html\r\nExpect: 100-continue\r\n"
				       "Content-Disposition: attachment; filename=\"a\"\r\n");
	const struct heard *put = await(w, &d, ROUTE_FILE_PUT, 1), *done;

	assert_string_equal(put->text, "target=here|Bearer t0|text/html|attachment; "
				       "filename=\"a\"");
	assert_int_equal(put->length, SIZE);
	assert_int_equal(web_hears(&p).len, 0);
	let_in(w, put);
	WAIT_UNTIL(web_has_heard(&p, "HTTP/1.1 100 Continue\r\n\r\n"), disk_turn(w, &d));
	assert_int_equal(d.n_acts[FILING_BEGIN], 1);
	send_all(w, &d, &p, body, SIZE);
	done = await(w, &d, ROUTE_FILE_PUT_DONE, 1);
	assert_int_equal(d.n_acts[FILING_ADD], 4);
	assert_int_equal(d.n_acts[FILING_END], 1);
	assert_int_equal(d.bytes.len, SIZE);
	assert_memory_equal(d.bytes.at, body, SIZE);
	assert_true(done->conn == put->conn);
	assert_string_equal(done->text, "||image/png|");
	assert_int_equal(done->length, SIZE);
	assert_memory_equal(&done->file, &id, sizeof(id));
	assert_int_equal(done->hash[31], 7);
	answer(w, done, (struct web_answer){.status = 201, .after = 3, .file = id});
	disk_turns(w, &d, 5);
	assert_false(web_has_heard(&p, "201"));
	send_durable(w, 3);
	WAIT_UNTIL((web_hears(&p), p.closed), disk_turn(w, &d));
	assert_true(web_has_heard(&p, "HTTP/1.1 201 Created\r\n"));
	assert_true(web_has_heard(&p, "\r\nLocation: /f/" ID "\r\n"));
	assert_true(web_has_heard(&p, "\r\nCache-Control: no-store\r\n"));
	assert_true(d.is_there);
	assert_int_equal(n_asked(w, ROUTE_FILE_PUT_GONE), 0);
	free(body);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

static void what_comes_with_the_head_is_part_of_it(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = web_open(w, false);

	web_say(w, &p,
		SPAN("POST /f/ HTTP/1.1\r\n" HEAD "Content-Length: 5\r\n\r\nhello, and more"));
	let_in(w, await(w, &d, ROUTE_FILE_PUT, 1));
	assert_int_equal(await(w, &d, ROUTE_FILE_PUT_DONE, 1)->length, 5);
	assert_true(span_eq(buf_span(&d.bytes), SPAN("hello")));
	assert_false(web_has_heard(&p, "100 Continue"));
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

static void an_empty_file_comes_too(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = ask_to_put(w, 0, "");

	let_in(w, await(w, &d, ROUTE_FILE_PUT, 1));
	assert_int_equal(await(w, &d, ROUTE_FILE_PUT_DONE, 1)->length, 0);
	assert_int_equal(d.n_acts[FILING_ADD], 0);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

// Proves X10.
static void who_is_faster_than_the_disk_waits(void **state UNUSED)
{
	enum { MUCH = 64 * 1024 * 1024 };
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	char *body = body_of(MUCH);
	struct web_peer p = ask_to_put(w, MUCH, "");
	size_t sent = 0, before;

	let_in(w, await(w, &d, ROUTE_FILE_PUT, 1));
	WAIT_UNTIL(d.n_acts[FILING_BEGIN], disk_turn(w, &d));
	d.holds = true;
	// Until the kernel takes no more, either.
	do {
		before = sent;
		for (int i = 0; i < 20; i++) {
			sent += push(&p, body + sent, MUCH - sent);
			disk_turn(w, &d);
		}
	} while (sent > before);
	assert_true(sent < MUCH);
	assert_non_null(d.held);
	assert_null(d.held->next);
	assert_int_equal(container_of(d.held, struct filing, letter)->len, FILING_BYTES);
	d.holds = false;
	send_all(w, &d, &p, body + sent, MUCH - sent);
	(void)await(w, &d, ROUTE_FILE_PUT_DONE, 1);
	assert_memory_equal(d.bytes.at, body, MUCH);
	free(body);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

static void a_refusal_comes_before_the_body(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = ask_to_put(w, SIZE, "Expect: 100-continue\r\n");

	answer(w, await(w, &d, ROUTE_FILE_PUT, 1),
	       (struct web_answer){.status = 401, .body = SPAN("No.\n")});
	WAIT_UNTIL((web_hears(&p), p.closed), disk_turn(w, &d));
	assert_true(web_has_heard(&p, "HTTP/1.1 401 Unauthorized\r\n"));
	assert_true(web_has_heard(&p, "\r\nWWW-Authenticate: Bearer\r\n"));
	assert_true(web_has_heard(&p, "\r\n\r\nNo.\n"));
	assert_false(web_has_heard(&p, "100 Continue"));
	assert_false(web_has_heard(&p, "Location"));
	assert_int_equal(d.n_acts[FILING_BEGIN], 0);
	assert_int_equal(n_asked(w, ROUTE_FILE_PUT_GONE), 0);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

static void what_is_not_kept_is_removed(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = ask_to_put(w, 3, "");

	let_in(w, await(w, &d, ROUTE_FILE_PUT, 1));
	web_say(w, &p, SPAN("abc"));
	answer(w, await(w, &d, ROUTE_FILE_PUT_DONE, 1),
	       (struct web_answer){.status = 403, .body = SPAN("No more.\n")});
	WAIT_UNTIL(web_has_heard(&p, "HTTP/1.1 403 Forbidden\r\n"), disk_turn(w, &d));
	WAIT_UNTIL(d.n_acts[FILING_DROP] == 1, disk_turn(w, &d));
	assert_false(d.is_there);
	assert_int_equal(n_asked(w, ROUTE_FILE_PUT_GONE), 0);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

static unsigned status_of(struct world *w, const char *bytes, const char *field)
{
	struct web_peer p = web_open(w, false);
	unsigned status;

	web_say(w, &p, span_of(bytes));
	WAIT_UNTIL((web_hears(&p), p.closed), turn(w));
	assert_true(span_starts(buf_span(&p.got), SPAN("HTTP/1.1 ")));
	status = (unsigned)strtoul(buf_str(&p.got) + 9, NULL, 10);
	assert_true(web_has_heard(&p, field));
	web_free(&p);
	return status;
}

static void what_is_no_upload_is_answered_at_once(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);

	assert_int_equal(status_of(w, "OPTIONS /f HTTP/1.1\r\n" HEAD "\r\n",
				   "\r\nAllow: OPTIONS, POST\r\nAccept-Post: */*\r\n"),
			 204);
	assert_int_equal(status_of(w, "OPTIONS /f/ HTTP/1.1\r\n" HEAD "\r\n", "Accept-Post"),
			 204);
	assert_int_equal(
		status_of(w, "GET /f HTTP/1.1\r\n" HEAD "\r\n", "\r\nAllow: OPTIONS, POST\r\n"),
		405);
	assert_int_equal(
		status_of(w, "POST /f/" ID " HTTP/1.1\r\n" HEAD "Content-Length: 0\r\n\r\n",
			  "\r\nAllow: GET, HEAD\r\n"),
		405);
	assert_int_equal(status_of(w,
				   "POST /f HTTP/1.1\r\n" HEAD
				   "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
				   ""),
			 411);
	assert_int_equal(status_of(w, "POST /f HTTP/1.1\r\n" HEAD "\r\n", ""), 411);
	assert_int_equal(status_of(w,
				   "POST /f HTTP/1.1\r\n" HEAD "Origin: https://evil\r\n"
				   "Content-Length: 1\r\n\r\nx",
				   ""),
			 403);
	assert_int_equal(
		status_of(w, "GET /f/" ID " HTTP/1.1\r\n" HEAD "Service-Worker: script\r\n\r\n",
			  ""),
		403);
	assert_int_equal(status_of(w, "GET /f/../f HTTP/1.1\r\n" HEAD "\r\n", ""), 400);
	assert_int_equal(status_of(w, "GET /f/a HTTP/1.1\r\n" HEAD "\r\n",
				   "\r\nCache-Control: no-store\r\n"),
			 404);
	assert_int_equal(status_of(w, "GET /f/" ID "/x HTTP/1.1\r\n" HEAD "\r\n", ""), 404);
	assert_int_equal(status_of(w, "GET /fx HTTP/1.1\r\n" HEAD "\r\n", ""), 404);
	assert_int_equal(w->n_heard, 0);
	world_free(w);
}

static void without_a_disk_there_is_nothing(void **state UNUSED)
{
	struct world *w = world_made(&web_tls, NULL, 0);

	w->config.files = NULL;
	w->shard = shard_new(&w->config, w->loop, w->hub);
	assert_int_equal(status_of(w, "OPTIONS /f HTTP/1.1\r\n" HEAD "\r\n", ""), 404);
	assert_int_equal(status_of(w, "GET /f/" ID " HTTP/1.1\r\n" HEAD "\r\n", ""), 404);
	assert_int_equal(status_of(w, PUT "Content-Length: 1\r\n\r\nx", ""), 404);
	assert_int_equal(w->n_heard, 0);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_comes_in_pieces_and_is_there_when_the_hub_says_so),
		cmocka_unit_test(what_comes_with_the_head_is_part_of_it),
		cmocka_unit_test(an_empty_file_comes_too),
		cmocka_unit_test(who_is_faster_than_the_disk_waits),
		cmocka_unit_test(a_refusal_comes_before_the_body),
		cmocka_unit_test(what_is_not_kept_is_removed),
		cmocka_unit_test(what_is_no_upload_is_answered_at_once),
		cmocka_unit_test(without_a_disk_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
