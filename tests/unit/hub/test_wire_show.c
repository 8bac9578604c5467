// SPDX-License-Identifier: MIT
// How a stored message looks to one session: by its kind, by what the session knows, and by
// what became of who said it.
#include "server/hub/history/history.h"
#include "server/hub/pages/message.h"
#include "server/hub/people/account.h"
#include "server/hub/state/session.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINE_MAX_BYTES 510
#define GONE 424242
#define LONG_NAME "abcdefghijklmnopqrstuvwxyzabcdef"
#define LINK "https://chat.test/f/AAAAAAAAAAAAAAAAAAAAAA"
#define SIGNED_MORE 46 // "?s=" and what a link is signed with, at most

static struct account *account(struct fixture *f, const char *name)
{
	return account_find(f->hub, span_of(name));
}

// ann and bob, who are in #den and have a conversation; bob's end.
static struct peer *bob_with(struct fixture *f, const char *caps)
{
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", caps);

	peer_join(ann, "#den");
	peer_join(bob, "#den");
	assert_non_null(dialog_of(f->hub, account(f, "ann"), account(f, "bob"), true));
	fixture_skip(f);
	return bob;
}

static const struct stream *den(struct fixture *f)
{
	return &room_find(f->hub, SPAN("#den"))->stream;
}

static const struct stream *talk(struct fixture *f)
{
	return &dialog_of(f->hub, account(f, "ann"), account(f, "bob"), false)->stream;
}

// Of ann, at noon.
static struct entry_message said(struct fixture *f, const struct stream *stream,
				 enum message_kind kind, const char *text)
{
	return (struct entry_message){.id = 7,
				      .stream = stream->id,
				      .seq = 3,
				      .time_ms = 1767268800000,
				      .account = account(f, "ann")->id,
				      .sender = SPAN("ann"),
				      .kind = kind,
				      .text = span_of(text)};
}

static void show(struct peer *p, const struct entry_message *m, const char *pattern)
{
	const struct stream *stream = history_stream(peer_fixture(p)->hub, m->stream);
	struct session *s = peer_session(p);

	message_show(s, m, message_target(stream, m, s->account), SPAN(""));
	fixture_settle(peer_fixture(p));
	if (pattern)
		expect(p, pattern);
	expect_none(p);
}

// The line as it stands, behind its tags.
static void show_raw(struct peer *p, const struct entry_message *m, const char *words)
{
	const char *line;

	message_show(peer_session(p), m, SPAN("#den"), SPAN(""));
	fixture_settle(peer_fixture(p));
	line = peer_next(p);
	assert_non_null(line);
	assert_non_null(strstr(line, words));
	assert_string_equal(strstr(line, words), words);
}

static void kinds_are_for_who_knows_them(void **state)
{
	static const char *const caps[] = {
		"",
		"message-tags",
		"draft/event-playback",
		"message-tags draft/event-playback",
		"draft/message-redaction",
		"draft/message-redaction snug.chat/sequence",
		"draft/message-redaction draft/event-playback",
		"snug.chat/sequence",
	};
	static const struct {
		enum message_kind kind;
		bool redacted;
		uint64_t seq;
		const char *is_for; // of each of caps
	} rows[] = {
		{MESSAGE_PRIVMSG, false, 1, "11111111"}, {MESSAGE_NOTICE, false, 1, "11111111"},
		{MESSAGE_TAGMSG, false, 0, "00010000"},  {MESSAGE_JOIN, false, 0, "00110010"},
		{MESSAGE_PRIVMSG, true, 1, "00000110"},  {MESSAGE_TAGMSG, true, 0, "00000000"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(caps); i++) {
		const struct session *s = peer_session(fixture_login(f, "bob", caps[i]));

		for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
			const struct entry_message m = {.kind = rows[k].kind,
							.redacted = rows[k].redacted,
							.seq = rows[k].seq};

			if (message_is_for(s, &m) != (rows[k].is_for[i] == '1'))
				fail_msg("row %zu, \"%s\"", k, caps[i]);
		}
	}
}

