// SPDX-License-Identifier: MIT
// The letters of snug-errand, and what snugd has under way there.
#include "server/beside/errand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct errand_request usual = {
	.number = 7,
	.kind = ERRAND_PUSH,
	.url = {"https://push.example/p/1", 24},
	.headers = {[ERRAND_HEADER_TTL] = {"60", 2}, [ERRAND_HEADER_TOPIC] = {"den", 3}},
	.body = {"\0\xff", 2},
};

static void a_request_comes_as_it_was_written(void **state)
{
	struct errand_ask l, again;
	struct errand_request r;
	(void)state;

	assert_true(errand_ask_write(&l, &usual));
	assert_true(errand_ask_read(&again, span_from(&l, errand_ask_size(&l)), &r));
	assert_int_equal(r.number, 7);
	assert_int_equal(r.kind, ERRAND_PUSH);
	assert_true(span_eq(r.url, usual.url) && span_eq(r.body, usual.body));
	for (size_t i = 0; i < ERRAND_HEADERS; i++)
		assert_true(span_eq(r.headers[i], usual.headers[i]));
	assert_string_equal(errand_header_name(ERRAND_HEADER_ENCODING), "Content-Encoding");
}

// Every part as long as it may be fits, and none may be longer.
static void has_bounds(enum errand_kind kind, const size_t longest[ERRAND_HEADERS],
		       size_t body_max)
{
	static char xs[ERRAND_FORM_MAX + 1];
	struct errand_request r = usual;
	struct errand_ask l;
	char url[ERRAND_URL_MAX + 1];

	r.kind = kind;
	memset(xs, 'x', sizeof(xs));
	memset(url, 'x', sizeof(url));
	for (size_t i = 0; i < 8; i++)
		url[i] = "https://"[i];
	r.url = (struct span){url, ERRAND_URL_MAX};
	r.body = (struct span){xs, body_max};
	for (size_t i = 0; i < ERRAND_HEADERS; i++)
		r.headers[i] = (struct span){xs, longest[i]};
	assert_true(errand_ask_write(&l, &r));
	for (size_t i = 0; i < ERRAND_HEADERS; i++) {
		r.headers[i].len++;
		assert_false(errand_ask_write(&l, &r));
		r.headers[i].len--;
	}
	r.url.len++;
	assert_false(errand_ask_write(&l, &r));
	r.url.len--;
	r.body.len++;
	assert_false(errand_ask_write(&l, &r));
}

static void each_part_has_a_bound(void **state)
{
	(void)state;

	has_bounds(ERRAND_PUSH, (const size_t[ERRAND_HEADERS]){10, 8, 32, 64, 16, 1024, 0},
		   ERRAND_BODY_MAX);
	has_bounds(ERRAND_ISSUER, (const size_t[ERRAND_HEADERS]){0, 0, 0, 64, 0, 8448, 64},
		   ERRAND_FORM_MAX);
}

static const struct errand_request question = {
	.number = 8,
	.kind = ERRAND_ISSUER,
	.method = ERRAND_GET,
	.url = {"https://id.example/keys", 23},
	.headers = {[ERRAND_HEADER_ACCEPT] = {"application/json", 16}},
};

static void an_issuer_is_asked_by_get_and_a_push_is_posted(void **state)
{
	struct errand_request r = question;
	struct errand_ask l, again;
	(void)state;

	assert_true(errand_ask_write(&l, &question));
	assert_int_equal(errand_ask_size(&l), ERRAND_ASK_LONG);
	assert_true(errand_ask_read(&again, span_from(&l, ERRAND_ASK_LONG), &r));
	assert_int_equal(r.method, ERRAND_GET);
	assert_int_equal(r.kind, ERRAND_ISSUER);
	// Of the size of a push it is none, and the other way round.
	assert_false(errand_ask_read(&again, span_from(&l, ERRAND_ASK_LEN), &r));
	r = question;
	r.body = SPAN("a=b");
	assert_false(errand_ask_write(&l, &r));
	r = usual;
	r.method = ERRAND_GET;
	r.body = (struct span){0};
	assert_false(errand_ask_write(&l, &r));
	assert_true(errand_ask_write(&l, &usual));
	assert_int_equal(errand_ask_size(&l), ERRAND_ASK_LEN);
	assert_false(errand_ask_read(&again, span_from(&l, ERRAND_ASK_LONG), &r));
}

