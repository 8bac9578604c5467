// SPDX-License-Identifier: MIT
// An issuer is asked over HTTPS: who vouches for it, what comes back, what is lost.
#include "client/sign_in/issuer_https.h"

#include "tests/support/scripted_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct fixture {
	struct loop *loop;
	struct scripted server;
	struct issuer_https *https;
	struct issuer_line line;
	char url[64];
	struct buf told; // "STATUS BODY", "0 sent|unsent WHY"
};

static const char *reply; // to what ends a request; NULL: the server hangs up

// The last field of a head.
static void on_line(struct scripted *s, struct span line)
{
	if (!span_starts(line, SPAN("Accept: application/json")))
		return;
	if (reply)
		buf_add_str(&s->out, reply);
	else
		scripted_drop(s);
	scripted_flush(s);
}

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	char authorities[80];
	f->loop = loop_new();
	scripted_init(&f->server, f->loop);
	f->server.is_web = true;
	f->server.on_line = on_line;
	snprintf(f->url, sizeof(f->url), "https://localhost:%s/token?x=1", f->server.port);
	snprintf(authorities, sizeof(authorities), "%s/cert.pem", f->server.dir);
	setenv("SSL_CERT_FILE", authorities, 1);
	f->https = issuer_https_new(f->loop);
	f->line = issuer_https_line(f->https);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	issuer_https_free(f->https);
	scripted_clear(&f->server);
	loop_free(f->loop);
	buf_clear(&f->told);
	unsetenv("SSL_CERT_FILE");
	reply = NULL;
	free(f);
	return 0;
}

static void on_told(void *arg, const struct issuer_answer *a)
{
	struct fixture *f = arg;
	if (a->status)
		buf_printf(&f->told, "%u " SPAN_FMT, a->status, SPAN_ARG(a->body));
	else
		buf_printf(&f->told, "0 %s %s", a->is_sent ? "sent" : "unsent", a->why);
}

static void asks(struct fixture *f, const char *url, const char *form, const char *wanted)
{
	buf_reset(&f->told);
	f->line.ask(f->line.arg, url, span_of(form), on_told, f);
	assert_int_equal(f->told.len, 0); // never inside
	WAIT_UNTIL(f->told.len, loop_turn(f->loop, STEP_MS));
	if (!strstr(buf_str(&f->told), wanted))
		fail_msg("\"%s\", not \"%s\"", buf_str(&f->told), wanted);
}

static void a_form_goes_with_its_head(void **state)
{
	struct fixture *f = *state;
	reply = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}";
	asks(f, f->url, "a=b\n", "200 {\"a\":1}");
	assert_true(scripted_heard(&f->server, "POST /token?x=1 HTTP/1.1\n"));
	assert_true(scripted_heard(&f->server,
				   "Content-Type: application/x-www-form-urlencoded\n"));
	assert_true(scripted_heard(&f->server, "Content-Length: 4\n"));
	assert_false(scripted_heard(&f->server, "Expect:"));
}

static void chunks_are_read(void **state)
{
	struct fixture *f = *state;
	reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		"3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n";
	asks(f, f->url, "", "200 {\"a\":1}");
	assert_true(scripted_heard(&f->server, "GET /token?x=1 HTTP/1.1\n"));
}

static void a_refusal_has_a_body_too(void **state)
{
	struct fixture *f = *state;
	reply = "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n"
		"9\r\n{\"error\":\r\n4\r\n\"x\"}\r\n0\r\n\r\n";
	asks(f, f->url, "a=b\n", "400 {\"error\":\"x\"}");
}

static void what_was_sent_and_not_answered_is_told_so(void **state)
{
	struct fixture *f = *state;
	asks(f, f->url, "a=b\n", "0 sent the connection was cut");
	reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
	asks(f, f->url, "a=b\n", "0 sent the answer is none that can be read");
	scripted_hide(&f->server);
	asks(f, f->url, "a=b\n", "0 unsent cannot connect to localhost");
}

static void nobody_is_told_anything_unless_an_authority_vouches(void **state)
{
	struct fixture *f = *state;
	setenv("SSL_CERT_FILE", "/dev/null", 1);
	asks(f, f->url, "a=b\n", "0 unsent no authority of this computer vouches");
	assert_int_equal(f->server.n_bytes, 0);
}

static void nor_under_another_name(void **state)
{
	struct fixture *f = *state;
	char url[64];
	snprintf(url, sizeof(url), "https://127.0.0.1:%s/token", f->server.port);
	asks(f, url, "a=b\n", "0 unsent no authority of this computer vouches");
	assert_int_equal(f->server.n_bytes, 0);
}

static void an_answer_without_end_is_left(void **state)
{
	struct fixture *f = *state;
	struct buf text = {0};
	buf_add_str(&text, "HTTP/1.1 200 OK\r\n\r\n");
	while (text.len <= ISSUER_ANSWER_MAX + 64)
		buf_add_char(&text, 'x');
	reply = buf_str(&text);
	asks(f, f->url, "a=b\n", "0 sent it could not be kept");
	buf_clear(&text);
}

static void an_address_that_is_none_is_told_later(void **state)
{
	struct fixture *f = *state;
	asks(f, "https://", "", "0 unsent its address is none");
}

static void who_leaves_is_told_nothing(void **state)
{
	struct fixture *f = *state;
	reply = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	f->line.ask(f->line.arg, f->url, SPAN(""), on_told, f);
	f->line.stop(f->line.arg);
	asks(f, f->url, "", "200 ");
	assert_string_equal(buf_str(&f->told), "200 ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_form_goes_with_its_head),
		TEST(chunks_are_read),
		TEST(a_refusal_has_a_body_too),
		TEST(what_was_sent_and_not_answered_is_told_so),
		TEST(nobody_is_told_anything_unless_an_authority_vouches),
		TEST(nor_under_another_name),
		TEST(an_answer_without_end_is_left),
		TEST(an_address_that_is_none_is_told_later),
		TEST(who_leaves_is_told_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
