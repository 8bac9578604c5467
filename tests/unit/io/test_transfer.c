// SPDX-License-Identifier: MIT
// Files on their way from a connection to the disk.
#include "tests/unit/io/disk.h"

#define PUT "POST /f?target=here HTTP/1.1\r\n" HEAD "Authorization: Bearer t0\r\n"
#define SIZE (3 * FILING_BYTES + 77)

static const struct file_id id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
#define ID "AQIDBAUGBwgJCgsMDQ4PEA"

static void answer(struct world *w, const struct heard *heard, struct web_answer said)
{
	struct outbox *out = outbox_new();

	outbox_answer(out, heard->conn, &said);
	post(w, out);
}

static void let_in(struct world *w, const struct heard *heard)
{
	answer(w, heard, (struct web_answer){.then = WEB_TAKES, .file = id});
}

// The newest question of this route; waits for it.
static const struct heard *await(struct world *w, struct memory_disk *d, enum route route,
				 size_t n)
{
	const struct heard *found = NULL;
	int64_t began = clock_mono_ms();

	while (!found) {
		size_t left = n;

		for (size_t i = 0; i < w->n_heard; i++) {
			if (w->heard[i].kind == INBOX_ASKED && w->heard[i].route == route &&
			    left-- == 1)
				found = &w->heard[i];
		}
		disk_turn(w, d);
		assert_true(clock_mono_ms() - began < PATIENCE_MS);
	}
	return found;
}

static size_t n_asked(const struct world *w, enum route route)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_heard; i++)
		n += w->heard[i].kind == INBOX_ASKED && w->heard[i].route == route;
	return n;
}

// As much of it as the connection takes now.
static size_t push(struct web_peer *p, const char *bytes, size_t len)
{
	size_t done = 0;
	int sent;

	while (done < len) {
		size_t n = len - done < 16384 ? len - done : 16384;

		sent = SSL_write(p->ssl, bytes + done, (int)n);
		if (sent <= 0) {
			ERR_clear_error();
			return done;
		}
		done += (size_t)sent;
	}
	return done;
}

static void set_nonblocking(struct web_peer *p)
{
	SSL_set_mode(p->ssl,
		     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static char *body_of(size_t len)
{
	char *bytes = xmalloc(len);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(i * 31 + (i >> 10));
	return bytes;
}

static struct web_peer ask_to_put(struct world *w, size_t len, const char *more)
{
	struct web_peer p = web_open(w, false);
	struct buf head = {0};

	set_nonblocking(&p);
	buf_printf(&head, PUT "Content-Length: %zu\r\n%s\r\n", len, more);
	web_say(w, &p, buf_span(&head));
	buf_clear(&head);
	return p;
}

static void send_all(struct world *w, struct memory_disk *d, struct web_peer *p,
		     const char *body, size_t len)
{
	size_t sent = 0;

	WAIT_UNTIL((sent += push(p, body + sent, len - sent)) == len, disk_turn(w, d));
}

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

static unsigned status_of(struct world *w, const char *bytes, const char *field)
{
	struct web_peer p = web_open(w, false);
	unsigned status = 0;

	web_say(w, &p, span_of(bytes));
	WAIT_UNTIL((web_hears(&p), p.closed), turn(w));
	assert_int_equal(sscanf(buf_str(&p.got), "HTTP/1.1 %u ", &status), 1);
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
		cmocka_unit_test(who_leaves_in_the_middle_leaves_nothing),
		cmocka_unit_test(who_leaves_while_the_end_is_written_leaves_nothing),
		cmocka_unit_test(who_is_let_in_and_gone_is_told_of),
		cmocka_unit_test(a_disk_that_fails_is_told),
		cmocka_unit_test(a_drip_is_no_upload),
		cmocka_unit_test(there_is_a_bound_of_all_and_of_a_source),
		cmocka_unit_test(a_transfer_is_no_stranger),
		cmocka_unit_test(an_end_of_the_server_ends_them),
		cmocka_unit_test(what_is_no_upload_is_answered_at_once),
		cmocka_unit_test(without_a_disk_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
