// SPDX-License-Identifier: MIT
#include "server/import/ergo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HASH "$2b$04$ilyrkMi7DTnJTRzF0ALY/uaFHqIf7hxdPpecwKKYp0fwKzcIy6NcS"
#define HASH_BASE64                                                                            \
	"JDJiJDA0JGlseXJrTWk3RFRuSlRSekYwQUxZL3VhRkhxSWY3aHhkUHBlY3dLS1lwMGZ3S3pjSXk2TmNT"

static void set(struct buf *out, const char *key, const char *value)
{
	buf_printf(out, "*3\r\n$3\r\nset\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n", strlen(key), key,
		   strlen(value), value);
}

static void take(struct span file, struct import_people *p)
{
	char *error = NULL;

	*p = (struct import_people){0};
	if (!ergo_read(file, p, &error))
		fail_msg("%s", error);
}

static void is_refused(struct span file, const char *words)
{
	struct import_people p = {0};
	char *error = NULL;

	assert_false(ergo_read(file, &p, &error));
	if (!strstr(error, words))
		fail_msg("%s", error);
	free(error);
	people_clear(&p);
}

static void is_left_out(struct import_people *p, const char *line)
{
	if (!strstr(buf_str(&p->left_out), line))
		fail_msg("%s is not in %s", line, buf_str(&p->left_out));
}

static const struct import_room *room(const struct import_people *p, const char *name)
{
	for (size_t i = 0; i < p->n_rooms; i++) {
		if (span_eq(p->rooms[i].name, span_of(name)))
			return &p->rooms[i];
	}
	fail_msg("there is no %s", name);
	return NULL;
}

static void a_database_gives_its_accounts(void **state)
{
	struct buf file = {0};
	struct import_people p;

	(void)state;
	set(&file, "account.exists ann", "1");
	set(&file, "account.verified ann", "1");
	set(&file, "account.name ann", "Ann");
	set(&file, "account.realname ann", "Ann Example");
	set(&file, "account.credentials ann",
	    "{\"Version\":1,\"PassphraseHash\":\"" HASH_BASE64 "\",\"Certfps\":[\"aa\"]}");
	set(&file, "account.exists bob", "1");
	set(&file, "account.exists eve", "1");
	set(&file, "account.verified eve", "1");
	set(&file, "account.suspended eve", "{}");
	set(&file, "account.exists gone", "1");
	set(&file, "account.verified gone", "1");
	buf_add_str(&file, "*2\r\n$3\r\ndel\r\n$19\r\naccount.exists gone\r\n");
	buf_add_str(&file, "*5\r\n$3\r\nset\r\n$1\r\nk\r\n$1\r\nv\r\n$2\r\nex\r\n$2\r\n60\r\n");
	// What was being written when Ergo ended.
	buf_add_str(&file, "*3\r\n$3\r\nset\r\n$18\r\naccount.exi");
	take(buf_span(&file), &p);
	assert_int_equal(p.n_users, 1);
	assert_true(span_eq(p.users[0].name, SPAN("Ann")));
	assert_true(span_eq(p.users[0].realname, SPAN("Ann Example")));
	assert_true(span_eq(p.users[0].verifier, SPAN("$sha3-512" HASH)));
	is_left_out(&p, "Ann: 1 certificates");
	is_left_out(&p, "bob: it was never verified");
	is_left_out(&p, "eve: it is suspended");
	people_clear(&p);
	buf_clear(&file);
}

