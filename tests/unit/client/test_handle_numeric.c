// SPDX-License-Identifier: MIT
// Numerics, standard replies and capabilities: what is shown of them where, and what is kept.
#include "tests/unit/client/lines_fixture.h"

#include "client/model/invitations.h"

#include <stdio.h>

static void each_is_shown_in_its_place(void **state)
{
	static const struct line_row rows[] = {
		{":srv FAIL TOPIC CODE #den :no", "#den", LINE_ERROR, "no"},
		{":srv FAIL TOPIC CODE #pit :no", "#den", LINE_ERROR, "no"},
		{":srv FAIL TOPIC CODE :no", "#den", LINE_ERROR, "no"},
		{":srv FAIL TOPIC CODE bob a b :no", "bob", LINE_ERROR, "no"},
		{":srv FAIL TOPIC CODE", NULL, 0, NULL},
		{":srv FAIL MARKREAD CODE #den :no", NULL, 0, NULL},
		{":srv FAIL CERT CONFIRM_NEEDED 3 :no", NULL, 0, NULL},
		{":srv WARN X CODE #den :mind", "#den", LINE_INFO, "mind"},
		{":srv NOTE X CODE :mind", "#den", LINE_INFO, "mind"},
		{":srv NOTE JOIN ROOM_RULES bob :be kind", "bob", LINE_INFO,
		 "rules of the room: be kind"},
		{":srv NOTE JOIN ROOM_RULES :be kind", "#den", LINE_INFO, "be kind"},
		{":srv NOTE JOIN OTHER bob :be kind", "bob", LINE_INFO, "be kind"},
		{":srv NOTE PART ROOM_RULES bob :be kind", "bob", LINE_INFO, "be kind"},
		{":srv NOTE * STORING_WAITS :slow", NULL, 0, NULL},
		{":srv NOTE * STORING_GOES_ON :again", NULL, 0, NULL},
		{":srv NOTE X STORING_WAITS :slow", "#den", LINE_INFO, "slow"},
		{":srv NOTE 2FA REGISTRATION_CHALLENGE abc :words", NULL, 0, NULL},
		{":srv NOTE 2FA RECOVERY_CODES abc :words", NULL, 0, NULL},
		{":srv NOTE 2FA OTHER abc :words", "#den", LINE_INFO, "words"},
		{":srv NOTE X RECOVERY_CODES abc :words", "#den", LINE_INFO, "words"},
		{":srv NOTE * OTHER :words", "#den", LINE_INFO, "words"},
		{":srv NOTE TALK TALK_OPENED #none :words", "#den", LINE_INFO, "words"},
		{":srv NOTE X TALK_OPENED bob :words", "bob", LINE_INFO, "words"},
		{":srv NOTE * GOING_DOWN 60 30 :soon", "#den", LINE_INFO, "soon"},
		{":srv NOTE * STAYS_UP :it does not", "#den", LINE_INFO, "it does not"},
		{":srv FOO a b", "", LINE_INFO, "FOO a b"},
		{":srv 999 ann a b", "", LINE_INFO, "a b"},
		{":bob PRIVMSG #den :bare", "#den", LINE_MESSAGE, "bare"},
		{":srv 331 ann #den :No topic", NULL, 0, NULL},
		{":srv NOTE TALK OTHER bob :words", "bob", LINE_INFO, "words"},
		{":srv REGISTER SUCCESS ann :made", "", LINE_INFO, "made"},
		{":srv WALLOPS :soon", "#den", LINE_INFO, "announces: soon"},
		{":srv 317 ann bob 7384 :idle", "#den", LINE_INFO,
		 "bob has been quiet for 2 h 3 min"},
		{":srv 317 ann bob long :idle", NULL, 0, NULL},
		{":srv 324 ann #den +im", "#den", LINE_INFO,
		 "#den (+im): who is invited enters, only those with a voice write"},
		{":srv 324 ann #den +", "#den", LINE_INFO,
		 "#den: everybody may enter, write and set the topic"},
		{":srv 341 ann bob #den", "#den", LINE_INFO, "you invited bob to #den"},
		{":srv 367 ann bob eve!*@* cem 1", "bob", LINE_INFO,
		 "banned: eve!*@* (by cem)"},
		{":srv 372 ann :welcome all", "", LINE_INFO, "welcome all"},
	};
	struct fixture *f = *state;

	target_need(f->m, SPAN("bob"));
	expect_lines(f, rows, ARRAY_LEN(rows));
	assert_string_equal(den(f)->topic, "");
	static const struct line_row opened = {":srv NOTE TALK TALK_OPENED bob :x", NULL, 0,
					       NULL};
	expect_lines(f, &opened, 1);
	assert_string_equal(f->m->current->name, "bob");
}

