// SPDX-License-Identifier: MIT
// Files: what is let in, what a message may name, who is shown what, and when they go.
#include "server/hub/files/file_url.h"
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/rooms/room.h"
#include "server/letters/limits.h"
#include "tests/unit/hub/files_peer.h"

#include <sodium.h>

static struct peer *member(struct fixture *f, const char *name, const char *caps)
{
	struct peer *p = fixture_login(f, name, caps);

	peer_join(p, "#den");
	return p;
}

static void expect_refused(struct fixture *f, struct span authorization, const char *query,
			   uint64_t length, unsigned status, const char *words)
{
	struct told t = put_head(f, authorization, query, length);

	assert_int_equal(t.answer.then, WEB_SAYS);
	if (t.answer.status != status || !strstr(t.body, words))
		fail_msg("%s: %u %s, not %u %s", query, t.answer.status, t.body, status, words);
}

static void an_upload_is_its_senders_until_a_message_names_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING), *bob = member(f, "bob", KNOWING);
	struct file_id id = put_file(alice, "target=%23den");

	assert_int_equal(get_by_token(alice, &id), 200);
	assert_int_equal(get_by_token(bob, &id), 404);
	fixture_skip(f);
	peer_send(alice, "PRIVMSG #den :see " SPACE "%s", id_text(&id));
	expect(bob, "@snug.chat/file-name=a?cat.png;snug.chat/file-type=image/png;"
		    "snug.chat/file-size=1000 alice PRIVMSG #den :see " SPACE "*");
	assert_int_equal(get_by_token(bob, &id), 200);
	fixture_restart(f, true);
	assert_int_equal(get_by_token(fixture_login(f, "bob", KNOWING), &id), 200);
}

// Proves F2.
static void what_is_not_a_file_of_ones_own_is_not_said(void **state)
{
	static const char nothing[] = "AAAAAAAAAAAAAAAAAAAAAA";
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING), *bob = member(f, "bob", KNOWING);
	struct file_id id = put_file(alice, "");

	fixture_skip(f);
	peer_send(bob, "PRIVMSG #den :" SPACE "%s", nothing);
	expect(bob, "server FAIL PRIVMSG NO_SUCH_FILE #den AAAAAAAAAAAAAAAAAAAAAA :*");
	peer_send(bob, "@snug.chat/file=%s PRIVMSG #den :x", nothing);
	expect(bob, "server FAIL PRIVMSG NO_SUCH_FILE #den AAAAAAAAAAAAAAAAAAAAAA :*");
	peer_send(bob, "@snug.chat/file=here PRIVMSG #den :x");
	expect(bob, "server FAIL PRIVMSG NO_SUCH_FILE #den here :*");
	peer_send(bob, "PRIVMSG #den :" SPACE "%s", id_text(&id));
	expect(bob, "server FAIL PRIVMSG NO_SUCH_FILE #den * :*");
	peer_send(bob, "NOTICE alice :" SPACE "%s", id_text(&id));
	expect(bob, "server FAIL NOTICE NO_SUCH_FILE alice * :*");
	peer_send(alice, "PRIVMSG @#den :" SPACE "%s", id_text(&id));
	expect(alice, "server FAIL PRIVMSG FILE_OF_ANOTHER_TARGET @#den * :*");
	expect_none(bob);
	expect_none(alice);
	assert_true(shared_file_find(f->hub, &id)->message == 0);
}

static void a_file_is_for_one_place_and_a_quotation_grants_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING), *bob = member(f, "bob", KNOWING);
	struct peer *carol = fixture_login(f, "carol", KNOWING);
	struct file_id id = put_file(alice, "target=%23den");
	message_id first;

	peer_join(bob, "#other");
	peer_join(carol, "#other");
	fixture_skip(f);
	peer_send(alice, "PRIVMSG bob :" SPACE "%s", id_text(&id));
	expect(alice, "server FAIL PRIVMSG FILE_OF_ANOTHER_TARGET bob * :*");
	peer_send(alice, "@snug.chat/file=%s PRIVMSG #den :mine", id_text(&id));
	expect(alice, "@snug.chat/file=* alice PRIVMSG #den :mine");
	first = shared_file_find(f->hub, &id)->message;
	expect(bob, "@snug.chat/file=* alice PRIVMSG #den :mine");
	peer_send(bob, "PRIVMSG #den :look: " SPACE "%s", id_text(&id));
	expect(bob, "@!snug.chat/file bob PRIVMSG #den :look: *");
	peer_send(bob, "PRIVMSG #other :" SPACE "%s", id_text(&id));
	expect(bob, "server FAIL PRIVMSG NO_SUCH_FILE #other * :*");
	assert_int_equal(get_by_token(carol, &id), 404);
	assert_true(shared_file_find(f->hub, &id)->message == first && first != 0);
}