static void a_field_holds_no_line_end_and_a_url_is_https(void **state)
{
	static const char *const urls[] = {"",           "http://a/",   "https://",
					   "ftp://a/",   "https://a b", "https://\xc3\xa4/",
					   "https:///a", "https://a\n", "https://a\x7f"};
	struct errand_request r = usual;
	struct errand_ask l;
	(void)state;

	r.headers[ERRAND_HEADER_TOPIC] = SPAN("a\r\nb: c");
	assert_false(errand_ask_write(&l, &r));
	r.headers[ERRAND_HEADER_TOPIC] = SPAN("a\0b");
	assert_false(errand_ask_write(&l, &r));
	for (size_t i = 0; i < ARRAY_LEN(urls); i++)
		assert_false(errand_is_url(span_of(urls[i])));
	assert_true(errand_is_url(SPAN("HTTPS://a")));
}

// Proves X1.
static void what_is_not_exactly_an_errand_is_none(void **state)
{
	struct errand_ask good, l, read;
	struct errand_request r;
	(void)state;

	assert_true(errand_ask_write(&good, &usual));
	assert_false(errand_ask_read(&read, span_from(&good, ERRAND_ASK_LEN - 1), &r));
#define SPOILT(change)                                                                         \
	l = good;                                                                              \
	change;                                                                                \
	assert_false(errand_ask_read(&read, span_from(&l, ERRAND_ASK_LEN), &r))
	SPOILT(l.kind = BESIDE_ECHO);
	SPOILT(l.what = ERRAND_ISSUER);
	SPOILT(l.what = 3);
	SPOILT(l.method = ERRAND_GET);
	SPOILT(l.method = 2);
	SPOILT(l.zero = 1);
	SPOILT(l.lens[0]++);
	SPOILT(l.lens[ERRAND_PARTS - 1]--);
	SPOILT(l.lens[ERRAND_PARTS - 1] = UINT16_MAX);
	SPOILT(l.bytes[0] = 'x');
	SPOILT(l.bytes[ERRAND_ASK_LEN - 35] = 'x');
#undef SPOILT
}

// Proves X1.
static void what_is_not_exactly_an_answer_is_none(void **state)
{
	struct errand_tell good, l, read;
	struct errand_answer a, answered = {.number = 9,
					    .outcome = ERRAND_ANSWERED,
					    .status = 429,
					    .retry_after_s = 30,
					    .body = SPAN("slow\0")};
	(void)state;

	errand_tell_write(&good, &answered);
	assert_true(errand_tell_read(&read, span_from(&good, ERRAND_TELL_LEN), &a));
	assert_int_equal(a.number, 9);
	assert_int_equal(a.outcome, ERRAND_ANSWERED);
	assert_int_equal(a.status, 429);
	assert_int_equal(a.retry_after_s, 30);
	assert_true(span_eq(a.body, answered.body));
	assert_false(errand_tell_read(&read, span_from(&good, ERRAND_TELL_LEN + 1), &a));
	assert_false(errand_tell_read(&read, span_from(&good, ERRAND_TELL_LONG), &a));
#define SPOILT(change)                                                                         \
	l = good;                                                                              \
	change;                                                                                \
	assert_false(errand_tell_read(&read, span_from(&l, ERRAND_TELL_LEN), &a))
	SPOILT(l.kind = BESIDE_ECHOED);
	SPOILT(l.outcome = ERRAND_OUTCOMES);
	SPOILT(l.outcome = ERRAND_LOST);
	SPOILT(l.status = 99);
	SPOILT(l.status = 600);
	SPOILT(l.zero = 1);
	SPOILT(l.len = ERRAND_ANSWER_MAX + 1);
	SPOILT(l.len = 2);
	SPOILT(l.body[ERRAND_ANSWER_MAX - 1] = 'x');
	errand_tell_write(&good, &(struct errand_answer){.outcome = ERRAND_TIMEOUT});
	SPOILT(l.status = 200);
	SPOILT(l.retry_after_s = 1);
	assert_string_equal(errand_outcome_word(ERRAND_LOST), "lost");
}

