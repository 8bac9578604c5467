// SPDX-License-Identifier: MIT
// Files on their way from the disk to a connection.
#include "tests/unit/io/disk.h"

#define ID "AQIDBAUGBwgJCgsMDQ4PEA"
#define SIZE (3 * FILING_BYTES + 77)

static const struct file_id id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

static void keep(struct memory_disk *d, size_t len)
{
	char *to = buf_space(&d->bytes, len);

	for (size_t i = 0; i < len; i++)
		to[i] = (char)(i * 31 + (i >> 10));
	d->bytes.len = len;
	d->is_there = true;
}

static void ask(struct world *w, struct web_peer *p, const char *method, const char *more)
{
	struct buf head = {0};

	buf_printf(&head, "%s /f/" ID "?s=x HTTP/1.1\r\n" HEAD "%s\r\n", method, more);
	web_say(w, p, buf_span(&head));
	buf_clear(&head);
}

static const struct heard *asked(struct world *w, struct memory_disk *d, size_t n)
{
	WAIT_UNTIL(w->n_heard >= n, disk_turn(w, d));
	return &w->heard[n - 1];
}

static void give(struct world *w, const struct heard *heard, const char *name, const char *type,
		 uint64_t size)
{
	struct outbox *out = outbox_new();

	outbox_answer(out, heard->conn,
		      &(struct web_answer){.status = 200,
					   .then = WEB_GIVES,
					   .file = id,
					   .name = span_of(name),
					   .type = span_of(type),
					   .size = size});
	post(w, out);
}

// Head and body of the next answer that came whole; it is taken off.
static struct span next_answer(struct world *w, struct memory_disk *d, struct web_peer *p,
			       struct buf *head, bool is_head)
{
	char *end, *length;
	size_t head_len, body_len;

	buf_clear(head);
	WAIT_UNTIL(web_has_heard(p, "\r\n\r\n"), disk_turn(w, d));
	end = (char *)memmem(p->got.at, p->got.len, "\r\n\r\n", 4) + 4;
	head_len = (size_t)(end - p->got.at);
	buf_add_span(head, span_from(p->got.at, head_len));
	buf_drop(&p->got, head_len);
	length = strstr(buf_str(head), "\r\nContent-Length: ");
	assert_non_null(length);
	body_len = is_head ? 0 : strtoul(length + 18, NULL, 10);
	WAIT_UNTIL(web_hears(p).len >= body_len, disk_turn(w, d));
	assert_int_equal(p->got.len, body_len);
	return buf_span(&p->got);
}

static bool says(const struct buf *head, const char *text)
{
	return memmem(head->at, head->len, text, strlen(text)) != NULL;
}

