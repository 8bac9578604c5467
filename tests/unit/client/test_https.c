// SPDX-License-Identifier: MIT
// One request over HTTPS at a server of the test: whose key is good, what goes and comes in
// pieces, and each way in which it ends.
#include "client/outside/https.h"

#include "tests/support/scripted_server.h"

#include <signal.h>
#include <sys/socket.h>

#define LONG (8 << 20)
#define TURN_BYTES (256 * 1024)
#define TURN_MAX (TURN_BYTES + 16384) // the record that goes past it
#define HEAD_END "X-End: yes"

struct fixture {
	struct loop *loop;
	struct scripted server;
	struct https *https;
	struct https_keys keys;
	struct buf body, told; // "STATUS words", "0 sent|unsent WHY"
	unsigned n_pieces, n_sent;
	uint64_t sent;
	bool takes_none;
};

static const char *reply; // to a whole head

static void on_line(struct scripted *s, struct span line)
{
	if (!span_eq(line, SPAN(HEAD_END)))
		return;
	buf_add_str(&s->out, reply);
	scripted_flush(s);
}

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	signal(SIGPIPE, SIG_IGN);
	f->loop = loop_new();
	scripted_init(&f->server, f->loop);
	f->server.is_web = true;
	f->server.on_line = on_line;
	pins_set(&f->keys.pins, f->server.pin);
	reply = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	https_free(f->https);
	scripted_clear(&f->server);
	loop_free(f->loop);
	buf_clear(&f->body);
	buf_clear(&f->told);
	unsetenv("SSL_CERT_FILE");
	free(f);
	return 0;
}

static void on_sent(void *arg, uint64_t sent)
{
	struct fixture *f = arg;
	f->n_sent++;
	f->sent = sent;
}

static bool on_body(void *arg, const struct http_reply *head, struct span bytes)
{
	struct fixture *f = arg;
	assert_int_equal(head->status, 200);
	assert_true(bytes.len > 0);
	buf_add_span(&f->body, bytes);
	f->n_pieces++;
	return !f->takes_none;
}

static void on_end(void *arg, const struct https_answer *a)
{
	struct fixture *f = arg;
	if (a->status)
		buf_printf(&f->told, "%u " SPAN_FMT, a->status, SPAN_ARG(a->words));
	else
		buf_printf(&f->told, "0 %s %s", a->is_sent ? "sent" : "unsent", a->why);
}

static void start_at(struct fixture *f, const char *host, const struct https_body *body)
{
	struct https_events events = {f, on_sent, on_body, on_end};
	struct https_order o = {.method = body ? "POST" : "GET",
				.host = host,
				.port = f->server.port,
				.path = "/f",
				.fields = SPAN(HEAD_END "\r\n"),
				.keys = &f->keys,
				.body = body ? *body : (struct https_body){.fd = -1}};
	https_free(f->https);
	buf_reset(&f->told);
	buf_reset(&f->body);
	f->n_pieces = f->n_sent = 0;
	f->sent = 0;
	f->https = https_start(f->loop, &o, &events);
}

static void start(struct fixture *f, const struct https_body *body)
{
	start_at(f, "127.0.0.1", body);
}

static void expect_end(struct fixture *f, const char *wanted)
{
	WAIT_UNTIL(f->told.len, loop_turn(f->loop, STEP_MS));
	assert_string_equal(buf_str(&f->told), wanted);
}

// Whose key is good.

static void gets_with(struct fixture *f, const char *wanted)
{
	start_at(f, "localhost", NULL);
	expect_end(f, wanted);
}

