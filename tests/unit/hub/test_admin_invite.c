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
		{"invite create --uses 0", uses},
		{"invite create --uses 1000001", uses},
		{"invite create --uses many", uses},
		{"invite create --room hall", "not found=: there is no room #hall"},
		{"invite create --expires 0d", "usage=: --expires 0d would be over at once: *"},
		{"invite create --guest",
		 "usage=: a guest's account ends by itself: say --until "
		 "7d, or a time"},
		{"invite create --until 7d",
		 "usage=: --until is the end of a guest's account: say --guest, too (--expires is "
		 "the end of the invite)"},
		{"invite create --guest --until 7d",
		 "usage=: a guest is in one room: say --room NAME"},
		{"invite create --guest --until never --room den",
		 "usage=: a guest's account ends: invite a member instead"},
		{"invite create", "done+: invite *: 1 uses; for browsers it takes \\[web\\] "
				  "listen in snugd.conf"},
		{"invite create --uses 1000000 --room den --expires never --note tea",
		 "done+: invite *: 1000000 uses, into #den, without end; for browsers it *"},
		{"invite create --guest --until 7d --room den --expires 1h",
		 "done+: invite *: 1 uses, for guests, into #den; for browsers it *"},
		{"invite list",
		 "done: 3 invites\n?|#den|1000000|1000000|0|0s|shell|tea|0\n"
		 "?|#den|1|1|3600s|0s|shell||604800s\n?||1|1|604800s|0s|shell||0"},
		{"invite revoke none",
		 "not found=: there is no such invite: invite list --all shows them"},
		{"invite revoke none --if-exists", "done=: there is no such invite: *"},
	};
	const struct verb_row later[] = {
		{"invite list", "done: 2 invites\n?|#den|1000000|*\n?||1|1|*"},
		{"invite list --all", "done: 3 invites\n*"},
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
		{"hook create hall ci", "not found=: there is no room #hall", ""},
		{"hook create den 1st", "usage=: a hook's name is like an account's: *", ""},
		{"hook create den ci --may-alert",
		 "done+: made ci* in #den: this address is shown once; nothing answers there "
		 "before \\[web\\] listen is set",
		 ""},
		{"hook create den ci", "conflict=: the room has a hook of that name already: *",
		 ""},
		{"room add hall", "done+: *", NULL},
		{"hook create hall news", "done+: made news* in #hall: *", NULL},
		{"hook list", "done: 2 hooks\n#hall|news|no|0s|0|shell\n#den|ci|yes|0s|0|shell",
		 NULL},
		{"hook list --room hall", "done: 1 hooks\n#hall|news|*", NULL},
		{"hook list --room nowhere", "not found: there is no room #nowhere", NULL},
		{"hook rotate nowhere ci", "not found=: there is no room #nowhere", NULL},
		{"hook rotate den news",
		 "not found=: #den has no hook of that name: hook list shows them", NULL},
		{"hook rotate den ci", "done+: another address for ci* in #den: *", NULL},
		{"hook revoke den news --if-exists", "done=: #den has no hook of that name: *",
		 NULL},
		{"hook revoke den ci", "done+: revoked the hook #den ci", NULL},
		{"hook list", "done: 1 hooks\n#hall|*", NULL},
		{"audit list --verb hook",
		 "done: 4 acts\n*|hook create|#den ci|*\n*|hook create|#hall news|*\n"
		 "*|hook rotate|#den ci|*\n*|hook revoke|#den ci|*",
		 NULL},
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
		{"user bind nobody --issuer pam:x --subject s",
		 "not found=: there is no account nobody", ""},
		{"user bind alice --issuer http://id.example --subject s", issuer, ""},
		{BIND "a\u202eb", fit, ""},
		{BIND "s --tenant :t", fit, ""},
		{"user unbind alice", "not found=: alice has no such binding: *", ""},
		{BIND "s", "done+: alice is bound to https://id.example s: *", NULL},
		{BIND "s", "conflict=: alice is bound to it already", ""},
		{BIND "s --if-missing", "done=: alice is bound to it already", ""},
		{"user bind bob --issuer https://id.example --subject s",
		 "conflict=: alice is bound to it: snugd user unbind alice *", ""},
		{BIND "s --tenant t",
		 "done+: alice is bound to https://id.example s, tenant t: *", NULL},
		{"user bindings alice",
		 "done: 2 of alice\n*|*|https://id.example|s||0s|no|no|no|0s\n"
		 "*|*|https://id.example|s|t|0s|no|no|no|0s",
		 NULL},
		{"user bindings nobody", "not found: there is no account nobody", NULL},
		{"user unbind alice 999", "not found=: alice has no such binding: *", ""},
		{"user unbind bob", "not found=: bob has no such binding: *", ""},
		{BIND "3", "done+: *", NULL},
		{BIND "4", "done+: *", NULL},
		{BIND "5", "done+: *", NULL},
		{BIND "6", "done+: *", NULL},
		{BIND "7", "done+: *", NULL},
		{BIND "8", "done+: *", NULL},
		{BIND "9", "conflict=: alice has 8 bindings: take one back first", ""},
		{"user unbind alice", "done+: alice: bindings taken back: 8", NULL},
		{"user passwd bob --no-password", "done+: *", NULL},
		{"user bind bob --issuer pam:login --subject b", "done+: *", NULL},
		{"user unbind bob",
		 "done+: bob: bindings taken back: 1. Nothing lets in as it now: snugd user "
		 "passwd",
		 NULL},
	};
