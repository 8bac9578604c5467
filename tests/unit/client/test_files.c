// SPDX-License-Identifier: MIT
// Names of files, addresses of files, answers over HTTP, and files on disk.
#include "client/files/file_name.h"
#include "client/files/incoming.h"
#include "client/files/outgoing.h"
#include "client/files/transfer.h"
#include "client/outside/http_reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void names_of_strangers_are_names_of_files(void **state)
{
	static const struct {
		const char *name, *safe;
	} rows[] = {
		{"tide table.pdf", "tide table.pdf"},
		{"../../.bashrc", "bashrc"},
		{"/etc/passwd", "passwd"},
		{"C:\\autoexec.bat", "autoexec.bat"},
		{"..", "file"},
		{"", "file"},
		{"a/", "file"},
		{"-rf", "rf"},
		{"...hidden...", "hidden"},
		{"a\nb\x1b[31m.txt", "ab[31m.txt"},
		{"\xe2\x80\xaetxt.exe", "txt.exe"},
		{"\xff\xfe.txt", "__.txt"},
		{"a\xe2\x80\x8b"
		 "b.txt",
		 "ab.txt"},
		{"na\xc3\xafve.txt", "na\xc3\xafve.txt"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = {0};
		file_name_safe(&out, span_of(rows[i].name));
		assert_string_equal(buf_str(&out), rows[i].safe);
		buf_clear(&out);
	}
	char name[400] = "";
	memset(name, 'x', 300);
	memcpy(name + 300, ".tar.gz", 8);
	struct buf out = {0};
	file_name_safe(&out, span_of(name));
	assert_int_equal(out.len, FILE_NAME_BYTES);
	assert_string_equal(buf_str(&out) + out.len - 3, ".gz");
	buf_reset(&out);
	file_name_numbered(&out, SPAN("a.b.txt"), 2);
	assert_string_equal(buf_str(&out), "a.b (2).txt");
	buf_reset(&out);
	file_name_numbered(&out, SPAN("README"), 12);
	assert_string_equal(buf_str(&out), "README (12)");
	buf_clear(&out);
	assert_string_equal(file_name_type(SPAN("x.JPG")), "image/jpeg");
	assert_string_equal(file_name_type(SPAN("x.html")), "application/octet-stream");
	assert_string_equal(file_name_type(SPAN("jpg")), "application/octet-stream");
}

static void addresses_are_taken_apart(void **state)
{
	static const struct {
		const char *url, *host, *port, *path;
	} rows[] = {
		{"https://chat.example.org/f", "chat.example.org", "443", "/f"},
		{"https://chat.example.org:8443/f/x?s=1", "chat.example.org", "8443",
		 "/f/x?s=1"},
		{"https://[::1]:8443/f", "::1", "8443", "/f"},
		{"https://[::1]/f", "::1", "443", "/f"},
	};
	static const char *const bad[] = {
		"",
		"http://h/f",
		"httpx://h/f",
		"https://h",
		"https:///f",
		"https://h:0/f",
		"https://h:65536/f",
		"https://h:x/f",
		"https://[::1/f",
		"https://[::1]x/f",
		"https://u@h/f",
		"https://h/f g",
		"https://h/f\r\nHost: x",
		"https://h/f\x7f",
	};
	struct https_url out;
	char deep[300] = "https://"; // more than a host may be
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(https_url_parse(span_of(rows[i].url), &out));
		assert_string_equal(out.host, rows[i].host);
		assert_string_equal(out.port, rows[i].port);
		assert_true(span_eq(out.path, span_of(rows[i].path)));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(https_url_parse(span_of(bad[i]), &out));
	memset(deep + strlen(deep), 'h', sizeof(out.host));
	strcpy(deep + strlen("https://") + sizeof(out.host), "/f");
	assert_false(https_url_parse(span_of(deep), &out));
	assert_true(https_url_parse(span_of("https://h/f"), &out));
}

static enum http_reply_result reply(struct http_reply *r, const char *text)
{
	return http_reply_read(r, span_of(text));
}

static void an_answer_is_read(void **state)
{
	struct http_reply r;
	(void)state;
	static const char whole[] = "HTTP/1.1 201 Created\r\nLocation: /f/x\r\n"
				    "content-length: 12\r\n\r\n";
	for (size_t len = 0; len < sizeof(whole) - 1; len++)
		assert_int_equal(http_reply_read(&r, span_from(whole, len)), HTTP_REPLY_MORE);
	assert_int_equal(reply(&r, whole), HTTP_REPLY_OK);
	assert_int_equal(r.status, 201);
	assert_int_equal(r.length, 12);
	assert_true(r.has_length);
	assert_int_equal(r.head_len, sizeof(whole) - 1);
	assert_true(span_eq(http_reply_field(&r, SPAN("location")), SPAN("/f/x")));
	assert_int_equal(http_reply_field(&r, SPAN("Loc")).len, 0);
	assert_int_equal(reply(&r, "HTTP/1.0 200\r\n\r\n"), HTTP_REPLY_OK);
	assert_false(r.has_length);
	assert_false(r.is_chunked);
	assert_int_equal(reply(&r, "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"),
			 HTTP_REPLY_OK);
	assert_true(r.is_chunked);
	assert_false(r.has_length);
	assert_int_equal(reply(&r, "HTTP/1.1 100 Continue\r\n\r\nrest"), HTTP_REPLY_OK);
	assert_int_equal(r.status, 100);
	static const char *const bad[] = {
		":srv NOTICE * :hi\r\n\r\n",
		"HTTP/1.1 20x Created\r\n\r\n",
		"HTTP/1.1 999 Created\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(reply(&r, bad[i]), HTTP_REPLY_BAD);
	struct buf endless = {0};
	buf_add_str(&endless, "HTTP/1.1 200 OK\r\n");
	while (endless.len < HTTP_REPLY_HEAD_MAX)
		buf_add_str(&endless, "x: y\r\n");
	assert_int_equal(http_reply_read(&r, buf_span(&endless)), HTTP_REPLY_BAD);
	buf_clear(&endless);
}

static char folder[] = "/tmp/snug-files-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	return mkdtemp(folder) ? chdir(folder) : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *place)
{
	(void)st;
	(void)kind;
	(void)place;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static bool opens(struct incoming *in, const char *path, const char *name, char **error)
{
	struct incoming_place place = {.path = path, .folder = "downloads"};
	return incoming_open(in, &place, span_of(name), error);
}

static void keep(const char *path, const char *name, const char *wanted)
{
	struct incoming in;
	char *error = NULL;
	assert_true(opens(&in, path, name, &error));
	assert_true(incoming_write(&in, SPAN("hello"), &error));
	assert_int_not_equal(access(wanted, F_OK), 0);
	assert_true(incoming_keep(&in, &error));
	assert_string_equal(in.path, wanted);
	assert_int_equal(access(wanted, F_OK), 0);
	incoming_close(&in);
	assert_int_equal(access(wanted, F_OK), 0);
}

static void nothing_is_overwritten(void **state)
{
	struct incoming in;
	char *error = NULL;
	(void)state;
	keep(NULL, "../x.txt", "downloads/x.txt");
	keep(NULL, "x.txt", "downloads/x (2).txt");
	keep("downloads", "x.txt", "downloads/x (3).txt");
	keep("here.txt", "x.txt", "here.txt");
	assert_false(opens(&in, "here.txt", "x", &error));
	assert_string_equal(error, "cannot write here.txt: File exists");
	free(error);
	assert_false(opens(&in, "no/such", "x", &error));
	assert_non_null(strstr(error, "cannot write no/such: No such file"));
	free(error);
	// Somebody else made it meanwhile.
	assert_true(opens(&in, "late.txt", "x", &error));
	FILE *f = fopen("late.txt", "w");
	assert_non_null(f);
	fclose(f);
	assert_false(incoming_keep(&in, &error));
	assert_string_equal(error, "cannot write late.txt: File exists");
	free(error);
	incoming_close(&in);
	// What is given up leaves nothing.
	assert_true(opens(&in, "gone.txt", "x", &error));
	char *temp = strdup(in.temp);
	assert_int_equal(access(temp, F_OK), 0);
	incoming_close(&in);
	assert_int_not_equal(access(temp, F_OK), 0);
	free(temp);
}

static void refuses(const char *path, const char *why)
{
	struct outgoing o;
	char *error = NULL;
	assert_false(outgoing_open(&o, path, false, &error));
	if (!strstr(error, why))
		fail_msg("%s: %s", path, error);
	free(error);
}

static void put(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static void what_can_be_sent(void **state)
{
	struct outgoing o;
	char *error = NULL;
	struct buf fields = {0};
	(void)state;
	refuses("nothing", "cannot read nothing: No such file or directory");
	refuses(".", ". is a folder");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	refuses("pipe", "pipe is no file");
	put("empty", "", 0);
	refuses("empty", "empty is empty");
	put("broken.png", "\x89PNG\r\n\x1a\n", 8);
	refuses("broken.png", "/set files.metadata on");
	assert_true(outgoing_open(&o, "broken.png", true, &error));
	assert_int_equal(o.body.length, 8);
	assert_string_equal(o.type, "image/png");
	outgoing_close(&o);
	put("a \"b\" \xc3\xa4.txt", "hello", 5);
	assert_true(outgoing_open(&o, "./a \"b\" \xc3\xa4.txt", false, &error));
	assert_int_equal(o.body.length, 5);
	outgoing_fields(&fields, &o);
	assert_string_equal(buf_str(&fields),
			    "Content-Type: text/plain\r\n"
			    "Content-Disposition: attachment; filename=\"a _b_ __.txt\"; "
			    "filename*=UTF-8''a%20%22b%22%20%C3%A4.txt\r\n");
	buf_clear(&fields);
	outgoing_close(&o);
	outgoing_close(&o);
}

static void another_host_may_be_vouched_for(void **state)
{
	struct pins pins = {0};
	uint8_t next[TLS_PIN_LEN] = {1};
	struct https_keys keys;
	(void)state;
	pins_set(&pins, next);
	transfer_keys(&keys, &pins, next, "Chat.example.org",
		      "https://chat.example.org:8443/f");
	assert_false(keys.or_vouched);
	assert_true(keys.has_next);
	assert_int_equal(keys.pins.count, 1);
	transfer_keys(&keys, &pins, NULL, "chat.example.org", "https://files.example.org/f");
	assert_true(keys.or_vouched);
	transfer_keys(&keys, NULL, NULL, "chat.example.org", "https://chat.example.org/f");
	assert_true(keys.or_vouched);
	assert_int_equal(keys.pins.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_strangers_are_names_of_files),
		cmocka_unit_test(addresses_are_taken_apart),
		cmocka_unit_test(an_answer_is_read),
		cmocka_unit_test_setup_teardown(nothing_is_overwritten, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_can_be_sent, set_up, tear_down),
		cmocka_unit_test(another_host_may_be_vouched_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
