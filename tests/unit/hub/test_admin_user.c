// SPDX-License-Identifier: MIT
// Accounts by the command line: what each verb takes, what it refuses, what is told.
#include "tests/unit/hub/verb_rows.h"

#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/room.h"
#include "tests/support/hub_fixture_private.h"

#define LAST "that is the last administrator: if it is meant, say  --confirm "

// Alice, who is here, and bob, who is not.
static struct peer *alice_here(struct fixture *f)
{
	(void)fixture_account(f, "bob");
	return fixture_login(f, "alice", "");
}

static void a_name_is_of_the_grammar_and_free(void **state)
{
	const struct verb_row rows[] = {
		SAYS("user add 1st --no-password",
		     "usage=: 1st cannot be a name: letters, digits, - and _, at most 32, a letter "
		     "or _ first"),
		SAYS("user add ChanServ --no-password",
		     "conflict=: ChanServ is one of the server's own names"),
		SAYS("user add ann --no-password --role king",
		     "usage=: a role is user or admin, not king"),
		SAYS("user add ann --no-password --role user", "done+: made the account ann"),
		SAYS("user add ANN --no-password",
		     "conflict=: there is an account ANN already"),
		SAYS("user add ANN --no-password --if-missing",
		     "done=: there is an account ANN already"),
		SAYS("user add a1ice --no-password",
		     "unconfirmed=: a1ice is easily taken for alice: if it is meant, say  --confirm "
		     "a1ice"),
		SAYS("user add a1ice --no-password --confirm a1ice",
		     "done+: made the account a1ice"),
		SAYS("user delete a1ice --confirm a1ice",
		     "done+: deleted the account a1ice, and 0 bans, exceptions and invitations of "
		     "that name"),
		SAYS("user add a1ice --no-password --confirm a1ice",
		     "conflict=: somebody else was called a1ice and would be mistaken for this one: "
		     "choose another name, or give it on purpose by --reuse"),
		SAYS("user add a1ice --no-password --confirm a1ice --reuse",
		     "done+: made the account a1ice"),
		SAYS("user rename ann 1st", "usage=: 1st cannot be a name: *"),
		SAYS("user rename ann bob", "conflict=: there is an account bob already"),
		SAYS("user rename ann bob --if-missing", "usage=: *"),
		SAYS("user rename ann Ann", "done+: renamed ann to Ann"),
		SAYS("user rename Ann ben", "done+: renamed Ann to ben"),
		SAYS("user erase ann --confirm ann",
		     "not found=: ann is called ben now: give that name"),
		SAYS("user rename ben ann", "done+: renamed ben to ann"),
		SAYS("user rename bob ben", "conflict=: somebody else was called ben *"),
		SAYS("user add zoe --bot --role admin --no-password",
		     "done+: made the account zoe"),
		SAYS("user show zoe",
		     "done: \nzoe|*|admin|no|no|0|0||0s|*|bot|server|0||0|0|0|0|0"),
		SAYS("user show ann",
		     "done: \nann|*|user|no|no|0|0||0s|*|person|server|0||0|0|0|0|0"),
		SAYS("user show alice",
		     "done: \nalice|*|user|no|yes|0|1||0s|*|person|server|0||0|0|0|0|0"),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_here(f), rows);
}

static void a_name_may_be_taken_while_its_password_is_hashed(void **state)
{
	struct fixture *f = *state;
	struct admin_request *r = admin_request_new();
	const struct span words[] = {SPAN("user"), SPAN("add"), SPAN("ann")};

	r->words = xmemdup(words, sizeof(words));
	r->n_words = ARRAY_LEN(words);
	r->secret = SPAN("violin-tango-oxide");
	fixture_hold_hashes(f, true);
	assert_null(fixture_request(f, r));
	(void)fixture_account(f, "Ann");
	fixture_hash(f);
	assert_non_null(f->inside->mail.answer);
	assert_int_equal(f->inside->mail.answer->code, ADMIN_CONFLICT);
}