static void who_does_not_know_of_files_is_shown_a_link_of_their_own(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", "echo-message"), *bob = member(f, "bob", "");
	struct peer *carol = member(f, "carol", KNOWING);
	struct file_id id = put_file(alice, "target=%23den");
	const char *own, *his;
	char sig[FILE_LINK_TEXT + 8];

	fixture_skip(f);
	peer_send(alice, "PRIVMSG #den :see " SPACE "%s?s=stolen there", id_text(&id));
	own = peer_next(alice);
	his = peer_next(bob);
	expect(carol, "alice PRIVMSG #den :see " SPACE "?????????????????????? there");
	assert_non_null(strstr(own, "?s="));
	assert_non_null(strstr(his, "?s="));
	assert_string_not_equal(strstr(own, "?s="), strstr(his, "?s="));
	assert_string_equal(strstr(his, "?s=") + 3 + FILE_LINK_TEXT, " there");
	snprintf(sig, sizeof(sig), "s=%.*s", FILE_LINK_TEXT, strstr(his, "?s=") + 3);
	assert_int_equal(get_file(f, &id, SPAN(""), sig).answer.status, 200);
	fixture_pass(f, FILE_LINK_HOURS * 3600000LL - 1);
	assert_int_equal(get_file(f, &id, SPAN(""), sig).answer.status, 200);
	fixture_pass(f, 3600001);
	assert_int_equal(get_file(f, &id, SPAN(""), sig).answer.status, 404);
}

static void a_page_and_a_search_show_links_like_the_live_line(void **state)
{
	static const char *const asks[] = {"CHATHISTORY LATEST #den * 10",
					   "SEARCH text=cat;in=#den"};
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING);
	struct peer *old =
		member(f, "old", "message-tags batch draft/chathistory soju.im/search");
	struct file_id id = put_file(alice, "target=%23den");

	peer_send(alice, "PRIVMSG #den :cat " SPACE "%s", id_text(&id));
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		fixture_skip(f);
		peer_send(alice, "%s", asks[i]);
		expect_later(alice, "@snug.chat/file=* alice PRIVMSG #den :cat " SPACE
				    "??????????????????????");
		peer_send(old, "%s", asks[i]);
		expect_later(old, "@snug.chat/file=*;snug.chat/file-size=1000 alice PRIVMSG "
				  "#den :cat " SPACE "???????????????????????s=*");
	}
}

static void a_text_that_is_too_long_with_the_link_is_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING);
	struct file_id id = put_file(alice, "");
	char text[420];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	fixture_skip(f);
	peer_send(alice, "PRIVMSG #den :%.*s " SPACE "%s", 400, text, id_text(&id));
	expect(alice, "server 417 alice :*");
	assert_true(shared_file_find(f->hub, &id)->message == 0);
	peer_send(alice, "PRIVMSG #den :%.*s " SPACE "%s", 320, text, id_text(&id));
	expect(alice, "alice PRIVMSG #den :*");
	assert_true(shared_file_find(f->hub, &id)->message != 0);
}

static void a_message_of_many_lines_and_an_edit_keep_their_file(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING), *old = member(f, "old", "");
	struct file_id id = put_file(alice, "");

	fixture_skip(f);
	peer_send(alice, "@snug.chat/file=%s BATCH +a draft/multiline #den", id_text(&id));
	peer_send(alice, "@batch=a PRIVMSG #den :look");
	peer_send(alice, "@batch=a PRIVMSG #den :" SPACE "%s", id_text(&id));
	peer_send(alice, "BATCH -a");
	expect(alice, "@snug.chat/file=*;msgid=$m alice BATCH +* draft/multiline #den");
	expect(old, "alice PRIVMSG #den :look");
	expect(old, "alice PRIVMSG #den :" SPACE "???????????????????????s=*");
	fixture_skip(f);
	peer_send(alice, "@+draft/edit=$m PRIVMSG #den :better " SPACE "%s", id_text(&id));
	expect(alice, "@snug.chat/file=*;+draft/edit=$m alice PRIVMSG #den :better *");
	peer_send(alice, "REDACT #den $m");
	assert_true(is_removed(f, &id));
	assert_null(shared_file_find(f->hub, &id));
}

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a && a->code != ADMIN_DONE) // none comes while the disk holds
		fail_msg("%s: " SPAN_FMT, words, SPAN_ARG(a->words));
	admin_answer_free(a);
}

