// SPDX-License-Identifier: MIT
// What goes on with a disk that is low, and what is refused in words: every command and every
// verb stands in a table here, made complete by command.def and admin.def.
//
// What is new waits (messages, rooms, memberships, devices, metadata). What reads, takes away
// or puts in order goes on from the ballast, and so does the command line.
#include "tests/unit/hub/low_disk_rows.h"

#include "server/hub/people/invite.h"
#include "server/hub/state/session.h"

#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != ADMIN_DONE)
		fail_msg("%s: %d, " SPAN_FMT, words, a->code, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static struct peer *log_in(struct fixture *f, const char *name)
{
	const struct inbox_opened opened = {.host = SPAN("192.0.2.7"),
					    .source = 7,
					    .has_pin = true,
					    .pin = {1},
					    .cert = {1}};
	struct peer *p = fixture_open_as(f, &opened);

	peer_send(p, "CAP REQ :" DISK_CAPS);
	peer_send(p, "PASS :%s:" FIXTURE_PASSWORD, name);
	peer_send(p, "NICK %s", name);
	peer_send(p, "USER %s 0 * :x", name);
	peer_send(p, "CAP END");
	return p;
}

static void set_up_people(struct fixture *f)
{
	static const char *const words[] = {
		"room add #den --founder alice",
		"room grant #den bob",
		"room add #other",
		"room add #closed",
		"room set #closed --modes +i",
		"room ban #other mallory",
		"room grant #other carl",
		"ban add 192.0.2.8",
		"hook create #den old",
		"invite create --room #den",
		"user token add bob phone",
		"user cert add alice " PIN " --label old",
		"user bind carl --issuer https://id.test --subject c",
	};
	static const char *const names[] = {"bob", "carl", "mallory"};

	fixture_admin_account(f, "alice");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		fixture_account(f, names[i]);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		verb(f, words[i]);
}

// alice, once her disk is low.
static struct peer *make(struct fixture *f)
{
	struct peer *bob, *alice;

	fixture_renew(f, NULL);
	set_up_people(f);
	bob = fixture_login(f, "bob", DISK_CAPS);
	alice = log_in(f, "alice");
	peer_send(alice, "METADATA #den SET there :value");
	peer_send(alice, "PRIVMSG bob :hello");
	peer_send(fixture_login(f, "carl", ""), "INVITE alice #other");
	peer_skip(alice);
	peer_send(alice, "INVITELINK ADD #den");
	expect(alice, "server INVITELINK ADD $own #den 1 1 * :*");
	peer_skip(bob);
	peer_send(bob, "PRIVMSG #den :a word");
	expect(bob, "@msgid=$said bob PRIVMSG #den :a word");
	peer_send(alice, "SAVED ADD #den $said");
	fixture_file(f, "bob");
	push_subscribe(alice, "1");
	fixture_disk_is(f, DISK_LOW);
	fixture_settle(f);
	fixture_skip(f);
	return alice;
}

static void send_lines(struct peer *p, const char *text)
{
	struct span rest = span_of(text);

	while (rest.len) {
		struct span line = span_cut(&rest, '\n');

		peer_send(p, SPAN_FMT, SPAN_ARG(line));
	}
}

static bool is_refused(struct peer *p)
{
	bool yes = false;

	for (const char *line; (line = peer_next(p));)
		yes = yes || (strstr(line, " FAIL ") &&
			      strstr(line, "cannot store anything at the moment"));
	return yes;
}

static void commands_go_on_or_are_refused_in_words(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct peer *alice = make(f);
		entry_no head = f->hub->head;
		bool refused, stored;

		send_lines(alice, lines[i].line);
		refused = is_refused(alice);
		stored = f->hub->head > head;
		if (refused != (lines[i].fate == REFUSED) ||
		    stored != (lines[i].fate == STORES))
			fail_msg("%s: %s, %s", lines[i].line, refused ? "refused" : "goes on",
				 stored ? "stores" : "stores nothing");
	}
}

// Does one of the lines of the table begin with it?
static bool stands_there(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		const char *at = strstr(lines[i].line, name);

		if (at == lines[i].line && (!at[len] || at[len] == ' '))
			return true;
	}
	return false;
}

static void every_command_stands_in_the_table(void **state)
{
	static const char *const names[] = {
#define COMMAND(name, fn, min_params, states, purse, cost, cap) name,
#include "server/hub/commands/command.def"
#undef COMMAND
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!stands_there(names[i]))
			fail_msg("%s: what becomes of it on a low disk?", names[i]);
}