static void the_server_is_called_by_its_network(void **state)
{
	struct model *m = model_new(SPAN("ann"));
	(void)state;

	say(m, ":irc.example 001 anna :hi");
	assert_string_equal(m->server->name, "irc.example");
	assert_string_equal(m->me->name, "anna");
	say(m, ":irc.example 005 anna NETWORK= CHANTYPES= :are");
	assert_string_equal(m->server->name, "irc.example");
	assert_string_equal(m->facts.chan_types, "#");
	say(m, ":irc.example 005 anna NETWORK=Example CHANTYPES=#& :are");
	say(m, ":irc.example 001 anna :hi");
	assert_string_equal(m->server->name, "Example");
	assert_string_equal(m->facts.chan_types, "#&");
	say(m, ":irc.example 001 :");
	assert_string_equal(m->me->name, "anna");
	model_free(m);
}

static void what_the_server_says_of_itself_is_kept(void **state)
{
	static const struct {
		const char *facts, *prefix, *lists;
		unsigned line_len;
	} rows[] = {
		{"PREFIX=(ov)@+ CHANMODES=Ibe,k,lWd,im LINELEN=1000", "ov@+", "Ibe|k|lWd",
		 1000},
		{"PREFIX= LINELEN=x", "ov@+", "Ibe|k|lWd", 1000},
		{"PREFIX=@+ LINELEN=511", "ov@+", "Ibe|k|lWd", 512},
		{"PREFIX=xab)@+ FOO=999", "ov@+", "Ibe|k|lWd", 512},
		{"PREFIX=(qov)~@ LINELEN=65536", "ov@+", "Ibe|k|lWd", 65536},
		{"PREFIX=(qov)~@+ LINELEN=65537", "qov~@+", "Ibe|k|lWd", 65536},
		{"CHANMODES=b LINELEN=512", "qov~@+", "b||", 512},
		// The last words are for people.
		{":LINELEN=700", "qov~@+", "b||", 512},
	};
	struct model *m = ((struct fixture *)*state)->m;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char line[160], prefix[40], lists[64];
		bool is_last = rows[i].facts[0] == ':';
		const struct server_facts *facts = &m->facts;
		snprintf(line, sizeof(line), ":srv 005 ann %s%s", rows[i].facts,
			 is_last ? "" : " :are");
		say(m, line);
		snprintf(prefix, sizeof(prefix), "%s%s", facts->prefix_modes,
			 facts->prefix_signs);
		snprintf(lists, sizeof(lists), "%s|%s|%s", facts->list_modes, facts->key_modes,
			 facts->set_modes);
		assert_string_equal(prefix, rows[i].prefix);
		assert_string_equal(lists, rows[i].lists);
		assert_int_equal(facts->line_len, rows[i].line_len);
	}
	say(m, ":srv 005 ann draft/FILEHOST=https://h/f VAPID=key snug.chat/HISTORY=one :are");
	assert_string_equal(m->facts.filehost, "https://h/f");
	assert_string_equal(m->facts.vapid, "key");
	assert_int_equal(m->history, 1);
}

static void capabilities_are_what_was_given_and_not_taken_back(void **state)
{
	static const struct {
		const char *line;
		const char *has, *lacks;
	} rows[] = {
		{":srv CAP ann NEW :one", NULL, "one"},
		{":srv CAP ann NAK :one", NULL, "one"},
		{":srv CAP ann ACK :one  two -three", "one", "three"},
		{":srv CAP ann ACK :- one", "two", ""},
		{":srv CAP ann ACK :-one", "two", "one"},
		{":srv CAP ann LS :-two", "two", "one"},
		{":srv CAP ann DEL :one -two", NULL, "two"},
	};
	struct model *m = ((struct fixture *)*state)->m;
	char line[120], name[80];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		say(m, rows[i].line);
		if ((rows[i].has && !model_has_cap(m, rows[i].has)) ||
		    model_has_cap(m, rows[i].lacks))
			fail_msg("%s", rows[i].line);
		assert_false(model_has_cap(m, ""));
	}
	for (int len = 64; len <= 65; len++) {
		memset(name, 'a', sizeof(name));
		name[len] = '\0';
		snprintf(line, sizeof(line), ":srv CAP ann ACK :%s", name);
		say(m, line);
		assert_int_equal(model_has_cap(m, name), len == 64);
	}
	assert_int_equal(m->n_caps, 1);
}