static void a_key_that_is_neither_known_nor_vouched_for_is_none(void **state)
{
	static const char no[] = "0 unsent its address for files shows a key that is not "
				 "known: nothing was sent";
	struct fixture *f = *state;
	const uint8_t other[TLS_PIN_LEN] = {1};
	char authorities[80];
	snprintf(authorities, sizeof(authorities), "%s/cert.pem", f->server.dir);
	gets_with(f, "200 ");
	pins_set(&f->keys.pins, other);
	gets_with(f, no);
	f->keys.or_vouched = true;
	gets_with(f, no);
	setenv("SSL_CERT_FILE", authorities, 1);
	gets_with(f, "200 ");
	f->keys.or_vouched = false;
	gets_with(f, no);
	f->keys.pins = (struct pins){0};
	gets_with(f, no);
	// One that was announced is as good as one that is known, beside others.
	pins_set(&f->keys.pins, other);
	f->keys.has_next = true;
	memcpy(f->keys.next, f->server.pin, TLS_PIN_LEN);
	gets_with(f, "200 ");
	assert_int_equal(f->server.n_accepted, 7);
}

// What comes.

static void nothing_is_taken_behind_the_length(void **state)
{
	struct fixture *f = *state;
	reply = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef";
	start(f, NULL);
	expect_end(f, "200 ");
	assert_string_equal(buf_str(&f->body), "abc");
	assert_int_equal(f->n_sent, 0);
	assert_true(scripted_heard(&f->server, "GET /f HTTP/1.1\nHost: 127.0.0.1:"));
	assert_false(scripted_heard(&f->server, "Content-Length:"));
}

static void say_next(struct fixture *f, const char *bytes, bool hangs_up)
{
	unsigned n_pieces = f->n_pieces;
	WAIT_UNTIL(f->n_pieces > 0, loop_turn(f->loop, STEP_MS));
	buf_add_str(&f->server.out, bytes);
	scripted_flush(&f->server);
	if (hangs_up)
		scripted_drop(&f->server);
	else
		WAIT_UNTIL(f->n_pieces > n_pieces, loop_turn(f->loop, STEP_MS));
}

static void a_body_comes_in_its_own_time(void **state)
{
	struct fixture *f = *state;
	reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc";
	start(f, NULL);
	say_next(f, "\r\n4\r\ndefg\r\n", false);
	assert_int_equal(f->told.len, 0);
	say_next(f, "1\r\nh\r\n0\r\n\r\n", false);
	expect_end(f, "200 ");
	assert_string_equal(buf_str(&f->body), "abcdefgh");
	// Without a length it ends with the connection.
	reply = "HTTP/1.1 200 OK\r\n\r\nabc";
	start(f, NULL);
	say_next(f, "de", false);
	assert_int_equal(f->told.len, 0);
	say_next(f, "f", true);
	expect_end(f, "200 ");
	assert_string_equal(buf_str(&f->body), "abcdef");
}

static void half_a_body_is_told_as_cut(void **state)
{
	static const char *const heads[] = {"Content-Length: 9", "Transfer-Encoding: chunked"};
	struct fixture *f = *state;
	char text[100];
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\n%s\r\n\r\n3\r\nabc", heads[i]);
		reply = text;
		start(f, NULL);
		say_next(f, "\r\n", true);
		expect_end(f, "0 sent the connection was cut");
	}
}

static void a_cut_without_a_goodbye_is_told_as_such(void **state)
{
	struct fixture *f = *state;
	reply = "HTTP/1.1 200 OK\r\n\r\nabc";
	start(f, NULL);
	WAIT_UNTIL(f->n_pieces, loop_turn(f->loop, STEP_MS));
	// Behind the back of TLS: whether that was all is not known.
	loop_remove(f->server.watch);
	f->server.watch = NULL;
	shutdown(f->server.fd, SHUT_RDWR);
	expect_end(f, "0 sent the connection was cut");
}

static void what_cannot_be_kept_is_offered_once(void **state)
{
	struct fixture *f = *state;
	f->takes_none = true;
	reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		"1\r\na\r\n1\r\nb\r\n0\r\n\r\n";
	start(f, NULL);
	expect_end(f, "0 sent it could not be kept");
	assert_int_equal(f->n_pieces, 1);
}

