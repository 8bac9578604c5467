// SPDX-License-Identifier: MIT
// Hooks: what a program says at an address is stored once and heard as a bot's.
#include "tests/support/hub_fixture.h"

#include "server/hub/state/state.h"
#include "server/hub/web/hook_hear.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define JSON SPAN("application/json")

// What was told last; one test runs at a time.
static struct {
	unsigned status, retry_s, times;
	entry_no after;
	char body[200];
} told;

static void on_told(struct hub *h, conn_id conn, const struct web_answer *answer)
{
	(void)h;
	assert_int_equal(conn, 77);
	told.status = answer->status;
	told.retry_s = answer->retry_s;
	told.after = answer->after;
	told.times++;
	snprintf(told.body, sizeof(told.body), SPAN_FMT, SPAN_ARG(answer->body));
}

static void hear(struct fixture *f, const char *secret, struct span type, const char *key,
		 const char *body)
{
	told.times = 0;
	hook_hear(f->hub, 77,
		  &(struct web_question){.rest = span_of(secret),
					 .type = type,
					 .key = span_of(key),
					 .body = span_of(body)},
		  on_told);
	fixture_settle(f);
	assert_int_equal(told.times, 1);
}

static void expect_status(struct fixture *f, const char *secret, const char *body,
			  unsigned status)
{
	hear(f, secret, JSON, "", body);
	if (told.status != status)
		fail_msg("%s: %u, not %u: %s", body, told.status, status, told.body);
}

static void verb(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code)
		fail_msg("%s: code %d, not %d: " SPAN_FMT, words, a->code, code,
			 SPAN_ARG(a->words));
	admin_answer_free(a);
}

// The secret of the address that the verb prints; the caller's.
static char *secret_of(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	const struct span start = SPAN("https://chat.test/hook/");
	char *secret;

	assert_int_equal(a->code, ADMIN_DONE);
	assert_true(span_starts(a->plain, start));
	secret = span_dup(span_after(a->plain, start.len));
	assert_int_equal(strlen(secret), 27);
	assert_null(memmem(a->words.at, a->words.len, secret, strlen(secret)));
	admin_answer_free(a);
	return secret;
}

#define CAPS "message-tags batch draft/multiline account-tag"

static int set_up(void **state)
{
	struct fixture *f = fixture_new(NULL);

	*state = f;
	verb(f, "room add #den", ADMIN_DONE);
	return 0;
}

static struct peer *listener(struct fixture *f, const char *name, const char *caps)
{
	struct peer *p = fixture_login(f, name, caps);

	peer_join(p, "#den");
	peer_skip(p);
	return p;
}

static void a_text_is_said_by_a_bot_that_is_no_account(void **state)
{
	struct fixture *f = *state;
	struct peer *p = listener(f, "alice", CAPS);
	char *secret = secret_of(f, "hook create den ci");

	expect_status(f, secret, "{\"text\": \"build 12 &lt;ok&gt;\"}", 200);
	assert_string_equal(told.body, "ok\n");
	expect(p,
	       "@bot;!account;msgid=*;snug.chat/alert=none ci[hook] PRIVMSG #den :build 12 <ok>");
	expect_none(p);
	free(secret);
}

static void it_is_heard_when_it_is_stored_and_not_before(void **state)
{
	struct fixture *f = *state;
	struct peer *p = listener(f, "alice", CAPS);
	char *secret = secret_of(f, "hook create den ci");

	fixture_disk_holds(f);
	expect_status(f, secret, "{\"text\": \"hi\"}", 200);
	assert_true(told.after > f->hub->durable);
	expect_none(p);
	fixture_commit(f);
	assert_true(told.after <= f->hub->durable);
	expect(p, "ci[hook] PRIVMSG #den hi");
	free(secret);
}

