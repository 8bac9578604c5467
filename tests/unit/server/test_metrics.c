// SPDX-License-Identifier: MIT
#include "server/metrics.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void assert_says(const struct metrics *m, const char *line)
{
	struct buf out = {0}, wanted = {0};

	metrics_write(m, &out);
	buf_printf(&wanted, "\n%s\n", line);
	if (!strstr(buf_str(&out), buf_str(&wanted)))
		fail_msg("no line '%s' in:\n%s", line, buf_str(&out));
	buf_clear(&out);
	buf_clear(&wanted);
}

static void assert_lacks(const struct metrics *m, const char *text)
{
	struct buf out = {0};

	metrics_write(m, &out);
	assert_null(strstr(buf_str(&out), text));
	buf_clear(&out);
}

static void numbers_are_whole_where_they_are_and_times_in_seconds(void **state)
{
	struct metrics m = {
		.is_up = true, .started_ms = 1500, .turn_us = 250, .memory_bytes = 1};

	(void)state;
	m.hub.messages = INT64_C(9007199254740991);
	assert_says(&m, "snug_messages_total 9007199254740991");
	assert_says(&m, "snug_start_time_seconds 1.500000");
	assert_says(&m, "snug_turn_seconds 0.000250");
	assert_says(&m, "snug_resident_memory_bytes 1");
}

static void each_has_its_help_and_its_type_before_it(void **state)
{
	struct metrics m = {.is_up = true};

	(void)state;
	assert_says(&m, "# TYPE snug_messages_total counter\nsnug_messages_total 0");
	assert_says(&m, "# HELP snug_rooms Rooms.\n# TYPE snug_rooms gauge\nsnug_rooms 0");
}

static void buckets_hold_all_that_was_shorter(void **state)
{
	struct metrics m = {.is_up = true};

	(void)state;
	m.commits.counts[0] = 3;
	m.commits.counts[2] = 4;
	m.commits.counts[HISTOGRAM_BOUNDS] = 5;
	m.commits.sum_us = 2500000;
	assert_says(&m, "# TYPE snug_commit_seconds histogram\n"
			"snug_commit_seconds_bucket{le=\"0.0001\"} 3\n"
			"snug_commit_seconds_bucket{le=\"0.00025\"} 3\n"
			"snug_commit_seconds_bucket{le=\"0.0005\"} 7");
	assert_says(&m, "snug_commit_seconds_bucket{le=\"30\"} 7\n"
			"snug_commit_seconds_bucket{le=\"+Inf\"} 12\n"
			"snug_commit_seconds_sum 2.500000\n"
			"snug_commit_seconds_count 12");
}

static void logins_and_refusals_have_their_labels(void **state)
{
	struct metrics m = {.is_up = true};

	(void)state;
	m.hub.logins[LOGIN_TOKEN][LOGIN_WRONG] = 2;
	m.hub.refused[HUB_REFUSED_QUOTA] = 3;
	m.io_refused[IO_REFUSED_SOURCE] = 4;
	assert_says(&m, "snug_logins_total{way=\"token\",result=\"wrong\"} 2");
	m.issuer[IDENTITY_IS] = 7;
	m.issuer[IDENTITY_NO] = 2;
	m.issuer[IDENTITY_LATER] = 1;
	assert_says(&m, "snug_issuer_questions_total{result=\"yes\"} 7");
	assert_says(&m, "snug_issuer_questions_total{result=\"no\"} 2");
	assert_says(&m, "snug_issuer_questions_total{result=\"later\"} 1");
	assert_says(&m, "snug_refused_total{why=\"quota\"} 3");
	assert_says(&m, "snug_refused_total{why=\"source\"} 4");
}

static void connections_are_counted_once_each(void **state)
{
	struct metrics m = {.is_up = true, .classes = {4, 2, 1}, .connected = 12};

	(void)state;
	m.hub.sessions = 9;
	m.hub.unknown = 2;
	assert_says(&m, "snug_connections{kind=\"person\"} 4");
	assert_says(&m, "snug_connections{kind=\"bridge\"} 1");
	assert_says(&m, "snug_connections{kind=\"login\"} 2");
	assert_says(&m, "snug_connections{kind=\"unfinished\"} 3");
	m.connected = 8; // a shard that has not ended its turn
	assert_says(&m, "snug_connections{kind=\"unfinished\"} 0");
}

static void a_disk_of_another_machine_has_no_numbers(void **state)
{
	struct metrics m = {.is_up = true, .disk_free = 1, .database_bytes = 2, .wal_bytes = 3};

	(void)state;
	assert_lacks(&m, "\nsnug_disk_free_bytes ");
	assert_lacks(&m, "\nsnug_database_bytes ");
	assert_lacks(&m, "\nsnug_wal_bytes ");
	m.has_disk = true;
	assert_says(&m, "snug_disk_free_bytes 1");
	assert_says(&m, "snug_database_bytes 2");
	assert_says(&m, "snug_wal_bytes 3");
	m.is_up = false;
	assert_says(&m, "snug_database_bytes 2");
}

static void a_helper_that_is_off_is_not_down(void **state)
{
	struct metrics m = {.is_up = true};

	(void)state;
	m.helpers[PROGRAM_ERRAND] = HELPER_DOWN;
	assert_says(&m, "snug_helper_up{helper=\"errand\"} 0");
	assert_lacks(&m, "helper=\"door\"");
	m.door = HELPER_UP;
	assert_says(&m, "snug_helper_up{helper=\"door\"} 1");
}

static void without_a_server_nothing_is_made_up(void **state)
{
	struct metrics m = {.certificate_expires_ms = 5000, .keep_ms = 86400000};

	(void)state;
	assert_says(&m, "snug_up 0");
	assert_says(&m, "snug_certificate_expiry_time_seconds 5");
	assert_says(&m, "snug_retention_seconds 86400");
	assert_lacks(&m, "snug_messages_total");
	assert_lacks(&m, "snug_commit_seconds");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_whole_where_they_are_and_times_in_seconds),
		cmocka_unit_test(each_has_its_help_and_its_type_before_it),
		cmocka_unit_test(buckets_hold_all_that_was_shorter),
		cmocka_unit_test(logins_and_refusals_have_their_labels),
		cmocka_unit_test(connections_are_counted_once_each),
		cmocka_unit_test(a_disk_of_another_machine_has_no_numbers),
		cmocka_unit_test(a_helper_that_is_off_is_not_down),
		cmocka_unit_test(without_a_server_nothing_is_made_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