static void of_a_refusal_the_beginning_is_read(void **state)
{
	struct fixture *f = *state;
	struct buf text = {0};
	buf_add_str(&text, "HTTP/1.1 400 No\r\nContent-Length: 100000\r\n\r\n");
	for (int i = 0; i < 100000; i++)
		buf_add_char(&text, 'x');
	reply = buf_str(&text);
	start(f, NULL);
	WAIT_UNTIL(f->told.len, (loop_turn(f->loop, STEP_MS), scripted_flush(&f->server)));
	assert_memory_equal(f->told.at, "400 xxx", 7);
	assert_in_range(f->told.len, HTTPS_WORDS_MAX, HTTPS_WORDS_MAX + 16384 + 4);
	assert_int_equal(f->n_pieces, 0);
	buf_clear(&text);
}

// In bursts whose tail lies inside of TLS, with nothing behind them on the wire.
static void a_long_answer_comes_on_and_leaves_others_their_turn(void **state)
{
	struct fixture *f = *state;
	struct buf text = {0};
	size_t sent = 0, before = 0;
	const int room = 4 * TURN_BYTES;
	while (text.len < LONG)
		buf_printf(&text, "%07zu", text.len / 7);
	reply = "HTTP/1.1 200 OK\r\n\r\n";
	start(f, NULL);
	assert_true(scripted_hears(&f->server, HEAD_END));
	setsockopt(f->server.fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	for (size_t i = 0; sent < text.len; i++) {
		struct span rest = span_after(buf_span(&text), sent);
		size_t len = TURN_BYTES + i * 37 % 700;
		buf_add_span(&f->server.out,
			     span_from(rest.at, len < rest.len ? len : rest.len));
		sent += len < rest.len ? len : rest.len;
		scripted_flush(&f->server);
		while (f->body.len < sent && !f->told.len) {
			loop_turn(f->loop, STEP_MS);
			// With what waits inside of TLS it may have two.
			assert_in_range(f->body.len - before, 0, 2 * TURN_MAX);
			before = f->body.len;
			scripted_flush(&f->server);
		}
	}
	scripted_drop(&f->server);
	expect_end(f, "200 ");
	assert_int_equal(f->body.len, text.len);
	assert_memory_equal(f->body.at, text.at, text.len);
	buf_clear(&text);
}

// What goes.

static void continues(struct scripted *s, struct span line)
{
	if (span_eq(line, SPAN(HEAD_END)))
		scripted_say(s, "HTTP/1.1 100 Continue\r\n");
}

// It hears no more of it.
static void continues_and_sleeps(struct scripted *s, struct span line)
{
	if (!span_eq(line, SPAN(HEAD_END)))
		return;
	loop_remove(s->watch);
	s->watch = NULL;
	scripted_say(s, "HTTP/1.1 100 Continue\r\n");
}

static void a_short_body_goes_with_its_head(void **state)
{
	struct fixture *f = *state;
	start(f, &(struct https_body){SPAN("a=b\n"), -1, 4});
	expect_end(f, "200 ");
	assert_true(scripted_heard(&f->server, "Content-Length: 4\nX-End"));
	// One of a file is waited with, however short.
	FILE *file = tmpfile();
	fputs("body\n", file);
	fflush(file);
	reply = "HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno";
	start(f, &(struct https_body){SPAN(""), fileno(file), 5});
	expect_end(f, "413 no");
	assert_true(scripted_heard(&f->server, "Content-Length: 5\nExpect: 100-continue\n"));
	assert_false(scripted_heard(&f->server, "body"));
	fclose(file);
}

static void a_file_that_became_shorter_is_not_sent_for_the_longer(void **state)
{
	struct fixture *f = *state;
	FILE *file = tmpfile();
	fputs("body\n", file);
	fflush(file);
	f->server.on_line = continues;
	start(f, &(struct https_body){SPAN(""), fileno(file), 6});
	expect_end(f, "0 sent the file became shorter while it was sent");
	fclose(file);
}

static void wake_up(struct fixture *f)
{
	f->server.watch =
		loop_add(f->loop, f->server.fd, LOOP_READ, scripted_on_ready, &f->server);
}

static void a_long_body_goes_whole_and_it_is_told_how_far(void **state)
{
	struct fixture *f = *state;
	struct buf bytes = {0};
	while (bytes.len < LONG)
		buf_printf(&bytes, "%06zu\n", bytes.len / 7);
	f->server.on_line = continues_and_sleeps;
	start(f, &(struct https_body){buf_span(&bytes), -1, bytes.len});
	// It stands, with what nobody takes.
	WAIT_UNTIL(f->n_sent, loop_turn(f->loop, STEP_MS));
	assert_in_range(f->sent, 1, TURN_MAX);
	f->server.on_line = NULL;
	wake_up(f);
	WAIT_UNTIL(f->sent == bytes.len, loop_turn(f->loop, STEP_MS));
	assert_true(f->n_sent > bytes.len / TURN_MAX);
	WAIT_UNTIL(f->server.heard.len >= bytes.len, loop_turn(f->loop, STEP_MS));
	assert_memory_equal(f->server.heard.at + f->server.heard.len - bytes.len, bytes.at,
			    bytes.len);
	scripted_say(&f->server, "HTTP/1.1 201 Made\r\nContent-Length: 0\r\n");
	expect_end(f, "201 ");
	buf_clear(&bytes);
}

static void why_no_more_is_taken_is_read_of_who_hangs_up(void **state)
{
	struct fixture *f = *state;
	struct buf bytes = {0};
	while (bytes.len < LONG)
		buf_add_str(&bytes, "tide\n");
	f->server.on_line = continues_and_sleeps;
	start(f, &(struct https_body){buf_span(&bytes), -1, bytes.len});
	WAIT_UNTIL(f->n_sent, loop_turn(f->loop, STEP_MS));
	scripted_say(&f->server, "HTTP/1.1 413 No\r\nContent-Length: 8\r\n\r\ntoo long");
	scripted_drop(&f->server);
	expect_end(f, "413 too long");
	buf_clear(&bytes);
}

// The way there.

static int accept_raw(struct fixture *f)
{
	struct net_address peer;
	int fd = -1;
	start(f, NULL);
	WAIT_UNTIL((fd = net_accept(f->server.listen_fd, &peer)) >= 0,
		   loop_turn(f->loop, STEP_MS));
	return fd;
}

static void who_speaks_no_tls_is_told(void **state)
{
	struct fixture *f = *state;
	loop_remove(f->server.listen_watch);
	f->server.listen_watch = NULL;
	int fd = accept_raw(f);
	assert_int_equal(write(fd, "220 hello, this is no TLS\r\n", 27), 27);
	expect_end(f, "0 unsent the other side does not speak TLS");
	close(fd);
	close(accept_raw(f));
	WAIT_UNTIL(f->told.len, loop_turn(f->loop, STEP_MS));
	assert_true(span_starts(buf_span(&f->told), SPAN("0 unsent the connection was cut")));
}

static void who_leaves_hangs_up(void **state)
{
	struct fixture *f = *state;
	reply = "";
	start(f, NULL);
	assert_true(scripted_hears(&f->server, HEAD_END));
	https_free(f->https);
	f->https = NULL;
	WAIT_UNTIL(f->server.fd < 0, loop_turn(f->loop, STEP_MS));
	assert_int_equal(f->told.len, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_that_is_neither_known_nor_vouched_for_is_none),
		TEST(nothing_is_taken_behind_the_length),
		TEST(a_body_comes_in_its_own_time),
		TEST(half_a_body_is_told_as_cut),
		TEST(a_cut_without_a_goodbye_is_told_as_such),
		TEST(what_cannot_be_kept_is_offered_once),
		TEST(of_a_refusal_the_beginning_is_read),
		TEST(a_long_answer_comes_on_and_leaves_others_their_turn),
		TEST(a_short_body_goes_with_its_head),
		TEST(a_file_that_became_shorter_is_not_sent_for_the_longer),
		TEST(a_long_body_goes_whole_and_it_is_told_how_far),
		TEST(why_no_more_is_taken_is_read_of_who_hangs_up),
		TEST(who_speaks_no_tls_is_told),
		TEST(who_leaves_hangs_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