#undef BIND
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

static void a_ban_of_the_server_is_meant(void **state)
{
	const struct verb_row rows[] = {
		{"ban add no/such",
		 "usage=: no/such is no account, address or CIDR "
		 "(192.0.2.0/24)",
		 ""},
		{"ban add nobody", "not found=: there is no account nobody", ""},
		{"ban add bob --for 0d", "usage=: --for 0d would be over at once: *", ""},
		{"ban add bob --for 1h --reason noise",
		 "done+: banned bob; connections closed: 0", ""},
		{"ban list", "done: \nbob|server|shell|noise|0s|3600s", NULL},
		{"ban add BOB", "done+: banned bob; connections closed: 0", ""},
		{"ban list", "done: \nbob|server|shell||0s|0", NULL},
		{"ban add 198.51.100.7/24",
		 "done+: banned 198.51.100.0/24, which is what 198.51.100.7/24 means; "
		 "connections closed: 0",
		 ""},
		{"ban add alice", "done+: banned alice; connections closed: 1", "ERROR :*"},
		{"ban delete carl", "not found=: there is no ban of carl", NULL},
		{"ban delete alice bob",
		 "done+: 2 of 2 done\nalice|yes|0||the ban is gone\n"
		 "bob|yes|0||the ban is gone",
		 NULL},
		{"ban list", "done: \n198.51.100.0/24|*", NULL},
	};
	struct fixture *f = *state;

	VERB_ROWS(f, alice_in_den(f), rows);
}

static void a_lockdown_is_of_two_kinds(void **state)
{
	const struct verb_row rows[] = {
		{"lockdown --off --drop",
		 "usage=: --drop goes with a lockdown, not with its end", ""},
		{"lockdown --off", "done=: there is no lockdown", ""},
		{"lockdown",
		 "done+: nobody new is let in; 0 connections ended; snugd lockdown "
		 "--off takes it back",
		 "server NOTICE alice :The server is locked down: *"},
		{"lockdown", "done=: the lockdown is so already", ""},
		{"lockdown --admins",
		 "done+: only administrators are let in; 0 connections "
		 "ended; *",
		 "server NOTICE alice :The server is locked down: *"},
		{"lockdown --admins", "done=: the lockdown is so already", ""},
		{"lockdown --admins --drop",
		 "done+: only administrators are let in; 1 connections ended; *", "ERROR :*"},
		{"lockdown --off", "done+: the server is open again", NULL},
		{"lockdown --off", "done=: there is no lockdown", NULL},
		{"audit list",
		 "done: 4 acts\n*|lockdown|off -> strangers|*\n"
		 "*|lockdown|strangers -> all but administrators|*\n"
		 "*|lockdown|all but administrators -> all but administrators|*\n"
		 "*|lockdown|all but administrators -> off|*",
		 NULL},
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
