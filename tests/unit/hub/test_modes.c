// SPDX-License-Identifier: MIT
// Every letter of modes.def is in all places that speak of modes, and no other letter is.
#include "tests/support/hub_fixture.h"

#include "server/hub/rooms/room.h"
#include "server/hub/rooms/modes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
	char letter;
	enum mode_kind kind;
} table[] = {
#define ROOM_MODE(letter, kind, which, who, prefix, word, help) {letter, kind},
#define USER_MODE(letter, has, set, help)
#include "server/hub/rooms/modes.def"
#undef ROOM_MODE
#undef USER_MODE
};

static const char user_letters[] = {
#define ROOM_MODE(letter, kind, which, who, prefix, word, help)
#define USER_MODE(letter, has, set, help) letter,
#include "server/hub/rooms/modes.def"
#undef ROOM_MODE
#undef USER_MODE
	'\0'};

static char *letters_of(unsigned kinds)
{
	struct buf out = {0};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].kind & kinds)
			buf_add_char(&out, table[i].letter);
	return buf_take(&out);
}

static bool is_in_table(char letter, unsigned kinds)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].letter == letter && (table[i].kind & kinds))
			return true;
	return false;
}

// The first line of the burst with `word` has `text`, too.
static void burst_says(struct fixture *f, const char *word, const char *text)
{
	struct peer *p = fixture_login_loud(f, "alice", "");
	const char *line;

	while ((line = peer_next(p)) && !strstr(line, word))
		;
	if (!line || !strstr(line, text))
		fail_msg("no '%s' in: %s", text, line ? line : "");
}

static void rpl_myinfo_has_every_letter(void **state)
{
	char *all = letters_of(MODE_ANY), *param = letters_of(MODE_ANY & ~(unsigned)MODE_FLAG);
	char text[128];

	snprintf(text, sizeof(text), " %s %s %s", user_letters, all, param);
	burst_says(*state, " 004 ", text);
	free(all);
	free(param);
}

static void rpl_isupport_has_every_letter_in_its_class(void **state)
{
	char *list = letters_of(MODE_LIST), *key = letters_of(MODE_KEY);
	char *limit = letters_of(MODE_LIMIT | MODE_WAIT), *flag = letters_of(MODE_FLAG);
	char *rank = letters_of(MODE_RANK);
	char text[128];

	snprintf(text, sizeof(text), " CHANMODES=%s,%s,%s,%s ", list, key, limit, flag);
	burst_says(*state, " CHANMODES=", text);
	snprintf(text, sizeof(text), " MAXLIST=%s:", list);
	burst_says(*state, " MAXLIST=", text);
	snprintf(text, sizeof(text), " PREFIX=(%s)", rank);
	burst_says(*state, " PREFIX=", text);
	free(list);
	free(key);
	free(limit);
	free(flag);
	free(rank);
}

static const char *argument_of(enum mode_kind kind, bool on)
{
	switch (kind) {
	case MODE_LIST:
		return " eve!*@*";
	case MODE_KEY:
		return on ? " sesame" : " *";
	case MODE_LIMIT:
	case MODE_WAIT:
		return on ? " 9" : "";
	case MODE_RANK:
		return " bob";
	case MODE_FLAG:
		break;
	}
	return "";
}

static void switches(struct peer *p, char letter, enum mode_kind kind, bool on)
{
	const char *arg = argument_of(kind, on);
	char line[64];

	peer_send(p, "MODE #den %c%c%s", on ? '+' : '-', letter, arg);
	snprintf(line, sizeof(line), "alice MODE #den %c%c%s", on ? '+' : '-', letter, arg);
	expect(p, line);
	expect_none(p);
}

static void every_flag_is_a_bit_of_its_own_among_those_that_are_stored(void **state UNUSED)
{
	unsigned seen = ROOM_PASSING;
	size_t count;
	const struct room_mode *all = modes_all(&count);

	for (size_t i = 0; i < count; i++) {
		unsigned flag = all[i].which;

		if (all[i].kind != MODE_FLAG)
			continue;
		if (!flag || flag & (flag - 1) || flag & seen || flag & ~(unsigned)ROOM_FLAGS)
			fail_msg("+%c is the flag %u", all[i].letter, flag);
		seen |= flag;
	}
}

static void mode_takes_every_letter_and_no_other(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");
	char line[64];

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den -nt+q alice");
	peer_skip(alice);
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		switches(alice, table[i].letter, table[i].kind, true);
		switches(alice, table[i].letter, table[i].kind, false);
	}
	for (char c = '!'; c < 0x7f; c++) {
		if (is_in_table(c, MODE_ANY) || c == '+' || c == '-' || c == ':')
			continue;
		peer_send(alice, "MODE #den +%c x", c);
		snprintf(line, sizeof(line), "server 472 alice %c :*", c);
		expect(alice, c == '$' ? "server 472 alice * :*" : line);
		expect_none(alice);
	}
}

static void whoever_may_not_is_refused_each_letter(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	fixture_skip(f);
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		peer_send(bob, "MODE #den +%c%s", table[i].letter,
			  argument_of(table[i].kind, true));
		expect(bob, "server 482 bob #den :*");
		expect_none(bob);
		expect_none(alice);
	}
}

