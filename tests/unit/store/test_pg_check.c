// SPDX-License-Identifier: MIT
// What a look at a database of PostgreSQL finds, as one at a file of SQLite finds it.
#include "tests/unit/store/pg_fixture.h"

#include "server/store/store.h"

static void make(const struct site *site)
{
	char *error = NULL;
	struct store *s = store_open(site->where, STORE_FULL, &error);

	if (!s)
		fail_msg("%s", error);
	store_close(s);
	tell(site, "INSERT INTO setting (key, value) VALUES ('history_id', "
		   "decode('00112233445566778899aabbccddeeff', 'hex'))"
		   " ON CONFLICT (key) DO NOTHING");
}

static void look(const struct site *site, struct store_report *report)
{
	char *error = NULL;

	if (!store_check(site->where, report, &error))
		fail_msg("%s", error);
}

static void finds(const struct site *site, const char *problem)
{
	struct store_report report;

	look(site, &report);
	if (!strstr(buf_str(&report.problems), problem))
		fail_msg("not %s: %s", problem, buf_str(&report.problems));
	assert_true(report.is_damaged);
	store_report_clear(&report);
}

static void a_sound_one_has_no_problem(void **state)
{
	struct site *site = site_of(state);
	struct store_report report;

	make(site);
	look(site, &report);
	assert_string_equal(buf_str(&report.problems), "");
	assert_false(report.is_damaged);
	store_report_clear(&report);
}

// The server keeps its references itself, until somebody takes that away, or a page is lost.
static void let_go_of(const struct site *site, const char *table, const char *column)
{
	struct buf text = {0};

	buf_printf(&text, "ALTER TABLE %s DROP CONSTRAINT %s_%s_fkey", table, table, column);
	tell(site, buf_str(&text));
	buf_clear(&text);
}

static void take_up_again(const struct site *site, const char *table, const char *column,
			  const char *parent)
{
	struct buf text = {0};

	buf_printf(&text, "ALTER TABLE %s ADD FOREIGN KEY (%s) REFERENCES %s NOT VALID", table,
		   column, parent);
	tell(site, buf_str(&text));
	buf_clear(&text);
}

static void what_refers_to_nothing_is_found_by_its_number(void **state)
{
	struct site *site = site_of(state);

	make(site);
	let_go_of(site, "slip", "account");
	tell(site, "INSERT INTO slip (id, account, at_ms, text) VALUES (7, 99, 1, 'x')");
	take_up_again(site, "slip", "account", "account");
	finds(site, "table slip, row 7: refers to nothing in account\n");
}

static void a_row_whose_key_is_no_number_is_found(void **state)
{
	struct site *site = site_of(state);

	make(site);
	let_go_of(site, "member", "account");
	let_go_of(site, "member", "room");
	tell(site, "INSERT INTO member (room, account, role, joined_ms) VALUES (3, 99, 0, 0)");
	take_up_again(site, "member", "account", "account");
	take_up_again(site, "member", "room", "room");
	finds(site, "table member, row ?: refers to nothing in account\n");
	finds(site, "table member, row ?: refers to nothing in room\n");
}

// Its tables are of another time: nothing is asked of them.
static void an_older_one_says_its_schema_alone(void **state)
{
	struct site *site = site_of(state);
	struct store_report report;
	char *error = NULL;

	make(site);
	tell(site, "UPDATE setting SET value = '36' WHERE key = 'schema_version'");
	tell(site, "ALTER TABLE account RENAME TO person");
	assert_true(store_facts(site->where, &report, &error));
	assert_int_equal(report.schema, 36);
	assert_int_equal(report.n_problems, 0);
	store_report_clear(&report);
	look(site, &report);
	assert_non_null(strstr(buf_str(&report.problems), "older snugd: start the server"));
	store_report_clear(&report);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_site, tear_down_site)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_sound_one_has_no_problem),
		T(what_refers_to_nothing_is_found_by_its_number),
		T(a_row_whose_key_is_no_number_is_found),
		T(an_older_one_says_its_schema_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
