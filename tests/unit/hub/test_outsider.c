// SPDX-License-Identifier: MIT
// Private means private: to an outsider, whatever it asks about a hidden room is answered
// byte for byte as if there were no such room. Two servers are asked the same.
#include "common/die.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define CAPS                                                                                   \
	"batch draft/chathistory draft/read-marker draft/metadata-2 message-tags "             \
	"draft/message-redaction soju.im/search draft/event-playback draft/channel-rename "    \
	"snug.chat/invited snug.chat/saved"

static const char *const questions[] = {
	"LIST",
	"LIST #hidden",
	"LIST *hid*",
	"LIST !x*",
	"LIST >0",
	"ADMIN VERBS",
	"ADMIN RUN :[\"room\",\"show\",\"hidden\"]",
	"ADMIN RUN :[\"room\",\"members\",\"#hidden\"]",
	"NAMES",
	"NAMES #hidden",
	"NAMES #open,#hidden",
	"WHO #hidden",
	"WHO #hidden %cnf",
	"WHO alice",
	"WHO *",
	"WHOIS alice",
	"USERHOST alice",
	"TOPIC #hidden",
	"TOPIC #HIDDEN",
	"TOPIC #hidden :x",
	"MODE #hidden",
	"MODE #hidden b",
	"MODE #hidden +i",
	"MODE #hidden +o eve",
	"PART #hidden",
	"PART #hidden :x",
	"KICK #hidden alice",
	"KICK #hidden nobody",
	"INVITE alice #hidden",
	"INVITE nobody #hidden",
	"INVITE",
	"KNOCK #hidden",
	"KNOCK #hidden :x",
	"RENAME #hidden #other",
	"PRIVMSG #hidden :x",
	"PRIVMSG @#hidden :x",
	"NOTICE #hidden :x",
	"TAGMSG #hidden",
	"@+typing=active TAGMSG #hidden",
	"CHATHISTORY LATEST #hidden * 10",
	"CHATHISTORY BEFORE #hidden timestamp=2030-01-01T00:00:00.000Z 10",
	"CHATHISTORY AROUND #hidden msgid=0000000000001 10",
	"CHATHISTORY TARGETS timestamp=2000-01-01T00:00:00.000Z "
	"timestamp=2040-01-01T00:00:00.000Z 50",
	"SEARCH text=secret",
	"SEARCH in=#hidden;text=secret",
	"MARKREAD #hidden",
	"MARKREAD #hidden timestamp=2026-01-01T00:00:00.000Z",
	"REDACT #hidden 0000000000001",
	"SAVED ADD #hidden 0000000000001",
	"MONITOR + #hidden",
	"MONITOR + alice",
	"MONITOR L",
	"METADATA #hidden GET url",
	"METADATA #hidden LIST",
	"METADATA #hidden SYNC",
	"METADATA #hidden SET url :x",
	"METADATA #hidden CLEAR",
	"METADATA alice LIST",
	"LUSERS",
	"PRIVMSG ChanServ :INFO #hidden",
	"PRIVMSG ChanServ :ACCESS #hidden LIST",
	"PRIVMSG ChanServ :OP #hidden",
	"PRIVMSG ChanServ :LOG #hidden",
	"PRIVMSG ChanServ :REPORT #hidden 0000000000001 bad",
	"PRIVMSG ChanServ :RULES #hidden",
	"PRIVMSG ChanServ :RULES #hidden mine",
	"PRIVMSG ChanServ :SET #hidden MENTION-ALL everyone",
	"PRIVMSG ChanServ :TALK alice #hidden",
	"PRIVMSG ChanServ :KICK #hidden alice",
	"PRIVMSG ChanServ :BAN #hidden alice",
	"PRIVMSG ChanServ :UNBAN #hidden alice",
	"PRIVMSG ChanServ :INVITE #hidden alice",
	"PRIVMSG ChanServ :TOPIC #hidden mine",
	"PRIVMSG ChanServ :VOICE #hidden",
	"PRIVMSG ChanServ :ACCESS #hidden ADD eve founder",
	"INVITELINK ADD #hidden",
	"INVITELINK ADD #HIDDEN 2",
	"INVITELINK LIST",
	"DECLINE #hidden",
	"PRIVMSG Snug :room log hidden",
	"PRIVMSG Snug :room adopt hidden eve",
	"PRIVMSG Snug :invite create --room hidden --guest --until 1d",
	"MODE #hidden +W 10",
	"MODE #hidden +d 10",
	"MODE #hidden +A",
	"TALK alice,#hidden",
	"PRIVMSG #hidden :@room x",
	"NOTICE #hidden :@here x",
	"PRIVMSG @#hidden :@room x",
	"@+draft/edit=0000000000001 PRIVMSG #hidden :x",
	"@+draft/react=x;+draft/reply=0000000000001 TAGMSG #hidden",
	"METADATA #hidden GET display-name",
	"METADATA * SET display-name :hidden",
	"METADATA * SET avatar :https://chat.example/a.png",
	"PRIVMSG *playback :PLAY #hidden 0",
	"PRIVMSG NickServ :INFO alice",
	"WHOWAS alice",
	"ISON alice",
};