static void room_set(struct fixture *f, const char *what, int code, const char *text)
{
	char words[96];
	struct admin_answer *answer;

	snprintf(words, sizeof(words), "room set den %s", what);
	answer = fixture_verb(f, words, NULL);
	if ((int)answer->code != code ||
	    (text && !memmem(answer->words.at, answer->words.len, text, strlen(text))))
		fail_msg("%s: %d " SPAN_FMT, words, (int)answer->code, SPAN_ARG(answer->words));
	admin_answer_free(answer);
}

static void room_set_takes_every_flag_and_says_how_the_others_are_set(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	char what[32], said[64];

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den -nt");
	peer_skip(alice);
	for (char c = '!'; c < 0x7f; c++) {
		if (c == '+' || c == '-' || c == '"' || c == '\\')
			continue;
		snprintf(what, sizeof(what), "--modes +%c", c);
		if (!is_in_table(c, MODE_FLAG)) {
			const struct room_mode *mode = modes_find(c);

			room_set(f, what, ADMIN_USAGE,
				 mode && mode->kind != MODE_LIST ? mode->word : "letters of");
			continue;
		}
		room_set(f, what, ADMIN_DONE, NULL);
		snprintf(said, sizeof(said), "server MODE #den +%c", c);
		expect(alice, said);
	}
	expect_none(alice);
}

static void room_set_tells_the_members_of_the_key_and_the_limit(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	room_set(f, "--key sesame --limit 9", ADMIN_DONE, NULL);
	expect(alice, "server MODE #den +k+l sesame 9");
	room_set(f, "--key sesame --limit 9", ADMIN_DONE, NULL);
	expect_none(alice);
	room_set(f, "--limit none", ADMIN_DONE, NULL);
	expect(alice, "server MODE #den -l");
}

static void room_set_takes_no_key_that_mode_refuses(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	room_set(f, "--key a,b", ADMIN_USAGE, "key");
	room_set(f, "--key :tea", ADMIN_USAGE, "key");
	room_set(f, "--key a\177b", ADMIN_USAGE, "key");
}

static void help_names_every_mode(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct buf all = {0};
	const char *line;
	char word[16];

	peer_send(alice, "HELP MODE");
	while ((line = peer_next(alice))) {
		assert_true(strlen(line) < 200);
		buf_add_str(&all, line);
		buf_add_char(&all, ' ');
	}
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const struct room_mode *mode = modes_find(table[i].letter);

		snprintf(word, sizeof(word), "%c %.9s", mode->letter, mode->help);
		if (!strstr(buf_str(&all), word))
			fail_msg("HELP MODE does not say '%s'", word);
	}
	for (const char *c = user_letters; *c; c++) {
		snprintf(word, sizeof(word), "%c ", *c);
		assert_non_null(strstr(strstr(buf_str(&all), "Of yourself"), word));
	}
	assert_non_null(strstr(buf_str(&all), "Masks: "));
	buf_clear(&all);
}

static void every_rank_can_be_given_by_its_word_and_spoken_to_by_its_prefix(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");
	size_t n;
	const struct room_mode *mode = modes_all(&n);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	for (size_t i = 0; i < n; i++) {
		char line[96];

		if (mode[i].kind != MODE_RANK)
			continue;
		snprintf(line, sizeof(line), "room grant den bob --role %s", mode[i].word);
		fixture_skip(f);
		admin_answer_free(fixture_verb(f, line, NULL));
		snprintf(line, sizeof(line), "server MODE #den +%c bob", mode[i].letter);
		expect(bob, line);
		peer_send(alice, "PRIVMSG %c#den :hello", mode[i].prefix);
		snprintf(line, sizeof(line), "alice PRIVMSG %c#den :hello", mode[i].prefix);
		expect_later(bob, line);
		snprintf(line, sizeof(line), "room revoke den bob");
		admin_answer_free(fixture_verb(f, line, NULL));
		snprintf(line, sizeof(line), "server MODE #den -%c bob", mode[i].letter);
		expect(bob, line);
		fixture_skip(f);
		peer_send(alice, "PRIVMSG %c#den :hello", mode[i].prefix);
		expect_none(bob);
	}
}

static void chanserv_names_the_highest_of_several_ranks(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +qvov alice alice bob bob");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG ChanServ :ACCESS #den LIST");
	expect(bob, "* NOTICE bob :founder alice");
	expect(bob, "* NOTICE bob :moderator bob");
	peer_skip(bob);
	peer_send(alice, "PRIVMSG ChanServ :ACCESS #den DEL alice");
	expect(alice, "alice MODE #den -q alice");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(rpl_myinfo_has_every_letter),
		HUB_TEST(rpl_isupport_has_every_letter_in_its_class),
		cmocka_unit_test(every_flag_is_a_bit_of_its_own_among_those_that_are_stored),
		HUB_TEST(mode_takes_every_letter_and_no_other),
		HUB_TEST(whoever_may_not_is_refused_each_letter),
		HUB_TEST(room_set_takes_every_flag_and_says_how_the_others_are_set),
		HUB_TEST(room_set_tells_the_members_of_the_key_and_the_limit),
		HUB_TEST(room_set_takes_no_key_that_mode_refuses),
		HUB_TEST(help_names_every_mode),
		HUB_TEST(every_rank_can_be_given_by_its_word_and_spoken_to_by_its_prefix),
		HUB_TEST(chanserv_names_the_highest_of_several_ranks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
