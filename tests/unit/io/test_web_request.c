// SPDX-License-Identifier: MIT
// What a request comes to, by its bytes alone.
#include "server/io/web_assets.h"
#include "server/io/web_private.h"
#include "tests/unit/io/world.h"

#define POST(path, more) "POST " path " HTTP/1.1\r\n" more "\r\n"
#define GET(path, more) "GET " path " HTTP/1.1\r\n" more "\r\n"
#define HOST "Host: localhost\r\n"
#define NONE "Content-Length: 0\r\n"
#define UPGRADE                                                                                \
	HOST "Upgrade: websocket\r\nConnection: Upgrade\r\n"                                   \
	     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define FILE_ID "AAAAAAAAAAAAAAAAAAAAAA"

static char tls[1]; // stands for a stream: nothing is read of it here

static struct carrier_world world;

static struct web *web_new(bool is_tls)
{
	struct web *w = xcalloc(1, sizeof(*w));

	if (!world.names)
		world.names = web_names_new(SPAN("localhost here.example"),
					    SPAN("https://there.example:8443"), false);
	world.has_files = true;
	w->world = &world;
	w->tls = is_tls ? (struct tls *)(void *)tls : NULL;
	w->phase = WEB_ASKING;
	w->request = xcalloc(1, sizeof(*w->request));
	w->request->route = -1;
	return w;
}

static bool feed(struct web *w, const char *bytes)
{
	buf_add_str(&w->request->bytes, bytes);
	return web_take_request(w);
}

static void web_free(struct web *w)
{
	buf_clear(&w->request->bytes);
	buf_clear(&w->words);
	free(w->request);
	free(w);
}

// The status with which it is answered here; the route that the hub is asked by, as a negative
// number below -1; 1: a WebSocket; 2: a file of the page; 0: there is more to come.
#define ASKED(route) (-2 - (int)(route))
#define SOCKET 1
#define PAGE 2
#define MORE 0

static int comes_to(const struct web *w, bool is_whole)
{
	const struct web_request *r = w->request;

	if (!is_whole)
		return MORE;
	if (w->phase == WEB_TALKING)
		return SOCKET;
	assert_int_equal(w->phase, WEB_ASKED);
	if (r->route >= 0)
		return ASKED(r->route);
	return r->asset ? PAGE : (int)r->status;
}

struct row {
	bool is_tls;
	const char *bytes;
	int then;
	const char *more; // fields of the answer; NULL: whatever they are
};

static void expect_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct web *w = web_new(rows[i].is_tls);
		int then = comes_to(w, feed(w, rows[i].bytes));
		const char *more = w->request->more ? w->request->more : "";

		if (then != rows[i].then)
			fail_msg("%d: %s", then, rows[i].bytes);
		if (rows[i].more && strcmp(more, rows[i].more) != 0)
			fail_msg("%s: %s", more, rows[i].bytes);
		web_free(w);
	}
}

#define EXPECT(...)                                                                            \
	do {                                                                                   \
		static const struct row rows_[] = {__VA_ARGS__};                               \
		expect_rows(rows_, ARRAY_LEN(rows_));                                          \
	} while (0)

static void it_is_for_one_of_our_names(void **state UNUSED)
{
	EXPECT({true, GET("/", "Host: localhost\r\n"), PAGE, NULL},
	       {true, GET("/", "Host: HERE.example\r\n"), PAGE, NULL},
	       {true, GET("/", "Host: here.example:8443\r\n"), PAGE, NULL},
	       {true, GET("/", "Host: here.exampl\r\n"), 421, NULL},
	       {true, GET("/", "Host: evil\r\n"), 421, NULL},
	       {true, GET("/", "Host: [::1]\r\n"), 421, NULL},
	       {true, GET("/", "Host: 127.0.0.1\r\n"), 421, NULL},
	       {false, GET("/metrics", "Host: LOCALHOST:9464\r\n"), ASKED(ROUTE_METRICS), NULL},
	       {false, GET("/metrics", "Host: [::1]\r\n"), ASKED(ROUTE_METRICS), NULL},
	       {false, GET("/metrics", "Host: [::1]:9464\r\n"), ASKED(ROUTE_METRICS), NULL},
	       {false, GET("/metrics", "Host: 127.1.2.3:9\r\n"), ASKED(ROUTE_METRICS), NULL},
	       {false, GET("/metrics", "Host: 128.0.0.1\r\n"), 421, NULL},
	       {false, GET("/metrics", "Host: [::2]\r\n"), 421, NULL},
	       {false, GET("/metrics", "Host: here.example\r\n"), 421, NULL});
}

