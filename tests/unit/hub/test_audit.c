// SPDX-License-Identifier: MIT
// Each verb that changes something leaves one row in the audit log; those that only look, none.
#include "common/die.h"
#include "server/hub/people/factor.h"
#include "server/hub/people/subscription.h"
#include "server/hub/state/session.h"
#include "tests/support/hub_fixture.h"

#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void ann_has_a_second_factor(struct fixture *f)
{
	static const uint8_t secret[TOTP_SECRET_LEN] = {1};

	factor_enable(factor_new(account_find(f->hub, SPAN("ann")), secret, SPAN("app"), 0));
}

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
	{"user 2fa show ann", NULL, NULL, NULL},
	{"user 2fa reset ann", NULL, "user 2fa reset", "ann"},
	{"user 2fa reset ann", NULL, NULL, NULL},
	{"user push list ann", NULL, NULL, NULL},
	{"user push remove ann all", NULL, "user push remove", "ann all"},
	{"user token add ann --label bot", NULL, "user token add", "ann"},
	{"user token list ann", NULL, NULL, NULL},
	{"user token revoke ann bot", NULL, "user token revoke", "ann*"},
	{"user bindings ann", NULL, NULL, NULL},
	{"user bind ann --issuer https://id.test --subject a1 --tenant t", NULL, "user bind",
	 "ann to https://id.test a1, tenant t"},
	{"user unbind ann", NULL, "user unbind", "ann from all"},
	{"user bind ann --issuer krb5:R --subject ann", NULL, "user bind", "ann to krb5:R ann"},
	{"user unbind ann", NULL, "user unbind", "ann from all"},
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
	{"file delete " FIXTURE_FILE, NULL, "file delete", FIXTURE_FILE},
	{"file list", NULL, NULL, NULL},
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
	{"log level debug", NULL, "log level", "debug for *"},
	{"clock accept", NULL, NULL, NULL}, // it is believed
	{"room add attic", NULL, "room add", "#attic"},
	{"room adopt attic ann", NULL, "room adopt", "#attic ann no founder -> founder"},
	{"server announce tea is ready", NULL, "server announce", "tea is ready"},
	{"status", NULL, NULL, NULL},
	{"reload", NULL, "reload", ""},
	{"audit note moved", NULL, "audit note", "moved"},
	{"audit note --by=export den", NULL, "export", "den"},
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

static void ann_is_woken(struct fixture *f)
{
	const struct session somebody = {.hub = f->hub,
					 .account = account_find(f->hub, SPAN("ann"))};

	subscription_post(subscription_new(&somebody, SPAN("https://push.example/1"),
					   &(struct push_target){.point = {4}}));
}

static void each_verb_that_changes_something_leaves_a_row(void **state)
{
	struct fixture *f = *state;
	size_t rows = 0;

	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		const struct deed *d = &deeds[i];
		struct admin_answer *a;

		if (d->verb && strcmp(d->verb, "user 2fa reset") == 0)
			ann_has_a_second_factor(f);
		if (d->verb && strcmp(d->verb, "file delete") == 0)
			fixture_file(f, "ann");
		if (d->verb && strcmp(d->verb, "user push remove") == 0)
			ann_is_woken(f);
		a = fixture_verb(f, d->words, d->secret);
		if (a->code != ADMIN_DONE)
			fail_msg("%s: " SPAN_FMT, d->words, SPAN_ARG(a->words));
		admin_answer_free(a);
		a = fixture_verb(f, "audit list --limit 100 --actor shell", NULL);
		rows += d->verb != NULL;
		if (a->n_rows != rows)
			fail_msg("%s: %zu rows, not %zu", d->words, a->n_rows, rows);
		if (d->verb)
			expect_row(a, d->verb, d->detail);
		admin_answer_free(a);
	}
}

// What is refused changes nothing, and leaves none.
static const struct {
	const char *words, *secret;
} refused[] = {
	{"user add ann", "sesame-sesame"}, // there is one
	{"user add 1bad --no-password", NULL},
	{"user role ann king", NULL},
	{"user role nobody admin", NULL},
	{"user rename ann root", NULL},
	{"user disable root", NULL}, // the last administrator
	{"user disable nobody", NULL},
	{"user kick nobody", NULL},
	{"user passwd nobody --generate", NULL},
	{"user delete ann", NULL}, // not confirmed
	{"user erase ann", NULL},
	{"user set ann --class king", NULL},
	{"user token revoke ann none", NULL},
	{"user cert add ann nopin", NULL},
	{"user bind ann --issuer http://id.test --subject a1", NULL},
	{"user bind ann --issuer https://id.test --subject a1 --tenant :x", NULL},
	{"user unbind ann", NULL},
	{"room add #den", NULL},
	{"room delete #den", NULL},
	{"room set #den --slow soon", NULL},
	{"room grant #den nobody", NULL},
	{"room revoke #den root", NULL},
	{"room adopt #den root", NULL}, // it has a founder
	{"room ban #den nobody", NULL},
	{"room unban #den ann", NULL},
	{"file delete AAAAAAAAAAAAAAAAAAAAAB", NULL},
	{"hook revoke #den none", NULL},
	{"invite revoke 77", NULL},
	{"ban add nobody", NULL},
	{"ban delete 192.0.2.9", NULL},
	{"session kill 77", NULL},
	{"message redact none --confirm", NULL},
	{"log level loud", NULL},
	{"lockdown --off --drop", NULL},
	{"stop --cancel", NULL},
	{"tls take --by=eve", NULL},
	{"audit note --by=restore den", NULL},
	{"audit note \xe2\x80\xae"
	 "back",
	 NULL},
	{"no such verb", NULL},
};

