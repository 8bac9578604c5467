// SPDX-License-Identifier: MIT
// Every verb that changes something, on a disk that takes nothing: it says so, and nothing is
// changed, not even in memory.
#include "tests/support/hub_fixture.h"

#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const verbs[] = {
	"audit note tea",
	"ban add eve",
	"ban delete mallory",
	"hook create den ci",
	"hook revoke den bell",
	"hook rotate den bell",
	"invite create",
	"lockdown",
	"room add yard",
	"room ban den eve",
	"room unban den mallory",
	"room delete den --confirm #den",
	"room grant den alice --role founder",
	"room revoke den bob",
	"room revoke den alice --membership",
	"room set den --topic cake",
	"room set den --modes +i",
	"room set den --key sesame",
	"room set den --limit 7",
	"room set den --keep 7d",
	"server announce tea",
	"user 2fa reset alice",
	"user add zoe --generate",
	"user bind bob --issuer https://id.example --subject t",
	"user cert add alice 47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
	"user cert del alice key",
	"user delete alice --confirm alice",
	"user disable alice",
	"user erase bob --confirm bob",
	"user enable dora",
	"user import -",
	"user passwd alice --generate",
	"user rename alice alicia",
	"user revoke-all alice",
	"user role alice admin",
	"user set alice --class bot",
	"user set alice --replay 7",
	"user token add alice",
	"user token revoke alice box",
	"user unbind eve",
};

static const char *const shown[] = {
	"user list",
	"room list",
	"ban list",
	"file list",
	"hook list",
	"invite list --all",
	"user show alice",
	"user show dora",
	"user token list alice",
	"user cert list alice",
	"user bindings bob",
	"user bindings eve",
	"status",
	"room show den",
	"room members den",
	"room bans den",
};

static void set_up(struct fixture *f)
{
	static const char *const before[] = {
		"user add dora --no-password",
		"user disable dora",
		"user add mallory --no-password",
		"ban add mallory",
		"room ban den mallory",
		"room grant den bob --role voice",
		"hook create den bell",
		"user token add alice --label box",
		"user cert add alice CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk --label key",
		"user bind eve --issuer https://id.example --subject s"};
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	(void)fixture_account(f, "eve");
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		struct admin_answer *a = fixture_verb(f, before[i], NULL);
		if (a->code != ADMIN_DONE)
			fail_msg("%s: " SPAN_FMT, before[i], SPAN_ARG(a->words));
		admin_answer_free(a);
	}
	peer_skip(alice);
	peer_skip(bob);
}

// An import brings its records with it.
static struct admin_answer *act(struct fixture *f, const char *words)
{
	const struct admin_record zoe = {.name = SPAN("zoe")};
	struct admin_request *r;
	struct span rest = span_of(words);

	if (!span_starts(rest, SPAN("user import ")))
		return fixture_verb(f, words, NULL);
	r = admin_request_new();
	r->words = xcalloc(3, sizeof(*r->words));
	while (rest.len)
		r->words[r->n_words++] = span_cut(&rest, ' ');
	r->records = xmemdup(&zoe, sizeof(zoe));
	r->n_records = 1;
	return fixture_request(f, r);
}

static void add_answer(struct fixture *f, const char *words, struct buf *out)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	buf_printf(out, "%s: %d\n", words, (int)a->code);
	for (size_t i = 0; i < a->n_rows * a->n_columns; i++)
		buf_printf(out, SPAN_FMT "|%lld ", SPAN_ARG(a->cells[i].text),
			   (long long)a->cells[i].number);
	admin_answer_free(a);
}

static char *state_of(struct fixture *f)
{
	struct buf out = {0};

	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		add_answer(f, shown[i], &out);
	return buf_take(&out);
}

static void on_a_full_disk_no_verb_changes_anything(void **state)
{
	struct fixture *f = *state;

	set_up(f);
	fixture_disk_is(f, DISK_FULL);
	char *before = state_of(f);
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		struct admin_answer *a = act(f, verbs[i]);
		char *after = state_of(f);
		if (a->code != ADMIN_FAILED ||
		    !memmem(a->words.at, a->words.len, "the disk", 8))
			fail_msg("%s: code %d: " SPAN_FMT, verbs[i], (int)a->code,
				 SPAN_ARG(a->words));
		if (strcmp(before, after) != 0)
			fail_msg("%s changed\n%sto\n%s", verbs[i], before, after);
		admin_answer_free(a);
		free(after);
	}
	free(before);
}

// So that the list above tells something: on a disk that is well each of them is done.
static void on_a_good_disk_each_of_them_does(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		struct fixture *f = *state;
		set_up(f);
		struct admin_answer *a = act(f, verbs[i]);
		if (a->code != ADMIN_DONE)
			fail_msg("%s: code %d: " SPAN_FMT, verbs[i], (int)a->code,
				 SPAN_ARG(a->words));
		admin_answer_free(a);
		fixture_renew(f, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(on_a_full_disk_no_verb_changes_anything),
		HUB_TEST(on_a_good_disk_each_of_them_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
