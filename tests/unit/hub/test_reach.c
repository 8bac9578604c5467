// SPDX-License-Identifier: MIT
// What was said before one came, through every door that leads into the past: each setting of
// the room, each way in which one came to it, before and after a restart. Nothing of a message
// that one may not read is heard: not its text, its id or its time; and whoever guesses its id
// is answered as if there were none.
#include "common/clock.h"
#include "common/encode.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MODERN                                                                                 \
	"message-tags server-time echo-message batch draft/chathistory "                       \
	"draft/event-playback draft/message-redaction draft/read-marker soju.im/search "       \
	"snug.chat/sequence draft/multiline"
#define SAID_MAX 32

enum setting { ALL, SINCE_JOINED, SINCE_INVITED, SETTINGS };
enum story { STRANGER, LATER, BACK, INVITED, STORIES };
enum phase { BEFORE, ASKED, INSIDE, ABOUT }; // he came, invited or not; of what was said BEFORE

static const char *const modes[SETTINGS] = {"", "+H", "+J"};
static const char *const names[STORIES] = {"a stranger", "came later", "left and came back",
					   "was invited"};

struct said {
	enum phase phase;
	char text[24], id[ID_TEXT_LEN + 1], time[CLOCK_TEXT_LEN + 1];
};

struct world {
	struct fixture *f;
	enum setting setting;
	enum story story;
	struct peer *alice, *bob;
	struct said said[SAID_MAX];
	size_t n_said;
	unsigned lines, shown;
};

static bool is_readable(const struct world *w, const struct said *said)
{
	if (w->story == STRANGER)
		return false;
	if (said->phase == INSIDE || w->setting == ALL)
		return true;
	return said->phase == ASKED && w->setting == SINCE_INVITED && w->story == INVITED;
}

static void copy_tag(const char *line, const char *key, char *out, size_t size)
{
	const char *at = strstr(line, key);

	assert_non_null(at);
	at += strlen(key);
	assert_true(strcspn(at, "; ") < size);
	memcpy(out, at, strcspn(at, "; "));
	out[strcspn(at, "; ")] = '\0';
}

// alice says it, and it is noted by what tells of it.
static void say(struct world *w, enum phase phase, const char *tags, const char *command)
{
	struct said *said = &w->said[w->n_said++];
	const char *line, *last = NULL;

	assert_true(w->n_said <= SAID_MAX);
	said->phase = phase;
	snprintf(said->text, sizeof(said->text), "cake%zu", w->n_said);
	peer_skip(w->alice);
	peer_send(w->alice, "%s%s #den%s%s", tags, command,
		  strcmp(command, "TAGMSG") == 0 ? "" : " :cake ", // a word for the search
		  strcmp(command, "TAGMSG") == 0 ? "" : said->text);
	while ((line = peer_next(w->alice)) != NULL)
		last = line;
	assert_non_null(last);
	copy_tag(last, "msgid=", said->id, sizeof(said->id));
	copy_tag(last, "time=", said->time, sizeof(said->time));
}

static void say_about(struct world *w, enum phase phase, const char *tag, const char *id,
		      const char *command)
{
	char tags[80];

	snprintf(tags, sizeof(tags), "@%s=%s ", tag, id);
	say(w, phase, tags, command);
}

static void react(struct world *w, enum phase phase, const char *id)
{
	char tags[80];

	snprintf(tags, sizeof(tags), "@+draft/react=x;+draft/reply=%s ", id);
	say(w, phase, tags, "TAGMSG");
}

static void talk(struct world *w, enum phase phase)
{
	char first[ID_TEXT_LEN + 1];

	say(w, phase, "", "PRIVMSG");
	memcpy(first, w->said[w->n_said - 1].id, sizeof(first));
	say(w, phase, "", "NOTICE");
	say_about(w, phase, "+draft/edit", first, "PRIVMSG");
	react(w, phase, first);
	say(w, phase, "", "PRIVMSG");
	peer_send(w->alice, "REDACT #den %s", w->said[w->n_said - 1].id);
}

// Nothing that came tells of what is hidden.
static void listen(struct world *w, struct peer *p, const char *door)
{
	const char *line;

	while ((line = peer_next(p)) != NULL) {
		w->lines++;
		for (size_t i = 0; i < w->n_said; i++) {
			const struct said *said = &w->said[i];
			bool tells = strstr(line, said->id) || strstr(line, said->time) ||
				     (strstr(line, said->text) &&
				      !strchr("0123456789",
					      strstr(line, said->text)[strlen(said->text)]));

			w->shown += tells;
			if (tells && !is_readable(w, said))
				fail_msg("who %s, %s: %s tells of %s: %s", names[w->story],
					 modes[w->setting], door, said->text, line);
		}
	}
}

