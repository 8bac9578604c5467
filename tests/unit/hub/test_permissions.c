// SPDX-License-Identifier: MIT
// The matrix role x act x room mode: what the rules below say is what the hub does.
#include "server/hub/people/account.h"
#include "server/hub/rooms/room.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum role { STRANGER, GUEST, MEMBER, VOICE, MODERATOR, FOUNDER, ADMIN, ROLES };
static const char *const roles[] = {"stranger",  "visitor", "member", "voice",
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
	SECRET,
	ALL_MAY_ALERT,
	NOBODY_MAY_ALERT,
	MODES
};
static const char *const modes[] = {"+n",       "-n",          "+m",
				    "-t",       "+i",          "+k key",
				    "+b *!*@*", "+b ~m:*!*@*", "-t+b ~m:*!*@*",
				    "+C",       "+W 600",      "+d 600",
				    "+s",       "+A",          "+N"};

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
	SLOW_DOWN,
	DELAY,
	ALERT,
	ALERT_HERE,
	WHO_MAY_ALERT,
	LOG,
	REMOVE,
	TALK,
	DIRECTORY,
	BE_CALLED,
	BE_SEEN,
	BE_ANOTHER,
	READ_LOG,
	ADOPT,
	ASK_GUEST,
	MAKE_LINK,
	TELL_VERBS,
	RUN_VERB,
	ACTS
};
static const struct {
	const char *line; // $r: the room; $m: what extra said in it, by its id
	const char *seen; // when it was done, of what the owner hears; ...
	bool by_actor;    // ... or who did it
} acts[] = {
	{"PRIVMSG $r :hello", " PRIVMSG ", false},
	{"PRIVMSG $r :\001PING\001", " PRIVMSG ", false},
	{"TOPIC $r :mine now", " TOPIC ", false},
	{"MODE $r +l 99", " MODE ", false},
	{"MODE $r +o extra", " MODE ", false},
	{"MODE $r +q extra", " MODE ", false},
	{"KICK $r extra", " KICK ", false},
	{"KICK $r owner", " KICK ", false},
	{"INVITE guest $r", " 341 ", true},
	{"RENAME $r $r-new", " RENAME ", false},
	{"METADATA $r SET url :x", " 761 ", true},
	{"PRIVMSG ChanServ :RULES $r be kind", " :Rules of ", false},
	{"PRIVMSG ChanServ :REPORT $r $m he is rude", " reports a message of extra in ", false},
	{"MODE $r +W 30", " MODE ", false},
	{"MODE $r +d 30", " MODE ", false},
	{"PRIVMSG $r :@room hello", "snug.chat/alert=room", false},
	{"NOTICE $r :@here", "snug.chat/alert=here", false},
	{"PRIVMSG ChanServ :SET $r MENTION-ALL nobody", " MODE ", false},
	{"PRIVMSG ChanServ :LOG $r", ":End of the log", true},
	{"REDACT $r $m", " REDACT ", false},
	{"TALK extra,owner", " TALK_OPENED ", true},
	{"LIST $r", " 322 ", true},
	{"METADATA * SET display-name :", " 761 ", true},
	{"METADATA * SET avatar :https://chat.example/a.png", " 761 ", true},
	{"NICK another", " NICK ", true},
	{"PRIVMSG Snug :room log $r", "+q owner", true},
	{"PRIVMSG Snug :room adopt $r extra", " MODE ", false},
	{"PRIVMSG Snug :invite create --room $r --guest --until 1d", ", for guests, into ",
	 true},
	{"INVITELINK ADD $r", " INVITELINK ADD ", true},
	{"ADMIN VERBS", " ADMIN * :{", true},
	{"ADMIN RUN :[\"room\",\"show\",\"$r\"]", " ADMIN VERB_DONE ", true},
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

static bool may_alert(enum role role, enum mode mode)
{
	if (!may_speak(role, mode) || mode == NOBODY_MAY_ALERT)
		return false;
	return mode == ALL_MAY_ALERT ? is_inside(role) : moderates(role);
}

// What a guest is bound by wherever it is.
static bool is_for_no_guest(enum act act)
{
	return act == INVITE || act == TALK || act == MAKE_LINK;
}

// What the line is for, or is refused to, in every room.
static bool may_anywhere(enum act act, enum role role, enum mode mode)
{
	switch ((int)act) {
	case TALK:
	case BE_CALLED:
	case BE_SEEN:
		return true;
	case DIRECTORY:
		return mode != SECRET || is_inside(role);
	case READ_LOG:
	case ADOPT:
	case ASK_GUEST:
	case TELL_VERBS:
	case RUN_VERB:
		return role == ADMIN;
	default:
		return false; // the name of an account is its administrator's
	}
}

static bool may(enum act act, enum role role, enum mode mode)
{
	if (role == GUEST && is_for_no_guest(act))
		return false;
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
	case ALERT:
	case ALERT_HERE:
		return may_alert(role, mode);
	case WHO_MAY_ALERT:
		return moderates(role) && mode != NOBODY_MAY_ALERT; // it is so already
	case TALK:
	case DIRECTORY:
	case BE_CALLED:
	case BE_SEEN:
	case BE_ANOTHER:
	case READ_LOG:
	case ADOPT:
	case ASK_GUEST:
	case TELL_VERBS:
	case RUN_VERB:
		return may_anywhere(act, role, mode);
	case FOUNDS:
	case RULES:
	case KICK_FOUNDER:
		return role == FOUNDER || role == ADMIN;
	case MODE_CHANGE:
	case OPS:
	case KICK:
	case RENAME:
	case METADATA:
	case SLOW_DOWN:
	case DELAY:
	case LOG:
	case REMOVE:
	case MAKE_LINK:
	case ACTS:
		break;
	}
	return moderates(role);
}