static void long_lines_are_cut_alike_live_and_in_history(void **state)
{
	struct fixture *f = *state;
	struct peer *p = listener(f, "alice", "");
	char *secret = secret_of(f, "hook create den ci");
	struct buf text = {0};
	char first[600];

	buf_add_str(&text, "{\"text\": \"");
	for (int i = 0; i < 900; i++)
		buf_add_char(&text, (char)('a' + i % 26));
	buf_add_str(&text, "\"}");
	expect_status(f, secret, buf_str(&text), 200);
	snprintf(first, sizeof(first), "%s", peer_next(p));
	assert_int_equal(strlen(first), 510);
	expect(p, "ci[hook] PRIVMSG #den *");
	expect_none(p);
	p = fixture_login(f, "alice", "draft/chathistory batch");
	peer_send(p, "CHATHISTORY LATEST #den * 10");
	expect_later(p, "server BATCH +* chathistory #den");
	assert_non_null(strstr(peer_next(p), strchr(first, ' ')));
	buf_clear(&text);
	free(secret);
}

static void lines_are_one_message(void **state)
{
	struct fixture *f = *state;
	struct peer *knows = listener(f, "alice", CAPS), *other = listener(f, "bob", "");
	char *secret = secret_of(f, "hook create den ci");

	expect_status(f, secret, "{\"text\": \"a\\r\\n\\nb\"}", 200);
	expect(knows, "@bot ci[hook] BATCH +* draft/multiline #den");
	expect(knows, "ci[hook] PRIVMSG #den a");
	expect(knows, "ci[hook] PRIVMSG #den :");
	expect(knows, "ci[hook] PRIVMSG #den b");
	expect(knows, "ci[hook] BATCH -*");
	expect(other, "ci[hook] PRIVMSG #den a");
	expect(other, "ci[hook] PRIVMSG #den b");
	expect_none(other);
	free(secret);
}

static void what_is_sent_again_by_its_key_is_there_once(void **state)
{
	struct fixture *f = *state;
	struct peer *p = listener(f, "alice", CAPS);
	char *secret = secret_of(f, "hook create den ci"),
	     *other = secret_of(f, "hook create den cd");

	hear(f, secret, JSON, "k1", "{\"text\": \"once\"}");
	assert_int_equal(told.status, 200);
	hear(f, secret, JSON, "k1", "{\"text\": \"once\"}");
	assert_int_equal(told.status, 200);
	expect(p, "ci[hook] PRIVMSG #den once");
	expect_none(p);
	hear(f, other, JSON, "k1", "{\"text\": \"mine\"}");
	expect(p, "cd[hook] PRIVMSG #den mine");
	fixture_restart(f, true);
	hear(f, secret, JSON, "k1", "{\"text\": \"once\"}");
	assert_int_equal(told.status, 200);
	p = listener(f, "alice", "draft/chathistory message-tags batch");
	peer_send(p, "CHATHISTORY LATEST #den * 10");
	expect_later(p, "@bot;snug.chat/alert=none ci[hook] PRIVMSG #den once");
	expect(p, "cd[hook] PRIVMSG #den mine");
	free(secret);
	free(other);
}

static void two_at_once_of_one_key_are_one(void **state)
{
	struct fixture *f = *state;
	struct peer *p = listener(f, "alice", CAPS);
	char *secret = secret_of(f, "hook create den ci");
	const struct web_question call = {.rest = span_of(secret),
					  .type = JSON,
					  .key = SPAN("k"),
					  .body = SPAN("{\"text\": \"x\"}")};

	told.times = 0;
	hook_hear(f->hub, 77, &call, on_told);
	hook_hear(f->hub, 77, &call, on_told);
	fixture_settle(f);
	assert_int_equal(told.times, 2);
	assert_int_equal(told.status, 200);
	expect(p, "ci[hook] PRIVMSG #den x");
	expect_none(p);
	free(secret);
}

static void what_waits_for_the_store_at_the_end_is_let_go(void **state)
{
	struct fixture *f = *state;
	char *secret = secret_of(f, "hook create den ci");

	fixture_hold_answers(f, true);
	hook_hear(f->hub, 77,
		  &(struct web_question){.rest = span_of(secret),
					 .type = JSON,
					 .key = SPAN("k"),
					 .body = SPAN("{\"text\": \"x\"}")},
		  on_told);
	fixture_settle(f);
	free(secret);
}