static struct peer *come(struct world *w)
{
	struct peer *bob = fixture_login(w->f, "bob", MODERN);

	if (w->story != STRANGER)
		peer_send(bob, "JOIN #den");
	return bob;
}

static void live(struct world *w)
{
	listen(w, w->bob, "JOIN");
	peer_send(w->alice, "REDACT #den %s", w->said[0].id);
	react(w, ABOUT, w->said[1].id); // it is hidden with what it is about
	listen(w, w->bob, "live");
}

static void tell_story(struct world *w)
{
	struct fixture *f = w->f;
	struct peer *tv = fixture_login(f, "bob@tv", "");

	w->alice = fixture_login(f, "alice", MODERN);
	peer_send(w->alice, "JOIN #den");
	if (modes[w->setting][0])
		peer_send(w->alice, "MODE #den %s", modes[w->setting]);
	if (w->story == BACK) {
		peer_send(tv, "JOIN #den");
		peer_send(tv, "PART #den");
	}
	peer_close(tv); // its cursor stands before all
	talk(w, BEFORE);
	if (w->story == INVITED)
		peer_send(w->alice, "INVITE bob #den");
	talk(w, ASKED);
	w->bob = come(w);
	live(w);
	talk(w, INSIDE);
}

static const char *const doors[] = {
	"CHATHISTORY LATEST #den * 50",
	"CHATHISTORY LATEST #den timestamp=2000-01-01T00:00:00.000Z 50",
	"CHATHISTORY BEFORE #den timestamp=2040-01-01T00:00:00.000Z 50",
	"CHATHISTORY AFTER #den timestamp=2000-01-01T00:00:00.000Z 50",
	"CHATHISTORY AFTER #den timestamp=2000-01-01T00:00:00.000Z 1",
	"CHATHISTORY AROUND #den timestamp=2000-01-01T00:00:00.000Z 50",
	"CHATHISTORY BETWEEN #den timestamp=2000-01-01T00:00:00.000Z "
	"timestamp=2040-01-01T00:00:00.000Z 50",
	"CHATHISTORY BETWEEN #den timestamp=2040-01-01T00:00:00.000Z "
	"timestamp=2000-01-01T00:00:00.000Z 50",
	"CHATHISTORY AFTER #den snug.chat/seq=0 50",
	"CHATHISTORY BEFORE #den snug.chat/seq=4 50",
	"CHATHISTORY LATEST #den snug.chat/seq=1 50",
	"CHATHISTORY BETWEEN #den snug.chat/seq=0 snug.chat/seq=6 50",
	"CHATHISTORY TARGETS timestamp=2000-01-01T00:00:00.000Z "
	"timestamp=2040-01-01T00:00:00.000Z 50",
	"SEARCH text=cake",
	"SEARCH text=cake;limit=1",
	"SEARCH text=cake;in=#den",
	"SEARCH text=cake;from=alice;before=2040-01-01T00:00:00.000Z",
	"SEARCH text=ca*",
	"MARKREAD #den",
	"PRIVMSG *playback :PLAY #den",
	"PRIVMSG *playback :PLAY #den 0 4000000000",
	"PRIVMSG *playback :PLAY *",
	"PRIVMSG *playback :PLAY * 1 4000000000",
	"NAMES #den",
	"LIST",
	"WHOIS alice",
	"MODE #den",
};

static const struct guess {
	const char *before, *after; // the id
} guesses[] = {
	{"CHATHISTORY BEFORE #den msgid=", " 50"},
	{"CHATHISTORY AFTER #den msgid=", " 50"},
	{"CHATHISTORY LATEST #den msgid=", " 50"},
	{"CHATHISTORY AROUND #den msgid=", " 50"},
	{"CHATHISTORY BETWEEN #den msgid=", " timestamp=2040-01-01T00:00:00.000Z 50"},
	{"@+draft/edit=", " PRIVMSG #den :mine"},
	{"REDACT #den ", ""},
};

// What the id in a command is answered by, without what differs by itself.
static void answer_to(struct world *w, const struct guess *g, const char *id, struct buf *out)
{
	const char *line;

	peer_skip(w->bob);
	peer_send(w->bob, "%s%s%s", g->before, id, g->after);
	while ((line = peer_next(w->bob)) != NULL) {
		const char *at = *line == '@' ? strchr(line, ' ') + 1 : line;
		const char *named;

		if (strstr(at, "BATCH "))
			at = "BATCH";
		while ((named = strstr(at, id)) != NULL) {
			buf_add(out, at, (size_t)(named - at));
			at = named + strlen(id);
		}
		buf_printf(out, "%s\n", at);
	}
}

