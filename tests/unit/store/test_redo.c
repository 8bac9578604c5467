// SPDX-License-Identifier: MIT
// Pairs of databases: a copy, and the one that was in use, in which something was taken away
// since. What was taken away is taken away in the copy, too.
#include "tests/unit/store/fixture.h"

#include "server/store/sqlite/db.h"
#include "server/store/sqlite/words_sum.h"

#include <fcntl.h>

// Two people and a guest in two rooms, with all that can be taken from them.
static const char base[] =
	"INSERT INTO setting VALUES ('token_key', x'aa');"
	"INSERT INTO account (id, name, password, realname, role, disabled, created_ms, seen_ms,"
	" class, next_password, next_ms) VALUES (1, 'alice', 'old', 'A', 1, 0, 7, 0, 1, '', 0),"
	" (2, 'bob', 'bobs', 'B', 0, 0, 7, 0, 0, 'wanted', 99), (3, 'cem', 'c', 'C', 0, 0, 7, 0,"
	" 0, '', 0);"
	"INSERT INTO credential (id, account, kind, hash, label, created_ms, used_ms, expires_ms)"
	" VALUES (20, 1, 0, x'01', 'laptop', 8, 0, 0), (21, 1, 1, x'02', 'bot', 8, 0, 0);"
	"INSERT INTO room (id, name, topic, topic_by, topic_ms, flags, key, user_limit,"
	" created_ms, keep_ms, keep_bytes) VALUES (10, '#den', 'hers', 'alice', 1, 0, '', 0, 8,"
	" 0, 0), (11, '#den2', '', '', 0, 0, '', 0, 8, 0, 0);"
	"INSERT INTO member (room, account, role, joined_ms, joined_seq, joined_message)"
	" VALUES (10, 1, 4, 9, 0, 0), (10, 2, 3, 9, 0, 0), (11, 1, 4, 9, 0, 0);"
	"INSERT INTO dialog (id, low, high) VALUES (12, 1, 2);"
	"INSERT INTO ban (room, kind, mask, by_whom, reason, at_ms, expires_ms) VALUES"
	" (10, 0, 'timed!*@*', 'alice', 'why', 5, 50), (10, 2, 'guest!*@*', 'alice', '', 5, 0);"
	"INSERT INTO invite (id, hash, room, uses_left, uses_max, expires_ms, created_ms, creator,"
	" note) VALUES (30, x'03', 0, 5, 5, 0, 5, 'alice', 'friends');"
	"INSERT INTO factor (account, id, label, sealed, codes, enabled, created_ms, used_step)"
	" VALUES (2, 41, 'phone', x'01', x'02', 1, 5, 7);"
	"INSERT INTO subscription VALUES (51, 1, 20, 'https://p/1', x'04', x'05', x'06', 0, 5, 6);"
	"INSERT INTO binding VALUES (61, 1, 0, 'https://id.example', 'a1', '', 5, x'', 0, 1, 5),"
	" (62, 2, 0, 'https://id.example', 'b2', 't', 5, x'', 0, 1, 5);"
	"INSERT INTO hook VALUES (31, 10, 'ci', x'04', 0, 5, 0, 'alice');"
	"INSERT INTO file (id, account, stream, message, name, type, size, hash, created_ms)"
	" VALUES (x'0a', 2, 10, 101, 'cat', 'image/png', 7, x'05', 6);"
	"INSERT INTO account_metadata VALUES (1, 'avatar', 'url');"
	"INSERT INTO room_metadata VALUES (10, 'url', 'there');"
	"INSERT INTO audit (id, at_ms, actor, verb, detail) VALUES (1, 5, 'alice', 'x', 'word');"
	"INSERT INTO message (id, stream, seq, time_ms, account, sender, kind, text, tags,"
	" client_id) VALUES (100, 10, 1, 100, 1, 'alice', 0, 'secretword hers', '', 'c1'),"
	" (101, 10, 2, 101, 2, 'bob', 0, 'otherword his', '', NULL),"
	" (102, 12, 1, 102, 2, 'bob', 0, 'talkword his', '', NULL),"
	" (103, 10, 0, 103, 1, 'alice', 3, '', '', NULL),"
	" (104, 11, 1, 104, 2, 'bob', 0, 'roomword his', '', NULL),"
	" (105, 12, 2, 105, 9, 'ghost', 0, 'ghostword', '', NULL);"
	"UPDATE account SET erase_ms = 55 WHERE id = 3;"
	"INSERT INTO search (rowid, text, place) SELECT id, text, 's' || stream FROM message"
	" WHERE seq > 0 AND id < 104; INSERT INTO chore VALUES ('unindexed', 104);";