static void fill_in(struct fixture *f, const char *words, char *out, size_t size)
{
	size_t at = 0;
	const struct invite *invite = idmap_next(&f->hub->invites, &at);
	const struct session *s =
		container_of(f->hub->session_list.next, struct session, in_hub);
	const char *mark = strchr(words, '$'), *end;
	char value[40];

	if (!mark) {
		snprintf(out, size, "%s", words);
		return;
	}
	end = mark + strcspn(mark, " ");
	if (strncmp(mark, "$said", 5) == 0)
		snprintf(value, sizeof(value), "%s", fixture_var(f, "said"));
	else if (strncmp(mark, "$file", 5) == 0)
		snprintf(value, sizeof(value), "%s", FIXTURE_FILE);
	else if (strncmp(mark, "$invite", 7) == 0)
		snprintf(value, sizeof(value), "%lld", (long long)invite->id);
	else
		snprintf(value, sizeof(value), "%llx", (unsigned long long)s->id);
	snprintf(out, size, "%.*s%s%s", (int)(mark - words), words, value, end);
}

static void the_command_line_goes_on(void **state)
{
	struct fixture *f = *state;
	char words[200];

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		(void)make(f);
		fill_in(f, verbs[i], words, sizeof(words));
		verb(f, words);
	}
}

static void every_verb_stands_in_the_table(void **state)
{
	static const char *const names[] = {
#define VERB(noun, verb, fn, usage, about) noun " " verb,
#include "server/hub/admin/admin.def"
#undef VERB
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t len = strlen(names[i]), k = 0;

		if (names[i][len - 1] == ' ')
			len--;
		while (k < ARRAY_LEN(verbs) && strncmp(verbs[k], names[i], len) != 0)
			k++;
		// Thousands are no mending, no clock is held, no browser comes here.
		if (k == ARRAY_LEN(verbs) && strcmp(names[i], "user import") != 0 &&
		    strcmp(names[i], "history import") != 0 &&
		    strcmp(names[i], "tls challenge") != 0 &&
		    strcmp(names[i], "clock accept") != 0)
			fail_msg("%s: what becomes of it on a low disk?", names[i]);
	}
}

static void is_told_that_the_disk_is_low(struct fixture *f, const char *noun,
					 const struct admin_record *record)
{
	struct admin_request *r = admin_request_new();
	struct admin_answer *a;

	r->words = xcalloc(3, sizeof(*r->words));
	r->words[r->n_words++] = span_of(noun);
	r->words[r->n_words++] = SPAN("import");
	r->words[r->n_words++] = SPAN("-");
	if (!strcmp(noun, "history")) {
		r->words = xreallocarray(r->words, 4, sizeof(*r->words));
		r->words[r->n_words++] = SPAN("--room=#den");
	}
	r->records = xmemdup(record, sizeof(*record));
	r->n_records = 1;
	a = fixture_request(f, r);
	assert_non_null(a);
	assert_int_equal(a->code, ADMIN_FAILED);
	assert_non_null(memmem(a->words.at, a->words.len, "the disk takes nothing new", 26));
	admin_answer_free(a);
}

static void an_import_says_so_instead_of_waiting(void **state)
{
	const struct admin_record ann = {.name = SPAN("ann")};
	const struct admin_record said = {.name = SPAN("ann"),
					  .time = SPAN("2001-01-31T12:00:00.000Z"),
					  .text = SPAN("hello")};
	struct fixture *f = *state;
	uint64_t seq;

	(void)make(f);
	is_told_that_the_disk_is_low(f, "user", &ann);
	assert_null(account_find(f->hub, SPAN("ann")));
	seq = room_find(f->hub, SPAN("#den"))->stream.seq;
	is_told_that_the_disk_is_low(f, "history", &said);
	assert_int_equal(room_find(f->hub, SPAN("#den"))->stream.seq, seq);
}

static void one_may_log_in_and_not_make_an_account(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	(void)make(f);
	p = log_in(f, "carl");
	expect_later(p, "server 001 carl :*");
	p = fixture_open(f);
	peer_send(p, "CAP REQ :draft/account-registration");
	peer_send(p, "NICK dora");
	peer_send(p, "USER d 0 * :d");
	peer_skip(p);
	peer_send(p, "REGISTER dora * long-password-of-dora");
	assert_true(is_refused(p));
	assert_null(account_find(f->hub, SPAN("dora")));
}

// A client without history tells by its PONG what it got.
static void what_was_got_is_noted(void **state)
{
	struct fixture *f = *state;
	struct peer *bob, *alice = make(f);

	fixture_disk_is(f, DISK_FINE);
	bob = fixture_login(f, "bob@tv", "");
	peer_send(alice, "PRIVMSG #den :seen");
	fixture_disk_is(f, DISK_LOW);
	fixture_pass(f, 10000);
	expect_later(bob, "server PING $ping");
	peer_send(bob, "PONG $ping");
	fixture_restart(f, false);
	fixture_skip(f);
	bob = fixture_login_loud(f, "bob@tv", "");
	for (const char *line; (line = peer_next(bob));)
		assert_false(strstr(line, "PRIVMSG") && strstr(line, "seen"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(commands_go_on_or_are_refused_in_words),
		HUB_TEST(every_command_stands_in_the_table),
		HUB_TEST(the_command_line_goes_on),
		HUB_TEST(every_verb_stands_in_the_table),
		HUB_TEST(an_import_says_so_instead_of_waiting),
		HUB_TEST(what_was_got_is_noted),
		HUB_TEST(one_may_log_in_and_not_make_an_account),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