static void a_file_leaves_in_pieces_with_all_its_fields(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = web_open(w, false);
	struct buf head = {0};
	struct span body;

	keep(&d, SIZE);
	ask(w, &p, "GET", "Authorization: Bearer t1\r\n");
	assert_int_equal(asked(w, &d, 1)->route, ROUTE_FILE_GET);
	assert_memory_equal(&w->heard[0].file, &id, sizeof(id));
	assert_string_equal(w->heard[0].text, "s=x|Bearer t1||");
	give(w, &w->heard[0], "tür.png", "image/png", SIZE);
	body = next_answer(w, &d, &p, &head, false);
	assert_int_equal(body.len, SIZE);
	assert_memory_equal(body.at, d.bytes.at, SIZE);
	assert_true(says(&head, "HTTP/1.1 200 OK\r\n"));
	assert_true(says(&head, "\r\nContent-Type: image/png\r\n"));
	assert_true(says(&head, "\r\nContent-Disposition: inline; filename=\"t__r.png\"; "
				"filename*=UTF-8''t%C3%BCr.png\r\n"));
	assert_true(says(&head, "\r\nX-Content-Type-Options: nosniff\r\n"));
	assert_true(
		says(&head, "\r\nContent-Security-Policy: sandbox; default-src 'none'\r\n"));
	assert_true(says(&head, "\r\nCross-Origin-Resource-Policy: same-origin\r\n"));
	assert_true(says(&head, "\r\nCache-Control: private, no-store\r\n"));
	assert_true(says(&head, "\r\nAccept-Ranges: bytes\r\n"));
	assert_false(says(&head, "no-store\r\nCache-Control"));
	assert_false(says(&head, "Connection: close"));
	assert_int_equal(d.n_acts[FILING_READ], 4);
	buf_clear(&head);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

static void one_request_follows_another(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 1);
	struct memory_disk d = {0};
	struct web_peer p = web_open(w, false);
	struct buf head = {0};

	keep(&d, SIZE);
	for (size_t n = 1; n <= ANSWERS_MAX; n++) {
		ask(w, &p, n % 2 ? "GET" : "HEAD", "");
		give(w, asked(w, &d, n), "a", "image/png", SIZE);
		(void)next_answer(w, &d, &p, &head, n % 2 == 0);
		assert_true(says(&head, "HTTP/1.1 200 OK\r\n"));
		assert_true(says(&head, "\r\nContent-Length: 196685\r\n"));
		assert_int_equal(says(&head, "Connection: close"), n == ANSWERS_MAX);
		buf_clear(&p.got);
	}
	WAIT_UNTIL((web_hears(&p), p.closed), disk_turn(w, &d));
	buf_clear(&head);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

static void check_range(struct world *w, struct memory_disk *d, const char *range,
			const char *status, const char *field, size_t from, size_t len)
{
	struct web_peer p = web_open(w, false);
	struct buf head = {0};
	struct span body;
	size_t n = w->n_heard + 1;

	ask(w, &p, "GET", range);
	give(w, asked(w, d, n), "a", "video/mp4", d->bytes.len);
	body = next_answer(w, d, &p, &head, false);
	assert_true(says(&head, status));
	assert_true(says(&head, field));
	assert_int_equal(body.len, len);
	if (len)
		assert_memory_equal(body.at, d->bytes.at + from, len);
	buf_clear(&head);
	web_free(&p);
}

static void a_part_leaves_alone(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	static const char part[] = "HTTP/1.1 206 Partial Content\r\n";

	keep(&d, SIZE);
	check_range(w, &d, "Range: bytes=0-0\r\n", part,
		    "\r\nContent-Range: bytes 0-0/196685\r\n", 0, 1);
	check_range(w, &d, "Range: bytes=65535-65536\r\n", part,
		    "\r\nContent-Range: bytes 65535-65536/196685\r\n", 65535, 2);
	check_range(w, &d, "Range: bytes=-70000\r\n", part,
		    "\r\nContent-Range: bytes 126685-196684/196685\r\n", 126685, 70000);
	check_range(w, &d, "Range: bytes=196685-\r\n", "HTTP/1.1 416 Range Not Satisfiable\r\n",
		    "\r\nContent-Range: bytes */196685\r\n", 0, 0);
	check_range(w, &d, "Range: bytes=0-1,3-4\r\n", "HTTP/1.1 200 OK\r\n", "", 0, SIZE);
	check_range(w, &d, "Range: bytes=4-3\r\n", "HTTP/1.1 200 OK\r\n", "", 0, SIZE);
	world_free(w);
	disk_clear(&d);
}

static void an_empty_file_leaves_too(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {.is_there = true};

	check_range(w, &d, "", "HTTP/1.1 200 OK\r\n", "\r\nContent-Length: 0\r\n", 0, 0);
	check_range(w, &d, "Range: bytes=0-\r\n", "HTTP/1.1 416 ", "bytes */0\r\n", 0, 0);
	world_free(w);
	disk_clear(&d);
}

static void check_shown(const char *type, const char *served, const char *how)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = web_open(w, false);
	struct buf head = {0};

	keep(&d, 1);
	ask(w, &p, "GET", "");
	give(w, asked(w, &d, 1), "a", type, 1);
	(void)next_answer(w, &d, &p, &head, false);
	assert_true(says(&head, served));
	assert_true(says(&head, how));
	buf_clear(&head);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

// Proves X9.
static void only_what_is_on_the_list_is_shown(void **state UNUSED)
{
	static const char other[] = "\r\nContent-Type: application/octet-stream\r\n";
	static const char saved[] = "\r\nContent-Disposition: attachment; ";

	check_shown("audio/ogg", "\r\nContent-Type: audio/ogg\r\n", "Disposition: inline;");
	check_shown("image/svg+xml", other, saved);
	check_shown("text/html", other, saved);
	check_shown("application/pdf", other, saved);
	check_shown("image/png\r\nX: y", other, saved);
	check_shown("", other, saved);
}

static void check_name(const char *name, const char *expected)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = web_open(w, false);
	struct buf head = {0}, field = {0};

	keep(&d, 1);
	ask(w, &p, "HEAD", "");
	give(w, asked(w, &d, 1), name, "", 1);
	(void)next_answer(w, &d, &p, &head, true);
	buf_printf(&field, "\r\nContent-Disposition: attachment; %s\r\n", expected);
	if (!says(&head, buf_str(&field)))
		print_message("%s\n%s\n", buf_str(&head), buf_str(&field));
	assert_true(says(&head, buf_str(&field)));
	buf_clear(&field);
	buf_clear(&head);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

// Proves X9.
static void no_name_gets_out_of_its_field(void **state UNUSED)
{
	char name[1001], expected[512];

	check_name("a\r\nSet-Cookie: x=y\r\n\r\n<script>",
		   "filename=\"a__Set-Cookie: x=y____<script>\"; "
		   "filename*=UTF-8''a__Set-Cookie%3A%20x%3Dy____%3Cscript%3E");
	check_name("a\"; filename=\"b.exe", "filename=\"a_; filename=_b.exe\"; "
					    "filename*=UTF-8''a%22%3B%20filename%3D%22b.exe");
	check_name("100%41.txt", "filename=\"100_41.txt\"; filename*=UTF-8''100%2541.txt");
	check_name("a\\b/c", "filename=\"a_b_c\"; filename*=UTF-8''a_b_c");
	check_name("photo\u202egpj.exe\u202c",
		   "filename=\"photo_gpj.exe_\"; filename*=UTF-8''photo_gpj.exe_");
	check_name("a.png.exe", "filename=\"a.png.exe\"; filename*=UTF-8''a.png.exe");
	check_name("", "filename=\"file\"; filename*=UTF-8''file");
	check_name("..", "filename=\"_.\"; filename*=UTF-8''_.");
	check_name("\xff\xfe", "filename=\"__\"; filename*=UTF-8''__");
	memset(name, 'a', 1000);
	name[1000] = '\0';
	snprintf(expected, sizeof(expected), "filename=\"%.200s\"; filename*=UTF-8''%.200s",
		 name, name);
	check_name(name, expected);
}

static void refused(struct memory_disk *d, uint64_t size, const char *status)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = web_open(w, false);

	ask(w, &p, "GET", "");
	give(w, asked(w, d, 1), "a", "image/png", size);
	WAIT_UNTIL(web_has_heard(&p, status), disk_turn(w, d));
	assert_true(web_has_heard(&p, "\r\nCache-Control: no-store\r\n"));
	assert_false(web_has_heard(&p, "Disposition"));
	web_free(&p);
	world_free(w);
	disk_clear(d);
}