#define FROM(host, origin) POST("/hook/a", "Host: " host "\r\n" NONE "Origin: " origin "\r\n")
#define HOOKED ASKED(ROUTE_HOOK)

static void it_is_sent_by_a_page_of_ours_or_by_none(void **state UNUSED)
{
	EXPECT({true, POST("/hook/a", HOST NONE), HOOKED, NULL},
	       {true, FROM("localhost", "https://localhost"), HOOKED, NULL},
	       {true, FROM("localhost", "HTTPS://LocalHost:443"), HOOKED, NULL},
	       {true, FROM("localhost:443", "https://localhost"), HOOKED, NULL},
	       {true, FROM("localhost:8443", "https://localhost:8443"), HOOKED, NULL},
	       {true, FROM("localhost", "https://there.example:8443"), HOOKED, NULL},
	       {true, FROM("localhost", "https://there.example"), 403, NULL},
	       {true, FROM("localhost", "https://localhost:8443"), 403, NULL},
	       {true, FROM("localhost:8443", "https://localhost"), 403, NULL},
	       {true, FROM("localhost", "http://localhost"), 403, NULL},
	       {true, FROM("localhost", "https://here.example"), 403, NULL},
	       {true, FROM("localhost", "null"), 403, NULL},
	       {true, FROM("localhost", ""), 403, NULL},
	       {false, GET("/metrics", HOST "Origin: https://localhost\r\n"), 403, NULL},
	       {false, GET("/metrics", HOST "Origin: https://there.example:8443\r\n"), 403,
		NULL});
}

static void it_goes_where_its_path_leads(void **state UNUSED)
{
	EXPECT({true, POST("/hook/a", HOST NONE), HOOKED, NULL},
	       {true, POST("/hook/", HOST NONE), 404, NULL},
	       {true, POST("/hook/a/b", HOST NONE), 404, NULL},
	       {true, POST("/hook", HOST NONE), 404, NULL},
	       {true, POST("/hooks/a", HOST NONE), 404, NULL},
	       {true, POST("/oidc/logout", HOST NONE), ASKED(ROUTE_LOGOUT), NULL},
	       {true, POST("/oidc/logout/a", HOST NONE), 404, NULL},
	       {true, POST("/oidc/logou", HOST NONE), 404, NULL},
	       {true, GET("/metrics", HOST), 404, NULL},
	       {false, GET("/metrics", HOST), ASKED(ROUTE_METRICS), NULL},
	       {false, POST("/hook/a", HOST NONE), 404, NULL},
	       {false, GET("/", HOST), 404, NULL},
	       {true, GET("/hook/a", HOST), 405, "Allow: POST\r\n"},
	       {false, POST("/metrics", HOST NONE), 405, "Allow: GET\r\n"},
	       {true, POST("/hook/a", HOST "Content-Length: 16385\r\n"), 413, ""},
	       {true, POST("/hook/a", HOST "Content-Length: 16384\r\n"), MORE, NULL},
	       {true, POST("/hook/a", HOST "Content-Length: 2\r\n") "ok", HOOKED, NULL},
	       {true, POST("/hook/a", HOST "Content-Length: 2\r\n") "o", MORE, NULL},
	       {true, POST("/hook/a", HOST "Content-Length: 2\r\n") "oky", 400, NULL});
}

