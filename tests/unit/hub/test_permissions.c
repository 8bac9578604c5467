// SPDX-License-Identifier: MIT
// The matrix role x act x room mode: what the rules below say is what the hub does.
#include "server/hub/people/account.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum role { STRANGER, MEMBER, VOICE, MODERATOR, FOUNDER, ADMIN, ROLES };
static const char *const roles[] = {"stranger",  "member",  "voice",
				    "moderator", "founder", "admin"};

enum mode {
	PLAIN,
	OPEN_TO_ALL,
	MODERATED,
	FREE_TOPIC,
	CLOSED,
	KEYED,
	BANNED,
	MUTED,
	MUTED_TOPIC,
	NO_CTCP,
	SLOW,
	NEWCOMERS,
	MODES
};
static const char *const modes[] = {"+n",       "-n",          "+m",
				    "-t",       "+i",          "+k key",
				    "+b *!*@*", "+b ~m:*!*@*", "-t+b ~m:*!*@*",
				    "+C",       "+W 600",      "+d 600"};

enum act {
	SPEAK,
	CTCP,
	TOPIC,
	MODE_CHANGE,
	OPS,
	FOUNDS,
	KICK,
	KICK_FOUNDER,
	INVITE,
	RENAME,
	METADATA,
	RULES,
	REPORT,
	ACTS
};
static const struct {
	const char *line; // %s: the room
	const char *seen; // of what the owner hears when it was done; NULL: the reply tells
} acts[] = {
	{"PRIVMSG %s :hello", " PRIVMSG "},
	{"PRIVMSG %s :\001PING\001", " PRIVMSG "},
	{"TOPIC %s :mine now", " TOPIC "},
	{"MODE %s +l 99", " MODE "},
	{"MODE %s +o extra", " MODE "},
	{"MODE %s +q extra", " MODE "},
	{"KICK %s extra", " KICK "},
	{"KICK %s owner", " KICK "},
	{"INVITE guest %s", NULL},
	{"RENAME %s %s-new", " RENAME "},
	{"METADATA %s SET url :x", NULL},
	{"PRIVMSG ChanServ :RULES %s be kind", " :Rules of "},
	{"PRIVMSG ChanServ :REPORT %s", " reports a message of extra in "},
};

static bool may_speak(enum role role, enum mode mode)
{
	if (mode == SLOW) // all have only just come
		return role == MODERATOR || role == FOUNDER;
	if (role == VOICE || role == MODERATOR || role == FOUNDER)
		return true;
	if (role == STRANGER || role == ADMIN)
		return mode == OPEN_TO_ALL;
	return mode != MODERATED && mode != BANNED && mode != MUTED && mode != MUTED_TOPIC &&
	       mode != NEWCOMERS;
}

static bool is_inside(enum role role)
{
	return role != STRANGER;
}

static bool moderates(enum role role)
{
	return role == MODERATOR || role == FOUNDER || role == ADMIN;
}

static bool may(enum act act, enum role role, enum mode mode)
{
	switch (act) {
	case SPEAK:
		return may_speak(role, mode);
	case CTCP:
		return may_speak(role, mode) && mode != NO_CTCP;
	case TOPIC:
		if (mode == MUTED_TOPIC)
			return role == VOICE || moderates(role);
		return mode == FREE_TOPIC ? is_inside(role) : moderates(role);
	case INVITE:
		return mode == CLOSED || mode == BANNED ? moderates(role) : is_inside(role);
	case REPORT: // who may read it, and an administrator has no part in a room
		return is_inside(role) && role != ADMIN;
	case FOUNDS:
	case RULES:
	case KICK_FOUNDER:
		return role == FOUNDER || role == ADMIN;
	case MODE_CHANGE:
	case OPS:
	case KICK:
	case RENAME:
	case METADATA:
	case ACTS:
		break;
	}
	return moderates(role);
}

static void take_role(struct peer *owner, struct peer *actor, enum role role, const char *room)
{
	static const char *const letters[] = {
		[VOICE] = "v", [MODERATOR] = "o", [FOUNDER] = "q"};

	if (role == STRANGER || role == ADMIN)
		return;
	peer_send(actor, "JOIN %s", room);
	if (letters[role])
		peer_send(owner, "MODE %s +%s %s", room, letters[role], roles[role]);
}

static bool heard(struct peer *p, const char *part)
{
	const char *line;
	bool found = false;

	while ((line = peer_next(p)) != NULL)
		found |= strstr(line, part) != NULL;
	return found;
}