// The same for one that is hidden as for one that never was. True: it told them apart.
static bool is_told_apart(struct world *w, const struct said *said, const struct guess *g)
{
	struct buf real = {0}, other = {0};
	char none[ID_TEXT_LEN + 1];
	message_id id;
	bool differs;

	assert_true(decode_id(span_of(said->id), &id));
	encode_id(id ^ 1, none);
	answer_to(w, g, said->id, &real);
	answer_to(w, g, none, &other);
	differs = strcmp(buf_str(&real), buf_str(&other)) != 0;
	if (differs && !is_readable(w, said))
		fail_msg("who %s, %s: %sID of %s is answered\n%swhere there is none\n%s",
			 names[w->story], modes[w->setting], g->before, said->text,
			 buf_str(&real), buf_str(&other));
	buf_clear(&real);
	buf_clear(&other);
	return differs;
}

static void try_doors(struct world *w)
{
	unsigned told_apart = 0;

	peer_skip(w->bob);
	w->shown = 0;
	for (size_t i = 0; i < ARRAY_LEN(doors); i++) {
		peer_send(w->bob, "%s", doors[i]);
		listen(w, w->bob, doors[i]);
	}
	assert_true((w->shown > 0) == (w->story != STRANGER));
	for (size_t i = 0; i < ARRAY_LEN(guesses); i++)
		for (size_t k = 0; k < w->n_said; k++) {
			// That somebody reacts now is no secret.
			if (w->said[k].phase != ABOUT)
				told_apart += is_told_apart(w, &w->said[k], &guesses[i]);
		}
	assert_true((told_apart > 0) == (w->story != STRANGER));
}

// What a client that cannot ask is shown by itself.
static void try_shown(struct world *w)
{
	struct peer *tv = fixture_login_loud(w->f, "bob@tv", "");

	listen(w, tv, "a replay");
	peer_close(tv);
	if (w->story == STRANGER)
		return;
	tv = fixture_login(w->f, "bob@tv2", "");
	peer_send(tv, "PRIVMSG *playback :PLAY *");
	listen(w, tv, "PLAY without tags");
}

static void try_story(struct fixture *f, enum setting setting, enum story story)
{
	struct world w = {.f = f, .setting = setting, .story = story};

	tell_story(&w);
	try_doors(&w);
	try_shown(&w);
	fixture_restart(f, true);
	w.bob = fixture_login_loud(f, "bob", MODERN);
	listen(&w, w.bob, "a login");
	try_doors(&w);
	try_shown(&w);
	print_message("who %s, %s: %u lines\n", names[story], modes[setting], w.lines);
}

static void no_door_leads_to_what_is_hidden(void **state)
{
	for (int setting = 0; setting < SETTINGS; setting++) {
		for (int story = 0; story < STORIES; story++) {
			fixture_renew(*state, NULL);
			try_story(*state, (enum setting)setting, (enum story)story);
		}
	}
}

// One that joins is shown what was said lately, when it cannot ask: not what is hidden.
static void a_join_shows_nothing_older_to_who_cannot_ask(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN), *bob, *carol;

	peer_join(alice, "#den");
	peer_send(alice, "PRIVMSG #den :early");
	carol = fixture_login(f, "carol", "");
	peer_send(carol, "JOIN #den");
	expect_later(carol, "alice PRIVMSG #den :*early");
	peer_send(alice, "MODE #den +H");
	bob = fixture_login(f, "bob", "");
	peer_send(bob, "JOIN #den");
	expect_later(bob, "server 366 bob #den *");
	expect(bob, "server NOTICE #den :Who joins here is shown nothing that was said before "
		    "(+H)");
	expect_none(bob);
}