// Each way in which a file ends.
// Proves F4.
static void a_file_goes_with_what_has_it(void **state)
{
	static const char *const ends[] = {"redact", "room delete den --confirm #den",
					   "user delete alice --confirm alice",
					   "user erase alice --confirm alice"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct hub_config config = files_config();
		struct peer *alice, *bob;
		struct file_id id;

		fixture_renew(f, &config);
		alice = member(f, "alice", KNOWING);
		bob = member(f, "bob", KNOWING);
		id = put_file(alice, "target=%23den");
		fixture_skip(f);
		peer_send(alice, "PRIVMSG #den :" SPACE "%s", id_text(&id));
		expect_later(alice, "@msgid=$m alice PRIVMSG #den :*");
		assert_int_equal(get_by_token(bob, &id), 200);
		if (i < 3) // the last one answers when all is done
			fixture_disk_holds(f);
		if (i == 0)
			peer_send(alice, "REDACT #den %s", fixture_var(f, "m"));
		else
			verb(f, ends[i]);
		assert_int_equal(is_removed(f, &id), i == 3); // not before it is durable
		fixture_disk_works(f);
		fixture_settle(f);
		if (!is_removed(f, &id))
			fail_msg("%s left the file", ends[i]);
		assert_int_equal(get_by_token(bob, &id), 404);
		fixture_restart(f, true);
		assert_null(shared_file_find(f->hub, &id));
		assert_true(f->hub->files.bytes == 0);
	}
}

static void an_upload_that_nobody_names_goes_after_a_day(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING);
	struct file_id idle = put_file(alice, ""), said = put_file(alice, "");

	peer_send(alice, "PRIVMSG #den :" SPACE "%s", id_text(&said));
	fixture_pass(f, FILE_UNNAMED_MS - 3600000);
	assert_false(is_removed(f, &idle));
	fixture_pass(f, 2 * 3600000);
	assert_true(is_removed(f, &idle));
	assert_false(is_removed(f, &said));
}

static void what_lies_on_disk_and_in_no_row_goes(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING);
	struct file_id kept = put_file(alice, ""), left = {{1, 2, 3}}, coming;
	struct file_list *list = file_list_new(LETTER_LISTED);
	char token[48];

	coming = put_head(f, bearer(alice, token), "", 1000).answer.file;
	file_list_add(list, &kept);
	file_list_add(list, &left);
	file_list_add(list, &coming);
	list->ends = true;
	hub_turn(f->hub, f->now, &list->letter);
	fixture_settle(f);
	assert_true(is_removed(f, &left));
	assert_false(is_removed(f, &kept));
	assert_false(is_removed(f, &coming));
}

static void what_may_not_be_sent_is_refused_before_it_comes(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING),
		    *bob = fixture_login(f, "bob", KNOWING);
	char a[48], b[48];
	struct span as_alice = bearer(alice, a), as_bob = bearer(bob, b);

	expect_refused(f, as_alice, "", 0, 400, "nothing in it");
	expect_refused(f, as_alice, "", 1024 * 1024 + 1, 413, "1 MiB");
	expect_refused(f, as_alice, "target=%23nowhere", 9, 404, "no such place");
	expect_refused(f, as_bob, "target=%23den", 9, 404, "no such place");
	expect_refused(f, as_bob, "target=nobody", 9, 404, "no such place");
	peer_send(alice, "MODE #den +b bob!*@*");
	peer_send(alice, "MODE #den +m");
	fixture_skip(f);
	peer_join(fixture_login(f, "eve", ""), "#den");
	expect_refused(f, bearer(member(f, "dave", KNOWING), b), "target=%23den", 9, 403,
		       "may not speak");
	fixture_disk_is(f, DISK_LOW);
	fixture_settle(f);
	expect_refused(f, as_alice, "", 9, 507, "disk");
}

static void who_sends_is_somebody(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING);
	char token[48];
	struct span old = bearer(alice, token);

	expect_refused(f, SPAN(""), "", 9, 401, "app token");
	expect_refused(f, SPAN("Digest x"), "", 9, 401, "app token");
	expect_refused(f, SPAN("Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAA"), "", 9, 401, "not known");
	expect_refused(f, SPAN("Basic !"), "", 9, 400, "base64");
	fixture_pass(f, FILE_TOKEN_MS);
	expect_refused(f, old, "", 9, 401, "not known");
	old = bearer(alice, token);
	peer_close(alice);
	expect_refused(f, old, "", 9, 401, "not known");
}