static void nobody_is_alerted_unless_the_hook_may(void **state)
{
	struct fixture *f = *state;
	struct peer *p = listener(f, "alice", CAPS);
	char *quiet = secret_of(f, "hook create den ci");
	char *loud = secret_of(f, "hook create den siren --may-alert");

	expect_status(f, quiet, "{\"text\": \"<!channel> alice\"}", 200);
	expect(p, "@snug.chat/alert=none ci[hook] PRIVMSG #den :@room alice");
	expect_status(f, loud, "{\"text\": \"<!channel> fire\"}", 200);
	expect(p, "@snug.chat/alert=room siren[hook] PRIVMSG #den :@room fire");
	expect_status(f, loud, "{\"text\": \"alice: fire\"}", 200);
	expect(p, "@!snug.chat/alert siren[hook] PRIVMSG #den :alice: fire");
	verb(f, "room set den --mention-all nobody", ADMIN_DONE);
	peer_skip(p);
	expect_status(f, loud, "{\"text\": \"<!here> fire\"}", 200);
	expect(p, "@!snug.chat/alert siren[hook] PRIVMSG #den :@here fire");
	free(quiet);
	free(loud);
}

static void who_sends_too_fast_is_told_when_to_come_back(void **state)
{
	struct fixture *f = *state;
	char *secret = secret_of(f, "hook create den ci");

	for (int i = 0; i < HOOK_BURST; i++)
		expect_status(f, secret, "{\"text\": \"x\"}", 200);
	expect_status(f, secret, "{\"text\": \"x\"}", 429);
	assert_int_equal(told.retry_s, HOOK_EVERY_MS / 1000);
	fixture_pass(f, HOOK_EVERY_MS);
	expect_status(f, secret, "{\"text\": \"x\"}", 200);
	free(secret);
}

static void wrong_addresses_are_all_alike(void **state)
{
	struct fixture *f = *state;
	char *secret = secret_of(f, "hook create den ci"), *fresh;
	char first[sizeof(told.body)];

	expect_status(f, "aaaaaaaaaaaaaaaaaaaaaaaaaaa", "no JSON", 404);
	memcpy(first, told.body, sizeof(first));
	expect_status(f, "", "{\"text\": \"x\"}", 404);
	fresh = secret_of(f, "hook rotate den CI");
	expect_status(f, secret, "{\"text\": \"x\"}", 404);
	assert_string_equal(told.body, first);
	expect_status(f, fresh, "{\"text\": \"x\"}", 200);
	verb(f, "hook revoke den ci", ADMIN_DONE);
	expect_status(f, fresh, "{\"text\": \"x\"}", 404);
	free(secret);
	free(fresh);
}

static void a_hook_lasts_and_goes_with_its_room(void **state)
{
	struct fixture *f = *state;
	char *secret = secret_of(f, "hook create den ci");
	struct admin_answer *a;

	fixture_restart(f, true);
	expect_status(f, secret, "{\"text\": \"x\"}", 200);
	a = fixture_verb(f, "hook list --room den", NULL);
	assert_int_equal(a->n_rows, 1);
	assert_true(span_eq(a->cells[1].text, SPAN("ci")));
	assert_true(a->cells[4].number > 0);
	admin_answer_free(a);
	verb(f, "room delete den --confirm #den", ADMIN_DONE);
	expect_status(f, secret, "{\"text\": \"x\"}", 404);
	fixture_restart(f, false);
	expect_status(f, secret, "{\"text\": \"x\"}", 404);
	free(secret);
}

static void a_body_that_is_none_is_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *p = listener(f, "alice", CAPS);
	char *secret = secret_of(f, "hook create den ci");
	struct buf large = {0};

	hear(f, secret, SPAN("text/plain"), "", "{\"text\": \"x\"}");
	assert_int_equal(told.status, 415);
	hear(f, secret, SPAN("application/x-www-form-urlencoded"), "", "text=x");
	assert_int_equal(told.status, 400);
	expect_status(f, secret, "{", 400);
	expect_status(f, secret, "{}", 400);
	expect_status(f, secret, "{\"\\n\xc3\xa4\": 1}", 400);
	assert_string_equal(told.body, "??? cannot be shown here.\n");
	hear(f, secret, JSON, "a\x01", "{\"text\": \"x\"}");
	assert_int_equal(told.status, 400);
	for (int i = 0; i < HOOK_BODY_MAX + 1; i++)
		buf_add_char(&large, 'x');
	expect_status(f, secret, buf_str(&large), 413);
	buf_clear(&large);
	for (int i = 0; i < 101; i++)
		buf_add_str(&large, i ? "\\n" : "{\"text\": \"");
	buf_add_str(&large, "x\"}");
	expect_status(f, secret, buf_str(&large), 413);
	expect_none(p);
	buf_clear(&large);
	free(secret);
}