static void what_is_not_there_as_it_was_is_not_sent(void **state UNUSED)
{
	struct memory_disk d = {0};

	refused(&d, 5, "HTTP/1.1 404 Not Found\r\n");
	keep(&d, 6);
	refused(&d, 5, "HTTP/1.1 404 Not Found\r\n");
	d = (struct memory_disk){.failing = FILING_READ, .fails = FILING_BROKEN};
	keep(&d, 5);
	refused(&d, 5, "HTTP/1.1 500 Internal Server Error\r\n");
}

static void what_is_removed_meanwhile_ends_there(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = web_open(w, false);

	keep(&d, SIZE);
	ask(w, &p, "GET", "");
	give(w, asked(w, &d, 1), "a", "image/png", SIZE);
	WAIT_UNTIL(d.n_acts[FILING_READ], disk_turn(w, &d));
	d.holds = true;
	WAIT_UNTIL(d.held, (turn(w), disk_turn(w, &d), web_hears(&p)));
	d.is_there = false;
	d.holds = false;
	disk_turn(w, &d);
	while (count(w, INBOX_ASKED) == 1 && SSL_get_shutdown(p.ssl) == 0 &&
	       recv(p.fd, &(char){0}, 1, MSG_PEEK | MSG_DONTWAIT) != 0)
		(web_hears(&p), disk_turn(w, &d));
	assert_true(web_hears(&p).len < SIZE);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

// Who reads nothing; gives how often the disk was asked until nothing moved any more.
static unsigned fill(struct world *w, struct memory_disk *d)
{
	unsigned before;

	do {
		before = d->n_acts[FILING_READ];
		disk_turns(w, d, 20);
	} while (d->n_acts[FILING_READ] > before);
	return before;
}

// Proves X10.
static void who_reads_slowly_holds_one_piece(void **state UNUSED)
{
	enum { MUCH = 64 * 1024 * 1024 };
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = web_open(w, false);
	struct buf head = {0};
	struct span body;

	keep(&d, MUCH);
	ask(w, &p, "GET", "");
	give(w, asked(w, &d, 1), "a", "image/png", MUCH);
	assert_true(fill(w, &d) < MUCH / FILING_BYTES);
	body = next_answer(w, &d, &p, &head, false);
	assert_int_equal(body.len, MUCH);
	assert_memory_equal(body.at, d.bytes.at, MUCH);
	assert_int_equal(d.n_acts[FILING_READ], MUCH / FILING_BYTES);
	buf_clear(&head);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

static void who_reads_nothing_is_cut_off(void **state UNUSED)
{
	enum { MUCH = 64 * 1024 * 1024 };
	struct world *w = world_made(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p;

	w->config.transfer_ms = 100;
	w->config.transfers_max = 1;
	w->shard = shard_new(&w->config, w->loop, w->hub);
	p = web_open(w, false);
	keep(&d, MUCH);
	ask(w, &p, "GET", "");
	give(w, asked(w, &d, 1), "a", "image/png", MUCH);
	(void)fill(w, &d);
	// Its place is free again.
	for (bool is_free = false; !is_free;) {
		struct web_peer q = web_open(w, false);
		struct buf head = {0};
		size_t n = w->n_heard + 1;

		ask(w, &q, "HEAD", "");
		give(w, asked(w, &d, n), "a", "image/png", MUCH);
		(void)next_answer(w, &d, &q, &head, true);
		is_free = says(&head, "HTTP/1.1 200 OK\r\n");
		buf_clear(&head);
		web_free(&q);
	}
	assert_true(web_hears(&p).len < MUCH);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

static void an_end_in_the_middle_leaves_nothing_behind(void **state UNUSED)
{
	enum { MUCH = 64 * 1024 * 1024 };
	struct world *w = world_with(&web_tls, NULL, 0);
	struct memory_disk d = {0};
	struct web_peer p = web_open(w, false), q = web_open(w, false);

	keep(&d, MUCH);
	ask(w, &p, "GET", "");
	give(w, asked(w, &d, 1), "a", "image/png", MUCH);
	ask(w, &q, "GET", "");
	give(w, asked(w, &d, 2), "a", "image/png", MUCH);
	(void)fill(w, &d);
	// One is told to go while a piece of it waits, the other leaves.
	send_parting(w, w->heard[0].conn, 0, PARTING_STOP, "");
	web_free(&q);
	disk_turns(w, &d, 20);
	web_free(&p);
	world_free(w);
	disk_clear(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_leaves_in_pieces_with_all_its_fields),
		cmocka_unit_test(one_request_follows_another),
		cmocka_unit_test(a_part_leaves_alone),
		cmocka_unit_test(an_empty_file_leaves_too),
		cmocka_unit_test(only_what_is_on_the_list_is_shown),
		cmocka_unit_test(no_name_gets_out_of_its_field),
		cmocka_unit_test(what_is_not_there_as_it_was_is_not_sent),
		cmocka_unit_test(what_is_removed_meanwhile_ends_there),
		cmocka_unit_test(who_reads_slowly_holds_one_piece),
		cmocka_unit_test(who_reads_nothing_is_cut_off),
		cmocka_unit_test(an_end_in_the_middle_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