// Proves X1.
static void a_long_answer_is_a_long_letter(void **state)
{
	static char keys[ERRAND_KEYS_MAX + 1];
	static struct errand_tell l, read;
	struct errand_answer a, long_one = {.number = 9,
					    .outcome = ERRAND_ANSWERED,
					    .status = 200,
					    .body = {keys, ERRAND_ANSWER_MAX}};
	(void)state;

	memset(keys, 'k', sizeof(keys));
	errand_tell_write(&l, &long_one);
	assert_int_equal(errand_tell_size(&l), ERRAND_TELL_LEN);
	for (size_t len = ERRAND_ANSWER_MAX + 1; len <= ERRAND_KEYS_MAX; len += 20479) {
		long_one.body.len = len;
		errand_tell_write(&l, &long_one);
		assert_int_equal(errand_tell_size(&l), ERRAND_TELL_LONG);
		assert_true(errand_tell_read(&read, span_from(&l, ERRAND_TELL_LONG), &a));
		assert_true(span_eq(a.body, long_one.body));
		assert_false(errand_tell_read(&read, span_from(&l, ERRAND_TELL_LEN), &a));
	}
	// What does not fit is left out.
	long_one.body.len = sizeof(keys);
	errand_tell_write(&l, &long_one);
	assert_int_equal(l.len, ERRAND_KEYS_MAX);
	l.len++;
	assert_false(errand_tell_read(&read, span_from(&l, ERRAND_TELL_LONG), &a));
	l.len -= 3;
	assert_false(errand_tell_read(&read, span_from(&l, ERRAND_TELL_LONG), &a));
}

// What was told.
struct told {
	struct errands *errands;
	unsigned n;
	struct errand_answer last;
	bool is_lost;
	bool posts_again;
};

static void on_told(void *arg, const struct errand_answer *a)
{
	struct told *t = arg;

	t->n++;
	t->last = *a;
	if (t->posts_again)
		assert_int_equal(errand_post(t->errands, &usual, on_told, t), ERRAND_POSTED);
	t->posts_again = false;
}

static void on_lose(void *arg, const char *why)
{
	struct told *t = arg;

	(void)why;
	t->is_lost = true;
}

struct world {
	struct loop *loop;
	int ends[2];
	struct told told;
	struct errands *errands;
};

static void begin(struct world *w)
{
	*w = (struct world){.loop = loop_new()};
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, w->ends), 0);
	w->errands = errands_new(w->loop, on_lose, &w->told);
	w->told.errands = w->errands;
}

static void end(struct world *w)
{
	errands_free(w->errands);
	loop_free(w->loop);
	close(w->ends[0]);
	close(w->ends[1]);
}

static enum errand_posted post(struct world *w, uint64_t number, const char *url)
{
	struct errand_request r = usual;

	r.number = number;
	r.url = span_of(url);
	return errand_post(w->errands, &r, on_told, &w->told);
}

// The number of the letter that waits on the program's side.
static uint64_t read_letter(struct world *w)
{
	struct errand_ask l;
	struct errand_request r;
	ssize_t len = recv(w->ends[1], &l, sizeof(l), MSG_DONTWAIT);

	if (len < 0)
		return 0;
	assert_true(errand_ask_read(&l, span_from(&l, (size_t)len), &r));
	return r.number;
}

static bool answer_with(struct world *w, uint64_t number, size_t len)
{
	static char body[ERRAND_KEYS_MAX];
	struct errand_tell l;

	errand_tell_write(&l, &(struct errand_answer){.number = number,
						      .outcome = ERRAND_ANSWERED,
						      .status = 201,
						      .body = {body, len}});
	return errands_take(w->errands, span_from(&l, errand_tell_size(&l)));
}

static bool answer(struct world *w, uint64_t number)
{
	return answer_with(w, number, 0);
}

static void an_answer_is_told_once_with_the_number_of_the_request(void **state)
{
	struct world w;
	(void)state;

	begin(&w);
	assert_int_equal(post(&w, 41, "https://a/"), ERRAND_LATER);
	errands_open(w.errands, w.ends[0]);
	assert_int_equal(post(&w, 41, "http://a/"), ERRAND_NEVER);
	assert_int_equal(post(&w, 41, "https://a/"), ERRAND_POSTED);
	uint64_t number = read_letter(&w);
	assert_false(answer(&w, number + 1));
	w.told.posts_again = true;
	assert_true(answer(&w, number));
	assert_int_equal(w.told.n, 1);
	assert_int_equal(w.told.last.number, 41);
	assert_int_equal(w.told.last.status, 201);
	assert_false(answer(&w, number));
	assert_true(answer(&w, read_letter(&w)));
	assert_int_equal(w.told.n, 2);
	end(&w);
}

