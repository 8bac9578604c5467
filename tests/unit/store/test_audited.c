// SPDX-License-Identifier: MIT
// Questions to the audit log: what fits all that is asked for, and nothing else.
#include "tests/unit/store/history.h"

static const struct deed {
	int64_t at_ms;
	const char *actor, *verb, *detail;
	stream_id room;
} deeds[] = {
	{10, "alice", "user add", "ann", 0},
	{20, "Ann", "user", "bob", 0},
	{30, "alice", "users", "anna #ann xann ann-x ann_", 0},
	{40, "alice", "user role", "bob: ann.", 0},
	{50, "bob", "useradd", "(ANN) ann9", 0},
	{60, "alice", "kick", "carl", 3},
	{70, "carl", "kick", "anne, ann", 3},
	{80, "alice", "room set", "#den", 3},
};

static int set_up_log(void **state)
{
	set_up(state);
	put(*state, room(3, "#den"));
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		const struct deed *d = &deeds[i];

		put(*state, (struct entry){.kind = ENTRY_AUDIT,
					   .audit = {.at_ms = d->at_ms,
						     .actor = span_of(d->actor),
						     .verb = span_of(d->verb),
						     .detail = span_of(d->detail),
						     .room = d->room}});
	}
	return 0;
}

static const struct asked {
	const char *sender, *verb, *named;
	int64_t from_ms, to_ms, limit;
	stream_id room;
	const char *found; // times
} asked[] = {
	{"", "", "", 0, 0, 50, 0, "10 20 30 40 50 60 70 "},
	// All of a room, whatever was done there.
	{"", "", "", 0, 0, 50, 3, "60 70 80 "},
	{"", "", "", 0, 0, 7, 0, "10 20 30 40 50 60 70 "},
	{"", "", "", 0, 0, 6, 0, "20 30 40 50 60 70 more"},
	{"", "", "", 0, 0, 1, 3, "80 more"},
	{"", "", "", 20, 50, 50, 0, "30 40 "},
	{"ALICE", "", "", 0, 0, 50, 0, "10 30 40 60 "},
	{"alic", "", "", 0, 0, 50, 0, ""},
	{"", "user", "", 0, 0, 50, 0, "10 20 40 "},
	{"", "user add", "", 0, 0, 50, 0, "10 "},
	{"alice", "user", "", 10, 0, 50, 0, "40 "},
	// As a word of its own, or who did it.
	{"", "", "ann", 0, 0, 50, 0, "10 20 40 50 70 "},
	{"", "", "bob", 0, 0, 50, 0, "20 40 50 "},
	{"", "", "nn", 0, 0, 50, 0, ""},
	{"", "", "carl", 0, 0, 1, 0, "70 more"},
};

static char *found_by(struct fixture *f, const struct asked *a)
{
	struct query *q = query_new(QUERY_AUDIT, 7);
	struct buf out = {0};

	q->stream = a->room;
	q->limit = a->limit;
	q->sender = span_of(a->sender);
	q->verb = span_of(a->verb);
	q->named = span_of(a->named);
	if (a->from_ms)
		q->from = at_time(a->from_ms);
	if (a->to_ms)
		q->to = at_time(a->to_ms);

	struct rows *rows = answer(f, q);

	assert_int_equal(rows->result, ROWS_OK);
	for (size_t i = 0; i < rows->n_audit; i++)
		buf_printf(&out, "%lld ", (long long)rows->audit[i].at_ms);
	buf_add_str(&out, rows->more ? "more" : "");
	rows_free(rows);
	query_free(q);
	return buf_take(&out);
}

static void what_is_asked_for_is_found_and_nothing_else(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		char *found = found_by(*state, &asked[i]);

		if (strcmp(found, asked[i].found) != 0)
			fail_msg("question %zu: %s", i, found);
		free(found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_asked_for_is_found_and_nothing_else,
						set_up_log, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
