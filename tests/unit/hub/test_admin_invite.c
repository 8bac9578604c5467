// SPDX-License-Identifier: MIT
// Who gets in, and by what, by the command line: invites, hooks, bindings, bans, lockdown.
#include "tests/unit/hub/verb_rows.h"

// Alice is in #den; bob is known.
static struct peer *alice_in_den(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", "");

	(void)fixture_account(f, "bob");
	peer_join(alice, "#den");
	return alice;
}

static void an_invite_has_bounds(void **state)
{
	static const char uses[] = "usage=: --uses is a number from 1 to 1000000";
	const struct verb_row rows[] = {
		SAYS("invite create --uses 0", uses),
		SAYS("invite create --uses 1000001", uses),
		SAYS("invite create --uses many", uses),
		SAYS("invite create --room hall", "not found=: there is no room #hall"),
		SAYS("invite create --expires 0d",
		     "usage=: --expires 0d would be over at once: *"),
		SAYS("invite create --guest",
		     "usage=: a guest's account ends by itself: say --until "
		     "7d, or a time"),
		SAYS("invite create --until 7d",
		     "usage=: --until is the end of a guest's account: say --guest, too (--expires is "
		     "the end of the invite)"),
		SAYS("invite create --guest --until 7d",
		     "usage=: a guest is in one room: say --room NAME"),
		SAYS("invite create --guest --until never --room den",
		     "usage=: a guest's account ends: invite a member instead"),
		SAYS("invite create",
		     "done+: invite *: 1 uses; for browsers it takes \\[web\\] "
		     "listen in snugd.conf"),
		SAYS("invite create --uses 1000000 --room den --expires never --note tea",
		     "done+: invite *: 1000000 uses, into #den, without end; for browsers it *"),
		SAYS("invite create --guest --until 7d --room den --expires 1h",
		     "done+: invite *: 1 uses, for guests, into #den; for browsers it *"),
		SAYS("invite list",
		     "done: 3 invites\n?|#den|1000000|1000000|0|0s|shell|tea|0\n"
		     "?|#den|1|1|3600s|0s|shell||604800s\n?||1|1|604800s|0s|shell||0"),
		SAYS("invite revoke none",
		     "not found=: there is no such invite: invite list --all shows them"),
		SAYS("invite revoke none --if-exists", "done=: there is no such invite: *"),
	};
	const struct verb_row later[] = {
		SAYS("invite list", "done: 2 invites\n?|#den|1000000|*\n?||1|1|*"),
		SAYS("invite list --all", "done: 3 invites\n*"),
	};
	struct fixture *f = *state;
	struct peer *alice = alice_in_den(f);

	VERB_ROWS(f, alice, rows);
	fixture_pass(f, 2 * 3600 * 1000);
	VERB_ROWS(f, alice, later);
}