static void a_database_gives_its_rooms_of_both_forms(void **state)
{
	struct buf file = {0};
	struct import_people p;
	const struct import_room *r;

	(void)state;
	set(&file, "1 AAAA",
	    "{\"Name\":\"#den\",\"Founder\":\"ann\",\"Topic\":\"tea\",\"Modes\":[110,116,117],"
	    "\"Key\":\"k\",\"UserLimit\":9,\"AccountToUMode\":{\"ann\":113,\"bob\":104,"
	    "\"eve\":90},\"Bans\":{\"*!*@spam\":{}},\"Excepts\":{\"a!*@*\":{}},"
	    "\"Invites\":{\"b!*@*\":{}}}");
	set(&file, "1 BBBB", "{\"Founder\":\"ann\"}");
	set(&file, "channel.exists #old", "1");
	set(&file, "channel.name #old", "#Old");
	set(&file, "channel.founder #old", "bob");
	set(&file, "channel.modes #old", "nti");
	set(&file, "channel.userlimit #old", "5");
	set(&file, "channel.accounttoumode #old", "{\"ann\":111}");
	set(&file, "channel.banlist #old", "{\"x!*@*\":{}}");
	take(buf_span(&file), &p);
	assert_int_equal(p.n_rooms, 2);
	r = room(&p, "#den");
	assert_true(span_eq(r->founder, SPAN("ann")));
	assert_true(span_eq(r->topic, SPAN("tea")));
	assert_true(span_eq(r->key, SPAN("k")));
	assert_true(span_eq(r->modes, SPAN("nt")));
	assert_int_equal(r->limit, 9);
	assert_int_equal(r->n_roles, 2);
	assert_string_equal(r->roles[0].role, "founder");
	assert_string_equal(r->roles[1].role, "voice");
	assert_int_equal(r->n_bans, 1);
	is_left_out(&p, "#den: mode u:");
	is_left_out(&p, "#den: exception a!*@*");
	is_left_out(&p, "#den: invited b!*@*");
	is_left_out(&p, "#den: half operator bob");
	is_left_out(&p, "#den: a role of eve");
	is_left_out(&p, "a room: it has no name");
	r = room(&p, "#Old");
	assert_true(span_eq(r->founder, SPAN("bob")));
	assert_true(span_eq(r->modes, SPAN("nti")));
	assert_int_equal(r->limit, 5);
	assert_string_equal(r->roles[0].role, "moderator");
	assert_true(span_eq(r->bans[0], SPAN("x!*@*")));
	people_clear(&p);
	buf_clear(&file);
}

static void the_json_of_anope_and_atheme_is_read(void **state)
{
	static const char file[] =
		"{\"version\":1,\"source\":\"anope\",\"users\":{"
		"\"ann\":{\"name\":\"Ann\",\"hash\":\"bcrypt:" HASH "\",\"email\":\"\","
		"\"additionalNicks\":[\"anna\"]},"
		"\"bob\":{\"name\":\"bob\",\"hash\":\"sha256:00:11\"},"
		"\"carl\":{\"hash\":\"$2a$31$ilyrkMi7DTnJTRzF0ALY/uaFHqIf7hxdPpecwKKYp0fwKzcIy6NcS\""
		",\"additionalnicks\":[\"c2\"]}},"
		"\"channels\":{\"#den\":{\"name\":\"#den\",\"founder\":\"Ann\",\"topic\":\"tea\","
		"\"modes\":\"+nts\",\"key\":\"k\",\"limit\":3,\"forward\":\"#x\","
		"\"amode\":{\"Ann\":\"q\",\"bob\":\"oo\"}}}}";
	struct import_people p;

	(void)state;
	take(span_of(file), &p);
	assert_int_equal(p.n_users, 3);
	assert_true(span_eq(p.users[0].verifier, SPAN(HASH)));
	assert_null(p.users[1].verifier.at);
	assert_true(span_eq(p.users[2].name, SPAN("carl")));
	is_left_out(&p, "Ann: its other nick anna");
	is_left_out(&p, "carl: its other nick c2");
	is_left_out(&p, "bob: its password is hashed in another way");
	is_left_out(&p, "carl: its password is hashed at a higher cost");
	is_left_out(&p, "#den: it sends people on");
	is_left_out(&p, "#den: a role of bob that is none");
	assert_true(span_eq(room(&p, "#den")->modes, SPAN("nts")));
	assert_int_equal(room(&p, "#den")->n_roles, 1);
	people_clear(&p);
}

static void what_is_no_such_file_is_refused_with_its_place(void **state)
{
	(void)state;
	is_refused(SPAN(""), "1: ");
	is_refused(SPAN("{\"version\":1,\n\"users\":nonsense}"), "2: ");
	is_refused(SPAN("{\"version\":2,\"users\":{}}"), "want \"version\": 1");
	is_refused(SPAN("{\"version\":1}"), "want \"version\": 1");
	is_refused(SPAN("[1]"), "want \"version\": 1");
	is_refused(SPAN("*3\r\n$3\r\nset\r\n$1\r\nkk\r\n$1\r\nv\r\n"), "damaged at byte 0");
	is_refused(SPAN("*1\r\n$7\r\nflushdb\r\n*9\r\n"), "damaged at byte 17");
	is_refused(SPAN("*1\r\n$4\r\nwhat\r\n"), "damaged at byte 0");
	is_refused(SPAN("*3\r\n$3\r\nset\r\n$1\r\nk\r\n$1\r\n\xff\r\n"), "damaged at byte 0");
	is_refused(SPAN("*0\r\n"), "damaged at byte 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_database_gives_its_accounts),
		cmocka_unit_test(a_database_gives_its_rooms_of_both_forms),
		cmocka_unit_test(the_json_of_anope_and_atheme_is_read),
		cmocka_unit_test(what_is_no_such_file_is_refused_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