// Proves X8.
static void one_goes_to_each_url_and_a_hundred_in_all(void **state)
{
	struct world w;
	char url[40];
	unsigned n_read = 0;
	(void)state;

	begin(&w);
	errands_open(w.errands, w.ends[0]);
	for (unsigned i = 0; i < ERRANDS_MAX; i++) {
		snprintf(url, sizeof(url), "https://a/%u", i);
		assert_int_equal(post(&w, i, url), ERRAND_POSTED);
		assert_int_equal(post(&w, i, url), ERRAND_LATER);
	}
	assert_int_equal(post(&w, 1000, "https://b/"), ERRAND_LATER);
	// More than a socket holds: the rest goes when there is room, in order.
	while (n_read < ERRANDS_MAX) {
		uint64_t number = read_letter(&w);
		if (number)
			assert_int_equal(number, ++n_read);
		else
			loop_turn(w.loop, -1);
	}
	assert_true(answer(&w, 5));
	assert_int_equal(post(&w, 1000, "https://a/4"), ERRAND_POSTED);
	assert_int_equal(post(&w, 1001, "https://c/"), ERRAND_LATER);
	end(&w);
}

// Many at once of one URL, and pushes keep their places.
static void sixteen_go_to_an_issuer_beside_a_hundred_pushes(void **state)
{
	struct world w;
	char url[40];
	(void)state;

	begin(&w);
	errands_open(w.errands, w.ends[0]);
	for (unsigned i = 0; i < ERRANDS_ISSUER_MAX; i++)
		assert_int_equal(errand_post(w.errands, &question, on_told, &w.told),
				 ERRAND_POSTED);
	assert_int_equal(errand_post(w.errands, &question, on_told, &w.told), ERRAND_LATER);
	assert_int_equal(read_letter(&w), 1);
	for (unsigned i = 0; i < ERRANDS_MAX; i++) {
		snprintf(url, sizeof(url), "https://a/%u", i);
		assert_int_equal(post(&w, i, url), ERRAND_POSTED);
	}
	assert_int_equal(post(&w, 1000, "https://b/"), ERRAND_LATER);
	assert_true(answer_with(&w, 1, ERRAND_KEYS_MAX));
	assert_int_equal(w.told.last.number, question.number);
	assert_int_equal(w.told.last.body.len, ERRAND_KEYS_MAX);
	assert_int_equal(errand_post(w.errands, &question, on_told, &w.told), ERRAND_POSTED);
	end(&w);
}

static void a_push_has_no_long_answer(void **state)
{
	struct world w;
	(void)state;

	begin(&w);
	errands_open(w.errands, w.ends[0]);
	assert_int_equal(post(&w, 1, "https://a/"), ERRAND_POSTED);
	assert_int_equal(read_letter(&w), 1);
	assert_false(answer_with(&w, 1, ERRAND_ANSWER_MAX + 1));
	assert_int_equal(w.told.n, 0);
	assert_true(answer_with(&w, 1, ERRAND_ANSWER_MAX));
	end(&w);
}

static void with_the_program_all_under_way_are_lost(void **state)
{
	struct world w;
	(void)state;

	begin(&w);
	errands_open(w.errands, w.ends[0]);
	assert_int_equal(post(&w, 1, "https://a/"), ERRAND_POSTED);
	assert_int_equal(post(&w, 2, "https://b/"), ERRAND_POSTED);
	errands_close(w.errands);
	assert_int_equal(w.told.n, 2);
	assert_int_equal(w.told.last.outcome, ERRAND_LOST);
	assert_false(answer(&w, 1));
	assert_int_equal(post(&w, 3, "https://c/"), ERRAND_LATER);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_comes_as_it_was_written),
		cmocka_unit_test(each_part_has_a_bound),
		cmocka_unit_test(an_issuer_is_asked_by_get_and_a_push_is_posted),
		cmocka_unit_test(a_field_holds_no_line_end_and_a_url_is_https),
		cmocka_unit_test(what_is_not_exactly_an_errand_is_none),
		cmocka_unit_test(what_is_not_exactly_an_answer_is_none),
		cmocka_unit_test(a_long_answer_is_a_long_letter),
		cmocka_unit_test(an_answer_is_told_once_with_the_number_of_the_request),
		cmocka_unit_test(one_goes_to_each_url_and_a_hundred_in_all),
		cmocka_unit_test(a_push_has_no_long_answer),
		cmocka_unit_test(sixteen_go_to_an_issuer_beside_a_hundred_pushes),
		cmocka_unit_test(with_the_program_all_under_way_are_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
