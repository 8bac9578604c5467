// SPDX-License-Identifier: MIT
// Which lines answer which command, with labels and without.
#include "tests/unit/client/core.h"

struct answer {
	struct buf lines; // "COMMAND " of each that is sure, "command? " of the others
	unsigned n_ends;
	enum call_end end;
	uint64_t number;
};

static void on_line(void *arg, const struct msg *m, bool is_sure)
{
	buf_printf(&((struct answer *)arg)->lines, SPAN_FMT "%s ", SPAN_ARG(m->command),
		   is_sure ? "" : "?");
}

static void on_end(void *arg, enum call_end end)
{
	struct answer *a = arg;

	a->n_ends++;
	a->end = end;
}

static void ask(struct core *c, struct answer *a, const char *tags, const char *line)
{
	struct call_fns fns = {.arg = a, .on_line = on_line, .on_end = on_end};

	*a = (struct answer){0};
	a->number = calls_send(c->e.calls, span_of(tags), span_of(line), &fns);
}

static void expect(struct answer *a, const char *lines, unsigned n_ends)
{
	if (strcmp(buf_str(&a->lines), lines) != 0 || a->n_ends != n_ends)
		fail_msg("\"%s\", %u ends", buf_str(&a->lines), a->n_ends);
	buf_clear(&a->lines);
}

static bool take(struct core *c, const char *format, uint64_t number)
{
	char line[300];
	struct msg m;
	const char *at = strchr(format, '$');

	snprintf(line, sizeof(line), "%.*s%llu%s", (int)(at ? at - format : 0), format,
		 (unsigned long long)number, at ? at + 1 : "");
	assert_int_equal(msg_parse(&m, span_of(at ? line : format)), MSG_OK);
	return calls_take(c->e.calls, &m);
}

static bool is_private(struct core *c, const char *line)
{
	struct msg m;

	assert_int_equal(msg_parse(&m, span_of(line)), MSG_OK);
	return calls_is_private(c->e.calls, &m);
}

static void begin(struct core *c, const char *caps)
{
	core_log_in(c, caps);
	calls_lost(c->e.calls);
	buf_reset(&c->world.said);
}

static void a_label_says_whose_answer_it_is(void **state)
{
	struct core *c = *state;
	struct answer a, b;

	begin(c, CORE_CAPS);
	assert_false(take(c, ":h 311 ann bob", 0));
	ask(c, &a, "", "WHOIS bob");
	ask(c, &b, "+x=y", "WHOIS cem");
	assert_non_null(strstr(buf_str(&c->world.said), " WHOIS bob\n@label=c"));
	assert_non_null(strstr(buf_str(&c->world.said), ";+x=y WHOIS cem\n"));
	core_expect_said(c, "PING", 0);
	// What is nobody's.
	assert_false(take(c, ":h 311 ann bob", 0));
	assert_false(take(c, "@label=c99 :h 311 ann bob", 0));
	assert_false(take(c, "@label=d$ :h 311 ann bob", a.number));
	assert_false(take(c, "@label=c$x :h 311 ann bob", a.number));
	assert_false(take(c, "@batch=none :h 311 ann bob", 0));
	assert_false(take(c, ":h BATCH -none", 0));
	assert_true(take(c, "@label=c$ :h ACK", b.number));
	expect(&a, "", 0);
	expect(&b, "ACK ", 1);
	assert_true(take(c, "@label=c$ :h 401 ann bob", a.number));
	expect(&a, "401 ", 1);
	assert_int_equal(a.end, CALL_DONE);
	assert_int_equal(calls_waiting_since(c->e.calls), 0);
}

static void a_batch_is_an_answer_until_it_ends(void **state)
{
	struct core *c = *state;
	struct answer a;

	begin(c, CORE_CAPS);
	ask(c, &a, "", "WHOIS bob");
	assert_true(take(c, "@label=c$ :h BATCH +o labeled-response", a.number));
	assert_true(take(c, "@batch=o :h BATCH +i chathistory #a", 0));
	assert_true(take(c, "@batch=i :h PRIVMSG #a :x", 0));
	assert_false(take(c, ":h PRIVMSG #a :x", 0));
	assert_false(take(c, "@batch=other :h PRIVMSG #a :x", 0));
	assert_true(take(c, ":h BATCH -i", 0));
	assert_false(take(c, "@batch=i :h NOTICE #a :x", 0));
	assert_false(take(c, ":h BATCH", 0));
	assert_false(take(c, ":h BATCH o", 0));
	assert_false(take(c, ":h NOTICE -o", 0));
	expect(&a, "BATCH BATCH PRIVMSG BATCH ", 0);
	assert_true(take(c, ":h BATCH -o", 0));
	expect(&a, "BATCH ", 1);
	// One that cannot be told apart is no batch: it ends as a line does.
	ask(c, &a, "", "WHOIS bob");
	assert_true(take(c, "@label=c$ :h BATCH + labeled-response", a.number));
	expect(&a, "BATCH ", 1);
	ask(c, &a, "", "WHOIS bob");
	assert_true(take(c, "@label=c$ :h BATCH -o", a.number));
	expect(&a, "BATCH ", 1);
}