static void basic(struct span pair, struct buf *out)
{
	buf_reset(out);
	buf_add_str(out, "Basic ");
	encode_b64(out, pair.at, pair.len);
}

static void an_app_token_stands_for_its_account_and_a_password_does_not(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING);
	struct account *a = fixture_account(f, "alice");
	char secret[TOKEN_TEXT_MAX + 1], pair[128];
	struct buf field = {0};

	assert_non_null(token_new(a, SPAN("phone"), 0, secret));
	snprintf(pair, sizeof(pair), "alice@phone:%s", secret);
	basic(span_of(pair), &field);
	assert_int_equal(put_head(f, buf_span(&field), "target=%23den", 9).answer.then,
			 WEB_TAKES);
	snprintf(pair, sizeof(pair), "bob:%s", secret);
	basic(span_of(pair), &field);
	expect_refused(f, buf_span(&field), "", 9, 401, "not known");
	basic(SPAN("alice:" FIXTURE_PASSWORD), &field);
	expect_refused(f, buf_span(&field), "", 9, 401, "password opens nothing");
	verb(f, "user disable alice --confirm alice");
	snprintf(pair, sizeof(pair), "alice:%s", secret);
	basic(span_of(pair), &field);
	expect_refused(f, buf_span(&field), "", 9, 401, "not known");
	buf_clear(&field);
	(void)alice;
}

static void wrong_credentials_count_as_wrong_logins_do(void **state)
{
	struct hub_config config = files_config();
	struct fixture *f = *state;
	char field[64];
	unsigned status = 401;

	config.logins_per_source = 5;
	fixture_renew(f, &config);
	for (int i = 0; i < 8; i++) {
		snprintf(field, sizeof(field), "Bearer %027d", i);
		status = put_head(f, span_of(field), "", 9).answer.status;
		assert_int_equal(status, i < 5 ? 401 : 429);
	}
}

// Proves F3.
static void limits_count_what_is_on_its_way(void **state)
{
	struct hub_config config = files_config();
	struct fixture *f = *state;
	struct told first, second;
	struct peer *alice;
	struct span who;
	char token[48];

	config.files_account = 3 * FILE_WEIGHT_LEAST;
	config.files_total = 4 * FILE_WEIGHT_LEAST;
	fixture_renew(f, &config);
	alice = member(f, "alice", KNOWING);
	who = bearer(alice, token);
	first = put_head(f, who, "", 2 * FILE_WEIGHT_LEAST);
	second = put_head(f, who, "", 1);
	assert_int_equal(second.answer.then, WEB_TAKES);
	expect_refused(f, who, "", 1, 507, "Your files");
	hub_asked(f->hub, SOMEBODY,
		  &(struct web_question){.route = ROUTE_FILE_PUT_GONE,
					 .file = first.answer.file});
	assert_int_equal(put_done(f, &second.answer.file, 1).answer.status, 201);
	assert_int_equal(put_head(f, who, "", 1).answer.then, WEB_TAKES);
	expect_refused(f, bearer(fixture_login(f, "bob", ""), token), "", 3 * FILE_WEIGHT_LEAST,
		       507, "server's files");
}

static void a_room_and_a_day_hold_so_much(void **state)
{
	struct hub_config config = files_config();
	struct fixture *f = *state;
	struct peer *alice;
	struct span who;
	char token[48];

	config.files_room = FILE_WEIGHT_LEAST;
	config.files_per_day = 3 * FILE_WEIGHT_LEAST;
	fixture_renew(f, &config);
	alice = member(f, "alice", KNOWING);
	(void)put_file(alice, "target=%23den");
	who = bearer(alice, token);
	expect_refused(f, who, "target=%23den", 1, 507, "#den");
	(void)put_file(alice, "target=alice");
	(void)put_file(alice, "");
	who = bearer(alice, token);
	expect_refused(f, who, "", 1, 429, "in a day");
	assert_true(put_head(f, who, "", 1).answer.retry_s > 3600);
	fixture_pass(f, 2 * 24 * 3600000LL);
	assert_int_equal(put_head(f, bearer(alice, token), "", 1).answer.then, WEB_TAKES);
}

