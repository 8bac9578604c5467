// SPDX-License-Identifier: MIT
// Commands and their answers against a scripted TLS server.
#include "tests/unit/client/login_fixture.h"

struct answers {
	struct buf lines;
	int n_ends;
	enum call_end end;
	bool was_sure;
};

static void on_answer(void *arg, const struct msg *m, bool is_sure)
{
	struct answers *a = arg;
	buf_add_span(&a->lines, m->command);
	buf_add_char(&a->lines, ' ');
	a->was_sure = is_sure;
}

static void on_answered(void *arg, enum call_end end)
{
	struct answers *a = arg;
	a->n_ends++;
	a->end = end;
}

static void ask(struct fixture *f, struct answers *a, const char *line)
{
	struct call_fns fns = {.arg = a, .on_line = on_answer, .on_end = on_answered};
	*a = (struct answers){0};
	calls_send(f->calls, SPAN(""), span_of(line), &fns);
}

static void await_end(struct fixture *f, const struct answers *a)
{
	WAIT_UNTIL(a->n_ends, loop_turn(f->loop, STEP_MS));
	assert_int_equal(a->n_ends, 1);
}

static void an_answer_of_one_line_ends_the_call(void **state)
{
	struct fixture *f = *state;
	struct answers a;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	ask(f, &a, "CERT ADD x");
	assert_true(scripted_hears(&f->server, "@label=c1 CERT ADD x\n"));
	scripted_say(&f->server, ":h NOTICE ann :not yours\r\n@label=c1 :h CERT ADD 1 x :x");
	await_end(f, &a);
	assert_string_equal(buf_str(&a.lines), "CERT ");
	assert_int_equal(a.end, CALL_DONE);
	buf_clear(&a.lines);
}

static void a_batch_with_batches_inside_is_one_answer(void **state)
{
	struct fixture *f = *state;
	struct answers a;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	ask(f, &a, "CHATHISTORY LATEST #a * 10");
	scripted_say(&f->server, "@label=c1 :h BATCH +o labeled-response\r\n"
				 "@batch=o :h BATCH +i chathistory #a\r\n"
				 "@batch=i :b PRIVMSG #a :1\r\n"
				 ":b PRIVMSG #a :live\r\n"
				 "@batch=i :b PRIVMSG #a :2\r\n"
				 "@batch=o :h BATCH -i\r\n"
				 ":h BATCH -o");
	await_end(f, &a);
	assert_string_equal(buf_str(&a.lines), "BATCH BATCH PRIVMSG PRIVMSG BATCH BATCH ");
	buf_clear(&a.lines);
}

static void calls_end_when_the_connection_does(void **state)
{
	struct fixture *f = *state;
	struct answers a, b;
	connect_as(f, LOGIN_DEVICE, "");
	reach(f, UPLINK_ONLINE);
	ask(f, &a, "WHOIS bob");
	ask(f, &b, "WHOIS cem");
	assert_true(calls_waiting_since(f->calls) > 0);
	scripted_drop(&f->server);
	reach(f, UPLINK_WAITING);
	calls_lost(f->calls);
	assert_int_equal(a.end, CALL_LOST);
	assert_int_equal(b.end, CALL_LOST);
	assert_int_equal(calls_waiting_since(f->calls), 0);
}

// A server that knows no labels.
static void bare_script(struct scripted *s, struct span line)
{
	if (span_eq(line, SPAN("CAP LS 302")))
		scripted_say(s, ":h CAP * LS :multi-prefix");
	else
		script(s, line);
}

static void without_labels_a_ping_behind_the_command_ends_it(void **state)
{
	struct fixture *f = *state;
	struct answers a;
	f->server.on_line = bare_script;
	connect_as(f, LOGIN_OPEN, "");
	reach(f, UPLINK_ONLINE);
	assert_false(uplink_has_cap(f->session, "labeled-response"));
	ask(f, &a, "WHOIS bob");
	await_end(f, &a);
	assert_false(scripted_heard(&f->server, "label"));
	assert_int_equal(a.end, CALL_DONE);
	buf_clear(&a.lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_of_one_line_ends_the_call),
		TEST(a_batch_with_batches_inside_is_one_answer),
		TEST(calls_end_when_the_connection_does),
		TEST(without_labels_a_ping_behind_the_command_ends_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
