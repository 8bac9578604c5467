// SPDX-License-Identifier: MIT
// The page's files: by which path, in which coding, to whom; several on one connection.
#include "server/io/web_assets.h"
#include "tests/unit/io/web_peer.h"

#define BIG (8 * 1024 * 1024) // more than the system holds of it (tcp_wmem)
#define BIG_PATH "/assets/big-0123abcd.js"
#define GET(path) "GET " path " HTTP/1.1\r\n" HEAD

// In the place of those that the program has.
static const char big[BIG];
const struct web_asset web_assets[] = {
	{"/", "text/html; charset=utf-8", false, {"plain words", 11}, {"squeezed", 8}},
	{"/sw.js", "text/javascript; charset=utf-8", false, {"worker", 6}, {NULL, 0}},
	{BIG_PATH, "text/javascript; charset=utf-8", true, {big, BIG}, {NULL, 0}},
};
const size_t n_web_assets = ARRAY_LEN(web_assets);

// The next answer's head, and its body of a known length behind it.
static void hear(struct world *w, struct web_peer *p, const char *head, const char *body)
{
	buf_reset(&p->got);
	WAIT_UNTIL(web_has_heard(p, "\r\n\r\n") && web_has_heard(p, body), turn(w));
	assert_true(web_has_heard(p, head));
}

static void ask(struct world *w, struct web_peer *p, const char *request, const char *head,
		const char *body)
{
	web_say(w, p, span_of(request));
	hear(w, p, head, body);
}

static void wait_closed(struct world *w, struct web_peer *p)
{
	WAIT_UNTIL((web_hears(p), p->closed), turn(w));
}

static void one_connection_is_asked_again_and_again(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = web_open(w, false);

	for (int i = 0; i < 3; i++) {
		ask(w, &p, GET("/") "\r\n", "HTTP/1.1 200 ", "\r\n\r\nplain words");
		assert_false(web_has_heard(&p, "Connection: close"));
	}
	ask(w, &p, "HEAD / HTTP/1.1\r\n" HEAD "\r\n", "Content-Length: 11\r\n", "\r\n\r\n");
	assert_false(web_has_heard(&p, "plain words"));
	ask(w, &p, GET("/sw.js") "Service-Worker: script\r\n\r\n", " 200 ", "worker");
	ask(w, &p, GET("/") "Connection: close\r\n\r\n", "Connection: close\r\n", "words");
	wait_closed(w, &p);
	assert_int_equal(w->counts.refused[IO_REFUSED_HANDSHAKE], 0);
	assert_int_equal(w->n_heard, 0);
	web_free(&p);
	world_free(w);
}

static void after_a_page_a_connection_may_become_a_socket(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = web_open(w, false);

	ask(w, &p, GET("/") "\r\n", " 200 ", "plain words");
	ask(w, &p, UPGRADE "\r\n", " 101 ", "\r\n\r\n");
	socket_say(w, &p, 0x81, "NICK ann");
	WAIT_UNTIL(count(w, INBOX_LINE) == 1, turn(w));
	web_free(&p);
	world_free(w);
}

static void all_but_a_file_of_the_page_is_the_last(void **state UNUSED)
{
	static const char *const requests[] = {
		GET("/assets/none-0123abcd.js") "\r\n",
		GET("/assets/") "\r\n",
		GET("/") "\r\n" GET("/") "\r\n",
		GET("/") "Service-Worker: script\r\n\r\n",
		GET(BIG_PATH) "service-worker: script\r\n\r\n",
		"POST / HTTP/1.1\r\n" HEAD "Content-Length: 0\r\n\r\n",
	};
	static const char *const answers[] = {" 404 ", " 404 ", " 200 ",
					      " 403 ", " 403 ", " 405 "};
	struct world *w = world_with(&web_tls, NULL, 0);

	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		struct web_peer p = web_open(w, false);

		ask(w, &p, requests[i], answers[i], "Connection: close\r\n");
		wait_closed(w, &p);
		if (!strstr(answers[i], "200"))
			assert_true(web_has_heard(&p, "Content-Type: text/plain"));
		web_free(&p);
	}
	world_free(w);
}

static void it_is_compressed_for_who_says_so(void **state UNUSED)
{
	static const struct {
		const char *said;
		bool is_brotli;
	} rows[] = {
		{"gzip, deflate, br", true},   {"BR", true},
		{"br;q=0.5, gzip", true},      {"br ; q=0.001", true},
		{"br;q=1.000", true},          {"br;q=0", false},
		{"gzip, br; q=0.0", false},    {"br; q=0.000 , br", false},
		{"gzip, deflate", false},      {"", false},
		{"brotli, bread, br2", false},
	};
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = web_open(w, false);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf text = {0};

		buf_printf(&text, GET("/") "Accept-Encoding: %s\r\n\r\n", rows[i].said);
		ask(w, &p, buf_str(&text), "Vary: Accept-Encoding\r\n",
		    rows[i].is_brotli ? "\r\n\r\nsqueezed" : "\r\n\r\nplain words");
		assert_int_equal(web_has_heard(&p, "Content-Encoding: br\r\n"),
				 rows[i].is_brotli);
		buf_clear(&text);
	}
	web_free(&p);
	world_free(w);
}