static void the_rooms_of_an_account_are_shown(void **state)
{
	const struct verb_row rows[] = {SAYS("user show alice", "*|@#den @#hall|*")};
	struct fixture *f = *state;
	struct peer *alice = alice_here(f);

	peer_join(alice, "#den");
	peer_join(alice, "#hall");
	VERB_ROWS(f, alice, rows);
}

static void a_password_has_bounds(void **state)
{
	static const char done[] = "done+: changed the password of alice, ended ? of its "
				   "sessions, and revoked ? of its devices and tokens",
			  is_short[] = "done+: *tokens; its password is short: 12 characters "
				       "or more are safer",
			  none[] = "usage=: give the password by --password-stdin, or use "
				   "--generate";
	char longest[1025 + 1] = "";
	const struct verb_row rows[] = {
		SAYS("user passwd nobody --generate", "not found=: there is no account nobody"),
		HEARD("user passwd alice", none, ""),
		GIVEN("user passwd alice", none, "", ""),
		GIVEN("user passwd alice", "usage=: a password has at most 1024 bytes", "",
		      longest),
		GIVEN("user passwd alice", done,
		      "ERROR :*Your password was changed by an "
		      "administrator*",
		      longest + 1),
		GIVEN("user passwd alice", is_short, NULL, "12345678901"),
		GIVEN("user passwd alice", done, NULL, "123456789012"),
		SAYS("user token add alice one", "done+: *"),
		GIVEN("user passwd alice --keep-devices",
		      "done+: changed the password of alice, ended 0 of its sessions, and revoked 0 "
		      "*tokens",
		      NULL, "123456789012"),
		SAYS("user passwd alice --no-password",
		     "done+: changed the password of alice, ended 0 of its sessions, and revoked 1 "
		     "of its devices and tokens; nothing lets it in now: add a password or a token"),
		SAYS("user token add alice two", "done+: *"),
		SAYS("user passwd alice --no-password --keep-devices",
		     "done+: *revoked 0 *tokens"),
		SAYS("user passwd alice --generate",
		     "done+: *revoked 1 of its devices and tokens"),
	};
	struct fixture *f = *state;

	memset(longest, 'x', sizeof(longest) - 1);
	VERB_ROWS(f, alice_here(f), rows);
}

static void the_last_administrator_is_not_lost_by_mistake(void **state)
{
	const struct verb_row rows[] = {
		HEARD("user role nobody admin", "not found=: there is no account nobody", ""),
		HEARD("user role alice king", "usage=: a role is user or admin, not king", ""),
		HEARD("user role alice user", "done=: alice has the role user", ""),
		HEARD("user role alice admin", "done+: alice has the role admin",
		      "server MODE alice +o"),
		HEARD("user role alice admin", "done=: alice has the role admin", ""),
		HEARD("user role alice user", "unconfirmed=: " LAST "alice", ""),
		HEARD("user disable alice", "unconfirmed=: " LAST "alice", ""),
		HEARD("user erase alice --confirm bob",
		      "unconfirmed=: this cannot be undone: *", ""),
		HEARD("user role bob admin", "done+: bob has the role admin", ""),
		HEARD("user role alice user", "done+: alice has the role user",
		      "server MODE alice -o"),
		HEARD("user role bob user --confirm bob", "done+: bob has the role user", ""),
		HEARD("user disable bob", "done+: disabled bob and ended 0 sessions", ""),
		SAYS("user list --disabled",
		     "done: 1 accounts\nbob|user|yes|0|0s|*|person|0||0"),
		HEARD("user disable bob", "done=: disabled bob and ended 0 sessions", ""),
		SAYS("user enable bob",
		     "done+: enabled bob: its password and 0 devices and tokens "
		     "let in again (user revoke-all takes those away)"),
		SAYS("user list --disabled", "done: 0 accounts"),
		SAYS("user list", "done: 2 accounts\nalice|user|no|1|*\nbob|user|no|0|*"),
		SAYS("user list --stale 0d",
		     "usage: --stale 0d would be over at once: all accounts "
		     "are listed without it"),
		SAYS("user list --stale 1d", "done: 0 accounts"),
		SAYS("user kick nobody", "not found=: there is no account nobody"),
		HEARD("user kick bob", "done=: ended 0 sessions of bob", ""),
		HEARD("user kick alice --reason late", "done+: ended 1 sessions of alice",
		      "ERROR :*late*"),
		SAYS("audit list",
		     "done: 10 acts\n*|user role|alice user -> user|*\n"
		     "*|user role|alice user -> admin|*\n*|user role|alice admin -> admin|*\n"
		     "*|user role|bob user -> admin|*\n*|user role|alice admin -> user|*\n"
		     "*|user role|bob admin -> user|*\n*|user disable|bob|*\n"
		     "*|user enable|bob|*\n*|user kick|bob|*\n*|user kick|alice|late|*"),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_here(f), rows);
}