static void a_hook_has_a_name_and_a_place(void **state)
{
	const struct verb_row rows[] = {
		HEARD("hook create hall ci", "not found=: there is no room #hall", ""),
		HEARD("hook create den 1st", "usage=: a hook's name is like an account's: *",
		      ""),
		HEARD("hook create den ci --may-alert",
		      "done+: made ci* in #den: this address is shown once; nothing answers there "
		      "before \\[web\\] listen is set",
		      ""),
		HEARD("hook create den ci",
		      "conflict=: the room has a hook of that name already: *", ""),
		HEARD("room add hall", "done+: *", NULL),
		HEARD("hook create hall news", "done+: made news* in #hall: *", NULL),
		HEARD("hook list",
		      "done: 2 hooks\n#hall|news|no|0s|0|shell\n#den|ci|yes|0s|0|shell", NULL),
		HEARD("hook list --room hall", "done: 1 hooks\n#hall|news|*", NULL),
		HEARD("hook list --room nowhere", "not found: there is no room #nowhere", NULL),
		HEARD("hook rotate nowhere ci", "not found=: there is no room #nowhere", NULL),
		HEARD("hook rotate den news",
		      "not found=: #den has no hook of that name: hook list shows them", NULL),
		HEARD("hook rotate den ci", "done+: another address for ci* in #den: *", NULL),
		HEARD("hook revoke den news --if-exists",
		      "done=: #den has no hook of that name: *", NULL),
		HEARD("hook revoke den ci", "done+: revoked the hook #den ci", NULL),
		HEARD("hook list", "done: 1 hooks\n#hall|*", NULL),
		HEARD("audit list --verb hook",
		      "done: 4 acts\n*|hook create|#den ci|*\n*|hook create|#hall news|*\n"
		      "*|hook rotate|#den ci|*\n*|hook revoke|#den ci|*",
		      NULL),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

static void a_binding_is_of_one_account(void **state)
{
	static const char issuer[] = "usage=: an issuer is an address that begins with "
				     "https://, or krb5:REALM, or pam:SERVICE, not *",
			  fit[] = "usage=: a subject has 1 to * bytes, a tenant no blank, and "
				  "neither anything that hides or turns its text";
#define BIND "user bind alice --issuer https://id.example --subject "
	const struct verb_row rows[] = {
		HEARD("user bind nobody --issuer pam:x --subject s",
		      "not found=: there is no account nobody", ""),
		HEARD("user bind alice --issuer http://id.example --subject s", issuer, ""),
		HEARD(BIND "a\u202eb", fit, ""),
		HEARD(BIND "s --tenant :t", fit, ""),
		HEARD("user unbind alice", "not found=: alice has no such binding: *", ""),
		HEARD(BIND "s", "done+: alice is bound to https://id.example s: *", NULL),
		HEARD(BIND "s", "conflict=: alice is bound to it already", ""),
		HEARD(BIND "s --if-missing", "done=: alice is bound to it already", ""),
		HEARD("user bind bob --issuer https://id.example --subject s",
		      "conflict=: alice is bound to it: snugd user unbind alice *", ""),
		HEARD(BIND "s --tenant t",
		      "done+: alice is bound to https://id.example s, tenant t: *", NULL),
		HEARD("user bindings alice",
		      "done: 2 of alice\n*|*|https://id.example|s||0s|no|no|no|0s\n"
		      "*|*|https://id.example|s|t|0s|no|no|no|0s",
		      NULL),
		HEARD("user bindings nobody", "not found: there is no account nobody", NULL),
		HEARD("user unbind alice 999", "not found=: alice has no such binding: *", ""),
		HEARD("user unbind bob", "not found=: bob has no such binding: *", ""),
		HEARD(BIND "3", "done+: *", NULL),
		HEARD(BIND "4", "done+: *", NULL),
		HEARD(BIND "5", "done+: *", NULL),
		HEARD(BIND "6", "done+: *", NULL),
		HEARD(BIND "7", "done+: *", NULL),
		HEARD(BIND "8", "done+: *", NULL),
		HEARD(BIND "9", "conflict=: alice has 8 bindings: take one back first", ""),
		HEARD("user unbind alice", "done+: alice: bindings taken back: 8", NULL),
		HEARD("user passwd bob --no-password", "done+: *", NULL),
		HEARD("user bind bob --issuer pam:login --subject b", "done+: *", NULL),
		HEARD("user unbind bob",
		      "done+: bob: bindings taken back: 1. Nothing lets in as it now: snugd user "
		      "passwd",
		      NULL),
	};
#undef BIND
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

static void a_ban_of_the_server_is_meant(void **state)
{
	const struct verb_row rows[] = {
		HEARD("ban add no/such",
		      "usage=: no/such is no account, address or CIDR "
		      "(192.0.2.0/24)",
		      ""),
		HEARD("ban add nobody", "not found=: there is no account nobody", ""),
		HEARD("ban add bob --for 0d", "usage=: --for 0d would be over at once: *", ""),
		HEARD("ban add bob --for 1h --reason noise",
		      "done+: banned bob; connections closed: 0", ""),
		HEARD("ban list", "done: \nbob|server|shell|noise|0s|3600s", NULL),
		HEARD("ban add BOB", "done+: banned bob; connections closed: 0", ""),
		HEARD("ban list", "done: \nbob|server|shell||0s|0", NULL),
		HEARD("ban add 198.51.100.7/24",
		      "done+: banned 198.51.100.0/24, which is what 198.51.100.7/24 means; "
		      "connections closed: 0",
		      ""),
		HEARD("ban add alice", "done+: banned alice; connections closed: 1",
		      "ERROR :*"),
		HEARD("ban delete carl", "not found=: there is no ban of carl", NULL),
		HEARD("ban delete alice bob",
		      "done+: 2 of 2 done\nalice|yes|0||the ban is gone\n"
		      "bob|yes|0||the ban is gone",
		      NULL),
		HEARD("ban list", "done: \n198.51.100.0/24|*", NULL),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

static void a_lockdown_is_of_two_kinds(void **state)
{
	const struct verb_row rows[] = {
		HEARD("lockdown --off --drop",
		      "usage=: --drop goes with a lockdown, not with its end", ""),
		HEARD("lockdown --off", "done=: there is no lockdown", ""),
		HEARD("lockdown",
		      "done+: nobody new is let in; 0 connections ended; snugd lockdown "
		      "--off takes it back",
		      "server NOTICE alice :The server is locked down: *"),
		HEARD("lockdown", "done=: the lockdown is so already", ""),
		HEARD("lockdown --admins",
		      "done+: only administrators are let in; 0 connections "
		      "ended; *",
		      "server NOTICE alice :The server is locked down: *"),
		HEARD("lockdown --admins", "done=: the lockdown is so already", ""),
		HEARD("lockdown --admins --drop",
		      "done+: only administrators are let in; 1 connections ended; *",
		      "ERROR :*"),
		HEARD("lockdown --off", "done+: the server is open again", NULL),
		HEARD("lockdown --off", "done=: there is no lockdown", NULL),
		HEARD("audit list",
		      "done: 4 acts\n*|lockdown|off -> strangers|*\n"
		      "*|lockdown|strangers -> all but administrators|*\n"
		      "*|lockdown|all but administrators -> all but administrators|*\n"
		      "*|lockdown|all but administrators -> off|*",
		      NULL),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(an_invite_has_bounds),        HUB_TEST(a_hook_has_a_name_and_a_place),
		HUB_TEST(a_binding_is_of_one_account), HUB_TEST(a_ban_of_the_server_is_meant),
		HUB_TEST(a_lockdown_is_of_two_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
