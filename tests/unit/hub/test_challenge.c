// SPDX-License-Identifier: MIT
// tls challenge: what the shards are told, and what is refused.
#include "common/die.h"
#include "common/tls_challenge.h"
#include "server/hub/hub.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define AUTH "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
#define DIGEST "0123456789abcdef0123456789abcdef"
#define BEGIN(name) "tls challenge -- begin tls-alpn-01 " name " token " AUTH
#define DONE(name) "tls challenge -- done tls-alpn-01 " name " token " AUTH

static int with_web(void **state)
{
	struct hub_config config = fixture_config();

	config.has_web = true;
	config.n_shards = 2;
	snprintf(config.link.host, sizeof(config.link.host), "chat.example.org");
	config.link.others.count = 3;
	for (int i = 0; i < 3; i++)
		snprintf(config.link.others.at[i].name, sizeof(config.link.others.at[i].name),
			 "b%d.example.org", i);
	*state = fixture_new(&config);
	return 0;
}

static struct admin_request *request_of(struct span words)
{
	struct admin_request *r = admin_request_new();

	r->words = xcalloc(words.len, sizeof(*r->words)); // more than there are
	while (words.len)
		r->words[r->n_words++] = arena_dup(&r->arena, span_cut(&words, ' '));
	return r;
}

// The letters of the turn are looked at before the fixture takes them.
static void hears(struct fixture *f, const char *words, enum admin_code code,
		  const char *wanted)
{
	const struct admin_answer *answer;
	struct hub_out out = {0};
	struct buf told = {0};

	hub_turn(f->hub, f->now, &request_of(span_of(words))->letter);
	hub_take(f->hub, &out);
	for (unsigned i = 0; i < 2; i++) {
		const struct outbox *o = out.outboxes[i];

		for (size_t k = 0; o && k < o->n_items; k++) {
			const struct outbox_item *item = &o->items[k];

			if (item->kind == OUTBOX_CHALLENGE)
				buf_printf(&told, "%u:%u:%.*s ", i, item->count, (int)item->len,
					   o->bytes.at + item->at);
		}
	}
	answer = container_of(out.answers, struct admin_answer, letter);
	assert_non_null(out.answers);
	if (answer->code != code)
		fail_msg("%s: %d, " SPAN_FMT, words, (int)answer->code,
			 SPAN_ARG(answer->words));
	assert_string_equal(buf_str(&told), wanted);
	buf_clear(&told);
	hub_out_free(&out);
}

static void every_shard_is_told_what_to_show_and_when_no_more(void **state)
{
	struct fixture *f = *state;

	hears(f, BEGIN("chat.test"), ADMIN_DONE,
	      "0:32:" DIGEST "chat.test 1:32:" DIGEST "chat.test ");
	hears(f, BEGIN("Chat.Example.org"), ADMIN_DONE,
	      "0:32:" DIGEST "Chat.Example.org 1:32:" DIGEST "Chat.Example.org ");
	hears(f, DONE("chat.example.org"), ADMIN_DONE,
	      "0:0:chat.example.org 1:0:chat.example.org ");
	hears(f, DONE("chat.example.org"), ADMIN_NOT_FOUND, "");
	hears(f, "tls challenge -- failed tls-alpn-01 chat.test token " AUTH, ADMIN_DONE,
	      "0:0:chat.test 1:0:chat.test ");
}

// Proves T17.
static void what_is_no_challenge_of_ours_is_refused(void **state)
{
	static const struct {
		const char *words;
		enum admin_code code;
	} wrong[] = {
		{BEGIN("evil.example.org"), ADMIN_CONFLICT},
		{BEGIN("example.org"), ADMIN_CONFLICT},
		{BEGIN("xchat.test"), ADMIN_CONFLICT},
		{"tls challenge -- begin http-01 chat.test token " AUTH, ADMIN_CONFLICT},
		{"tls challenge -- begin dns-01 chat.test token " AUTH, ADMIN_CONFLICT},
		{"tls challenge -- start tls-alpn-01 chat.test token " AUTH, ADMIN_USAGE},
		{"tls challenge -- begin tls-alpn-01 chat.test token " AUTH "A", ADMIN_USAGE},
		{"tls challenge -- begin tls-alpn-01 chat.test token MDEy", ADMIN_USAGE},
		{"tls challenge -- begin tls-alpn-01 chat.test token " AUTH "=", ADMIN_USAGE},
		{"tls challenge -- begin tls-alpn-01 chat.test token !" AUTH, ADMIN_USAGE},
		{"tls challenge -- begin tls-alpn-01 chat.test token", ADMIN_USAGE},
		{BEGIN("chat.test") " more", ADMIN_USAGE},
		{DONE("chat.test"), ADMIN_NOT_FOUND},
	};

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		hears(*state, wrong[i].words, wrong[i].code, "");
}

static void without_a_place_for_browsers_nothing_is_proven(void **state)
{
	struct fixture *f = *state;

	f->config.has_web = false;
	hub_configure(f->hub, &f->config);
	hears(f, BEGIN("chat.test"), ADMIN_CONFLICT, "");
	f->config.n_shards = 0;
	hub_configure(f->hub, &f->config);
	hears(f, BEGIN("chat.test"), ADMIN_UNREACHABLE, "");
}

static enum admin_code code_of(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	enum admin_code code = a->code;

	admin_answer_free(a);
	return code;
}

static void of_too_many_the_next_waits_for_an_end_or_ten_minutes(void **state)
{
	static const char *const names[] = {BEGIN("chat.test"), BEGIN("chat.example.org"),
					    BEGIN("b0.example.org"), BEGIN("b1.example.org")};
	struct fixture *f = *state;

	assert_int_equal(ARRAY_LEN(names), TLS_CHALLENGES_MAX);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(code_of(f, names[i]), ADMIN_DONE);
	assert_int_equal(code_of(f, BEGIN("b2.example.org")), ADMIN_CONFLICT);
	// One that is there may begin again.
	assert_int_equal(code_of(f, BEGIN("b1.example.org")), ADMIN_DONE);
	assert_int_equal(code_of(f, DONE("chat.test")), ADMIN_DONE);
	assert_int_equal(code_of(f, BEGIN("b2.example.org")), ADMIN_DONE);
	assert_int_equal(code_of(f, BEGIN("chat.test")), ADMIN_CONFLICT);
	// It stores nothing.
	fixture_disk_is(f, DISK_FULL);
	fixture_pass(f, TLS_CHALLENGE_MS);
	assert_int_equal(code_of(f, DONE("b2.example.org")), ADMIN_NOT_FOUND);
	assert_int_equal(code_of(f, BEGIN("chat.test")), ADMIN_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST_WITH(every_shard_is_told_what_to_show_and_when_no_more, with_web),
		HUB_TEST_WITH(what_is_no_challenge_of_ours_is_refused, with_web),
		HUB_TEST_WITH(without_a_place_for_browsers_nothing_is_proven, with_web),
		HUB_TEST_WITH(of_too_many_the_next_waits_for_an_end_or_ten_minutes, with_web),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
