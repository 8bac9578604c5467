// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include "common/encode.h"
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/state/state.h"

#include "common/die.h"
#include "server/hub/hub_load.h"
#include "tests/support/stored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void verb(struct fixture *f, const char *words, const char *secret, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, secret);

	if (a->code != code)
		fail_msg("%s: code %d, not %d: " SPAN_FMT, words, a->code, code,
			 SPAN_ARG(a->words));
	admin_answer_free(a);
}

static void login(struct peer *p, const char *name, const char *password)
{
	peer_send(p, "PASS :%s:%s", name, password);
	peer_send(p, "NICK %s", name);
	peer_send(p, "USER u 0 * :A");
}

static void an_account_is_added_shown_and_may_log_in(void **state)
{
	struct fixture *f = *state;
	struct peer *p;
	struct admin_answer *a;

	verb(f, "user add ann --role admin", "sesame-sesame", ADMIN_DONE);
	verb(f, "user add ANN", "sesame-sesame", ADMIN_CONFLICT);
	verb(f, "user add 1st", "sesame-sesame", ADMIN_USAGE);
	verb(f, "user add bob", NULL, ADMIN_USAGE);
	verb(f, "user add bob --role king", "sesame-sesame", ADMIN_USAGE);
	a = fixture_verb(f, "user show ann", NULL);
	assert_true(a->is_record);
	assert_int_equal(a->n_rows, 1);
	assert_true(span_eq(a->cells[0].text, SPAN("ann")));
	assert_true(span_eq(a->cells[2].text, SPAN("admin")));
	admin_answer_free(a);
	verb(f, "user show nobody", NULL, ADMIN_NOT_FOUND);
	p = fixture_open(f);
	login(p, "ann", "sesame-sesame");
	expect_later(p, "server 001 ann :*");
}

// Proves A9.
static void a_password_is_made_up_when_asked_for(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a = fixture_verb(f, "user add ann --generate", NULL);
	struct peer *p = fixture_open(f);
	char *password = span_dup(a->plain);

	assert_int_equal(a->code, ADMIN_DONE);
	assert_int_equal(strlen(password), 23);
	login(p, "ann", password);
	expect_later(p, "server 001 ann :*");
	free(password);
	admin_answer_free(a);
}

static void expect_weak(struct fixture *f, const char *words, const char *secret,
			const char *fault)
{
	struct admin_answer *a = fixture_verb(f, words, secret);

	assert_int_equal(a->code, ADMIN_USAGE);
	assert_non_null(memmem(a->words.at, a->words.len, fault, strlen(fault)));
	assert_non_null(memmem(a->words.at, a->words.len, "--generate", 10));
	admin_answer_free(a);
}

// Proves A9.
static void a_weak_password_is_refused_to_an_administrator_alone(void **state)
{
	struct fixture *f = *state;

	expect_weak(f, "user add boss --role admin", "short", "shorter than 12");
	expect_weak(f, "user add boss --role admin", "passwordpassword", "tried first");
	expect_weak(f, "user add boss --role admin", "bossboss-2026", "account's name");
	verb(f, "user show boss", NULL, ADMIN_NOT_FOUND);
	verb(f, "user add boss --role admin", "tango-violin-oxide", ADMIN_DONE);
	expect_weak(f, "user passwd boss", "qwertyuiop123", "tried first");
	verb(f, "user passwd boss --generate", NULL, ADMIN_DONE);
	verb(f, "user passwd boss", "violin-tango-oxide", ADMIN_DONE);
	// Of others it is said. An administrator made of one keeps what there is.
	verb(f, "user add ben", "short", ADMIN_DONE);
	verb(f, "user role ben admin", NULL, ADMIN_DONE);
	expect_weak(f, "user passwd ben", "short", "shorter than 12");
}