static const struct redo_case {
	const char *kind;
	const char *since; // what happened to the one in use
	const char *subject, *what;
	const char *proof; // about the copy: 1
} cases[] = {
	{"account", "UPDATE dialog SET gone = 'alice'; DELETE FROM account WHERE id = 1",
	 "alice", "deleted",
	 "SELECT NOT EXISTS (SELECT 1 FROM account WHERE id = 1) AND NOT EXISTS (SELECT 1 FROM"
	 " credential) AND (SELECT gone FROM dialog) = 'alice' AND EXISTS (SELECT 1 FROM floor"
	 " WHERE stream = 1) AND (SELECT sender FROM message WHERE id = 100) = 'alice'"},
	// Of another account that has the number by now.
	{"account", "UPDATE account SET created_ms = 8, name = 'zoe' WHERE id = 3", "cem",
	 "deleted", "SELECT count(*) = 2 FROM account"},
	{"erasure",
	 "UPDATE account SET name = 'erased-1', password = '', realname = '', erased = 1,"
	 " created_ms = 99 WHERE id = 1; DELETE FROM credential WHERE account = 1;"
	 "INSERT INTO freed VALUES (x'0e', 1);"
	 "UPDATE message SET text = '', sender = 'erased-1', redacted = 1 WHERE id = 100;"
	 "UPDATE message SET sender = 'erased-1' WHERE id = 103;"
	 "UPDATE audit SET actor = 'erased-1', detail = '';"
	 "UPDATE room SET topic_by = 'erased-1' WHERE id = 10;"
	 "INSERT INTO redaction VALUES (100, 1, '', 9, 'erased-1')",
	 "erased-1", "erased",
	 "SELECT (SELECT name || password || realname FROM account WHERE id = 1) = 'erased-1' AND"
	 " (SELECT count(*) FROM message WHERE text LIKE '%secret%' OR sender = 'alice') = 0 AND"
	 " (SELECT count(*) FROM message) = 6 AND"
	 " (SELECT count(*) FROM search WHERE search MATCH 'secretword') = 0 AND"
	 " (SELECT count(*) FROM search WHERE search MATCH 'otherword') = 1 AND"
	 " (SELECT actor || detail FROM audit WHERE id = 1) = 'erased-1' AND"
	 " (SELECT topic_by FROM room WHERE id = 10) = 'erased-1' AND"
	 " (SELECT count(*) FROM credential) = 0 AND (SELECT count(*) FROM freed) = 1 AND"
	 " (SELECT name FROM erasure WHERE account = 1 AND stage = 0) = 'erased-1'"},
	// Of one that was deleted before: what it wrote was left.
	{"erasure",
	 "INSERT INTO account (id, name, password, realname, role, disabled, created_ms,"
	 " seen_ms, erased) VALUES (9, 'erased-9', '', '', 0, 1, 99, 0, 1);"
	 "UPDATE message SET text = '', sender = 'erased-9', redacted = 1 WHERE id = 105;",
	 "erased-9", "erased",
	 "SELECT (SELECT count(*) FROM message WHERE text LIKE '%ghost%' OR sender = 'ghost') = 0"
	 " AND (SELECT erased FROM account WHERE id = 9)"},
	{"leaving", "UPDATE account SET erase_ms = 44 WHERE id = 2", "bob",
	 "asked to be erased", "SELECT erase_ms = 44 FROM account WHERE id = 2"},
	{"leaving", "UPDATE account SET erase_ms = 0 WHERE id = 3", "cem",
	 "changed their mind: is not erased", "SELECT erase_ms = 0 FROM account WHERE id = 3"},
	{"room", "DELETE FROM message WHERE stream = 10; DELETE FROM room WHERE id = 10",
	 "#den", "deleted",
	 "SELECT NOT EXISTS (SELECT 1 FROM message WHERE stream = 10) AND"
	 " (SELECT seq FROM floor WHERE stream = 10) = 2 AND"
	 " (SELECT count(*) FROM member) = 1 AND (SELECT count(*) FROM ban) = 0 AND"
	 " (SELECT count(*) FROM search WHERE search MATCH 'otherword') = 0 AND"
	 " (SELECT count(*) FROM search WHERE search MATCH 'talkword') = 1"},
	// What was not indexed yet is not taken out of the index.
	{"room", "DELETE FROM room WHERE id = 11", "#den2", "deleted",
	 "SELECT NOT EXISTS (SELECT 1 FROM message WHERE stream = 11) AND"
	 " (SELECT count(*) FROM search WHERE search MATCH 'word OR roomword') = 0"},
	{"name", "INSERT INTO freed VALUES (x'0f', 9)", "account 9", "its name is kept back",
	 "SELECT account = 9 FROM freed WHERE hash = x'0f'"},
	{"disabled", "UPDATE account SET disabled = 1 WHERE id = 1", "alice", "disabled",
	 "SELECT disabled FROM account WHERE id = 1"},
	{"end", "UPDATE account SET expires_ms = 77 WHERE id = 2", "bob", "ends sooner",
	 "SELECT expires_ms = 77 FROM account WHERE id = 2"},
	{"administrator", "UPDATE account SET role = 0 WHERE id = 1", "alice",
	 "no administrator any more", "SELECT role = 0 FROM account WHERE id = 1"},
	{"class", "UPDATE account SET class = 0 WHERE id = 1", "alice", "may say and ask less",
	 "SELECT class = 0 FROM account WHERE id = 1"},
	{"password", "UPDATE account SET password = 'new' WHERE id = 1", "alice",
	 "changed: the newer one holds", "SELECT password = 'new' FROM account WHERE id = 1"},
	{"next-password", "UPDATE account SET next_password = '', next_ms = 0 WHERE id = 2",
	 "bob", "not in force any more",
	 "SELECT next_ms = 0 AND next_password = '' FROM account WHERE id = 2"},
	{"device", "DELETE FROM credential WHERE id = 20", "alice/laptop", "revoked",
	 "SELECT count(*) = 1 AND max(id) = 21 FROM credential"},
	// Enrolled anew since, under the number of the one that was revoked.
	{"device", "UPDATE credential SET hash = x'77' WHERE id = 20", "alice/laptop",
	 "revoked", "SELECT count(*) = 1 AND max(id) = 21 FROM credential"},
	{"push", "DELETE FROM subscription", "alice", "a device is not woken any more",
	 "SELECT count(*) = 0 FROM subscription"},
	{"token", "DELETE FROM credential WHERE id = 21", "alice/bot", "revoked",
	 "SELECT count(*) = 1 AND max(id) = 20 FROM credential"},
	{"unbound", "DELETE FROM binding WHERE id = 61", "alice https://id.example",
	 "bound no more", "SELECT count(*) = 1 AND max(id) = 62 FROM binding"},
	{"unbound",
	 "INSERT INTO account (id, name, password, realname, role, disabled, created_ms,"
	 " seen_ms) VALUES (99, 'zoe', '', '', 0, 0, 9, 0);"
	 "UPDATE binding SET account = 99 WHERE id = 61",
	 "alice https://id.example", "bound no more",
	 "SELECT count(*) = 1 AND max(id) = 62 FROM binding"},
	{"sign-in", "UPDATE binding SET yes_ms = 0, memory = x'09' WHERE id = 62",
	 "bob https://id.example", "the issuer said no",
	 "SELECT yes_ms = 0 AND memory = x'09' FROM binding WHERE id = 62"},
	{"sign-in", "UPDATE binding SET own = 0, by_group = 1 WHERE id = 62",
	 "bob https://id.example", "bound since",
	 "SELECT by_group > own FROM binding WHERE id = 62"},
	{"sign-in",
	 "INSERT INTO binding VALUES (63, 3, 1, 'krb5:R', 'cem', '', 9, x'', 0, 0, 9)",
	 "cem krb5:R", "bound since", "SELECT count(*) = 3 AND max(account) = 3 FROM binding"},
	{"key-end", "UPDATE credential SET expires_ms = 66 WHERE id = 21", "alice/bot",
	 "ends sooner", "SELECT expires_ms = 66 FROM credential WHERE id = 21"},
	{"second-factor",
	 "INSERT INTO factor (account, id, label, sealed, codes, enabled, created_ms, used_step)"
	 " VALUES (1, 40, 'app', x'01', x'02', 1, 5, 6)",
	 "alice", "wants a code since, or used some up",
	 "SELECT id = 40 AND enabled AND used_step = 6 FROM factor WHERE account = 1"},
	{"second-factor", "UPDATE factor SET used_step = 8, codes = x'03' WHERE account = 2",
	 "bob", "wants a code since, or used some up",
	 "SELECT used_step = 8 AND codes = x'03' FROM factor WHERE account = 2"},
	{"hook", "DELETE FROM hook", "#den ci", "revoked, or has another address",
	 "SELECT count(*) = 0 FROM hook"},
	{"hook", "UPDATE hook SET hash = x'05'", "#den ci", "revoked, or has another address",
	 "SELECT count(*) = 0 FROM hook"},
	{"lockdown", "INSERT INTO setting VALUES ('lockdown', CAST('strangers 9' AS BLOB))",
	 "server", "locked down",
	 "SELECT CAST(value AS TEXT) = 'strangers 9' FROM setting WHERE key = 'lockdown'"},
	{"invite", "DELETE FROM invite", "alice friends", "used or revoked",
	 "SELECT count(*) = 0 FROM invite"},
	{"invite-uses", "UPDATE invite SET uses_left = 2, expires_ms = 55", "alice friends",
	 "used, or ends sooner", "SELECT uses_left = 2 AND expires_ms = 55 FROM invite"},
	{"ban", "INSERT INTO ban VALUES (0, 4, '', 2, 'alice', 'r', 9, 0, 0, 0)", "server bob",
	 "banned", "SELECT reason = 'r' FROM ban WHERE room = 0 AND account = 2"},
	{"ban", "INSERT INTO ban VALUES (10, 0, '~m:*!*@*', 0, 'alice', '', 9, 0, 0, 0)",
	 "#den ~m:*!*@*", "quiet", "SELECT count(*) = 1 FROM ban WHERE mask LIKE '~m%'"},
	{"ban", "UPDATE ban SET expires_ms = 0 WHERE kind = 0", "#den timed!*@*", "banned",
	 "SELECT expires_ms = 0 FROM ban WHERE kind = 0"},
	{"exception", "DELETE FROM ban WHERE kind = 2", "#den guest!*@*", "withdrawn",
	 "SELECT count(*) = 1 FROM ban"},
	{"member", "DELETE FROM member WHERE account = 2", "#den bob", "no member any more",
	 "SELECT count(*) = 0 FROM member WHERE account = 2"},
	{"role", "UPDATE member SET role = 1 WHERE account = 2", "#den bob",
	 "no moderator any more", "SELECT role = 1 FROM member WHERE account = 2"},
	{"founder",
	 "UPDATE member SET role = 0 WHERE account = 1 AND room = 10;"
	 "UPDATE member SET role = 4 WHERE account = 2",
	 "#den bob", "founder after another one",
	 "SELECT role = 4 FROM member WHERE account = 2"},
	{"reach", "UPDATE member SET joined_seq = 900, joined_message = 105 WHERE account = 2",
	 "#den bob", "came back: reads from there",
	 "SELECT joined_seq = 2 AND joined_message = 105 FROM member WHERE account = 2"},
	{"room-mode", "UPDATE room SET flags = 1 + 1024 WHERE id = 10", "#den",
	 "modes that limit it", "SELECT flags = 1 FROM room WHERE id = 10"},
	{"room-history", "UPDATE room SET flags = 128 WHERE id = 10", "#den",
	 "members read less of it", "SELECT flags = 128 FROM room WHERE id = 10"},
	{"room-key", "UPDATE room SET key = 'k2' WHERE id = 10", "#den", "another key",
	 "SELECT key = 'k2' FROM room WHERE id = 10"},
	{"room-keep", "UPDATE room SET keep_ms = 1000 WHERE id = 10", "#den", "keeps less",
	 "SELECT keep_ms = 1000 AND keep_bytes = 0 FROM room WHERE id = 10"},
	{"redaction",
	 "UPDATE message SET text = '', redacted = 1 WHERE id = 101;"
	 "INSERT INTO redaction VALUES (101, 1, 'spam', 9, 'alice')",
	 "#den 2", "redacted",
	 "SELECT redacted AND text = '' AND (SELECT reason FROM redaction) = 'spam' AND"
	 " (SELECT count(*) FROM search WHERE search MATCH 'otherword') = 0 AND"
	 " (SELECT count(*) FROM search WHERE search MATCH 'secretword') = 1"
	 " FROM message WHERE id = 101"},
	{"file", "DELETE FROM file", "bob cat", "removed", "SELECT count(*) = 0 FROM file"},
	{"profile", "DELETE FROM account_metadata", "alice avatar", "taken out",
	 "SELECT count(*) = 0 FROM account_metadata"},
	{"room-profile", "DELETE FROM room_metadata", "#den url", "taken out",
	 "SELECT count(*) = 0 FROM room_metadata"},
	{"ignored", "INSERT INTO hush VALUES (1, 0, 2, 0, '')", "alice bob", "ignored",
	 "SELECT about = 2 FROM hush"},
	{"ignored", "INSERT INTO hush VALUES (1, 1, 10, 0, '')", "alice #den", "muted",
	 "SELECT about = 10 FROM hush"},
};