static void who_is_kicked_without_a_reason_hears_by_whom(void **state)
{
	const struct verb_row rows[] = {
		HEARD("user kick alice", "done+: ended 1 sessions of alice",
		      "ERROR :*Disconnected by an administrator*"),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_here(f), rows);
}

static void a_guest_is_no_administrator(void **state)
{
	const struct verb_row rows[] = {
		SAYS("user role bob admin",
		     "conflict=: bob is a guest: user set bob --full makes it a full account"),
		SAYS("user role bob user", "done=: bob has the role user"),
		SAYS("room grant hall bob",
		     "conflict=: bob is a guest of another room: user set bob "
		     "--full makes it an account like others"),
		SAYS("room add cave --founder bob",
		     "conflict=: bob is a guest of another room"),
		SAYS("user set bob --full", "done+: bob has the class person, *: server"),
		SAYS("room grant hall bob", "done+: bob is moderator of #hall"),
		SAYS("user role bob admin", "done+: bob has the role admin"),
	};
	struct fixture *f = *state;
	struct peer *alice = alice_here(f);

	peer_join(alice, "#den");
	peer_join(alice, "#hall");
	fixture_account(f, "bob")->guest_room = room_find(f->hub, SPAN("#den"))->stream.id;
	VERB_ROWS(f, alice, rows);
}

static void time_that_is_over_is_given_anew(void **state)
{
	const struct verb_row first[] = {
		SAYS("user set bob --expires 1h",
		     "done+: bob has the class person, and is shown of each room: server, ends at "
		     "*"),
		SAYS("user enable bob", "done=: enabled bob: *"),
	};
	const struct verb_row then[] = {
		SAYS("user list --disabled", "done: 1 accounts\nbob|*"),
		SAYS("user enable bob",
		     "conflict=: the time of bob is over: give it more by  user set bob --expires "
		     "30d|never"),
		SAYS("user disable bob", "done=: disabled bob and ended 0 sessions"),
		SAYS("user set bob --class bot", "done+: *"),
		SAYS("user list --disabled", "done: 1 accounts\nbob|*"),
		SAYS("user set bob --expires 1h", "done+: *"),
		SAYS("user list --disabled", "done: 0 accounts"),
	};
	struct fixture *f = *state;
	struct peer *alice = alice_here(f);

	VERB_ROWS(f, alice, first);
	fixture_pass(f, 2 * 3600 * 1000);
	VERB_ROWS(f, alice, then);
}

