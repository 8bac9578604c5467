// SPDX-License-Identifier: MIT
// The search index: what is in it, what leaves it and when; and what a check sees of that.
#include "tests/unit/store/pg_fixture.h"

#include "common/clock.h"
#include "server/store/chore.h"
#include "server/store/postgresql/pg_words.h"

static struct store *open_store(const struct site *site)
{
	char *error = NULL;
	struct store *s = store_open(site->where, STORE_FULL, &error);

	if (!s)
		fail_msg("%s", error);
	return s;
}

static void put(struct store *s, const struct entry *entries, size_t n)
{
	static entry_no next;
	struct journal *j;
	struct durable d;

	// Numbers begin anew with each opened store.
	next = s->stored + 1;
	j = journal_new(next);
	for (size_t i = 0; i < n; i++)
		journal_add(j, &entries[i]);
	assert_true(writer_apply(s, j, &d));
	journal_free(j);
}

static struct entry room(void)
{
	return (struct entry){.kind = ENTRY_ROOM,
			      .room = {.id = 3, .name = SPAN("#den"), .created_ms = 8}};
}

static struct entry message(message_id id, const char *text)
{
	return (struct entry){.kind = ENTRY_MESSAGE,
			      .message = {.id = id,
					  .stream = 3,
					  .seq = id,
					  .time_ms = 1000 + (int64_t)id,
					  .account = 1,
					  .sender = SPAN("alice"),
					  .kind = MESSAGE_PRIVMSG,
					  .text = span_of(text)}};
}

static void redact(struct store *s, message_id id)
{
	put(s,
	    &(struct entry){.kind = ENTRY_REDACT,
			    .redact = {.id = id, .stream = 3, .by = 1, .at_ms = 9}},
	    1);
}

static void tidy(struct store *s)
{
	while (store_tidy(s))
		continue;
}

static int64_t n_words(const struct site *site, message_id id)
{
	char text[96];

	snprintf(text, sizeof(text), "SELECT count(*) FROM word WHERE message = %d", (int)id);
	return ask(site, text);
}

static void words_come_behind_the_commit_and_leave_with_it(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);

	put(s, (struct entry[]){room(), message(1, "tea and tea"), message(2, "tea")}, 3);
	assert_int_equal(n_words(site, 1), 0);
	assert_int_equal(ask(site, "SELECT value FROM chore"), 1);
	tidy(s);
	assert_int_equal(n_words(site, 1), 2);
	assert_int_equal(ask(site, "SELECT count(*) FROM chore"), 0);
	redact(s, 1);
	assert_int_equal(n_words(site, 1), 0);
	assert_int_equal(n_words(site, 2), 1);
	store_close(s);
}

// Words that are not in yet are none when their turn comes.
static void what_was_redacted_before_its_words_were_in_brings_none(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);

	put(s, (struct entry[]){room(), message(1, "tea"), message(2, "rum")}, 3);
	redact(s, 1);
	tidy(s);
	assert_int_equal(n_words(site, 1), 0);
	assert_int_equal(n_words(site, 2), 1);
	store_close(s);
}

static void what_is_kept_no_longer_takes_its_words_along(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);

	put(s, (struct entry[]){room()}, 1);
	for (message_id id = 1; id <= 1200; id++)
		put(s, (struct entry[]){message(id, "tea")}, 1);
	tidy(s);
	redact(s, 5);
	put(s, &(struct entry){.kind = ENTRY_EXPIRE, .expire = {.stream = 3, .upto = 1100}}, 1);
	assert_false(store_is_clean(s));
	tidy(s);
	assert_true(store_is_clean(s));
	assert_int_equal(ask(site, "SELECT min(id) FROM message"), 1101);
	assert_int_equal(ask(site, "SELECT min(message) FROM word"), 1101);
	assert_int_equal(ask(site, "SELECT count(*) FROM redaction"), 0);
	assert_int_equal(ask(site, "SELECT count(*) FROM expiry"), 0);
	store_close(s);
}

// From 2 on.
static void put_more(struct store *s, message_id n)
{
	struct entry *entries = xcalloc(n, sizeof(*entries));

	for (message_id i = 0; i < n; i++)
		entries[i] = message(i + 2, "tea");
	put(s, entries, n);
	free(entries);
}

// Where somebody says something all the time there is no silence as long as a beat.
static void words_that_wait_do_not_wait_for_a_silence(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);

	put(s, (struct entry[]){room(), message(1, "tea")}, 2);
	assert_true(s->engine->after_ms(s) > 0);
	tidy(s);
	put_more(s, WORDS_STEP);
	assert_int_equal(s->engine->after_ms(s), 0);
	tidy(s);
	assert_true(s->engine->after_ms(s) > 0);
	store_close(s);
}

static void what_goes_goes_between_commits_too(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);
	int64_t now_ms = clock_mono_ms();

	put(s, (struct entry[]){room()}, 1);
	put_more(s, 600);
	assert_false(s->engine->between(s, now_ms));
	put(s, &(struct entry){.kind = ENTRY_EXPIRE, .expire = {.stream = 3, .upto = 601}}, 1);
	assert_true(s->engine->between(s, now_ms));
	assert_int_equal(ask(site, "SELECT count(*) FROM message"), 600 - 512);
	assert_false(s->engine->between(s, now_ms + 1));
	assert_true(s->engine->between(s, now_ms + 1000));
	assert_int_equal(ask(site, "SELECT count(*) FROM message"), 0);
	store_close(s);
}