static void verbs_that_are_misspelt_say_their_usage(void **state)
{
	struct fixture *f = *state;

	verb(f, "user frobnicate ann", NULL, ADMIN_USAGE);
	verb(f, "user", NULL, ADMIN_USAGE);
	verb(f, "user show", NULL, ADMIN_USAGE);
	verb(f, "user list --colour", NULL, ADMIN_USAGE);
	verb(f, "user add ann --role", NULL, ADMIN_USAGE);
}

// Proves A15.
static void who_is_disabled_is_out_at_once_and_stays_out(void **state)
{
	struct fixture *f = *state;
	struct peer *one = fixture_login(f, "ann", ""), *two = fixture_login(f, "ann", ""),
		    *later, *half = fixture_open(f);

	// One that has proved who it is and is not in yet.
	peer_send(half, "CAP LS 302");
	peer_send(half, "AUTHENTICATE PLAIN");
	peer_send(half, "AUTHENTICATE AGFubgBjb3JyZWN0IGhvcnNlIGJhdHRlcnk=");
	expect_later(half, "server 903 * :*");
	verb(f, "user disable ann", NULL, ADMIN_DONE);
	assert_true(peer_is_closed(one));
	assert_true(peer_is_closed(two));
	assert_true(peer_is_closed(half));
	expect_later(one, "ERROR :*disabled*");
	later = fixture_open(f);
	login(later, "ann", FIXTURE_PASSWORD);
	expect(later, "server 464 * :*");
	expect(later, "ERROR :*Wrong name or password*");
	verb(f, "user enable ann", NULL, ADMIN_DONE);
	later = fixture_open(f);
	login(later, "ann", FIXTURE_PASSWORD);
	expect_later(later, "server 001 ann :*");
}

// Proves A15.
static void a_new_password_ends_the_sessions_and_the_old_one(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "ann", "");

	verb(f, "user passwd ann", "another password", ADMIN_DONE);
	assert_true(peer_is_closed(p));
	p = fixture_open(f);
	login(p, "ann", FIXTURE_PASSWORD);
	expect(p, "server 464 * :*");
	p = fixture_open(f);
	login(p, "ann", "another password");
	expect_later(p, "server 001 ann :*");
}

static void a_rename_is_seen_and_lasts(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", "");

	peer_send(ann, "JOIN #den");
	peer_send(bob, "JOIN #den");
	fixture_skip(f);
	verb(f, "user rename nobody bob", NULL, ADMIN_NOT_FOUND);
	verb(f, "user rename ann bob", NULL, ADMIN_CONFLICT);
	verb(f, "user rename ann eve", NULL, ADMIN_DONE);
	expect(ann, "ann NICK eve");
	expect(bob, "ann NICK eve");
	peer_send(ann, "PRIVMSG #den :hi");
	expect(bob, "eve PRIVMSG #den :hi");
	fixture_restart(f, false);
	assert_null(account_find(f->hub, SPAN("ann")));
	assert_non_null(account_find(f->hub, SPAN("eve")));
}

static void a_deletion_wants_the_name_typed_and_takes_everything_along(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", "");

	peer_send(ann, "JOIN #den");
	peer_send(bob, "JOIN #den");
	admin_answer_free(fixture_verb(f, "user token add ann", NULL));
	verb(f, "user delete ann", NULL, ADMIN_UNCONFIRMED);
	verb(f, "user delete ann --confirm bob", NULL, ADMIN_UNCONFIRMED);
	verb(f, "user delete ann --dry-run", NULL, ADMIN_DONE);
	assert_false(peer_is_closed(ann));
	fixture_skip(f);
	verb(f, "user delete ann --confirm ann", NULL, ADMIN_DONE);
	assert_true(peer_is_closed(ann));
	expect(bob, "ann QUIT :*");
	assert_null(account_find(f->hub, SPAN("ann")));
	assert_int_equal(f->hub->credentials.n_items, 0);
	fixture_restart(f, false);
	assert_null(account_find(f->hub, SPAN("ann")));
	verb(f, "user add ann --reuse", "sesame-sesame", ADMIN_DONE);
}

