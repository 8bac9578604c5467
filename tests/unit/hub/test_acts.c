// SPDX-License-Identifier: MIT
// Several acts in one request: of a verb that takes several words, and of a batch.
#include "tests/support/hub_fixture.h"

#include "common/die.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

// A row of the answer: "act changed code".
static void shows(const struct admin_answer *a, size_t row, const char *wanted)
{
	const struct cell *cells = &a->cells[row * a->n_columns];
	char text[256];

	assert_true(row < a->n_rows);
	snprintf(text, sizeof(text), SPAN_FMT " %s %lld", SPAN_ARG(cells[0].text),
		 cells[1].number ? "yes" : "no", (long long)cells[2].number);
	assert_string_equal(text, wanted);
}

static void ends(struct admin_answer *a, enum admin_code code, enum admin_changed changed)
{
	assert_int_equal(a->code, code);
	assert_int_equal(a->changed, changed);
	admin_answer_free(a);
}

static void verb(struct fixture *f, const char *words, enum admin_code code,
		 enum admin_changed changed)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code || a->changed != changed)
		fail_msg("%s: code %d, changed %d: " SPAN_FMT, words, a->code, a->changed,
			 SPAN_ARG(a->words));
	admin_answer_free(a);
}

static void each_word_is_done_by_itself(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a = fixture_verb(f, "user add ann bob --no-password", NULL);

	shows(a, 0, "ann yes 0");
	shows(a, 1, "bob yes 0");
	ends(a, ADMIN_DONE, ADMIN_CHANGED);
	a = fixture_verb(f, "user disable ann cem bob --reason rest", NULL);
	shows(a, 0, "ann yes 0");
	shows(a, 1, "cem no 3");
	shows(a, 2, "bob yes 0");
	assert_true(span_eq(a->words, SPAN("2 of 3 done; cem: there is no account cem")));
	ends(a, ADMIN_PARTLY, ADMIN_CHANGED);
	ends(fixture_verb(f, "user disable dora cem", NULL), ADMIN_NOT_FOUND, ADMIN_UNCHANGED);
	ends(fixture_verb(f, "user disable ann bob", NULL), ADMIN_DONE, ADMIN_UNCHANGED);
	a = fixture_verb(f, "audit list", NULL);
	assert_int_equal(a->n_rows, 4);
	assert_true(span_eq(a->cells[3 * a->n_columns + 4].text, SPAN("rest")));
	admin_answer_free(a);
}

static void each_name_is_confirmed(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a;

	verb(f, "user add ann bob --no-password", ADMIN_DONE, ADMIN_CHANGED);
	a = fixture_verb(f, "user delete ann bob --confirm ann", NULL);
	shows(a, 0, "ann yes 0");
	shows(a, 1, "bob no 9");
	ends(a, ADMIN_PARTLY, ADMIN_CHANGED);
	verb(f, "user delete ann bob --confirm ann --confirm bob --if-exists", ADMIN_DONE,
	     ADMIN_CHANGED);
}

static void passwords_are_made_for_each_and_never_shared(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a = fixture_verb(f, "user add ann bob --generate", NULL);

	assert_int_equal(a->n_rows, 2);
	assert_int_equal(a->cells[3].text.len, 23);
	assert_false(span_eq(a->cells[3].text, a->cells[3 + a->n_columns].text));
	ends(a, ADMIN_DONE, ADMIN_CHANGED);
	a = fixture_verb(f, "user add cem dora --password-stdin", "sesame-sesame");
	assert_int_equal(a->code, ADMIN_USAGE);
	admin_answer_free(a);
	verb(f, "user show cem", ADMIN_NOT_FOUND, ADMIN_LOOKED);
}