// What the redo tells of is looked for.
struct told {
	const struct redo_case *expected;
	unsigned n, n_found, n_unread, n_void;
	struct buf all;
};

static void on_taken(void *arg, const struct store_taken *t)
{
	struct told *told = arg;
	const struct redo_case *c = told->expected;

	told->n++;
	told->n_unread += strstr(t->what, "cannot be read") != NULL;
	told->n_void += strstr(t->what, "void: ") == t->what;
	buf_printf(&told->all, "%s %s: %s\n", t->kind, t->subject, t->what);
	if (c && !strcmp(c->kind, t->kind) && !strcmp(c->subject, t->subject) &&
	    !strcmp(c->what, t->what))
		told->n_found++;
}

static void sql_on(const char *path, const char *text)
{
	char *error = NULL;
	sqlite3 *db = db_open(path, DB_WRITE, STORE_FULL, &error);

	assert_non_null(db);
	if (sqlite3_exec(db, text, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", text, error);
	sqlite3_close(db);
}

static int64_t number_in(const char *path, const char *text)
{
	char *error = NULL;
	sqlite3 *db = db_open(path, DB_READ, STORE_FULL, &error);

	assert_non_null(db);
	int64_t number = db_number(db, text, -1);
	sqlite3_close(db);
	return number;
}

static const char *copy_of(struct fixture *f)
{
	static char file[128];
	char *error = NULL;

	snprintf(file, sizeof(file), "%s/copy.db", f->folder);
	unlink(file);
	if (!store_backup(f->path, file, &error))
		fail_msg("%s", error);
	return file;
}

// The index was written from here, and not by a store.
static void count_words(const char *path)
{
	char *error = NULL;
	sqlite3 *db = db_open(path, DB_WRITE, STORE_FULL, &error);

	assert_non_null(db);
	assert_int_equal(words_sum_renew(db), SQLITE_OK);
	sqlite3_close(db);
}

// A database in use, filled, and a copy of it.
static const char *start(struct fixture *f)
{
	store_close(f->store);
	f->store = NULL;
	unlink(f->path);
	fixture_open(f);
	store_close(f->store);
	f->store = NULL;
	sql_on(f->path, base);
	count_words(f->path);
	return copy_of(f);
}

static enum store_redo redo(const char *copy, const char *present, struct told *told)
{
	char *error = NULL;
	enum store_redo done = store_redo(copy, present, on_taken, told, &error);

	if (done == REDO_FAILED)
		fail_msg("%s", error);
	free(error);
	return done;
}

// Sound for a server that opens it, and its index has what it should.
static void expect_sound(const char *path)
{
	struct store_report report;
	char *error = NULL;

	assert_true(store_check_deep(path, &report, &error));
	assert_string_equal(buf_str(&report.problems), "");
	store_report_clear(&report);
	assert_int_equal(number_in(path, "SELECT count(*) FROM chore WHERE name = 'purge'"), 0);
}

// Proves S16.
static void what_was_taken_away_is_taken_away_in_the_copy(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct redo_case *c = &cases[i];
		struct told told = {.expected = c};
		const char *copy = start(f);

		assert_int_not_equal(number_in(copy, c->proof), 1);
		sql_on(f->path, c->since);
		assert_int_equal(redo(copy, f->path, &told), REDO_DONE);
		if (told.n_found != 1 || number_in(copy, c->proof) != 1)
			fail_msg("%s, %s: told\n%s", c->kind, c->since, buf_str(&told.all));
		expect_sound(copy);
		buf_clear(&told.all);
		// Once more there is nothing left to do.
		told = (struct told){0};
		assert_int_equal(redo(copy, f->path, &told), REDO_DONE);
		if (told.n)
			fail_msg("%s: again\n%s", c->kind, buf_str(&told.all));
	}
}

static void each_kind_has_a_pair(void **state)
{
	static const char *const kinds[] = {
#define REDO(kind, tables, find, act, blind) kind,
#include "server/store/sqlite/redo.def"
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		bool has_pair = false;

		for (size_t j = 0; j < ARRAY_LEN(cases); j++)
			has_pair = has_pair || !strcmp(cases[j].kind, kinds[i]);
		if (!has_pair)
			fail_msg("no pair of databases for %s", kinds[i]);
	}
}

static void what_nobody_took_away_stays(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	const char *copy = start(f);

	// What was given since is not given again, and what is looser now is not loosened.
	sql_on(f->path,
	       "UPDATE account SET role = 1, class = 2 WHERE id = 2;"
	       "UPDATE room SET keep_ms = 0, flags = 1024 WHERE id = 11;"
	       "INSERT INTO credential (id, account, kind, hash, label, created_ms, used_ms,"
	       " expires_ms) VALUES (40, 2, 0, x'09', 'new', 9, 0, 0);"
	       "DELETE FROM ban WHERE kind = 0;"
	       "INSERT INTO account_metadata VALUES (2, 'avatar', 'url');"
	       "INSERT INTO member (room, account, role, joined_ms) VALUES (11, 2, 2, 9);"
	       "UPDATE account SET name = 'robert' WHERE id = 2");
	assert_int_equal(redo(copy, f->path, &told), REDO_DONE);
	if (told.n)
		fail_msg("%s", buf_str(&told.all));
	assert_int_equal(number_in(copy, "SELECT count(*) FROM credential"), 2);
	assert_int_equal(number_in(copy, "SELECT count(*) FROM ban"), 2);
}

static void removed_words_are_gone_from_the_file(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	const char *copy = start(f);
	char wal[160];

	assert_true(file_holds(copy, "otherword"));
	sql_on(f->path, "UPDATE message SET text = '', redacted = 1 WHERE id = 101");
	assert_int_equal(redo(copy, f->path, &told), REDO_DONE);
	buf_clear(&told.all);
	snprintf(wal, sizeof(wal), "%s-wal", copy);
	assert_false(file_holds(copy, "otherword"));
	assert_false(file_holds(wal, "otherword"));
	assert_true(file_holds(copy, "secretword"));
	fixture_remove(f, "copy.db-wal");
	fixture_remove(f, "copy.db-shm");
}

static void another_servers_database_judges_nothing(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	const char *copy = start(f);
	char *error = NULL;

	sql_on(f->path, "UPDATE setting SET value = x'bb' WHERE key = 'token_key';"
			"DELETE FROM account");
	assert_int_equal(store_redo(copy, f->path, on_taken, &told, &error), REDO_ALIEN);
	assert_non_null(strstr(error, "another server"));
	free(error);
	assert_int_equal(told.n, 0);
	assert_int_equal(number_in(copy, "SELECT count(*) FROM account"), 3);
	// A copy from before the first start has none.
	sql_on(copy, "DELETE FROM setting WHERE key = 'token_key'");
	assert_int_equal(store_redo(copy, f->path, on_taken, &told, &error), REDO_DONE);
	assert_int_equal(told.n, 3);
	buf_clear(&told.all);
}

// Of what is void since nobody can tell, and only of that.
static void expect_blind(const char *copy, const struct told *told)
{
	// An invite, a hook, a password that was asked for, an erasing.
	assert_int_equal(told->n_void, 4);
	assert_int_equal(number_in(copy, "SELECT count(*) FROM invite"), 0);
	assert_int_equal(number_in(copy, "SELECT count(*) FROM hook"), 0);
	assert_int_equal(number_in(copy, "SELECT count(*) FROM account WHERE next_ms > 0"), 0);
	assert_int_equal(number_in(copy, "SELECT count(*) FROM account"), 3);
	assert_int_equal(number_in(copy, "SELECT count(*) FROM credential"), 2);
	expect_sound(copy);
}

static void without_a_present_invites_are_void(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	const char *copy = start(f);

	assert_int_equal(redo(copy, NULL, &told), REDO_PARTLY);
	expect_blind(copy, &told);
	buf_clear(&told.all);
	// One that is no database, and stays as it is.
	copy = copy_of(f);
	int fd = open(f->path, O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, "no database at all, but long enough to look at", 46), 46);
	close(fd);
	told = (struct told){0};
	assert_int_equal(redo(copy, f->path, &told), REDO_PARTLY);
	expect_blind(copy, &told);
	buf_clear(&told.all);
	assert_true(file_holds(f->path, "no database at all"));
}