static void take_role(struct fixture *f, struct peer *owner, struct peer *actor, enum role role,
		      const char *room)
{
	static const char *const letters[] = {
		[VOICE] = "v", [MODERATOR] = "o", [FOUNDER] = "q", [ADMIN] = NULL};

	if (role == STRANGER || role == ADMIN)
		return;
	if (role == GUEST)
		fixture_account(f, roles[role])->guest_room =
			room_find(f->hub, span_of(room))->stream.id;
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
	struct buf line = {0};

	fixture_skip(f);
	for (const char *c = acts[act].line; *c; c++) {
		if (*c != '$')
			buf_add_char(&line, *c);
		else
			buf_add_str(&line, *++c == 'r' ? room : said);
	}
	if (act == BE_CALLED) // none is like another
		buf_add_str(&line, room + 1);
	peer_send(actor, "%s", buf_str(&line));
	fixture_settle(f);
	buf_clear(&line);
	return heard(acts[act].by_actor ? actor : owner, acts[act].seen);
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
	take_role(f, owner, actor, role, room);
	if (strstr(acts[act].line, "$m"))
		says(extra, room, said);
	peer_send(owner, "MODE %s %s", room, modes[mode]);
	if (act == ADOPT) // that is for rooms without a founder
		peer_send(owner, "MODE %s -q owner", room);
	if (try_act(f, owner, actor, act, room, said) != may(act, role, mode))
		fail_msg("%s with %s: \"%s\" was %s", roles[role], modes[mode], acts[act].line,
			 may(act, role, mode) ? "refused" : "done");
	// Nobody is in as many rooms as there are cases.
	peer_send(owner, "PART %s", room);
	peer_send(extra, "PART %s", room);
}

// Proves B20.
static void each_role_may_do_what_the_rules_say_in_each_mode(void **state)
{
	struct fixture *f = *state;
	unsigned cases = 0;

	for (enum mode mode = 0; mode < MODES; mode++) {
		struct peer *owner = fixture_login(
			f, "owner",
			"draft/channel-rename draft/message-redaction message-tags");
		struct peer *extra = fixture_login(f, "extra", "message-tags echo-message");

		(void)fixture_account(f, "guest");
		(void)fixture_admin_account(f, "admin");
		for (enum role role = 0; role < ROLES; role++) {
			struct peer *actor = fixture_login(f, roles[role],
							   "draft/metadata-2 standard-replies");

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
	case ALL_MAY_ALERT:
	case NOBODY_MAY_ALERT:
	case SECRET:
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