struct world {
	struct fixture *f;
	struct peer *alice, *eve;
};

// The two differ in the hidden room only.
static struct world world_of(struct fixture *f, const char *hidden)
{
	struct world w = {.f = f};

	w.alice = fixture_login(w.f, "alice", "draft/metadata-2");
	w.eve = fixture_login(w.f, "eve", CAPS);
	peer_send(w.alice, "JOIN #open");
	peer_send(w.alice, "JOIN %s", hidden[0] ? "#hidden" : "0");
	if (hidden[0]) {
		peer_send(w.alice, "MODE #hidden %s", hidden);
		peer_send(w.alice, "TOPIC #hidden :a secret");
		peer_send(w.alice, "PRIVMSG #hidden :a secret");
		peer_send(w.alice, "METADATA #hidden SET url :x");
		peer_send(w.alice, "MODE #hidden +b bad");
	}
	peer_send(w.eve, "METADATA * SUB url");
	fixture_pass(w.f, 1000);
	fixture_skip(w.f);
	return w;
}

static void same_answers(struct fixture *const pair[2], const char *hidden)
{
	struct world with = world_of(pair[0], hidden), without = world_of(pair[1], "");
	unsigned lines = 0;

	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		const char *a, *b;

		peer_send(with.eve, "%s", questions[i]);
		peer_send(without.eve, "%s", questions[i]);
		do {
			a = peer_next(with.eve);
			b = peer_next(without.eve);
			// A batch's name is random; everything else must be the same.
			if (a && b && strstr(a, "BATCH ") && strstr(b, "BATCH "))
				continue;
			if ((a == NULL) != (b == NULL) || (a && strcmp(a, b) != 0))
				fail_msg("%s\n    with: %s\n    without: %s", questions[i],
					 a ? a : "nothing", b ? b : "nothing");
			lines++;
		} while (a && b);
	}
	print_message("%zu questions, %u lines\n", ARRAY_LEN(questions), lines);
}

static int pair_up(void **state)
{
	struct fixture **pair = xcalloc(2, sizeof(*pair));

	pair[0] = fixture_new(NULL);
	pair[1] = fixture_new(NULL);
	*state = pair;
	return 0;
}

static int pair_down(void **state)
{
	struct fixture **pair = *state;

	fixture_free(pair[0]);
	fixture_free(pair[1]);
	free(pair);
	return 0;
}

// Proves B21.
static void a_secret_room_is_as_no_room_to_who_is_not_in_it(void **state)
{
	same_answers(*state, "+s");
}

static void a_secret_closed_room_is_so_too(void **state)
{
	same_answers(*state, "+sik key");
}

// A name cannot be had twice, so these two cannot look as if there were no such room; but
// what they say is the same for whatever keeps the asker out, in the asker's own spelling.
static void joining_and_renaming_tell_only_that_the_name_is_not_to_be_had(void **state)
{
	static const char *const modes[] = {"+si", "+sk key", "+sl 1", "+sb eve", "+sikl x 1"};

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		struct world w = world_of(*state, modes[i]);

		peer_send(w.eve, "JOIN #HIDDEN");
		expect(w.eve, "server 403 eve #HIDDEN :No such channel");
		peer_send(w.eve, "JOIN #hIdden wrong");
		expect(w.eve, "server 403 eve #hIdden :No such channel");
		expect_none(w.eve);
		fixture_renew(w.f, NULL);
	}
}

static void a_hidden_name_is_refused_to_a_rename_like_one_that_is_no_name(void **state)
{
	struct world w = world_of(*state, "+s");

	peer_join(w.eve, "#mine");
	peer_send(w.eve, "RENAME #mine #HIDDEN");
	expect(w.eve, "server FAIL RENAME CANNOT_RENAME #mine #HIDDEN :The room cannot have "
		      "that name");
	peer_send(w.eve, "RENAME #mine no#name");
	expect(w.eve, "server FAIL RENAME CANNOT_RENAME #mine no#name :The room cannot have "
		      "that name");
	peer_send(w.eve, "RENAME #mine #open");
	expect(w.eve, "server FAIL RENAME CHANNEL_NAME_IN_USE #mine #open :*");
}

static void what_happens_in_it_is_not_overheard(void **state)
{
	struct world w = world_of(*state, "+s");

	peer_send(w.alice, "MODE #hidden +m");
	peer_send(w.alice, "TOPIC #hidden :other");
	peer_send(w.alice, "METADATA #hidden SET url :y");
	peer_send(w.alice, "PART #hidden");
	expect_none(w.eve);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_secret_room_is_as_no_room_to_who_is_not_in_it,
						pair_up, pair_down),
		cmocka_unit_test_setup_teardown(a_secret_closed_room_is_so_too, pair_up,
						pair_down),
		HUB_TEST(joining_and_renaming_tell_only_that_the_name_is_not_to_be_had),
		HUB_TEST(a_hidden_name_is_refused_to_a_rename_like_one_that_is_no_name),
		HUB_TEST(what_happens_in_it_is_not_overheard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