static size_t count_rows(struct fixture *f)
{
	struct admin_answer *a = fixture_verb(f, "audit list --limit 1000", NULL);
	size_t n = a->n_rows;

	admin_answer_free(a);
	return n;
}

static void what_is_refused_leaves_none(void **state)
{
	struct fixture *f = *state;
	size_t rows;

	(void)fixture_admin_account(f, "root");
	(void)fixture_account(f, "ann");
	admin_answer_free(fixture_verb(f, "room add #den --founder ann", NULL));
	rows = count_rows(f);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct admin_answer *a = fixture_verb(f, refused[i].words, refused[i].secret);

		if (a->code == ADMIN_DONE)
			fail_msg("%s is done", refused[i].words);
		admin_answer_free(a);
		if (count_rows(f) != rows)
			fail_msg("%s leaves a row", refused[i].words);
	}
}

static void expect_last(struct fixture *f, const char *verb, const char *detail)
{
	struct admin_answer *a = fixture_verb(f, "audit list --limit 1", NULL);

	assert_int_equal(a->n_rows, 1);
	expect_row(a, verb, detail);
	admin_answer_free(a);
}

static void done(struct fixture *f, struct admin_answer *a)
{
	(void)f;
	if (a->code != ADMIN_DONE)
		fail_msg(SPAN_FMT, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static struct admin_answer *import(struct fixture *f, const char *verb, const char *more,
				   const struct admin_record *record)
{
	struct admin_request *r = admin_request_new();
	const char *words[] = {verb, "import", "-", more};

	r->words = xcalloc(ARRAY_LEN(words), sizeof(*r->words));
	while (r->n_words < (*more ? 4u : 3u)) {
		r->words[r->n_words] = span_of(words[r->n_words]);
		r->n_words++;
	}
	r->records = xmemdup(record, sizeof(*record));
	r->n_records = 1;
	return fixture_request(f, r);
}

// Those whose words are known only when something is there.
static const char *const by_hand[] = {"session kill",   "message redact", "user import",
				      "history import", "history prune",  "clock accept"};

static void so_does_what_is_about_something_that_is_there(void **state)
{
	const struct admin_record person = {.name = SPAN("eve")},
				  past = {.name = SPAN("ann"),
					  .time = SPAN("2020-01-01T12:00:00.000Z"),
					  .text = SPAN("cake")};
	struct fixture *f = *state;
	struct admin_answer *a;
	struct peer *p = fixture_login(f, "ann", "");
	char words[100];

	peer_join(p, "#den");
	peer_send(p, "PRIVMSG #den :cake");
	a = fixture_verb(f, "message search cake", NULL);
	snprintf(words, sizeof(words), "message redact " SPAN_FMT " --confirm",
		 SPAN_ARG(a->cells[0].text));
	admin_answer_free(a);
	done(f, fixture_verb(f, words, NULL));
	expect_last(f, "message redact", "*");
	snprintf(words, sizeof(words), "session kill %llx",
		 (unsigned long long)peer_session(p)->id);
	done(f, fixture_verb(f, words, NULL));
	expect_last(f, "session kill", "ann");
	done(f, import(f, "user", "--token", &person));
	expect_last(f, "user import", "*");
	done(f, fixture_verb(f, "room add #past", NULL));
	done(f, import(f, "history", "--room=#past", &past));
	expect_last(f, "history import", "#past");
	done(f, fixture_verb(f, "room set #past --keep 1d", NULL));
	done(f, fixture_verb(f, "history prune --room #past", NULL));
	expect_last(f, "history prune", "#past");
	f->now.clock_ms = f->now.wall_ms + 3600000;
	done(f, fixture_verb(f, "clock accept", NULL));
	expect_last(f, "clock accept", "a step of 3*");
}

static bool begins(const char *text, const char *with)
{
	size_t len = strlen(with);

	return strncmp(text, with, len) == 0 && (!text[len] || text[len] == ' ');
}

static bool is_tested(const char *verb)
{
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		if (deeds[i].verb && begins(deeds[i].words, verb))
			return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(by_hand); i++) {
		if (!strcmp(by_hand[i], verb))
			return true;
	}
	return false;
}

// Each act of the table of verbs.
// Proves A22.
static void each_act_of_the_table_is_tested(void **state)
{
	static const char *const acts[] = {
#define VERB(noun, verb, fn, usage, about)
#define ACT(noun, verb, fn, usage, about) noun " " verb,
#define EACH ACT
#define DEED ACT
#include "server/hub/admin/admin.def"
#undef VERB
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		char verb[40];

		snprintf(verb, sizeof(verb), "%s", acts[i]);
		if (verb[strlen(verb) - 1] == ' ')
			verb[strlen(verb) - 1] = '\0';
		if (!is_tested(verb))
			fail_msg("%s is not tested to leave a row", verb);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(each_verb_that_changes_something_leaves_a_row),
		HUB_TEST(what_is_refused_leaves_none),
		HUB_TEST(so_does_what_is_about_something_that_is_there),
		cmocka_unit_test(each_act_of_the_table_is_tested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