// What was so already, is there already, or is gone already.
static void an_act_says_whether_it_changed_anything(void **state)
{
	static const struct {
		const char *words;
		enum admin_code code;
		enum admin_changed changed;
	} acts[] = {
		{"user add ann --no-password", ADMIN_DONE, ADMIN_CHANGED},
		{"user add ann --no-password", ADMIN_CONFLICT, ADMIN_UNCHANGED},
		{"user add ann --no-password --if-missing", ADMIN_DONE, ADMIN_UNCHANGED},
		{"user role ann admin", ADMIN_DONE, ADMIN_CHANGED},
		{"user role ann admin", ADMIN_DONE, ADMIN_UNCHANGED},
		{"user set ann --class bot", ADMIN_DONE, ADMIN_CHANGED},
		{"user set ann --class bot", ADMIN_DONE, ADMIN_UNCHANGED},
		{"user set ann --reason tea", ADMIN_USAGE, ADMIN_UNCHANGED},
		{"user disable ann --confirm ann", ADMIN_DONE, ADMIN_CHANGED},
		{"user disable ann --confirm ann", ADMIN_DONE, ADMIN_UNCHANGED},
		{"user enable ann", ADMIN_DONE, ADMIN_CHANGED},
		{"user enable ann", ADMIN_DONE, ADMIN_UNCHANGED},
		{"user kick ann", ADMIN_DONE, ADMIN_UNCHANGED},
		{"user revoke-all ann", ADMIN_DONE, ADMIN_UNCHANGED},
		{"room add den", ADMIN_DONE, ADMIN_CHANGED},
		{"room add den --if-missing", ADMIN_DONE, ADMIN_UNCHANGED},
		{"room grant den ann", ADMIN_DONE, ADMIN_CHANGED},
		{"room grant den ann", ADMIN_DONE, ADMIN_UNCHANGED},
		{"room revoke den ann", ADMIN_DONE, ADMIN_CHANGED},
		{"room revoke den ann", ADMIN_DONE, ADMIN_UNCHANGED},
		{"room set den --limit 7 --modes +i --slow 30s --keep 3d --topic tea",
		 ADMIN_DONE, ADMIN_CHANGED},
		{"room set den --limit 7 --modes +i --slow 30s --keep 3d --topic tea",
		 ADMIN_DONE, ADMIN_UNCHANGED},
		{"room set den --modes -i", ADMIN_DONE, ADMIN_CHANGED},
		{"room set den --key tea", ADMIN_DONE, ADMIN_CHANGED},
		{"room set den --reason tea", ADMIN_USAGE, ADMIN_UNCHANGED},
		{"room unban den ann", ADMIN_NOT_FOUND, ADMIN_UNCHANGED},
		{"room unban den ann --if-exists", ADMIN_DONE, ADMIN_UNCHANGED},
		{"room delete den --dry-run", ADMIN_DONE, ADMIN_UNCHANGED},
		{"room delete hall --if-exists", ADMIN_DONE, ADMIN_UNCHANGED},
		{"ban delete bob --if-exists", ADMIN_DONE, ADMIN_UNCHANGED},
		{"invite revoke 9 --if-exists", ADMIN_DONE, ADMIN_UNCHANGED},
		{"session kill 9 --if-exists", ADMIN_DONE, ADMIN_UNCHANGED},
		{"history prune", ADMIN_DONE, ADMIN_UNCHANGED},
		{"user delete ann --dry-run", ADMIN_DONE, ADMIN_UNCHANGED},
		{"user list", ADMIN_DONE, ADMIN_LOOKED},
		{"user list --reason tea", ADMIN_USAGE, ADMIN_LOOKED},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		verb(f, acts[i].words, acts[i].code, acts[i].changed);
}

static struct admin_answer *batch(struct fixture *f, const char *const *lines)
{
	struct admin_request *r = admin_request_new();

	r->words = xcalloc(256, sizeof(*r->words));
	for (; *lines; lines++) {
		struct span rest = span_of(*lines);

		r->words[r->n_words++] = SPAN(ADMIN_NEXT);
		while (rest.len)
			r->words[r->n_words++] = span_cut(&rest, ' ');
	}
	return fixture_request(f, r);
}

static void a_batch_is_done_in_one_turn(void **state)
{
	static const char *const lines[] = {"user add ann bob --no-password",
					    "room add den --founder ann",
					    "ban add 192.0.2.0/24", NULL};
	struct fixture *f = *state;
	struct admin_answer *a = batch(f, lines);

	shows(a, 0, "user add ann bob --no-password yes 0");
	shows(a, 1, "room add den --founder ann yes 0");
	shows(a, 2, "ban add 192.0.2.0/24 yes 0");
	ends(a, ADMIN_DONE, ADMIN_CHANGED);
	fixture_restart(f, true);
	verb(f, "user show bob", ADMIN_DONE, ADMIN_LOOKED);
	verb(f, "room show den", ADMIN_DONE, ADMIN_LOOKED);
}

static void what_is_refused_ends_a_batch(void **state)
{
	static const char *const refused[] = {
		"user list",                  // changes nothing
		"user add cem --generate",    // waits for a hash
		"message redact AAAA",        // waits for the history
		"history prune",              // the same
		"user add ann --no-password", // a conflict
		"user frob",
		"",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		const char *const lines[] = {"user add ann --no-password --if-missing",
					     refused[i], "user add eve --no-password", NULL};
		struct admin_answer *a = batch(f, lines);

		assert_int_equal(a->n_rows, 2);
		assert_int_equal(a->code, ADMIN_PARTLY);
		assert_true(span_starts(a->words, SPAN("act 2 of 3 was refused; ")));
		admin_answer_free(a);
		verb(f, "user show eve", ADMIN_NOT_FOUND, ADMIN_LOOKED);
		verb(f, "user show cem", ADMIN_NOT_FOUND, ADMIN_LOOKED);
	}
}

static void there_are_not_too_many(void **state)
{
	struct fixture *f = *state;
	struct admin_request *r = admin_request_new();

	r->words = xcalloc(ADMIN_ACTS_MAX + 1, sizeof(*r->words));
	for (size_t i = 0; i <= ADMIN_ACTS_MAX; i++)
		r->words[r->n_words++] = SPAN(ADMIN_NEXT);
	ends(fixture_request(f, r), ADMIN_USAGE, ADMIN_LOOKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(each_word_is_done_by_itself),
		HUB_TEST(each_name_is_confirmed),
		HUB_TEST(passwords_are_made_for_each_and_never_shared),
		HUB_TEST(an_act_says_whether_it_changed_anything),
		HUB_TEST(a_batch_is_done_in_one_turn),
		HUB_TEST(what_is_refused_ends_a_batch),
		HUB_TEST(there_are_not_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
