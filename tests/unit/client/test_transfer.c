// SPDX-License-Identifier: MIT
// A file on its way, against a server of the test: what it hears, and every way in which it
// ends.
#include "client/files/transfer.h"

#include "common/http.h"
#include "tests/support/scripted_server.h"

#include <sys/stat.h>

struct fixture {
	struct loop *loop;
	struct scripted server;
	struct transfer *transfer;
	struct outgoing file;
	char folder[40], path[64], url[64], got[80];
	bool is_over, is_token, cuts;
	unsigned n_progress;
	uint64_t most;  // not 0: into memory
	struct buf end; // "url …", "path …" or "why …"
};

static const char *reply; // to a whole head; NULL: the server hangs up
static const char *reply_to_body;

static void on_line(struct scripted *s, struct span line)
{
	bool is_head_end = span_starts(line, SPAN("Authorization: ")) && reply;
	if (span_starts(line, SPAN("Authorization: ")) && !reply)
		scripted_drop(s);
	if (is_head_end)
		buf_add_str(&s->out, reply);
	if (span_eq(line, SPAN("body")) && reply_to_body)
		buf_add_str(&s->out, reply_to_body);
	scripted_flush(s);
}

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	char *error = NULL;
	f->loop = loop_new();
	scripted_init(&f->server, f->loop);
	f->server.is_web = true;
	f->server.on_line = on_line;
	strcpy(f->folder, "/tmp/snug-transfer-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/a b.txt", f->folder);
	snprintf(f->got, sizeof(f->got), "%s/got.txt", f->folder);
	snprintf(f->url, sizeof(f->url), "https://127.0.0.1:%s/f", f->server.port);
	FILE *out = fopen(f->path, "w");
	assert_non_null(out);
	fprintf(out, "body\r\n");
	fclose(out);
	assert_true(outgoing_open(&f->file, f->path, false, &error));
	reply = reply_to_body = NULL;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	transfer_free(f->transfer);
	outgoing_close(&f->file);
	scripted_clear(&f->server);
	loop_free(f->loop);
	unlink(f->path);
	unlink(f->got);
	// Nothing half is left.
	assert_int_equal(rmdir(f->folder), 0);
	buf_clear(&f->end);
	free(f);
	return 0;
}

static void on_progress(void *arg)
{
	struct fixture *f = arg;
	f->n_progress++;
	if (f->cuts)
		scripted_drop(&f->server);
}

// All that is there, and nobody changes it any more.
static void read_memory(struct fixture *f, int fd)
{
	char bytes[16];
	ssize_t got = pread(fd, bytes, sizeof(bytes), 0);
	assert_true(got >= 0);
	buf_add(&f->end, bytes, (size_t)got);
	buf_add_char(&f->end, ' ');
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
}

static void on_end(void *arg, const struct transfer_end *e)
{
	struct fixture *f = arg;
	if (f->most && e->path)
		read_memory(f, e->fd);
	buf_printf(&f->end, "%s %s",
		   e->url    ? "url"
		   : e->path ? "path"
			     : "why",
		   e->url    ? e->url
		   : e->path ? e->path
			     : e->why);
	f->is_token = e->is_token;
	f->is_over = true;
	transfer_free(f->transfer); // as may be done inside
	f->transfer = NULL;
}

static void run(struct fixture *f, bool sends, const char *wanted)
{
	struct https_keys keys = {0};
	struct pins pins = {0};
	struct transfer_order o = {
		.loop = f->loop, .url = f->url, .token = "t0ken", .keys = &keys};
	struct transfer_events events = {f, on_progress, on_end};
	struct incoming_place place = {.path = f->got, .folder = f->folder, .most = f->most};
	pins_set(&pins, f->server.pin);
	transfer_keys(&keys, &pins, NULL, "127.0.0.1", f->url);
	f->transfer = sends ? transfer_send(&o, "#den", &f->file, &events)
			    : transfer_get(&o, &place, &events);
	assert_non_null(f->transfer);
	WAIT_UNTIL(f->is_over, loop_turn(f->loop, STEP_MS));
	if (!strstr(buf_str(&f->end), wanted))
		fail_msg("\"%s\", not \"%s\"", buf_str(&f->end), wanted);
}