static void a_conversation_is_found_and_called_by_name(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = bob_with(f, "");
	struct session *s = peer_session(bob);
	struct entry_message m = said(f, den(f), MESSAGE_PRIVMSG, "hi");
	struct dialog nobodys = {.ids = {s->account->id, GONE}, .low = s->account};

	peer_join(fixture_login(f, "ann", ""), "#other");
	assert_ptr_equal(stream_find(s, SPAN("#den")), den(f));
	assert_null(stream_find(s, SPAN("#other")));
	assert_null(stream_find(s, SPAN("#none")));
	assert_ptr_equal(stream_find(s, SPAN("ann")), talk(f));
	assert_null(stream_find(s, SPAN("nobody")));
	assert_null(stream_find(s, (struct span){0}));
	assert_true(span_eq(stream_name(den(f), s->account), SPAN("#den")));
	assert_true(span_eq(stream_name(talk(f), s->account), SPAN("ann")));
	nobodys.stream.dialog = &nobodys;
	assert_true(span_eq(stream_name(&nobodys.stream, s->account), SPAN("*")));
	nobodys.gone = (char[]){"carl"};
	assert_true(span_eq(stream_name(&nobodys.stream, s->account), SPAN("carl")));
	assert_true(span_eq(message_target(den(f), &m, s->account), SPAN("#den")));
	assert_true(span_eq(message_target(talk(f), &m, s->account), SPAN("bob")));
	assert_true(span_eq(message_target(talk(f), &m, account(f, "ann")), SPAN("bob")));
}

static void each_kind_looks_as_it_was_said(void **state)
{
	static const struct {
		enum message_kind kind;
		const char *text, *pattern;
	} rows[] = {
		{MESSAGE_PRIVMSG, "hi", "@msgid=*;+x=y;!batch ann PRIVMSG #den :hi"},
		{MESSAGE_NOTICE, "hi there", "@msgid=*;+x=y ann NOTICE #den :hi there"},
		{MESSAGE_TAGMSG, "", "@msgid=*;+x=y ann TAGMSG #den"},
		{MESSAGE_JOIN, "", "@msgid=* ann JOIN #den"},
		{MESSAGE_PART, "", "ann PART #den"},
		{MESSAGE_PART, ":bye", "ann PART #den :bye"},
		{MESSAGE_TOPIC, ":news of it", "ann TOPIC #den :news of it"},
	};
	struct fixture *f = *state;
	struct peer *bob = bob_with(f, "message-tags batch draft/event-playback");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct entry_message m = said(f, den(f), rows[i].kind, rows[i].text);
		m.tags = SPAN("+x=y");
		show(bob, &m, rows[i].pattern);
	}
}

static void a_reaction_is_for_who_knows_tags(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = bob_with(f, "draft/event-playback");
	struct entry_message m = said(f, den(f), MESSAGE_TAGMSG, "");

	show(bob, &m, NULL);
	m.kind = MESSAGE_PART;
	show_raw(bob, &m, ":ann!ann@chat.test PART #den");
}

static void a_join_says_who_it_is_to_who_wants_that(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = bob_with(f, "draft/event-playback extended-join");
	struct entry_message m = said(f, den(f), MESSAGE_JOIN, "");

	account_set_text(&account(f, "ann")->realname, SPAN("Ann A."));
	show(bob, &m, "ann JOIN #den ann :Ann A.");
	m.account = GONE;
	show(bob, &m, "ann JOIN #den * :");
	m.kind = MESSAGE_PART;
	show(bob, &m, "ann PART #den");
}

static void a_removed_one_tells_who_did_it_and_why(void **state)
{
	struct fixture *f = *state;
	struct peer *bob =
		bob_with(f, "message-tags draft/message-redaction snug.chat/sequence");
	struct entry_message m = said(f, den(f), MESSAGE_PRIVMSG, "");

	m.redacted = true;
	show(bob, &m,
	     "@msgid=0000000000007;snug.chat/seq=3;snug.chat/author=ann;!+draft/edit "
	     "server REDACT #den 0000000000007");
	m.redacted_reason = SPAN("too rude");
	show(bob, &m, "@snug.chat/author=ann server REDACT #den 0000000000007 :too rude");
	m.redacted_name = SPAN("bob");
	m.redacted_by = account(f, "bob")->id;
	m.redacted_edit = 5;
	show(bob, &m,
	     "@snug.chat/author=ann;+draft/edit=0000000000005 bob REDACT #den 0000000000007 "
	     ":too rude");
	m.kind = MESSAGE_TAGMSG;
	show(bob, &m, "bob REDACT #den 0000000000007 :too rude");
}