static void a_form_is_taken_as_slacks_senders_make_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p = listener(f, "alice", CAPS);
	char *secret = secret_of(f, "hook create den ci");

	hear(f, secret, SPAN("application/x-www-form-urlencoded; charset=utf-8"), "",
	     "payload=%7B%22text%22%3A+%22a%26b%22%7D");
	assert_int_equal(told.status, 200);
	expect(p, "ci[hook] PRIVMSG #den a&b");
	free(secret);
}

static void on_a_full_disk_nothing_is_said(void **state)
{
	struct fixture *f = *state;
	struct peer *p = listener(f, "alice", CAPS);
	char *secret = secret_of(f, "hook create den ci");

	fixture_disk_is(f, DISK_LOW);
	expect_status(f, secret, "{\"text\": \"x\"}", 507);
	assert_true(told.retry_s > 0);
	expect_none(p);
	fixture_disk_is(f, DISK_FINE);
	expect_status(f, secret, "{\"text\": \"x\"}", 200);
	free(secret);
}

static void the_quota_of_the_room_counts(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	char *secret;

	config.room_per_day = 200;
	fixture_renew(f, &config);
	verb(f, "room add #den", ADMIN_DONE);
	secret = secret_of(f, "hook create den ci");
	expect_status(f, secret, "{\"text\": \"x\"}", 200);
	expect_status(f, secret, "{\"text\": \"x\"}", 507);
	free(secret);
}

static void names_and_rooms_of_hooks_are_checked(void **state)
{
	struct fixture *f = *state;
	char words[60];

	verb(f, "hook create nowhere ci", ADMIN_NOT_FOUND);
	verb(f, "hook create den c/i", ADMIN_USAGE);
	verb(f, "hook create den ci", ADMIN_DONE);
	verb(f, "hook create den CI", ADMIN_CONFLICT);
	verb(f, "hook rotate den cd", ADMIN_NOT_FOUND);
	verb(f, "hook revoke den cd", ADMIN_NOT_FOUND);
	verb(f, "hook revoke den cd --if-exists", ADMIN_DONE);
	for (int i = 1; i < HOOKS_PER_ROOM; i++) {
		snprintf(words, sizeof(words), "hook create den c%d", i);
		verb(f, words, ADMIN_DONE);
	}
	verb(f, "hook create den last", ADMIN_CONFLICT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST_WITH(a_text_is_said_by_a_bot_that_is_no_account, set_up),
		HUB_TEST_WITH(it_is_heard_when_it_is_stored_and_not_before, set_up),
		HUB_TEST_WITH(long_lines_are_cut_alike_live_and_in_history, set_up),
		HUB_TEST_WITH(lines_are_one_message, set_up),
		HUB_TEST_WITH(what_is_sent_again_by_its_key_is_there_once, set_up),
		HUB_TEST_WITH(two_at_once_of_one_key_are_one, set_up),
		HUB_TEST_WITH(what_waits_for_the_store_at_the_end_is_let_go, set_up),
		HUB_TEST_WITH(nobody_is_alerted_unless_the_hook_may, set_up),
		HUB_TEST_WITH(who_sends_too_fast_is_told_when_to_come_back, set_up),
		HUB_TEST_WITH(wrong_addresses_are_all_alike, set_up),
		HUB_TEST_WITH(a_hook_lasts_and_goes_with_its_room, set_up),
		HUB_TEST_WITH(a_body_that_is_none_is_refused, set_up),
		HUB_TEST_WITH(a_form_is_taken_as_slacks_senders_make_it, set_up),
		HUB_TEST_WITH(on_a_full_disk_nothing_is_said, set_up),
		HUB_TEST_WITH(the_quota_of_the_room_counts, set_up),
		HUB_TEST_WITH(names_and_rooms_of_hooks_are_checked, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