static void a_file_is_sent_once_the_server_wants_it(void **state)
{
	struct fixture *f = *state;
	char wanted[80];
	reply = HTTP_CONTINUE;
	reply_to_body = "HTTP/1.1 201 Created\r\nLocation: /f/ID\r\nContent-Length: 0\r\n\r\n";
	snprintf(wanted, sizeof(wanted), "url %s/ID", f->url);
	run(f, true, wanted);
	assert_true(scripted_heard(&f->server, "POST /f?target=%23den HTTP/1.1\n"));
	assert_true(scripted_heard(&f->server, "Content-Length: 6\n"));
	assert_true(scripted_heard(&f->server, "Expect: 100-continue\n"));
	assert_true(scripted_heard(&f->server, "Authorization: Bearer t0ken\n"));
	assert_true(scripted_heard(&f->server, "filename*=UTF-8''a%20b.txt\n"));
	assert_true(scripted_heard(&f->server, "body\n"));
	assert_true(f->n_progress > 0);
}

static void what_is_refused_is_not_sent(void **state)
{
	struct fixture *f = *state;
	reply = "HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain; charset=utf-8\r\n"
		"Content-Length: 22\r\n\r\nAt most 1 MiB, please.";
	run(f, true, "why At most 1 MiB, please.");
	assert_false(f->is_token);
	assert_false(scripted_heard(&f->server, "body\n"));
}

static void a_token_that_is_over_is_told_apart(void **state)
{
	struct fixture *f = *state;
	reply = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
	run(f, true, "why the server answers 401");
	assert_true(f->is_token);
}

static void a_cut_is_told(void **state)
{
	struct fixture *f = *state;
	run(f, true, "why the connection was cut");
}

static void another_key_hears_nothing(void **state)
{
	struct fixture *f = *state;
	uint8_t before[TLS_PIN_LEN];
	memcpy(before, f->server.pin, TLS_PIN_LEN);
	scripted_make_key(&f->server);
	memcpy(f->server.pin, before, TLS_PIN_LEN);
	reply = HTTP_CONTINUE;
	run(f, true, "why its address for files shows a key that is not known");
	assert_int_equal(f->server.heard.len, 0);
}

static void nobody_there_is_told(void **state)
{
	struct fixture *f = *state;
	scripted_hide(&f->server);
	run(f, false, "why cannot connect to 127.0.0.1: nobody answers there");
}

static void a_file_comes_whole(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	reply = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
	run(f, false, "path ");
	assert_int_equal(stat(f->got, &st), 0);
	assert_int_equal(st.st_size, 5);
	assert_true(scripted_heard(&f->server, "GET /f HTTP/1.1\n"));
}

static void one_for_memory_is_nowhere_else(void **state)
{
	struct fixture *f = *state;
	f->most = 5;
	reply = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
	run(f, false, "hello path memory");
	assert_int_equal(access(f->got, F_OK), -1);
	buf_reset(&f->end);
	f->is_over = false;
	f->most = 4;
	run(f, false, "why cannot keep memory: File too large");
}

static void half_of_one_is_none(void **state)
{
	struct fixture *f = *state;
	reply = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello";
	f->cuts = true; // once the first bytes came
	run(f, false, "why the connection was cut");
	assert_int_not_equal(access(f->got, F_OK), 0);
}

static void what_is_no_http_is_told(void **state)
{
	struct fixture *f = *state;
	reply = ":srv NOTICE * :hi\r\n\r\n";
	run(f, false, "why the answer is none that can be read");
}

#define TRANSFER_TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TRANSFER_TEST(a_file_is_sent_once_the_server_wants_it),
		TRANSFER_TEST(what_is_refused_is_not_sent),
		TRANSFER_TEST(a_token_that_is_over_is_told_apart),
		TRANSFER_TEST(a_cut_is_told),
		TRANSFER_TEST(another_key_hears_nothing),
		TRANSFER_TEST(nobody_there_is_told),
		TRANSFER_TEST(a_file_comes_whole),
		TRANSFER_TEST(one_for_memory_is_nowhere_else),
		TRANSFER_TEST(half_of_one_is_none),
		TRANSFER_TEST(what_is_no_http_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