static void what_is_set_of_an_account_has_bounds(void **state)
{
	static const char is_same[] = "done=: bob has the class person, and is shown of each "
				      "room: server",
			  replay[] = "usage=: * is nothing for --replay: how many messages, "
				     "from 1 to 1000000, or all, or server";
	const struct verb_row rows[] = {
		SAYS("user set nobody --class bot", "not found=: there is no account nobody"),
		SAYS("user set bob",
		     "usage=: what of bob is to change: --class, --replay, --expires or --full?"),
		SAYS("user set bob --class king",
		     "usage=: a class is person, bot or bridge, not "
		     "king"),
		SAYS("user set bob --class person", is_same),
		SAYS("user set bob --replay server", is_same),
		SAYS("user set bob --expires never", is_same),
		SAYS("user set bob --full", is_same),
		SAYS("user set bob --replay 0", replay),
		SAYS("user set bob --replay 1000001", replay),
		SAYS("user set bob --replay few", replay),
		SAYS("user set bob --replay 1000000", "done+: *room: 1000000"),
		SAYS("user set bob --replay 1", "done+: *room: 1"),
		SAYS("user set bob --replay all", "done+: *room: all"),
		SAYS("user set bob --replay all", "done=: *room: all"),
		SAYS("user set bob --class bridge --replay server",
		     "done+: bob has the class bridge, and is shown of each room: server"),
		SAYS("user set bob --class person", "done+: *"),
		SAYS("user set bob --class person", is_same),
		SAYS("user set bob --expires 0d",
		     "usage=: --expires 0d would be over at once: for what has no end say never"),
		SAYS("user set bob --expires soon",
		     "usage=: --expires wants a time as in 30m, 12h "
		     "or 7d, at most 365000d, not soon"),
		SAYS("user set bob --expires 1970-01-01T00:00:00.000Z",
		     "usage=: --expires 1970-01-01T00:00:00.000Z is over already"),
		SAYS("user set bob --expires 2d", "done+: *server, ends at *"),
		SAYS("user set bob --expires never", "done+: *room: server"),
		SAYS("audit list",
		     "*|bob person, replay all -> person, replay all|*\n"
		     "*|bob person, replay all -> bridge, replay server|*\n"
		     "*|bob bridge, replay server -> person, replay server|*\n"
		     "*|bob person, replay server -> person, replay server|*\n"
		     "*|bob person, replay server -> person, replay server, ends at *|*\n"
		     "*|bob person, replay server, ends at * -> person, replay server|*"),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_here(f), rows);
}

static void a_full_disk_changes_nothing(void **state)
{
	static const char full[] = "failed=: the disk takes nothing at the moment: nothing was "
				   "done";
	const struct verb_row rows[] = {
		HEARD("user add ann --no-password", full, ""),
		HEARD("user passwd bob --no-password", full, ""),
		HEARD("user rename bob ben", full, ""),
		HEARD("user disable bob", full, ""),
		HEARD("user enable bob", full, ""),
		HEARD("user delete bob --confirm bob", full, ""),
		HEARD("user erase bob --confirm bob", full, ""),
		HEARD("user role bob admin", full, ""),
		HEARD("user set bob --class bot", full, ""),
		HEARD("user revoke-all bob", full, ""),
		HEARD("user token add bob", full, ""),
		HEARD("user token revoke bob box", full, ""),
		HEARD("user 2fa reset bob", full, ""),
		HEARD("user bind bob --issuer https://id.example --subject s", full, ""),
		HEARD("invite create", full, ""),
		HEARD("ban add bob", full, ""),
		HEARD("lockdown", full, ""),
		HEARD("server announce tea",
		      "failed: the disk takes nothing at the moment: nothing was done", ""),
		HEARD("hook create den hook", full, ""),
	};
	struct fixture *f = *state;
	struct peer *alice = alice_here(f);

	peer_join(alice, "#den");
	admin_answer_free(fixture_verb(f, "user token add bob box", NULL));
	fixture_disk_is(f, DISK_FULL);
	VERB_ROWS(f, alice, rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_name_is_of_the_grammar_and_free),
		HUB_TEST(a_name_may_be_taken_while_its_password_is_hashed),
		HUB_TEST(the_rooms_of_an_account_are_shown),
		HUB_TEST(a_password_has_bounds),
		HUB_TEST(the_last_administrator_is_not_lost_by_mistake),
		HUB_TEST(who_is_kicked_without_a_reason_hears_by_whom),
		HUB_TEST(a_guest_is_no_administrator),
		HUB_TEST(time_that_is_over_is_given_anew),
		HUB_TEST(what_is_set_of_an_account_has_bounds),
		HUB_TEST(a_full_disk_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