static void a_socket_is_opened_at_its_paths(void **state UNUSED)
{
	EXPECT({true, GET("/", UPGRADE "Sec-WebSocket-Version: 13\r\n"), SOCKET, NULL},
	       {true, GET("/socket", UPGRADE "Sec-WebSocket-Version: 13\r\n"), SOCKET, NULL},
	       {true, GET("/webirc/websocket/", UPGRADE "Sec-WebSocket-Version: 13\r\n"),
		SOCKET, NULL},
	       {true, GET("/nowhere", UPGRADE "Sec-WebSocket-Version: 13\r\n"), 404, NULL},
	       {false, GET("/socket", UPGRADE "Sec-WebSocket-Version: 13\r\n"), 404, NULL},
	       {true, GET("/", UPGRADE "Sec-WebSocket-Version: 12\r\n"), 426,
		WEBSOCKET_VERSION},
	       {true, GET("/socket", HOST), 426, NULL},
	       {true, GET("/", HOST "Upgrade: x\r\nConnection: Upgrade\r\n"), 426, NULL},
	       {true,
		GET("/", HOST "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			      "Sec-WebSocket-Version: 13\r\n"),
		400, ""},
	       {true, GET("/", UPGRADE "Sec-WebSocket-Version: 13\r\n") "x", 400, NULL});
}

static void who_took_the_wrong_port_is_told(void **state UNUSED)
{
	static const struct {
		const char *bytes;
		bool is_irc;
	} rows[] = {{"CAP LS 302\r\n", true},         {"pass x\r\n", true},
		    {"NICK ann\r\n", true},           {"USER a 0 * :b\r\n", true},
		    {"AUTHENTICATE PLAIN\r\n", true}, {"PING x\r\n", true},
		    {"CAPTION x\r\n", false},         {"GARBAGE\r\n", false}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct web *w = web_new(true);

		assert_true(feed(w, rows[i].bytes));
		assert_int_equal(strncmp(w->request->text, "ERROR :", 7) == 0, rows[i].is_irc);
		web_free(w);
	}
}

static void who_waits_to_be_told_to_go_on_is_told_once(void **state UNUSED)
{
	for (int waits = 0; waits < 2; waits++) {
		struct web *w = web_new(true);

		assert_false(feed(w, "POST /hook/a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n"));
		assert_false(feed(w, waits ? "Expect: 100-continue\r\n\r\n" : "\r\n"));
		assert_false(feed(w, "a"));
		assert_false(feed(w, "b"));
		assert_string_equal(buf_str(&w->words), waits ? HTTP_CONTINUE : "");
		assert_true(feed(w, "c"));
		assert_true(span_eq(w->request->body, SPAN("abc")));
		assert_true(span_eq(w->request->rest, SPAN("a")));
		web_free(w);
	}
}

static void files_have_a_space_of_their_own(void **state UNUSED)
{
	EXPECT({true, POST("/f", HOST NONE), ASKED(ROUTE_FILE_PUT), NULL},
	       {true, POST("/f/", HOST NONE), ASKED(ROUTE_FILE_PUT), NULL},
	       {true, GET("/f/" FILE_ID, HOST), ASKED(ROUTE_FILE_GET), NULL},
	       {true, "HEAD /f/" FILE_ID " HTTP/1.1\r\n" HOST "\r\n", ASKED(ROUTE_FILE_GET),
		NULL},
	       {true, GET("/f/nothing", HOST), 404, NULL}, {true, GET("/fx", HOST), 404, NULL},
	       {true, GET("/f", HOST), 405, "Allow: OPTIONS, POST\r\n"},
	       {true, POST("/f/" FILE_ID, HOST NONE), 405, "Allow: GET, HEAD\r\n"},
	       {true, "OPTIONS /f HTTP/1.1\r\n" HOST "\r\n", 204,
		"Allow: OPTIONS, POST\r\nAccept-Post: */*\r\n"},
	       {true, GET("/f/" FILE_ID, HOST "Service-Worker: script\r\n"), 403, NULL},
	       {false, GET("/f/" FILE_ID, HOST), 404, NULL});
}

static void without_files_there_is_no_such_space(void **state UNUSED)
{
	struct web *w = web_new(true);

	world.has_files = false;
	assert_int_equal(comes_to(w, feed(w, GET("/f/" FILE_ID, HOST))), 404);
	web_free(w);
}

static void the_page_is_read_by_get(void **state UNUSED)
{
	EXPECT({true, GET("/", HOST), PAGE, NULL},
	       {true, "HEAD / HTTP/1.1\r\n" HOST "\r\n", PAGE, NULL},
	       {true, GET("/sw.js", HOST "Service-Worker: script\r\n"), PAGE, NULL},
	       {true, GET("/", HOST "Service-Worker: script\r\n"), 403, NULL},
	       {true, POST("/", HOST NONE), 405, "Allow: GET, HEAD\r\n"},
	       {false, GET("/sw.js", HOST), 404, NULL});
}

static void another_may_follow_a_page_or_a_file(void **state UNUSED)
{
	static const struct {
		const char *bytes;
		bool goes_on;
	} rows[] = {{GET("/", HOST), true},
		    {GET("/", HOST "Connection: close\r\n"), false},
		    {GET("/", HOST) "G", false},
		    {GET("/f/" FILE_ID, HOST), true},
		    {GET("/f/" FILE_ID, HOST "Connection: close\r\n"), false},
		    {GET("/f/nothing", HOST), false},
		    {POST("/hook/a", HOST NONE), false}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct web *w = web_new(true);

		assert_true(feed(w, rows[i].bytes));
		if (w->request->goes_on != rows[i].goes_on)
			fail_msg("%s", rows[i].bytes);
		web_free(w);
	}
}

static void it_is_compressed_where_that_is_taken(void **state UNUSED)
{
	static const struct {
		const char *said;
		bool is_brotli;
	} rows[] = {{"br", true},
		    {"gzip, BR ", true},
		    {"br;q=0.5", true},
		    {"br; q=0", false},
		    {"br;q=0.000", false},
		    {"br;Q=0.001", true},
		    {"gzip, deflate", false},
		    {"brotli", false},
		    {"br;q=0, br", false}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct web *w = web_new(true);
		struct buf bytes = {0};

		buf_printf(&bytes, GET("/", HOST "Accept-Encoding: %s\r\n"), rows[i].said);
		assert_true(feed(w, buf_str(&bytes)));
		if (w->request->has_brotli != rows[i].is_brotli)
			fail_msg("%s", rows[i].said);
		buf_clear(&bytes);
		web_free(w);
	}
}

// A body that is read as it comes: first what came with the head.
static void a_file_is_taken_from_behind_its_head(void **state UNUSED)
{
	struct web *w = web_new(true);
	struct carrier c = {.own = w};
	char to[8];
	size_t done;

	assert_true(feed(
		w, POST("/f", HOST "Content-Length: 9\r\nExpect: 100-continue\r\n") "abcde"));
	assert_int_equal(web_take(&c, to, 3, &done), TLS_OK);
	assert_int_equal(done, 3);
	assert_memory_equal(to, "abc", 3);
	assert_int_equal(web_take(&c, to, 8, &done), TLS_OK);
	assert_int_equal(done, 2);
	assert_memory_equal(to, "de", 2);
	web_expect(&c);
	assert_string_equal(buf_str(&w->words), HTTP_CONTINUE);
	assert_true(c.has_words);
	web_give(&c, SPAN(""));
	assert_true(c.has_words);
	buf_clear(&w->words);
	web_give(&c, SPAN(""));
	assert_false(c.has_words);
	w->request->head.wants_continue = false;
	web_expect(&c);
	assert_int_equal(w->words.len, 0);
	web_free(w);
}

static void what_is_said_beside_a_file(void **state UNUSED)
{
	static const struct {
		unsigned status;
		const char *has;
	} rows[] = {{200, NULL},
		    {206, "Content-Range: bytes 2-4/10\r\n"},
		    {416, "Content-Range: bytes */10\r\n"}};
	const struct web_answer answer = {
		.size = 10, .name = SPAN("a cat"), .type = SPAN("image/png")};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct web_request r = {.status = rows[i].status, .part = {2, 3}};
		struct buf out = {0};

		web_add_file_fields(&r, &answer, &out);
		assert_int_equal(strstr(buf_str(&out), "Content-Range") != NULL,
				 rows[i].has != NULL);
		if (rows[i].has)
			assert_non_null(strstr(buf_str(&out), rows[i].has));
		buf_clear(&out);
	}
}