static bool try_act(struct fixture *f, struct peer *owner, struct peer *actor, enum act act,
		    const char *room, const char *said)
{
	fixture_skip(f);
	if (act == RENAME)
		peer_send(actor, "RENAME %s %s-new", room, room);
	else {
		struct buf line = {0};
		const char *rest = strstr(acts[act].line, "%s");

		buf_add(&line, acts[act].line, (size_t)(rest - acts[act].line));
		buf_add_str(&line, room);
		buf_add_str(&line, rest + 2);
		if (act == REPORT)
			buf_printf(&line, " %s he is rude", said);
		peer_send(actor, "%s", buf_str(&line));
		buf_clear(&line);
	}
	if (acts[act].seen)
		return heard(owner, acts[act].seen);
	return heard(actor, act == INVITE ? " 341 " : " 761 ");
}

// What extra says, by its id.
static void says(struct peer *extra, const char *room, char id[static 64])
{
	const char *line, *tag = NULL;

	peer_skip(extra);
	peer_send(extra, "PRIVMSG %s :you fools", room);
	while ((line = peer_next(extra)) != NULL && !tag)
		tag = strstr(line, "msgid=");
	assert_non_null(tag);
	(void)snprintf(id, 64, "%.*s", (int)strcspn(tag + 6, "; "), tag + 6);
}

static void check(struct fixture *f, struct peer *owner, struct peer *extra, struct peer *actor,
		  enum role role, enum act act, enum mode mode)
{
	char room[32], said[64] = "";

	(void)snprintf(room, sizeof(room), "#%d-%d", (int)role, (int)act);
	peer_send(owner, "JOIN %s", room);
	peer_send(owner, "MODE %s +q owner", room);
	peer_send(extra, "JOIN %s", room);
	take_role(owner, actor, role, room);
	if (act == REPORT)
		says(extra, room, said);
	peer_send(owner, "MODE %s %s", room, modes[mode]);
	if (try_act(f, owner, actor, act, room, said) != may(act, role, mode))
		fail_msg("%s with %s: \"%s\" was %s", roles[role], modes[mode], acts[act].line,
			 may(act, role, mode) ? "refused" : "done");
}

// Proves B20.
static void each_role_may_do_what_the_rules_say_in_each_mode(void **state)
{
	struct fixture *f = *state;
	unsigned cases = 0;

	for (enum mode mode = 0; mode < MODES; mode++) {
		struct peer *owner = fixture_login(f, "owner", "draft/channel-rename");
		struct peer *extra = fixture_login(f, "extra", "message-tags echo-message");

		(void)fixture_account(f, "guest");
		(void)fixture_admin_account(f, "admin");
		for (enum role role = 0; role < ROLES; role++) {
			struct peer *actor = fixture_login(f, roles[role], "draft/metadata-2");

			for (enum act act = 0; act < ACTS; act++, cases++)
				check(f, owner, extra, actor, role, act, mode);
		}
		fixture_renew(f, NULL);
	}
	print_message("%u cases\n", cases);
	assert_int_equal(cases, (unsigned)ROLES * ACTS * MODES);
}

static const char *how_to_enter(enum mode mode)
{
	switch (mode) {
	case CLOSED:
		return "473";
	case KEYED:
		return "475";
	case BANNED:
		return "474";
	case PLAIN:
	case OPEN_TO_ALL:
	case MODERATED:
	case FREE_TOPIC:
	case MUTED:
	case MUTED_TOPIC:
	case NO_CTCP:
	case SLOW:
	case NEWCOMERS:
	case MODES:
		break;
	}
	return "JOIN";
}

static void a_stranger_enters_where_nothing_forbids_it(void **state)
{
	struct fixture *f = *state;
	struct peer *owner = fixture_login(f, "owner", ""),
		    *guest = fixture_login(f, "guest", "");

	for (enum mode mode = 0; mode < MODES; mode++) {
		char room[16], part[8];

		(void)snprintf(room, sizeof(room), "#%d", (int)mode);
		(void)snprintf(part, sizeof(part), " %s ", how_to_enter(mode));
		peer_send(owner, "JOIN %s", room);
		peer_send(owner, "MODE %s %s", room, modes[mode]);
		peer_skip(guest);
		peer_send(guest, "JOIN %s", room);
		if (!heard(guest, part))
			fail_msg("JOIN with %s was not answered by %s", modes[mode], part);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(each_role_may_do_what_the_rules_say_in_each_mode),
		HUB_TEST(a_stranger_enters_where_nothing_forbids_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