static void a_token_for_one_room_sends_there_alone(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", "batch draft/authtoken");
	struct told t;
	char field[64];

	peer_join(alice, "#other");
	peer_send(alice, "TOKEN GENERATE FILEHOST #den");
	expect(alice, "server TOKEN GENERATE FILEHOST https://chat.test:8443/f $t");
	snprintf(field, sizeof(field), "Bearer %s", fixture_var(f, "t"));
	expect_refused(f, span_of(field), "target=%23other", 9, 403, "another place");
	t = put_head(f, span_of(field), "", 9);
	assert_int_equal(put_done(f, &t.answer.file, 9).answer.status, 201);
	assert_string_equal(shared_file_find(f->hub, &t.answer.file)->stream->room->name,
			    "#den");
	peer_send(alice, "TOKEN GENERATE FILEHOST #nowhere");
	expect(alice, "server FAIL TOKEN INVALID_SCOPE #nowhere :*");
	peer_send(alice, "TOKEN GENERATE MAIL");
	expect(alice, "server FAIL TOKEN UNKNOWN_SERVICE MAIL :*");
	peer_send(alice, "TOKEN VALIDATE FILEHOST u t");
	expect(alice, "server FAIL TOKEN NO_PERMISSIONS :*");
	peer_send(alice, "TOKEN SERVICELIST");
	expect(alice, "server BATCH +* draft/authtoken * *");
	expect(alice, "server TOKEN SERVICE FILEHOST https://chat.test:8443/f :Files");
	expect(alice, "server BATCH -*");
}

static void what_changed_while_it_came_is_looked_at_again(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = member(f, "alice", KNOWING), *bob = member(f, "bob", KNOWING);
	char token[48];
	struct told gone = put_head(f, bearer(bob, token), "target=%23den", 9), shut;

	shut = put_head(f, bearer(alice, token), "", 9);
	peer_send(bob, "PART #den");
	assert_int_equal(put_done(f, &gone.answer.file, 9).answer.status, 404);
	verb(f, "user disable alice --confirm alice");
	assert_int_equal(put_done(f, &shut.answer.file, 9).answer.status, 403);
	assert_int_equal(put_done(f, &shut.answer.file, 9).answer.status, 403);
	assert_true(f->hub->files.coming == 0 && f->hub->files.bytes == 0);
}

static void where_none_are_taken_nothing_is_offered(void **state)
{
	struct hub_config config = files_config();
	struct fixture *f = *state;
	struct peer *alice;

	config.has_files = false;
	fixture_renew(f, &config);
	alice = fixture_login(f, "alice", "");
	peer_send(alice, "FILEHOST TOKEN");
	expect(alice, "server FAIL FILEHOST NOT_AVAILABLE :*");
	peer_send(alice, "CAP REQ :snug.chat/files");
	expect(alice, "server CAP alice NAK :snug.chat/files");
	expect_refused(f, SPAN(""), "", 9, 404, "No files");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define FILES_TEST(fn) HUB_TEST_WITH(fn, files_set_up)
		FILES_TEST(an_upload_is_its_senders_until_a_message_names_it),
		FILES_TEST(what_is_not_a_file_of_ones_own_is_not_said),
		FILES_TEST(a_file_is_for_one_place_and_a_quotation_grants_nothing),
		FILES_TEST(who_does_not_know_of_files_is_shown_a_link_of_their_own),
		FILES_TEST(a_page_and_a_search_show_links_like_the_live_line),
		FILES_TEST(a_text_that_is_too_long_with_the_link_is_refused),
		FILES_TEST(a_message_of_many_lines_and_an_edit_keep_their_file),
		FILES_TEST(a_file_goes_with_what_has_it),
		FILES_TEST(an_upload_that_nobody_names_goes_after_a_day),
		FILES_TEST(what_lies_on_disk_and_in_no_row_goes),
		FILES_TEST(what_may_not_be_sent_is_refused_before_it_comes),
		FILES_TEST(who_sends_is_somebody),
		FILES_TEST(an_app_token_stands_for_its_account_and_a_password_does_not),
		FILES_TEST(wrong_credentials_count_as_wrong_logins_do),
		FILES_TEST(limits_count_what_is_on_its_way),
		FILES_TEST(a_room_and_a_day_hold_so_much),
		FILES_TEST(a_token_for_one_room_sends_there_alone),
		FILES_TEST(what_changed_while_it_came_is_looked_at_again),
		FILES_TEST(where_none_are_taken_nothing_is_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