static void what_is_said_beside_a_refusal(void **state UNUSED)
{
	static const struct {
		unsigned status;
		const char *fields;
	} rows[] = {{200, ""},
		    {401, "WWW-Authenticate: Bearer\r\n"},
		    {201, "Location: /f/" FILE_ID "\r\n"}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct web_answer answer = {.status = rows[i].status};
		struct buf out = {0};

		web_add_refusal_fields(&answer, &out);
		assert_string_equal(buf_str(&out), rows[i].fields);
		buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_for_one_of_our_names),
		cmocka_unit_test(it_is_sent_by_a_page_of_ours_or_by_none),
		cmocka_unit_test(it_goes_where_its_path_leads),
		cmocka_unit_test(a_socket_is_opened_at_its_paths),
		cmocka_unit_test(who_took_the_wrong_port_is_told),
		cmocka_unit_test(who_waits_to_be_told_to_go_on_is_told_once),
		cmocka_unit_test(files_have_a_space_of_their_own),
		cmocka_unit_test(without_files_there_is_no_such_space),
		cmocka_unit_test(the_page_is_read_by_get),
		cmocka_unit_test(another_may_follow_a_page_or_a_file),
		cmocka_unit_test(it_is_compressed_where_that_is_taken),
		cmocka_unit_test(a_file_is_taken_from_behind_its_head),
		cmocka_unit_test(what_is_said_beside_a_file),
		cmocka_unit_test(what_is_said_beside_a_refusal),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	web_names_free((struct web_names *)(void *)(uintptr_t)world.names);
	world.names = NULL;
	return failed;
}