static void a_word_longer_than_an_index_takes_is_stored_and_found(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);
	char text[4001];

	memset(text, 'w', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	put(s, (struct entry[]){room(), message(1, text)}, 2);
	tidy(s);
	assert_int_equal(ask(site, "SELECT length(word) FROM word"), PG_WORD_BYTES);
	redact(s, 1);
	assert_int_equal(ask(site, "SELECT count(*) FROM word"), 0);
	store_close(s);
}

// What goes on where another left off, as after a kill.
static void the_boundary_outlives_its_process(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);

	put(s, (struct entry[]){room(), message(1, "tea")}, 2);
	s->failed = true; // or its end would tidy
	store_close(s);
	s = open_store(site);
	assert_int_equal(s->unindexed, 1);
	tidy(s);
	assert_int_equal(n_words(site, 1), 1);
	store_close(s);
}

static void check(const struct site *site, bool is_deep, const char *problem)
{
	struct store_report report;
	char *error = NULL;
	bool is_fine = is_deep ? store_check_deep(site->where, &report, &error)
			       : store_check(site->where, &report, &error);

	if (!is_fine)
		fail_msg("%s", error);
	if (!*problem)
		assert_string_equal(buf_str(&report.problems), "");
	else if (!strstr(buf_str(&report.problems), problem))
		fail_msg("%s", buf_str(&report.problems));
	assert_int_equal(report.is_damaged, *problem != '\0');
	assert_int_equal(report.summed > 0, is_deep && !*problem);
	// As the tests' server is.
	assert_non_null(strstr(buf_str(&report.risks), "synchronous_standby_names is empty"));
	store_report_clear(&report);
}

static void check_finds(const struct site *site, const char *spoil, const char *mend,
			const char *problem)
{
	tell(site, spoil);
	check(site, false, problem);
	tell(site, mend);
	check(site, false, "");
}

static void a_check_finds_what_cannot_be(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);

	put(s,
	    (struct entry[]){room(), message(1, "tea"), message(2, "tea"), message(3, "tea")},
	    4);
	tidy(s);
	store_close(s);
	check(site, false, "");
	check(site, true, "");
	check_finds(site, "UPDATE message SET seq = 7 WHERE id = 2",
		    "UPDATE message SET seq = 2 WHERE id = 2",
		    "stream 3: message 2 has number 7 after 1");
	check_finds(site, "UPDATE message SET time_ms = 1 WHERE id = 2",
		    "UPDATE message SET time_ms = 1002 WHERE id = 2",
		    "stream 3: message 2 is not younger than the one before");
	check_finds(site, "UPDATE message SET stream = 9, seq = 1 WHERE id = 3",
		    "UPDATE message SET stream = 3, seq = 3 WHERE id = 3",
		    "stream 9: 1 messages of no room or dialog");
	check_finds(site, "INSERT INTO word VALUES ('rum', 3, 99)",
		    "DELETE FROM word WHERE message = 99",
		    "word index: message 99 stands in it, and is gone");
	check_finds(site, "DROP INDEX message_client",
		    "CREATE UNIQUE INDEX message_client ON message (account, client_id)"
		    " WHERE client_id IS NOT NULL",
		    "the index message_client is missing");
	check_finds(site, "CREATE RULE quiet AS ON DELETE TO message DO INSTEAD NOTHING",
		    "DROP RULE quiet ON message", "the rule quiet on message is none of ours");
	tell(site, "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
		   " 'BEGIN RETURN NULL; END'");
	check_finds(site,
		    "CREATE TRIGGER spy AFTER INSERT ON message FOR EACH ROW EXECUTE FUNCTION"
		    " f()",
		    "DROP TRIGGER spy ON message",
		    "the trigger spy on message is none of ours");
}

static void facts_are_those_of_the_database(void **state)
{
	struct site *site = site_of(state);
	struct store *s = open_store(site);
	struct store_report report;
	char *error = NULL;

	put(s, (struct entry[]){room(), message(1, "tea"), message(2, "tea")}, 3);
	store_close(s);
	assert_true(store_facts(site->where, &report, &error));
	assert_int_equal(report.rooms, 1);
	assert_int_equal(report.messages, 2);
	assert_int_equal(report.newest, 2);
	assert_int_equal(report.newest_ms, 1002);
	assert_int_equal(report.schema, store_schema());
	assert_int_equal(report.page_size, 8192);
	assert_true(report.bytes > 0);
	assert_int_equal(report.term, ask(site, "SELECT term FROM head"));
	store_report_clear(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		pg_test(words_come_behind_the_commit_and_leave_with_it),
		pg_test(what_was_redacted_before_its_words_were_in_brings_none),
		pg_test(what_is_kept_no_longer_takes_its_words_along),
		pg_test(words_that_wait_do_not_wait_for_a_silence),
		pg_test(what_goes_goes_between_commits_too),
		pg_test(a_word_longer_than_an_index_takes_is_stored_and_found),
		pg_test(the_boundary_outlives_its_process),
		pg_test(a_check_finds_what_cannot_be),
		pg_test(facts_are_those_of_the_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