// In a room people are called as then, in a conversation as an answer goes to them.
static void who_said_it_is_called_as_it_is_of_use(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = bob_with(f, "message-tags account-tag");
	struct entry_message m = said(f, den(f), MESSAGE_PRIVMSG, "hi");

	m.sender = SPAN("anna");
	show(bob, &m, "@account=ann anna PRIVMSG #den :hi");
	show_raw(bob, &m, ":anna!ann@chat.test PRIVMSG #den :hi");
	m.stream = talk(f)->id;
	show(bob, &m, "@account=ann ann PRIVMSG bob :hi");
	m.account = GONE;
	show(bob, &m, "@!account anna PRIVMSG bob :hi");
	talk(f)->dialog->gone = strdup("carla");
	show(bob, &m, "@!account carla PRIVMSG bob :hi");
	m.stream = den(f)->id;
	show_raw(bob, &m, ":anna PRIVMSG #den :hi");
	m.sender = SPAN("post[hook]");
	show_raw(bob, &m, ":post[hook]!hook@chat.test PRIVMSG #den :hi");
}

static void stamp(struct peer *p, const struct entry_message *m, const char *pattern)
{
	const struct wire w = {
		.hub = peer_fixture(p)->hub, .one = peer_session(p), .stamp = true};

	wire_show(&w, m, SPAN("#den"));
	fixture_settle(peer_fixture(p));
	expect(p, pattern);
}

static void a_stamp_stands_before_the_first_line_alone(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = bob_with(f, "");
	struct entry_message m = said(f, den(f), MESSAGE_PRIVMSG, "hi\nthere");

	stamp(bob, &m, "ann PRIVMSG #den :[2026-01-01 12:00] hi");
	expect(bob, "ann PRIVMSG #den :there");
	m.text = SPAN("\001ACTION nods\001");
	stamp(bob, &m, "ann PRIVMSG #den :\001ACTION [2026-01-01 12:00] nods\001");
	m.text = SPAN("\001VERSION\001");
	stamp(bob, &m, "ann PRIVMSG #den :[2026-01-01 12:00] \001VERSION\001");
	expect_none(bob);
}

// As many lines as it comes in, of which none is too long, and all of the text.
static size_t lines(struct peer *p, size_t text_len)
{
	size_t n = 0, len = 0;
	const char *line;

	fixture_settle(peer_fixture(p));
	while ((line = peer_next(p)) != NULL) {
		assert_in_range(strlen(line), 1, LINE_MAX_BYTES);
		len += strlen(strstr(line, " :") + 2);
		n++;
	}
	assert_int_equal(len, text_len);
	return n;
}

static size_t lines_of(struct peer *p, const struct entry_message *m, bool stamps)
{
	const struct wire w = {
		.hub = peer_fixture(p)->hub, .one = peer_session(p), .stamp = stamps};
	const struct stream *stream = history_stream(w.hub, m->stream);

	wire_show(&w, m, message_target(stream, m, w.one->account));
	return lines(p, m->text.len + (stamps ? strlen("[2026-01-01 12:00] ") : 0));
}