// So many batches of one answer may be open at a time; what is in further ones is left out.
static void an_answer_has_some_batches(void **state)
{
	struct core *c = *state;
	struct answer a;
	char line[200];

	begin(c, CORE_CAPS);
	ask(c, &a, "", "WHOIS bob");
	assert_true(take(c, "@label=c$ :h BATCH +o labeled-response", a.number));
	for (int i = 1; i <= 9; i++) {
		snprintf(line, sizeof(line), "@batch=o :h BATCH +n%d x", i);
		assert_true(take(c, line, 0));
		snprintf(line, sizeof(line), "@batch=n%d :h NOTICE :x", i);
		assert_int_equal(take(c, line, 0), i < 8);
	}
	buf_reset(&a.lines);
	// The place of one that ended is another's.
	assert_true(take(c, ":h BATCH -n3", 0));
	assert_true(take(c, "@batch=o :h BATCH +m x", 0));
	assert_true(take(c, "@batch=m :h NOTICE :x", 0));
	expect(&a, "BATCH BATCH NOTICE ", 0);
	// A longer name than they have is none.
	assert_true(take(c, ":h BATCH -m", 0));
	for (int len = 63; len <= 64; len++) {
		snprintf(line, sizeof(line), "@batch=o :h BATCH +%0*d x", len, 1);
		assert_true(take(c, line, 0));
		snprintf(line, sizeof(line), "@batch=%0*d :h NOTICE :x", len, 1);
		assert_int_equal(take(c, line, 0), len == 63);
	}
	buf_clear(&a.lines);
}

static void without_labels_the_order_counts(void **state)
{
	struct core *c = *state;
	struct answer a, b;

	begin(c, "message-tags batch");
	ask(c, &a, "+x=y", "WHOIS bob");
	ask(c, &b, "", "WHOIS cem");
	assert_non_null(strstr(buf_str(&c->world.said), "@+x=y WHOIS bob\nPING snug-call-"));
	assert_non_null(strstr(buf_str(&c->world.said), "\nWHOIS cem\nPING snug-call-"));
	assert_false(take(c, ":h 311 ann bob", 0));
	assert_false(take(c, "@batch=x :h 312 ann bob", 0));
	expect(&a, "311? 312? ", 0);
	assert_false(take(c, ":h PONG h other", 0));
	assert_false(take(c, ":h PONG h snug-call-99", 0));
	assert_true(take(c, ":h PONG h snug-call-$", a.number));
	expect(&a, "", 1);
	assert_false(take(c, ":h 311 ann cem", 0));
	assert_true(take(c, "PONG snug-call-$", b.number));
	expect(&b, "311? ", 1);
}

static void tags_go_only_where_they_are_taken(void **state)
{
	struct core *c = *state;
	struct answer a;

	begin(c, "batch");
	ask(c, &a, "+x=y", "WHOIS bob");
	assert_null(strstr(buf_str(&c->world.said), "x=y"));
	assert_true(loose_world_said(&c->world, "WHOIS bob\n"));
	calls_lost(c->e.calls);
}

static void who_is_cancelled_hears_nothing_and_keeps_its_place(void **state)
{
	struct core *c = *state;
	struct answer a, b;

	begin(c, "batch");
	ask(c, &a, "", "WHOIS bob");
	ask(c, &b, "", "WHOIS cem");
	calls_cancel(c->e.calls, a.number);
	calls_cancel(c->e.calls, 99);
	assert_false(take(c, ":h 311 ann bob", 0));
	expect(&b, "", 0);
	assert_true(take(c, ":h PONG h snug-call-$", a.number));
	expect(&a, "", 0);
	assert_false(take(c, ":h 311 ann cem", 0));
	calls_lost(c->e.calls);
	expect(&b, "311? ", 1);
	assert_int_equal(b.end, CALL_LOST);
}

static void what_is_one_callers_alone_is_known(void **state)
{
	struct core *c = *state;
	struct call_fns fns = {.is_private = true};
	char line[100];

	begin(c, CORE_CAPS);
	assert_false(is_private(c, "@label=c1 :h ACK"));
	uint64_t secret = calls_send(c->e.calls, SPAN(""), SPAN("CERT LIST"), &fns);
	fns.is_private = false;
	uint64_t open = calls_send(c->e.calls, SPAN(""), SPAN("WHOIS bob"), &fns);
	snprintf(line, sizeof(line), "@label=c%llu :h ACK", (unsigned long long)secret);
	assert_true(is_private(c, line));
	snprintf(line, sizeof(line), "@label=c%llu :h ACK", (unsigned long long)open);
	assert_false(is_private(c, line));
	assert_false(is_private(c, ":h ACK"));
	snprintf(line, sizeof(line), "@label=c%llu :h BATCH +s labeled-response",
		 (unsigned long long)secret);
	core_hear(c, line);
	assert_true(is_private(c, "@batch=s :h ACK"));
	assert_false(is_private(c, "@batch=t :h ACK"));
	assert_true(is_private(c, ":h BATCH -s"));
	assert_false(is_private(c, ":h BATCH +s"));
	assert_false(is_private(c, ":h BATCH s"));
	assert_false(is_private(c, ":h NOTE -s"));
	calls_cancel(c->e.calls, secret);
	assert_true(is_private(c, ":h BATCH -s"));
}

static void a_label_is_a_number_with_a_letter(void **state)
{
	(void)state;
	assert_true(calls_is_label(7, SPAN("c7")));
	assert_false(calls_is_label(7, SPAN("c8")));
	assert_false(calls_is_label(7, SPAN("d7")));
	assert_false(calls_is_label(7, SPAN("c7x")));
	assert_false(calls_is_label(0, SPAN("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CORE(a_label_says_whose_answer_it_is),
		CORE(a_batch_is_an_answer_until_it_ends),
		CORE(an_answer_has_some_batches),
		CORE(without_labels_the_order_counts),
		CORE(tags_go_only_where_they_are_taken),
		CORE(who_is_cancelled_hears_nothing_and_keeps_its_place),
		CORE(what_is_one_callers_alone_is_known),
		cmocka_unit_test(a_label_is_a_number_with_a_letter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