static void a_role_takes_effect_at_once(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "ann", "");

	assert_false(peer_session(p)->oper);
	verb(f, "user role ann admin", NULL, ADMIN_DONE);
	assert_true(peer_session(p)->oper);
	verb(f, "user role ann user --confirm ann", NULL, ADMIN_DONE);
	assert_false(peer_session(p)->oper);
	verb(f, "user role ann emperor", NULL, ADMIN_USAGE);
}

static void devices_are_listed_and_revoked(void **state)
{
	static const char pin[] = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk";
	struct fixture *f = *state;
	struct buf words = {0};
	struct admin_answer *a;

	(void)fixture_account(f, "ann");
	(void)fixture_account(f, "bob");
	buf_printf(&words, "user cert add ann %s --label box", pin);
	verb(f, buf_str(&words), NULL, ADMIN_DONE);
	buf_reset(&words);
	buf_printf(&words, "user cert add bob %s", pin);
	verb(f, buf_str(&words), NULL, ADMIN_CONFLICT);
	verb(f, "user cert add bob nonsense", NULL, ADMIN_USAGE);
	a = fixture_verb(f, "user cert list ann", NULL);
	assert_int_equal(a->n_rows, 1);
	assert_true(span_eq(a->cells[3].text, span_of(pin)));
	admin_answer_free(a);
	verb(f, "user cert del ann box", NULL, ADMIN_DONE);
	verb(f, "user cert del ann box", NULL, ADMIN_NOT_FOUND);
	verb(f, "user cert dance ann", NULL, ADMIN_USAGE);
	buf_clear(&words);
}

static void sessions_are_listed_and_ended_one_by_one(void **state)
{
	struct fixture *f = *state;
	struct peer *one = fixture_login(f, "ann", ""), *two = fixture_login(f, "ann", "");
	struct admin_answer *a = fixture_verb(f, "session list ann", NULL);
	struct buf words = {0};

	assert_int_equal(a->n_rows, 2);
	buf_printf(&words, "session kill " SPAN_FMT " --reason enough",
		   SPAN_ARG(a->cells[0].text));
	fixture_disk_is(f, DISK_FULL);
	verb(f, buf_str(&words), NULL, ADMIN_FAILED);
	fixture_disk_is(f, DISK_FINE);
	assert_false(peer_is_closed(one) || peer_is_closed(two));
	verb(f, buf_str(&words), NULL, ADMIN_DONE);
	verb(f, buf_str(&words), NULL, ADMIN_NOT_FOUND);
	assert_int_not_equal(peer_is_closed(one), peer_is_closed(two));
	admin_answer_free(a);
	buf_clear(&words);
}