// The first page of a table that is lost makes that table silent, and no other.
static void a_damaged_table_judges_nothing(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	const char *copy = start(f);
	static const char zeros[4096];

	sql_on(f->path, "DELETE FROM credential; UPDATE account SET disabled = 1 WHERE id = 1;"
			"PRAGMA wal_checkpoint(TRUNCATE)");
	int64_t page = number_in(f->path, "SELECT rootpage FROM sqlite_schema"
					  " WHERE name = 'credential'");
	int fd = open(f->path, O_WRONLY);
	assert_int_equal(pwrite(fd, zeros, sizeof(zeros), (page - 1) * 4096), sizeof(zeros));
	close(fd);
	assert_int_equal(redo(copy, f->path, &told), REDO_PARTLY);
	assert_int_equal(told.n_unread, 3); // device, token, key-end
	assert_int_equal(told.n, 4);
	assert_int_equal(number_in(copy, "SELECT count(*) FROM credential"), 2);
	assert_int_equal(number_in(copy, "SELECT disabled FROM account WHERE id = 1"), 1);
	buf_clear(&told.all);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_was_taken_away_is_taken_away_in_the_copy),
		T(each_kind_has_a_pair),
		T(what_nobody_took_away_stays),
		T(removed_words_are_gone_from_the_file),
		T(another_servers_database_judges_nothing),
		T(without_a_present_invites_are_void),
		T(a_damaged_table_judges_nothing),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "a copy of its file is put back"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