static void a_text_is_cut_where_its_line_ends(void **state)
{
	static char text[LINE_MAX_BYTES];
	struct fixture *f = *state;
	struct peer *bob = bob_with(f, "");
	struct entry_message m = said(f, den(f), MESSAGE_PRIVMSG, text);
	size_t head = strlen(":ann!ann@chat.test PRIVMSG #den :");

	memset(text, 'x', sizeof(text));
	m.text = span_from(text, LINE_MAX_BYTES - head);
	assert_int_equal(lines_of(bob, &m, false), 1);
	assert_int_equal(lines_of(bob, &m, true), 2);
	m.text.len++;
	assert_int_equal(lines_of(bob, &m, false), 2);
	m.text.len -= 1 + strlen("[2026-01-01 12:00] ");
	assert_int_equal(lines_of(bob, &m, true), 1);
	// Nobody's has a shorter source; one that was called longer a longer one.
	m.account = GONE;
	m.text.len = LINE_MAX_BYTES - strlen(":ann PRIVMSG #den :");
	assert_int_equal(lines_of(bob, &m, false), 1);
	m.text.len++;
	assert_int_equal(lines_of(bob, &m, false), 2);
	m.account = account(f, "ann")->id;
	m.sender = SPAN(LONG_NAME);
	m.text.len = LINE_MAX_BYTES - head - strlen(LONG_NAME) + strlen("ann");
	assert_int_equal(lines_of(bob, &m, false), 1);
	m.text.len++;
	assert_int_equal(lines_of(bob, &m, false), 2);
	// In a conversation the source is of now.
	m.stream = talk(f)->id;
	m.sender = SPAN("a");
	m.text.len = LINE_MAX_BYTES - strlen(":ann!ann@chat.test PRIVMSG bob :") + 1;
	assert_int_equal(lines_of(bob, &m, false), 2);
}

static size_t lines_to_room(struct peer *p, const struct entry_message *m, size_t more)
{
	const struct wire w = {.hub = peer_fixture(p)->hub,
			       .room = room_find(peer_fixture(p)->hub, SPAN("#den"))};

	wire_show(&w, m, SPAN("#den"));
	return lines(p, m->text.len + more);
}

static size_t signature(struct peer *p, const struct entry_message *m)
{
	const char *line;
	size_t len;

	message_show(peer_session(p), m, SPAN("#den"), SPAN(""));
	fixture_settle(peer_fixture(p));
	line = peer_next(p);
	assert_non_null(strstr(line, LINK "?s="));
	len = strlen(strstr(line, "?s="));
	assert_in_range(len, 10, SIGNED_MORE);
	return len;
}

// A link is as long as it will be when it is cut, to one or to all of a room.
static void a_link_counts_with_its_signature(void **state)
{
	static char text[LINE_MAX_BYTES + 1];
	struct fixture *f = *state;
	struct peer *bob = bob_with(f, ""), *knows = fixture_login(f, "bob", "snug.chat/files");
	struct entry_message m = said(f, den(f), MESSAGE_PRIVMSG, LINK);
	size_t head = strlen(":ann!ann@chat.test PRIVMSG #den :"), more;

	show(knows, &m, "ann PRIVMSG #den :" LINK);
	more = signature(bob, &m);
	fixture_skip(f);
	memset(text, 'x', sizeof(text));
	memcpy(text, LINK " ", strlen(LINK) + 1);
	m.text = span_from(text, LINE_MAX_BYTES - head - more);
	message_show(peer_session(bob), &m, SPAN("#den"), SPAN(""));
	assert_int_equal(lines(bob, m.text.len + more), 1);
	assert_int_equal(lines_to_room(bob, &m, more), 1);
	m.text.len++;
	message_show(peer_session(bob), &m, SPAN("#den"), SPAN(""));
	assert_int_equal(lines(bob, m.text.len + more), 2);
	assert_int_equal(lines_to_room(bob, &m, more), 2);
	fixture_skip(f);
	m.text.len += more - 1;
	message_show(peer_session(knows), &m, SPAN("#den"), SPAN(""));
	assert_int_equal(lines(knows, m.text.len), 1);
	memset(text, 'x', strlen(LINK) + 1);
	fixture_skip(f);
	assert_int_equal(lines_to_room(bob, &m, 0), 1);
}