static void what_was_done_is_in_the_audit_log_without_secrets(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a;

	verb(f, "user add ann", "sesame-sesame", ADMIN_DONE);
	verb(f, "user disable ann --reason gone", NULL, ADMIN_DONE);
	a = fixture_verb(f, "audit list", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	assert_int_equal(a->n_rows, 2);
	for (size_t i = 0; i < a->n_rows; i++) {
		const struct cell *row = &a->cells[i * a->n_columns];

		assert_true(span_eq(row[1].text, SPAN("shell")));
		assert_true(span_eq(row[3].text, SPAN("ann")));
		assert_true(span_eq(row[4].text, i ? SPAN("gone") : SPAN("")));
	}
	admin_answer_free(a);
}

static struct admin_answer *import(struct fixture *f, const struct admin_record *records,
				   size_t n, bool tokens)
{
	static const char *const words[] = {"user", "import", "-", "--token"};
	struct admin_request *r = admin_request_new();

	r->words = xcalloc(ARRAY_LEN(words), sizeof(*r->words));
	for (size_t i = 0; i < (tokens ? 4U : 3U); i++)
		r->words[r->n_words++] = span_of(words[i]);
	r->records = xmemdup(records, n * sizeof(*records));
	r->n_records = n;
	return fixture_request(f, r);
}

static void an_import_makes_what_it_can_and_names_the_rest(void **state)
{
	const struct admin_record records[] = {
		{.name = SPAN("ann"), .password = SPAN("sesame-ann")},
		{.name = SPAN("bob")},
		{.name = SPAN("ANN"), .password = SPAN("sesame-two")},
		{.name = SPAN("carl"),
		 .password_hash = SPAN("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHQ")},
		{.name = SPAN("dora"), .password_hash = SPAN("plaintext")},
		{.name = SPAN("emil"),
		 .password_hash = SPAN("$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aA")},
		{.name = SPAN("fred"),
		 .password_hash =
			 SPAN("$argon2id$v=19$m=4194304,t=3,p=1$c29tZXNhbHQ$c29tZXNhbHQ")},
		{.name = SPAN("gus"),
		 .password_hash =
			 SPAN("$argon2id$v=19$m=65536,t=1000,p=1$c29tZXNhbHQ$c29tZXNhbHQ")},
		{.name = SPAN("hans"),
		 .password_hash =
			 SPAN("$argon2id$v=19$m=65536,t=3,p=64$c29tZXNhbHQ$c29tZXNhbHQ")},
		{.name = SPAN("iris"),
		 .password_hash =
			 SPAN("$2b$15$w2mFfcBzozJFq9OfaIvRS./Vr1dnBfqeNfub45QFr.JdB75NP91Ia")},
		{.name = SPAN("not a name")},
	};
	struct fixture *f = *state;
	struct admin_answer *a = import(f, records, ARRAY_LEN(records), true);

	assert_int_equal(a->code, ADMIN_PARTLY);
	assert_int_equal(a->n_columns, 2);
	assert_int_equal(a->n_rows, 3);
	for (size_t i = 0; i < a->n_rows; i++)
		assert_true(token_is(a->cells[i * 2 + 1].text));
	assert_non_null(account_find(f->hub, SPAN("carl")));
	for (size_t i = 4; i < ARRAY_LEN(records); i++)
		assert_null(account_find(f->hub, records[i].name));
	admin_answer_free(a);
}

static void an_import_of_thousands_hashes_a_few_at_a_time(void **state)
{
	enum { COUNT = 3000 };
	struct admin_record *records = xcalloc(COUNT, sizeof(*records));
	char(*names)[16] = xcalloc(COUNT, sizeof(*names));
	struct fixture *f = *state;
	struct admin_answer *a;

	for (int i = 0; i < COUNT; i++) {
		snprintf(names[i], sizeof(names[i]), "user%d", i);
		records[i].name = span_of(names[i]);
		if (i % 10 == 0)
			records[i].password = SPAN("sesame-sesame");
	}
	a = import(f, records, COUNT, false);
	assert_int_equal(a->code, ADMIN_DONE);
	assert_int_equal(a->n_rows, COUNT);
	admin_answer_free(a);
	fixture_restart(f, true);
	assert_non_null(account_find(f->hub, SPAN("user2999")));
	free(records);
	free(names);
}

static void nothing_is_answered_before_it_is_on_disk(void **state)
{
	struct fixture *f = *state;

	fixture_disk_is(f, DISK_FULL);
	verb(f, "user add ann", "sesame-sesame", ADMIN_FAILED);
	verb(f, "user list", NULL, ADMIN_DONE);
	fixture_disk_is(f, DISK_FINE);
	verb(f, "user add ann", "sesame-sesame", ADMIN_DONE);
	fixture_restart(f, true);
	assert_non_null(account_find(f->hub, SPAN("ann")));
}

static struct span cell_of(const struct admin_answer *a, const char *column)
{
	for (size_t i = 0; i < a->n_columns; i++) {
		if (span_eq(a->columns[i], span_of(column)))
			return a->cells[i].text;
	}
	fail_msg("there is no column %s", column);
	return (struct span){0};
}

static void status_tells_which_history_it_is(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a = fixture_verb(f, "status", NULL), *again;
	struct buf hex = {0};

	encode_hex(&hex, f->hub->history, HISTORY_ID_LEN);
	assert_true(span_eq(cell_of(a, "history-id"), buf_span(&hex)));
	// Each start takes a term of a store that machines share.
	if (!stored_is_pg())
		assert_int_equal(f->hub->term, 1);
	(void)cell_of(a, "term");
	fixture_restart(f, true);
	again = fixture_verb(f, "status", NULL);
	assert_true(span_eq(cell_of(again, "history-id"), buf_span(&hex)));
	admin_answer_free(a);
	admin_answer_free(again);
	buf_clear(&hex);
}

// What a hub says that loads these two settings and nothing else.
static void expect_refused(struct span history, struct span term, const char *words)
{
	struct hub_config config = fixture_config();
	const uint8_t seed[32] = {1};
	struct hub *h = hub_new(&config, seed);
	struct entry e = {.kind = ENTRY_SETTING};
	char *error = NULL;

	e.setting = (struct entry_setting){SPAN(SETTING_HISTORY), history};
	if (history.len)
		hub_load(h, &e);
	e.setting = (struct entry_setting){SPAN(SETTING_TERM), term};
	hub_load(h, &e);
	assert_false(hub_loaded(h, (struct hub_time){.mono_ms = 1, .wall_ms = 1000}, &error));
	assert_string_equal(error, words);
	free(error);
	hub_free(h);
}

static void a_database_that_does_not_know_its_history_is_refused(void **state UNUSED)
{
	expect_refused(SPAN(""), SPAN("1"), "the database has no history id: restore a backup");
	expect_refused(SPAN("short"), SPAN("1"),
		       "the setting history_id is 5 bytes long, not 16");
	expect_refused(SPAN("0123456789abcdef"), SPAN("one"), "the setting term is no number");
}

static void status_stop_and_reload_are_told_to_the_server(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a = fixture_verb(f, "status", NULL);
	struct wish_about about;

	assert_true(a->is_record);
	assert_int_equal(a->n_rows, 1);
	admin_answer_free(a);
	verb(f, "reload", NULL, ADMIN_DONE);
	assert_int_equal(hub_wish(f->hub, &about), WISH_RELOAD);
	assert_string_equal(about.pin, "");
	assert_int_not_equal(about.ticket, 0);
	assert_int_equal(hub_wish(f->hub, &about), WISH_NONE);
	verb(f, "reload --confirm abc", NULL, ADMIN_DONE);
	assert_int_equal(hub_wish(f->hub, &about), WISH_RELOAD);
	assert_string_equal(about.pin, "abc");
	verb(f, "stop", NULL, ADMIN_DONE);
	assert_int_equal(hub_wish(f->hub, &about), WISH_STOP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(an_account_is_added_shown_and_may_log_in),
		HUB_TEST(a_password_is_made_up_when_asked_for),
		HUB_TEST(a_weak_password_is_refused_to_an_administrator_alone),
		HUB_TEST(verbs_that_are_misspelt_say_their_usage),
		HUB_TEST(who_is_disabled_is_out_at_once_and_stays_out),
		HUB_TEST(a_new_password_ends_the_sessions_and_the_old_one),
		HUB_TEST(a_rename_is_seen_and_lasts),
		HUB_TEST(a_deletion_wants_the_name_typed_and_takes_everything_along),
		HUB_TEST(a_role_takes_effect_at_once),
		HUB_TEST(devices_are_listed_and_revoked),
		HUB_TEST(sessions_are_listed_and_ended_one_by_one),
		HUB_TEST(what_was_done_is_in_the_audit_log_without_secrets),
		HUB_TEST(an_import_makes_what_it_can_and_names_the_rest),
		HUB_TEST(an_import_of_thousands_hashes_a_few_at_a_time),
		HUB_TEST(nothing_is_answered_before_it_is_on_disk),
		HUB_TEST(status_tells_which_history_it_is),
		cmocka_unit_test(a_database_that_does_not_know_its_history_is_refused),
		HUB_TEST(status_stop_and_reload_are_told_to_the_server),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
