// SPDX-License-Identifier: MIT
// Whatever lists an account stands in: it is renamed, deleted, and its name given to somebody
// else, also over a restart. What it had it keeps under its new name, and nobody gets it with the
// old one.
#include "tests/unit/hub/renamed_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, "sesame-sesame");

	if (a->code != ADMIN_DONE)
		fail_msg("%s: " SPAN_FMT, words, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static void holds(struct fixture *f, const struct row *row, const char *name, bool wanted)
{
	const struct account *a = account_find(f->hub, span_of(name));

	assert_non_null(a);
	if (row->holds(a) != wanted)
		fail_msg("%s has %s what came of \"%s\" (%s)", name, wanted ? "not" : "still",
			 row->alice  ? row->alice
			 : row->bob  ? row->bob
			 : row->verb ? row->verb
				     : "a function",
			 row->of);
}

static void set_up_row(struct fixture *f, const struct row *row)
{
	struct peer *alice =
		fixture_login(f, "alice", "draft/metadata-2 draft/read-marker snug.chat/quiet");
	struct peer *bob =
		fixture_login(f, "bob", "draft/metadata-2 draft/read-marker snug.chat/quiet");

	(void)fixture_admin_account(f, "root");
	peer_join(alice, "#den");
	if (row->holds == is_excepted)
		peer_send(alice, "MODE #den +b *");
	holds(f, row, "bob", false);
	if (row->alice)
		peer_send(alice, "%s", row->alice);
	if (row->bob)
		peer_send(bob, "%s", row->bob);
	if (row->verb)
		verb(f, row->verb);
	if (row->set)
		row->set(f, account_find(f->hub, SPAN("bob")));
	holds(f, row, "bob", true);
}

static void restart_if(struct fixture *f, bool restarts)
{
	if (restarts)
		fixture_restart(f, false);
}

static void renamed(struct fixture *f, const struct row *row, bool restarts)
{
	verb(f, "user rename bob rob");
	holds(f, row, "rob", true);
	restart_if(f, restarts);
	holds(f, row, "rob", true);
	fixture_pass(f, 1000);
	verb(f, "user add bob --reuse");
	holds(f, row, "bob", false);
	holds(f, row, "rob", true);
	restart_if(f, restarts);
	holds(f, row, "bob", false);
	holds(f, row, "rob", true);
}

static void deleted(struct fixture *f, const struct row *row, bool restarts)
{
	verb(f, "user delete bob --confirm bob");
	restart_if(f, restarts);
	verb(f, "user add bob --reuse");
	holds(f, row, "bob", false);
	restart_if(f, restarts);
	holds(f, row, "bob", false);
}

// The two change names: each still has its own.
static void exchanged(struct fixture *f, const struct row *row, bool restarts)
{
	verb(f, "user add eve --no-password");
	verb(f, "user rename bob rob");
	verb(f, "user rename eve bob --reuse");
	restart_if(f, restarts);
	verb(f, "user rename rob eve --reuse");
	holds(f, row, "eve", true);
	holds(f, row, "bob", false);
	verb(f, "user delete bob --confirm bob");
	restart_if(f, restarts);
	holds(f, row, "eve", true);
}

static void every_list_means_the_person_and_not_the_name(void **state)
{
	static void (*const acts[])(struct fixture *, const struct row *,
				    bool) = {renamed, deleted, exchanged};
	struct fixture *f = *state;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t act = 0; act < 2 * ARRAY_LEN(acts); act++) {
			set_up_row(f, &rows[i]);
			acts[act / 2](f, &rows[i], act % 2);
			n++;
			fixture_renew(f, NULL);
		}
	}
	printf("           %zu lists, %zu cases\n", ARRAY_LEN(rows), n);
}

// entries.def as it stands: the head of an entry has no type.
static const struct part {
	const char *of, *use, *type;
	int last; // of an enum
} parts[] = {
#define ENTRY(KIND, name, use) {#KIND, #use, NULL, 0},
#define INT(type, name) {#name, NULL, #type, 0},
#define U64(type, name) {#name, NULL, #type, 0},
#define TIME(name) {#name, NULL, "time", 0},
#define BOOL(name) {#name, NULL, "bool", 0},
#define ENUM(type, name, last) {#name, NULL, #type, (int)(last)},
#define BITS(type, name, all) {#name, NULL, #type, 0},
#define TEXT(name) {#name, NULL, "text", 0},
#define TEXT_OR_NULL(name) {#name, NULL, "text", 0},
#define BLOB(name) {#name, NULL, "text", 0},
#define BYTES(name, size) {#name, NULL, "bytes", 0},
#define END
#include "server/letters/entries.def"
};

static bool has_row(const char *of, const char *part)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s%s%s", of, part ? "." : "", part ? part : "");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].of, name) == 0)
			return true;
	}
	return false;
}

// What an account is, or is noted of it: no list that it stands in.
static bool is_of_the_account_itself(const char *field)
{
	return strstr("id name realname next_password next_ms created_ms seen_ms erase_ms "
		      "erased",
		      field);
}

static void each_stored_thing_that_knows_an_account_is_a_row(void **state)
{
	static const char *const lists[] = {
		[BAN_BAN] = "BAN_BAN",       [BAN_EXCEPT] = "BAN_EXCEPT",
		[BAN_INVITE] = "BAN_INVITE", [BAN_INVITED] = "BAN_INVITED",
		[BAN_SERVER] = "BAN_SERVER",
	};
	const struct part *entry = NULL;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const struct part *p = &parts[i];
		bool is_account;

		if (!p->type) {
			entry = p;
			continue;
		}
		if (strcmp(p->type, "enum ban_kind") == 0)
			assert_int_equal(ARRAY_LEN(lists), p->last + 1);
		is_account = strcmp(entry->of, "ACCOUNT") == 0;
		// Names that were freed are test_freed.c's, who is erased test_erase.c's,
		// masks are below.
		if (strcmp(entry->use, "STATE") != 0 || strcmp(entry->of, "FREED") == 0 ||
		    strcmp(entry->of, "ERASURE") == 0 || strcmp(entry->of, "BAN") == 0 ||
		    (is_account ? is_of_the_account_itself(p->of)
				: strcmp(p->type, "account_id") != 0))
			continue;
		n++;
		if (!has_row(entry->of, is_account ? p->of : NULL))
			fail_msg("rows lacks %s, by its %s", entry->of, p->of);
	}
	assert_true(n > 10);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (!has_row("BAN", lists[i]))
			fail_msg("rows lacks the list %s", lists[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(every_list_means_the_person_and_not_the_name),
		HUB_TEST(each_stored_thing_that_knows_an_account_is_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
