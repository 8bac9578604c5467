// SPDX-License-Identifier: MIT
// room set, ban, unban: what each takes, what it refuses, what is told and written down.
#include "tests/unit/hub/verb_rows.h"

#include "server/hub/people/account.h"
#include "server/hub/rooms/room.h"

static const char what[] = "usage=: what of #den is to change?  help room  lists it";
static const char done[] = "done+: changed #den", same[] = "done=: #den is so already";

// Alice is in #den, and hears of it.
static struct peer *alice_in_den(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", "");

	(void)fixture_account(f, "bob");
	peer_join(alice, "#den");
	return alice;
}

static void numbers_have_bounds(void **state)
{
	static const char limit[] = "usage=: * is nothing for --limit: how many members at "
				    "most, or none",
			  wait[] = "usage=: * is nothing for --*: a time as in 30s or 10m, at "
				   "most 30d, or none";
	const struct verb_row rows[] = {
		HEARD("room set den", what, ""),
		HEARD("room set den --reason x", what, ""),
		HEARD("room set den --confirm x", what, ""),
		HEARD("room set nowhere --limit 1", "not found=: there is no room #nowhere",
		      ""),
		HEARD("room set den --limit 0", limit, ""),
		HEARD("room set den --limit 65537", limit, ""),
		HEARD("room set den --limit 65536", done, "server MODE #den +l 65536"),
		HEARD("room set den --limit 1", done, "server MODE #den +l 1"),
		HEARD("room set den --limit 1", same, ""),
		HEARD("room set den --limit none", done, "server MODE #den -l"),
		HEARD("room set den --limit none", same, ""),
		HEARD("room set den --slow 0", wait, ""),
		HEARD("room set den --slow 31d", wait, ""),
		HEARD("room set den --slow 30d", done, "server MODE #den +W 2592000"),
		HEARD("room set den --slow 30d", same, ""),
		HEARD("room set den --newcomers 1", done, "server MODE #den +d 1"),
		HEARD("room set den --newcomers 1s", same, ""),
		HEARD("room set den --newcomers none", done, "server MODE #den -d"),
		HEARD("room set den --slow none", done, "server MODE #den -W"),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

static void what_is_kept_has_bounds(void **state)
{
	static const char size[] = "usage=: * is nothing for --keep-size: a size as in 300KiB "
				   "or 10MiB, forever or server",
			  shown[] = "done: \n#den|1|1|+nt||0s|0|0s|0|0|?|no||no";
	const struct verb_row rows[] = {
		HEARD("room set den --keep 0d",
		      "usage=: --keep 0d would keep nothing: a time as in 12h or 30d, forever or "
		      "server",
		      ""),
		HEARD("room set den --keep long",
		      "usage=: long is nothing for --keep: a time *", ""),
		HEARD("room set den --keep 12h", done, ""),
		HEARD("room set den --keep 12h", same, ""),
		HEARD("room set den --keep-size 0",
		      "usage=: --keep-size 0 would keep nothing: *", ""),
		HEARD("room set den --keep-size KiB", size, ""),
		HEARD("room set den --keep-size 1:", size, ""),
		HEARD("room set den --keep-size 1/", size, ""),
		HEARD("room set den --keep-size 1XiB", size, ""),
		HEARD("room set den --keep-size 4294967296", size, ""),
		HEARD("room set den --keep-size 4294967295GiB", done, ""),
		HEARD("room set den --keep-size 90", done, ""),
		HEARD("room set den --keep-size 90B", same, ""),
		HEARD("room show den", "*|43200000|90|*", NULL),
		HEARD("room set den --keep-size 1KiB", done, ""),
		HEARD("room show den", "*|43200000|1024|*", NULL),
		HEARD("room set den --keep-size 2MiB --keep forever", done, ""),
		HEARD("room show den", "*|-1|2097152|*", NULL),
		HEARD("room set den --keep-size 3GiB --keep server", done, ""),
		HEARD("room show den", "*|0|3221225472|*", NULL),
		HEARD("room set den --keep-size forever", done, ""),
		HEARD("room show den", "*|0|-1|*", NULL),
		HEARD("room set den --keep-size server", done, ""),
		HEARD("room set den --keep-size server", same, ""),
		HEARD("room show den", shown, NULL),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

static void modes_are_letters(void **state)
{
	static const char letters[] = "usage=: modes are letters of ACHJNimnst behind + or -, "
				      "not *",
			  once[] = "usage=: modes are letters behind + or -, each once";
	const struct verb_row rows[] = {
		HEARD("room set den --modes +x", letters, ""),
		HEARD("room set den --modes +b", letters, ""),
		HEARD("room set den --modes k", "usage=: --modes does not set k: --key does",
		      ""),
		HEARD("room set den --modes +l", "usage=: --modes does not set l: --limit does",
		      ""),
		HEARD("room set den --modes -W", "usage=: --modes does not set W: --slow does",
		      ""),
		HEARD("room set den --modes +d",
		      "usage=: --modes does not set d: --newcomers does", ""),
		HEARD("room set den --modes +o",
		      "usage=: --modes does not set o: room grant --role moderator does", ""),
		HEARD("room set den --modes +", once, ""),
		HEARD("room set den --modes +m-m", once, ""),
		HEARD("room set den --modes m-n", done, "server MODE #den +m-n"),
		HEARD("room set den --modes +m-n", same, ""),
		HEARD("room set den --modes -m+n", done, "server MODE #den -m+n"),
		HEARD("room set den --history some",
		      "usage=: some is nothing for --history: all, since-joined or since-invited",
		      ""),
		HEARD("room set den --history since-joined", done, "server MODE #den +H"),
		HEARD("room set den --history since-joined", same, ""),
		HEARD("room set den --history since-invited", done, "server MODE #den -H+J"),
		HEARD("room set den --history all", done, "server MODE #den -J"),
		HEARD("room set den --mention-all some",
		      "usage=: some is nothing for --mention-all: everyone, moderators or nobody",
		      ""),
		HEARD("room set den --mention-all everyone", done, "server MODE #den +A"),
		HEARD("room set den --mention-all nobody", done, "server MODE #den -A+N"),
		HEARD("room set den --mention-all moderators", done, "server MODE #den -N"),
		HEARD("room set den --mention-all moderators", same, ""),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

static void texts_are_set_and_taken_away(void **state)
{
	static const char key[] = "usage=: a key has at most 32 bytes, without spaces, commas, "
				  "control characters and a colon in front";
	const struct verb_row rows[] = {
		HEARD("room set den --welcome perhaps",
		      "usage=: --welcome is yes or no, not perhaps", ""),
		HEARD("room set den --welcome no", same, ""),
		HEARD("room set den --welcome yes", done, ""),
		HEARD("room set den --welcome yes", same, ""),
		HEARD("room set den --topic tea", done, "server TOPIC #den :tea"),
		HEARD("room set den --welcome no --topic tea", done, "server TOPIC #den :tea"),
		HEARD("room set den --key a,b", key, ""),
		HEARD("room set den --key 123456789012345678901234567890123", key, ""),
		HEARD("room set den --key 12345678901234567890123456789012", done,
		      "server MODE #den +k 1234*"),
		HEARD("room set den --key b", done, "server MODE #den +k b"),
		HEARD("room set den --key b", same, ""),
		HEARD("room set den --key b --slow 1s", done, "server MODE #den +W 1"),
		HEARD("room set den --topic tea", same, ""),
		HEARD("room set den --rules kind", done, NULL),
		HEARD("room set den --rules kind", same, ""),
		HEARD("room set den --key=", done, "server MODE #den -k *"),
		HEARD("room set den --topic=", done, "server TOPIC #den :"),
		HEARD("room set den --rules=", done, NULL),
		HEARD("audit list",
		      "done: 10 acts\n"
		      "*s|shell|room set|#den welcome no -> yes||*\n"
		      "*s|shell|room set|#den topic changed||*\n"
		      "*s|shell|room set|#den welcome yes -> no||*\n"
		      "*s|shell|room set|#den key changed||*\n"
		      "*s|shell|room set|#den key changed||*\n"
		      "*s|shell|room set|#den slow/newcomers (s) none/none -> 1/none||*\n"
		      "*s|shell|room set|#den rules changed||*\n"
		      "*s|shell|room set|#den key changed||*\n"
		      "*s|shell|room set|#den topic changed||*\n"
		      "*s|shell|room set|#den rules changed||*",
		      NULL),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

static void a_room_is_called_otherwise(void **state)
{
	const struct verb_row rows[] = {
		HEARD("room add hall", "done+: made the room #hall", ""),
		HEARD("room set den --name a,b", "usage=: #a,b is no name for a room", ""),
		HEARD("room set den --name hall", "conflict=: there is a room #hall already",
		      ""),
		HEARD("room set den --name #ha11",
		      "unconfirmed=: #ha11 is easily taken for #hall: if it is meant, say  --confirm "
		      "#ha11",
		      ""),
		HEARD("room set den --name #ha11 --confirm #ha11", "done+: changed #ha11",
		      "alice PART #den :*"),
		HEARD("room set #ha11 --name #ha11", "unconfirmed=: *", ""),
		HEARD("room set #ha11 --name #ha11 --confirm #ha11",
		      "done=: #ha11 is so already", ""),
		HEARD("room set #ha11 --name den --limit 2", done, "server MODE #ha11 +l 2"),
		HEARD("room set den --name DEN", "done+: changed #DEN", NULL),
		HEARD("audit list",
		      "done: 4 acts\n*|room add|#hall||*\n*|#den name #den -> #ha11||*\n"
		      "*|#ha11 name #ha11 -> #den; limit none -> 2||*\n*|#den name #den -> #DEN||*",
		      NULL),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

static void a_conversation_that_is_given_a_name_is_a_room(void **state)
{
	const struct verb_row rows[] = {
		HEARD("room set $talk --limit 7", "done+: *", NULL),
		HEARD("room show $talk", "*|no||yes", NULL),
		HEARD("room set $talk --name den", "done+: changed #den", NULL),
		HEARD("room show den", "*|no||no", NULL),
	};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "standard-replies");
	char words[ARRAY_LEN(rows)][96];

	(void)fixture_account(f, "bob");
	(void)fixture_account(f, "carl");
	peer_send(alice, "TALK bob,carl");
	expect_later(alice, "server NOTE TALK TALK_OPENED $talk :*");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct verb_row row = rows[i];
		const char *name = strstr(row.words, "$talk");

		if (name)
			snprintf(words[i], sizeof(words[i]), "%.*s%s%s",
				 (int)(name - row.words), row.words, fixture_var(f, "talk"),
				 name + strlen("$talk"));
		row.words = name ? words[i] : row.words;
		verb_rows_play(f, alice, &row, 1);
	}
}

static void a_ban_of_a_room_names_an_account_or_a_mask(void **state)
{
	static const char none[] = "usage=: * is no mask: ACCOUNT or NICK!USER@HOST";
	const struct verb_row rows[] = {
		HEARD("room ban hall bob", "not found=: there is no room #hall", ""),
		HEARD("room unban hall bob", "not found=: there is no room #hall", ""),
		HEARD("room ban den nobody", "not found=: there is no account nobody", ""),
		HEARD("room ban den ~q:x", none, ""),
		HEARD("room ban den bob --for 0d", "usage=: --for 0d would be over at once: *",
		      ""),
		HEARD("room ban den bob", "done+: banned ~a:bob from #den",
		      "server MODE #den +b ~a:bob"),
		HEARD("room ban den bob --reason again", "done+: banned ~a:bob from #den", ""),
		HEARD("room ban den b*!*@*", "done+: banned b\\*!\\*@\\* from #den",
		      "server MODE #den +b b*!*@*"),
		HEARD("room ban den ~t:10:bob", "done+: banned * from #den", NULL),
		HEARD("room bans den",
		      "done: \n~a:bob|ban|shell|again|0s|*\nb\\*!\\*@\\*|ban|shell||0s|0*",
		      NULL),
		HEARD("room ban den bob --mute --for 1h", "done+: banned ~m:~a:bob from #den",
		      "server MODE #den +b ~m:~a:bob"),
		HEARD("room bans den", "*\n~m:~a:bob|ban|shell||0s|3600s", NULL),
		HEARD("room unban den ~q:x", none, ""),
		HEARD("room unban den carl", "not found=: #den has no ban of ~a:carl", ""),
		HEARD("room unban den bob --mute", "done+: the ban is gone",
		      "server MODE #den -b ~m:~a:bob"),
		HEARD("room unban den bob", "done+: the ban is gone",
		      "server MODE #den -b ~a:bob"),
		HEARD("room unban den bob", "not found=: #den has no ban of ~a:bob", ""),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

static void bans_of_a_room_are_bounded(void **state)
{
	const struct verb_row rows[] = {
		HEARD("room ban den bob", "conflict=: #den has 200 bans: remove one first", ""),
		HEARD("room ban den n1!*@*", "done+: banned n1!\\*@\\* from #den", ""),
		HEARD("room unban den n1!*@*", "done+: the ban is gone", NULL),
		HEARD("room ban den bob", "done+: banned ~a:bob from #den", NULL),
	};
	struct fixture *f = *state;
	struct peer *alice = alice_in_den(f);

	for (int i = 0; i < 200; i++) {
		char words[64];

		snprintf(words, sizeof(words), "room ban den n%d!*@*", i);
		admin_answer_free(fixture_verb(f, words, NULL));
	}
	VERB_ROWS(f, alice, rows);
}

static void a_full_disk_changes_nothing(void **state)
{
	static const char full[] = "failed=: the disk takes nothing at the moment: nothing was "
				   "done";
	const struct verb_row rows[] = {
		HEARD("room set den --limit 2", full, ""),
		HEARD("room ban den bob", full, ""),
		HEARD("room unban den carl", full, ""),
		HEARD("room add hall", full, ""),
		HEARD("room delete den --confirm #den", full, ""),
		HEARD("room grant den bob", full, ""),
		HEARD("room revoke den alice", full, ""),
		HEARD("room adopt den bob", full, ""),
	};
	struct fixture *f = *state;
	struct peer *alice = alice_in_den(f);

	(void)fixture_account(f, "carl");
	admin_answer_free(fixture_verb(f, "room ban den carl", NULL));
	fixture_disk_is(f, DISK_FULL);
	VERB_ROWS(f, alice, rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(numbers_have_bounds),
		HUB_TEST(what_is_kept_has_bounds),
		HUB_TEST(modes_are_letters),
		HUB_TEST(texts_are_set_and_taken_away),
		HUB_TEST(a_room_is_called_otherwise),
		HUB_TEST(a_conversation_that_is_given_a_name_is_a_room),
		HUB_TEST(a_ban_of_a_room_names_an_account_or_a_mask),
		HUB_TEST(bans_of_a_room_are_bounded),
		HUB_TEST(a_full_disk_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