// A link to those of a room that have a role, and to all devices of one account.
static void a_link_goes_where_its_message_goes(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = bob_with(f, ""), *knows = fixture_login(f, "bob", "snug.chat/files"),
		    *ann = fixture_login(f, "ann", "");
	struct entry_message m = said(f, den(f), MESSAGE_PRIVMSG, LINK);
	struct wire w = {.hub = f->hub, .room = room_find(f->hub, SPAN("#den"))};

	w.status = MEMBER_MODERATOR;
	wire_show(&w, &m, SPAN("@#den"));
	fixture_settle(f);
	expect(ann, "ann PRIVMSG @#den :" LINK "?s=*");
	expect_none(bob);
	expect_none(knows);
	w = (struct wire){.hub = f->hub, .account = account(f, "bob")};
	wire_show(&w, &m, SPAN("bob"));
	fixture_settle(f);
	expect(bob, "ann PRIVMSG bob :" LINK "?s=*");
	expect(knows, "ann PRIVMSG bob :" LINK);
	expect_none(bob);
	expect_none(knows);
	expect_none(ann);
}

// What is about nothing is for all, also where they see no more than came since they did.
static void where_history_is_hidden_a_new_word_is_heard(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = bob_with(f, "");
	struct entry_message m = said(f, den(f), MESSAGE_PRIVMSG, "hi");
	struct wire w = {.hub = f->hub, .room = room_find(f->hub, SPAN("#den"))};

	w.room->flags |= ROOM_SINCE_JOINED;
	wire_show(&w, &m, SPAN("#den"));
	fixture_settle(f);
	expect(bob, "ann PRIVMSG #den :hi");
	w.about = 1;
	wire_show(&w, &m, SPAN("#den"));
	fixture_settle(f);
	expect_none(bob);
}

static void where_there_are_no_files_a_link_is_a_text(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct entry_message m;
	struct peer *bob;

	config.has_files = false;
	fixture_renew(f, &config);
	bob = bob_with(f, "");
	m = said(f, den(f), MESSAGE_PRIVMSG, LINK);
	show(bob, &m, "ann PRIVMSG #den :" LINK);
}

// What the server put behind the tags goes with the first line.
static void the_tags_of_the_server_are_on_the_first_line(void **state)
{
	static const struct {
		const char *tags, *first, *rest;
	} rows[] = {
		{"+x=y", "@msgid=*;+x=y", "@!msgid;+x=y"},
		{"+x=y;snug.chat/file=a", "@+x=y;snug.chat/file=a", "@+x=y;!snug.chat/file"},
		{"snug.chat/file=a", "@snug.chat/file=a", "@!snug.chat/file"},
		{"+x=y;snug.chat/alert=room", "@+x=y;snug.chat/alert=room",
		 "@+x=y;!snug.chat/alert"},
		{"snug.chat/alert=none", "@snug.chat/alert=none", "@snug.chat/alert=none"},
	};
	struct fixture *f = *state;
	struct peer *bob = bob_with(f, "message-tags");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct entry_message m = said(f, den(f), MESSAGE_PRIVMSG, "one\n\ntwo");
		char pattern[96];

		m.tags = span_of(rows[i].tags);
		snprintf(pattern, sizeof(pattern), "%s ann PRIVMSG #den :one", rows[i].first);
		message_show(peer_session(bob), &m, SPAN("#den"), SPAN(""));
		fixture_settle(f);
		expect(bob, pattern);
		snprintf(pattern, sizeof(pattern), "%s ann PRIVMSG #den :two", rows[i].rest);
		expect(bob, pattern);
		expect_none(bob);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(kinds_are_for_who_knows_them),
		HUB_TEST(a_conversation_is_found_and_called_by_name),
		HUB_TEST(each_kind_looks_as_it_was_said),
		HUB_TEST(a_reaction_is_for_who_knows_tags),
		HUB_TEST(a_join_says_who_it_is_to_who_wants_that),
		HUB_TEST(a_removed_one_tells_who_did_it_and_why),
		HUB_TEST(who_said_it_is_called_as_it_is_of_use),
		HUB_TEST(a_stamp_stands_before_the_first_line_alone),
		HUB_TEST(a_text_is_cut_where_its_line_ends),
		HUB_TEST(a_link_counts_with_its_signature),
		HUB_TEST(a_link_goes_where_its_message_goes),
		HUB_TEST(where_history_is_hidden_a_new_word_is_heard),
		HUB_TEST(where_there_are_no_files_a_link_is_a_text),
		HUB_TEST(the_tags_of_the_server_are_on_the_first_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