static void what_has_a_hash_is_kept_and_the_rest_is_not(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = web_open(w, false);

	ask(w, &p, "HEAD " BIG_PATH " HTTP/1.1\r\n" HEAD "\r\n",
	    "Cache-Control: public, max-age=31536000, immutable\r\n", "\r\n\r\n");
	ask(w, &p, GET("/?a=b") "\r\n", "Cache-Control: no-store\r\n", "plain words");
	assert_false(web_has_heard(&p, "Strict-Transport-Security"));
	assert_false(web_has_heard(&p, "Set-Cookie"));
	web_free(&p);
	world_free(w);
}

static void a_vouched_certificate_is_to_stay(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct shard_settings *settings = shard_settings_new(
		world_tls(w, "other"), web_names_new(SPAN("localhost"), SPAN(""), true), 0, 0);
	struct web_peer p;

	mailbox_put(shard_mailbox(w->shard), &settings->letter);
	turns(w, 2);
	p = web_open(w, false);
	ask(w, &p, GET("/") "\r\n", "Strict-Transport-Security: max-age=31536000\r\n", "words");
	web_free(&p);
	world_free(w);
}

// Nothing of it waits in our memory; it goes on where it stopped.
static void a_slow_reader_gets_all_of_a_big_file(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = web_open(w, false);
	size_t head;

	// What the system holds for who reads does not grow then.
	assert_int_equal(setsockopt(SSL_get_fd(p.ssl), SOL_SOCKET, SO_RCVBUF, &(int){1 << 17},
				    sizeof(int)),
			 0);
	web_say(w, &p, SPAN(GET(BIG_PATH) "\r\n"));
	turns(w, 50);
	WAIT_UNTIL(web_has_heard(&p, "\r\n\r\n"), turn(w));
	head = (size_t)((char *)memmem(p.got.at, p.got.len, "\r\n\r\n", 4) - p.got.at) + 4;
	assert_true(p.got.len < BIG);
	WAIT_UNTIL(web_hears(&p).len == head + BIG, turn(w));
	for (size_t i = head; i < p.got.len; i++)
		assert_int_equal(p.got.at[i], 0);
	ask(w, &p, GET("/") "\r\n", " 200 ", "plain words");
	web_free(&p);
	world_free(w);
}

static void who_does_not_read_is_put_out(void **state UNUSED)
{
	const struct conn_times times = {PATIENCE_MS, 100, PATIENCE_MS, PATIENCE_MS, 100};
	struct world *w = world_with(&web_tls, &times, 0);
	struct web_peer p = web_open(w, false);

	web_say(w, &p, SPAN(GET(BIG_PATH) "\r\n"));
	WAIT_UNTIL(atomic_load(&w->counts.connected) == 0, turn(w));
	web_free(&p);
	world_free(w);
}

static void who_asks_no_more_is_not_counted(void **state UNUSED)
{
	const struct conn_times times = {300, PATIENCE_MS, PATIENCE_MS, PATIENCE_MS, 100};
	struct world *w = world_with(&web_tls, &times, 0);
	struct web_peer p = web_open(w, false);

	ask(w, &p, GET("/") "\r\n", " 200 ", "plain words");
	wait_closed(w, &p);
	assert_int_equal(w->counts.refused[IO_REFUSED_HANDSHAKE], 0);
	web_free(&p);
	p = web_open(w, false);
	wait_closed(w, &p);
	assert_int_equal(w->counts.refused[IO_REFUSED_HANDSHAKE], 1);
	web_free(&p);
	world_free(w);
}

static void a_connection_has_so_many_answers(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = web_open(w, false);

	for (int i = 1; i < ANSWERS_MAX; i++) {
		ask(w, &p, GET("/sw.js") "\r\n", " 200 ", "worker");
		assert_false(web_has_heard(&p, "Connection: close"));
	}
	ask(w, &p, GET("/sw.js") "\r\n", "Connection: close\r\n", "worker");
	wait_closed(w, &p);
	web_free(&p);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_connection_is_asked_again_and_again),
		cmocka_unit_test(after_a_page_a_connection_may_become_a_socket),
		cmocka_unit_test(all_but_a_file_of_the_page_is_the_last),
		cmocka_unit_test(it_is_compressed_for_who_says_so),
		cmocka_unit_test(what_has_a_hash_is_kept_and_the_rest_is_not),
		cmocka_unit_test(a_vouched_certificate_is_to_stay),
		cmocka_unit_test(a_slow_reader_gets_all_of_a_big_file),
		cmocka_unit_test(who_does_not_read_is_put_out),
		cmocka_unit_test(who_asks_no_more_is_not_counted),
		cmocka_unit_test(a_connection_has_so_many_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
