// SPDX-License-Identifier: MIT
// Each verb that changes something leaves one row in the audit log; those that only look, none.
#include "tests/support/hub_fixture.h"

#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct deed {
	const char *words, *secret;
	const char *verb, *detail; // of its row; NULL: it leaves none
} deeds[] = {
	{"invite create", NULL, "invite create", "1"},
	{"invite list", NULL, NULL, NULL},
	{"invite revoke 1", NULL, "invite revoke", "1"},
	{"user add ann", "sesame-sesame", "user add", "ann"},
	{"user add bob --no-password", NULL, "user add", "bob"},
	{"user show ann", NULL, NULL, NULL},
	{"user list", NULL, NULL, NULL},
	{"user role bob admin", NULL, "user role", "bob user -> admin"},
	{"user rename bob rob", NULL, "user rename", "bob *"},
	{"user passwd ann", "sesame-two-two", "user passwd", "ann"},
	{"user disable rob --confirm rob", NULL, "user disable", "rob"},
	{"user disable rob --confirm rob", NULL, NULL, NULL},
	{"user enable rob", NULL, "user enable", "rob"},
	{"user enable rob", NULL, NULL, NULL},
	{"user kick ann", NULL, "user kick", "ann"},
	{"user token add ann --label bot", NULL, "user token add", "ann"},
	{"user token list ann", NULL, NULL, NULL},
	{"user token revoke ann bot", NULL, "user token revoke", "ann*"},
	{"user cert add ann 0000000000000000000000000000000000000000000 --label lap", NULL,
	 "user cert add", "ann"},
	{"user cert list ann", NULL, NULL, NULL},
	{"user cert del ann lap", NULL, "user cert del", "ann*"},
	{"user revoke-all ann", NULL, "user revoke-all", "ann"},
	{"room add den --founder ann", NULL, "room add", "#den"},
	{"room show den", NULL, NULL, NULL},
	{"room grant den rob --role voice", NULL, "room grant", "#den rob no member -> voice"},
	{"room grant den rob --role moderator", NULL, "room grant",
	 "#den rob voice -> moderator"},
	{"room revoke den rob", NULL, "room revoke", "#den rob moderator -> member"},
	{"room revoke den rob --membership", NULL, "room revoke",
	 "#den rob member -> no member"},
	{"room set den --topic tea", NULL, "room set", "#den topic changed"},
	{"room set den --key sesame --limit 5 --modes +s", NULL, "room set",
	 "#den modes +*t -> +*st; limit none -> 5; key changed"},
	{"room set den --name nest --confirm nest", NULL, "room set",
	 "#den name #den -> #nest"},
	{"room set nest --name den --confirm den", NULL, "room set",
	 "#nest name #nest -> #den"},
	{"user set rob --class bot", NULL, "user set",
	 "rob person, replay server -> bot, replay server"},
	{"lockdown", NULL, "lockdown", "off -> strangers"},
	{"lockdown --admins", NULL, "lockdown", "strangers -> all but administrators"},
	{"lockdown --off", NULL, "lockdown", "all but administrators -> off"},
	{"session log ann", NULL, NULL, NULL},
	{"room ban den rob", NULL, "room ban", "*rob*"},
	{"room bans den", NULL, NULL, NULL},
	{"room unban den rob", NULL, "room unban", "*rob*"},
	{"hook create den ci", NULL, "hook create", "#den ci"},
	{"hook list", NULL, NULL, NULL},
	{"hook rotate den ci", NULL, "hook rotate", "#den ci"},
	{"hook revoke den ci", NULL, "hook revoke", "#den ci"},
	{"ban add 192.0.2.0/24", NULL, "ban add", "192.0.2.0/24"},
	{"ban list", NULL, NULL, NULL},
	{"ban delete 192.0.2.0/24", NULL, "ban delete", "192.0.2.0/24"},
	{"room set den --topic tea", NULL, NULL, NULL}, // it is so
	{"room add den --if-missing", NULL, NULL, NULL},
	{"user delete nobody --if-exists", NULL, NULL, NULL},
	{"history prune --dry-run", NULL, NULL, NULL},
	{"history prune --room den", NULL, NULL, NULL}, // nothing is to go,
	{"server announce tea is ready", NULL, "server announce", "tea is ready"},
	{"status", NULL, NULL, NULL},
	{"reload", NULL, "reload", ""},
	{"tls take", NULL, "tls take", ""},
	{"tls take --confirm PIN", NULL, "tls take", "PIN"},
	{"tls take --by=rotate --note=OLD", NULL, "tls rotate", "OLD"},
	{"room delete den --dry-run", NULL, NULL, NULL},
	{"room delete den --confirm #den", NULL, "room delete", "#den"},
	{"user delete rob --dry-run", NULL, NULL, NULL},
	{"user delete rob --confirm rob", NULL, "user delete", "rob"},
	{"user erase bob --dry-run", NULL, NULL, NULL},
	{"user erase bob --confirm bob", NULL, "user erase", "erased-*"},
	{"stop", NULL, "stop", ""},
};

static void expect_row(const struct admin_answer *a, const char *verb, const char *detail)
{
	const struct cell *row = &a->cells[(a->n_rows - 1) * a->n_columns];
	char *found = span_dup(row[3].text);

	assert_true(span_eq(row[1].text, SPAN("shell")));
	if (!span_eq(row[2].text, span_of(verb)) || fnmatch(detail, found, 0) != 0)
		fail_msg(SPAN_FMT ": %s, not %s: %s", SPAN_ARG(row[2].text), found, verb,
			 detail);
	free(found);
}

static void each_verb_that_changes_something_leaves_a_row(void **state)
{
	struct fixture *f = *state;
	size_t rows = 0;

	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		const struct deed *d = &deeds[i];
		struct admin_answer *a = fixture_verb(f, d->words, d->secret);

		if (a->code != ADMIN_DONE)
			fail_msg("%s: " SPAN_FMT, d->words, SPAN_ARG(a->words));
		admin_answer_free(a);
		a = fixture_verb(f, "audit list --limit 100", NULL);
		rows += d->verb != NULL;
		if (a->n_rows != rows)
			fail_msg("%s: %zu rows, not %zu", d->words, a->n_rows, rows);
		if (d->verb)
			expect_row(a, d->verb, d->detail);
		admin_answer_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(each_verb_that_changes_something_leaves_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