static void a_server_that_goes_down_is_announced(void **state)
{
	static const struct {
		const char *line;
		int64_t down, back;
	} rows[] = {
		{":srv NOTE * GOING_DOWN 60 30 :soon", 1060000, 1090000},
		{":srv NOTE X STAYS_UP :no", 1060000, 1090000},
		{":srv NOTE * OTHER 1 2 :no", 1060000, 1090000},
		{":srv NOTE X GOING_DOWN 90 30 :no", 1060000, 1090000},
		{":srv NOTE * STAYS_UP 90 30 :it does not", 0, 0},
		{":srv NOTE * GOING_DOWN 60 * :soon", 1060000, 0},
		{":srv NOTE * GOING_DOWN soon 30 :soon", 0, 0},
		{":srv NOTE * GOING_DOWN 604799 604799 :soon", 605799000, 1210598000},
		{":srv NOTE * GOING_DOWN 604799 604800 :soon", 605799000, 0},
		{":srv NOTE * GOING_DOWN 604800 30 :soon", 0, 0},
		{":srv NOTE * GOING_DOWN 60 30 :soon", 1060000, 1090000},
		{":srv 001 ann :hi", 0, 0},
	};
	struct model *m = ((struct fixture *)*state)->m;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		say(m, rows[i].line);
		if (m->down_at_ms != rows[i].down || m->back_at_ms != rows[i].back)
			fail_msg("%s: %lld %lld", rows[i].line, (long long)m->down_at_ms,
				 (long long)m->back_at_ms);
	}
}

// A name that is too long is none of the server's.
static void a_long_name_stays_where_it_is(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	char line[120], name[80];

	for (int len = 63; len <= 64; len++) {
		memset(name, 's', sizeof(name));
		name[len] = '\0';
		snprintf(line, sizeof(line), ":%s 305 ann :here", name);
		say(m, line);
		assert_int_equal(strlen(m->facts.server), 63);
		assert_string_equal(m->facts.network, "Example");
	}
}

// A new login tells of all invitations that there are, where the server keeps them.
static void invitations_come_anew_with_a_login(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;

	say(m, ":bob!b@h INVITE ann #pit");
	assert_int_equal(m->n_invitations, 1);
	say(m, ":srv 001 ann :hi");
	assert_int_equal(m->n_invitations, 1);
	say(m, ":srv CAP ann ACK :snug.chat/invited");
	say(m, ":srv 001 ann :hi");
	assert_int_equal(m->n_invitations, 0);
}

static void who_is_away_is_known(void **state)
{
	struct model *m = ((struct fixture *)*state)->m;
	const struct person *bob = person_find(m, SPAN("bob"));

	say(m, ":srv 352 ann #den b h srv bob G@ :0 Bob");
	assert_string_equal(bob->away, "");
	say(m, ":srv 301 ann bob :lunch");
	assert_string_equal(bob->away, "lunch");
	say(m, ":srv 352 ann #den b h srv bob G@ :0 Bob");
	assert_string_equal(bob->away, "lunch");
	say(m, ":srv 352 ann #den b h srv bob :");
	assert_string_equal(bob->away, "lunch");
	say(m, ":srv 352 ann #den b h srv bob H@ :0 Bob");
	assert_null(bob->away);
	assert_null(m->away);
	say(m, ":srv 352 ann #den c h srv cem :");
	assert_null(person_find(m, SPAN("cem"))->away);
	say(m, ":srv 306 ann :away");
	assert_string_equal(m->away, "away");
	say(m, ":srv 305 ann :here");
	assert_null(m->away);
}

static void expect_members(struct fixture *f, const char *wanted)
{
	struct buf got = {0};
	const struct target *t = den(f);

	for (size_t i = 0; i < t->n_members; i++)
		buf_printf(&got, "%s%s%s ", t->members[i].prefixes, t->members[i].person->name,
			   t->members[i].is_absent ? "?" : "");
	assert_string_equal(buf_str(&got), wanted);
	buf_clear(&got);
}

static void members_are_those_of_the_last_list(void **state)
{
	struct fixture *f = *state;

	say(f->m, ":srv 353 ann = #den :~@eve!e@h @ + +@zoe");
	say(f->m, ":srv 353 ann = #den :+++++++++cem ann");
	expect_members(f, "ann +cem ~@eve @+zoe ");
	say(f->m, ":srv ABSENT #den :@bob ann eve");
	expect_members(f, "ann @bob? +cem ~@eve? @+zoe ");
	say(f->m, ":srv 366 ann #den :End");
	say(f->m, ":srv 353 ann = #den :bob ann");
	expect_members(f, "ann bob ");
	// Without its end one list is not another's beginning; nor behind a new login.
	handle_reset(f->m);
	say(f->m, ":srv 353 ann = #den :cem");
	expect_members(f, "cem ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_is_shown_in_its_place),
		TEST(the_server_is_called_by_its_network),
		TEST(what_the_server_says_of_itself_is_kept),
		TEST(capabilities_are_what_was_given_and_not_taken_back),
		TEST(a_server_that_goes_down_is_announced),
		TEST(a_long_name_stays_where_it_is),
		TEST(invitations_come_anew_with_a_login),
		TEST(who_is_away_is_known),
		TEST(members_are_those_of_the_last_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