static void a_page_says_what_is_hidden_so_that_it_is_no_hole(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN), *bob, *plain;

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +H");
	for (int i = 1; i <= 3; i++)
		peer_send(alice, "PRIVMSG #den :n%d", i);
	bob = fixture_login(f, "bob", MODERN);
	plain = fixture_login(f, "bob", "batch draft/chathistory message-tags");
	peer_send(bob, "JOIN #den");
	expect(bob, "@snug.chat/history=since-joined;snug.chat/floor=4 bob JOIN #den");
	for (int i = 4; i <= 6; i++)
		peer_send(alice, "PRIVMSG #den :n%d", i);
	peer_skip(bob);
	peer_send(bob, "CHATHISTORY AFTER #den snug.chat/seq=1 50");
	expect(bob, "@draft/chathistory-end;snug.chat/floor=4;snug.chat/hidden=1-3 server "
		    "BATCH +* chathistory #den");
	expect_later(bob, "@snug.chat/seq=4 alice PRIVMSG #den n4");
	peer_skip(bob);
	// It does not come down to there.
	peer_send(bob, "CHATHISTORY LATEST #den * 2");
	expect(bob, "@!draft/chathistory-end;snug.chat/floor=4;!snug.chat/hidden server "
		    "BATCH +* chathistory #den");
	peer_skip(bob);
	peer_send(bob, "CHATHISTORY BEFORE #den snug.chat/seq=2 50");
	expect(bob, "@draft/chathistory-end;snug.chat/hidden=1-3 server "
		    "BATCH +* chathistory #den");
	expect(bob, "server BATCH -*");
	// Nor is it told to who knows no numbers.
	peer_skip(plain);
	peer_send(plain, "CHATHISTORY LATEST #den * 50");
	expect(plain, "@draft/chathistory-end;!snug.chat/floor;!snug.chat/hidden server "
		      "BATCH +* chathistory #den");
	peer_skip(alice);
	peer_send(alice, "CHATHISTORY LATEST #den * 50");
	expect(alice, "@!snug.chat/floor server BATCH +* chathistory #den");
	expect_later(alice, "@snug.chat/seq=1 alice PRIVMSG #den n1");
}

static void an_invitation_keeps_its_place_through_a_rename(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN), *bob;
	struct admin_answer *a;

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +J");
	fixture_account(f, "bob");
	peer_send(alice, "PRIVMSG #den :before");
	peer_send(alice, "INVITE bob #den");
	peer_send(alice, "PRIVMSG #den :asked");
	a = fixture_verb(f, "user rename bob robert", NULL);
	admin_answer_free(a);
	fixture_restart(f, true);
	bob = fixture_login(f, "robert", MODERN);
	peer_send(bob, "JOIN #den");
	peer_skip(bob);
	peer_send(bob, "CHATHISTORY LATEST #den * 50");
	expect_later(bob, "alice PRIVMSG #den asked");
	peer_skip(bob);
	peer_send(bob, "SEARCH text=before");
	expect(bob, "server BATCH +* soju.im/search");
	expect(bob, "server BATCH -*");
}

static void the_founder_sets_it_and_moderators_where_there_is_none(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +o bob");
	peer_skip(bob);
	peer_send(bob, "MODE #den +J");
	expect(bob, "bob MODE #den +J");
	peer_send(alice, "MODE #den +q alice");
	peer_skip(bob);
	peer_send(bob, "MODE #den -J+H");
	expect(bob, "server 482 bob #den :*");
	expect_none(bob);
	peer_send(alice, "MODE #den -J+H");
	expect(bob, "alice MODE #den -J+H");
}

static void an_administrator_says_it_in_words(void **state)
{
	static const struct {
		const char *words;
		const char *heard; // NULL: it is refused
	} rows[] = {{"room set #den --history since-joined", "server MODE #den +H"},
		    {"room set #den --history since-invited", "server MODE #den -H+J"},
		    {"room set #den --history never", NULL},
		    {"room set #den --history all", "server MODE #den -J"}};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct admin_answer *a = fixture_verb(f, rows[i].words, NULL);

		assert_int_equal(a->code, rows[i].heard ? ADMIN_DONE : ADMIN_USAGE);
		admin_answer_free(a);
		if (rows[i].heard)
			expect(alice, rows[i].heard);
		expect_none(alice);
	}
}

static void a_moderator_takes_back_what_it_reads_and_hears_of_no_other(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN), *bob;

	peer_join(alice, "#den");
	peer_send(alice, "PRIVMSG #den :early");
	expect(alice, "@msgid=$early alice PRIVMSG #den early");
	peer_send(alice, "MODE #den +H");
	bob = fixture_login(f, "bob", MODERN);
	peer_send(bob, "JOIN #den");
	peer_send(alice, "MODE #den +o bob");
	peer_skip(alice);
	peer_send(alice, "@+draft/edit=$early PRIVMSG #den :later");
	expect(alice, "@msgid=$later alice PRIVMSG #den later");
	peer_skip(bob);
	peer_send(bob, "REDACT #den $later");
	expect(bob, "bob REDACT #den $later");
	expect_none(bob);
	expect(alice, "bob REDACT #den $early");
	expect(alice, "bob REDACT #den $later");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(no_door_leads_to_what_is_hidden),
		HUB_TEST(a_join_shows_nothing_older_to_who_cannot_ask),
		HUB_TEST(a_page_says_what_is_hidden_so_that_it_is_no_hole),
		HUB_TEST(an_invitation_keeps_its_place_through_a_rename),
		HUB_TEST(the_founder_sets_it_and_moderators_where_there_is_none),
		HUB_TEST(an_administrator_says_it_in_words),
		HUB_TEST(a_moderator_takes_back_what_it_reads_and_hears_of_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
