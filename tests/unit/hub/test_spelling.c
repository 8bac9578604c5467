// SPDX-License-Identifier: MIT
// Names of rooms are one in all forms of Unicode: whoever types another one means the same.
#include "server/hub/journal/post.h"
#include "server/hub/rooms/member.h"
#include "tests/support/hub_fixture.h"

#include "common/buf.h"
#include "common/nfc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define NFC "#caf\u00e9"
#define NFD "#cafe\u0301"
#define CAPS                                                                                   \
	"batch draft/chathistory draft/read-marker draft/metadata-2 message-tags "             \
	"draft/message-redaction soju.im/search draft/channel-rename draft/multiline "         \
	"labeled-response"

// What comes of the line with %s as the name; the names of batches and what came before left
// out.
static char *answer_to(struct peer *p, const char *format, const char *name)
{
	struct buf line = {0}, all = {0};
	struct span rest = span_of(format);
	const char *heard;

	while (rest.len) {
		buf_add_span(&line, span_cut(&rest, '%'));
		if (rest.len)
			buf_add_str(&line, name);
		rest = span_after(rest, 1);
	}
	peer_skip(p);
	peer_send(p, "%s", buf_str(&line));
	while ((heard = peer_next(p))) {
		char *spelled = nfc_dup(span_of(heard)); // what was asked stands in some

		if (!strstr(heard, "BATCH ") && !strstr(heard, "batch="))
			buf_printf(&all, "%s\n", spelled);
		free(spelled);
	}
	buf_clear(&line);
	return buf_take(&all);
}

static void whatever_asks_of_a_room_takes_any_form(void **state)
{
	static const char *const lines[] = {
		"TOPIC %s",
		"MODE %s",
		"MODE %s b",
		"WHO %s",
		"MARKREAD %s",
		"METADATA %s LIST",
		"LIST %s",
		"LIST %s*",
		"LIST !%s",
		"LIST *%s",
		"INVITE alice %s",
		"KICK %s nobody",
		"KNOCK %s",
		"PRIVMSG ChanServ :info %s",
		"PRIVMSG ChanServ :access %s list",
	};
	struct peer *alice = fixture_login(*state, "alice", CAPS);

	peer_join(alice, "#other");
	peer_join(alice, NFC);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		char *plain = answer_to(alice, lines[i], NFC);
		char *other = answer_to(alice, lines[i], NFD);

		if (strcmp(plain, other) != 0)
			fail_msg("%s is answered\n%sand\n%s", lines[i], plain, other);
		free(plain);
		free(other);
	}
}

static void a_room_is_made_and_entered_by_its_one_name(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS),
		    *bob = fixture_login(f, "bob", "");

	peer_send(alice, "JOIN " NFD);
	expect(alice, "alice JOIN " NFC);
	fixture_skip(f);
	peer_send(bob, "JOIN " NFD "," NFC);
	expect(bob, "bob JOIN " NFC);
	expect_later(bob, "server 366 bob " NFC " ...");
	expect_none(bob);
	fixture_skip(f);
	peer_send(bob, "PRIVMSG " NFD "," NFC " :once");
	expect(alice, "bob PRIVMSG " NFC " :once");
	expect_none(alice);
	peer_send(alice, "KICK " NFD "," NFC " bob,bob :once");
	expect_later(bob, "alice KICK " NFC " bob :once");
	expect_none(bob);
	peer_send(bob, "NAMES " NFD);
	expect_later(bob, "server 353 bob = " NFC " :@alice");
	peer_send(bob, "PART " NFD);
	expect_later(bob, "server 442 bob " NFC " ...");
}

static void what_was_said_is_found_by_any_form(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS " echo-message");

	peer_join(alice, NFC);
	peer_send(alice, "BATCH +1 draft/multiline " NFC);
	peer_send(alice, "@batch=1 PRIVMSG " NFD " :found");
	peer_send(alice, "BATCH -1");
	expect_later(alice, "alice PRIVMSG " NFC " :found");
	peer_send(alice, "CHATHISTORY LATEST " NFD " * 10");
	expect_later(alice, "alice PRIVMSG " NFC " :found");
	peer_send(alice, "SEARCH text=found;in=" NFD);
	expect_later(alice, "alice PRIVMSG " NFC " :found");
}

static void a_new_name_is_in_the_one_form(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS);
	struct admin_answer *a;

	peer_join(alice, "#den");
	peer_join(alice, NFC);
	fixture_skip(f);
	peer_send(alice, "RENAME #den " NFD " :x");
	expect(alice, "server FAIL RENAME CHANNEL_NAME_IN_USE #den " NFD " :*");
	peer_send(alice, "RENAME #den #e\u0301te\u0301 :x");
	expect(alice, "alice RENAME #den #\u00e9t\u00e9 :x");
	a = fixture_verb(f, "room add " NFD, NULL);
	assert_int_equal(a->code, ADMIN_CONFLICT);
	admin_answer_free(a);
	a = fixture_verb(f, "room add o\u0308l", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	a = fixture_verb(f, "room set #o\u0308l --name o\u0308fen", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	assert_string_equal(room_find(f->hub, SPAN("#\u00f6fen"))->name, "#\u00f6fen");
}

// A row as older versions stored it, with one who moderates it and one message.
static void put(struct fixture *f, stream_id id, const char *name, struct account *founder)
{
	struct entry_message m = {.id = (message_id)((INT64_C(1) << 50) + id),
				  .stream = id,
				  .seq = 1,
				  .time_ms = 1000 + id,
				  .account = founder->id,
				  .sender = span_of(founder->name),
				  .text = span_of(name)};

	post(f->hub,
	     &(struct entry){.kind = ENTRY_ROOM,
			     .room = {.id = id, .name = span_of(name), .created_ms = 1}});
	post(f->hub, &(struct entry){.kind = ENTRY_MEMBER,
				     .member = {.room = id,
						.account = founder->id,
						.role = MEMBER_FOUNDER,
						.joined_ms = 1}});
	post(f->hub, &(struct entry){.kind = ENTRY_MESSAGE, .message = m});
}

static void older_rooms_get_one_spelling_and_twins_stay_apart(void **state)
{
	static const char *const was[] = {NFD,        NFC,      "#o\u0308l", "#\u212b",
					  "#A\u030a", "#plain", "#\u00c5-2", "#\u00c5"};
	static const char *const is[] = {NFC,         NFC "-2", "#\u00f6l",  "#\u00c5",
					 "#\u00c5-3", "#plain", "#\u00c5-2", "#\u00c5-4"};
	struct fixture *f = *state;
	struct account *ann = fixture_account(f, "ann");
	struct peer *p;

	for (size_t i = 0; i < ARRAY_LEN(was); i++)
		put(f, 1000 + (stream_id)i, was[i], ann);
	for (int again = 0; again < 2; again++) {
		fixture_restart(f, false);
		for (size_t i = 0; i < ARRAY_LEN(was); i++) {
			struct room *r = room_by_id(f->hub, 1000 + (stream_id)i);

			assert_string_equal(r->name, is[i]);
			assert_ptr_equal(room_find(f->hub, span_of(is[i])), r);
			assert_int_equal(r->stream.seq, strchr(is[i], '-') && i != 6 ? 2 : 1);
		}
	}
	p = fixture_login(f, "ann", CAPS);
	peer_send(p, "CHATHISTORY LATEST " NFD "-2 * 10");
	expect_later(p, "ann PRIVMSG " NFC "-2 :" NFC);
	expect(p, "server NOTICE " NFC "-2 :This room is called " NFC "-2 now: its name " NFC
		  " is the same as that of another room, " NFC ".*");
	peer_send(p, "CHATHISTORY LATEST " NFC " * 10");
	expect_later(p, "ann PRIVMSG " NFC " :" NFD);
	expect_later(p, "server BATCH -*");
}

static void put_member(struct fixture *f, stream_id room, struct account *a,
		       enum member_role role)
{
	post(f->hub,
	     &(struct entry){
		     .kind = ENTRY_MEMBER,
		     .member = {.room = room, .account = a->id, .role = role, .joined_ms = 1}});
}

// By a slip, until it was had; in a room that nobody founded they are those who moderate it.
static void who_answers_for_a_twin_is_told_until_it_was_heard(void **state)
{
	struct fixture *f = *state;
	struct account *ann = fixture_account(f, "ann"), *bob = fixture_account(f, "bob"),
		       *cem = fixture_account(f, "cem");
	struct peer *p;

	put(f, 1000, NFD, ann);
	put(f, 1001, NFC, bob);
	put_member(f, 1001, ann, MEMBER_MODERATOR);
	put(f, 1002, "#o\u0308l", ann);
	put(f, 1003, "#\u00f6l", ann);
	put_member(f, 1003, ann, MEMBER_PLAIN);
	put_member(f, 1003, cem, MEMBER_MODERATOR);
	fixture_restart(f, false);
	p = fixture_login_loud(f, "ann", ""); // founded what kept its name
	for (const char *line; (line = peer_next(p));)
		assert_null(strstr(line, "Your room"));
	for (int again = 0; again < 2; again++) {
		p = fixture_login_loud(f, "bob", "");
		expect_later(p,
			     "server NOTICE bob :Your room " NFC " is called " NFC "-2 now*");
		p = fixture_login_loud(f, "cem", "");
		expect_later(p,
			     "server NOTICE cem :Your room #\u00f6l is called #\u00f6l-2 now*");
		fixture_restart(f, false); // neither has answered
	}
}

// Its one spelling is longer than the one it has.
static void an_older_name_that_becomes_too_long_is_cut(void **state)
{
	struct fixture *f = *state;
	struct account *ann = fixture_account(f, "ann");
	struct buf name = {0};

	buf_add_char(&name, '#');
	for (int i = 0; i < 21; i++)
		buf_add_str(&name, "\u0958");
	put(f, 1000, buf_str(&name), ann);
	buf_clear(&name);
	put(f, 1001, "#ok", ann);
	fixture_restart(f, false);
	assert_int_equal(strlen(room_by_id(f->hub, 1000)->name), 64);
	assert_ptr_equal(room_find(f->hub, span_of(room_by_id(f->hub, 1000)->name)),
			 room_by_id(f->hub, 1000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(whatever_asks_of_a_room_takes_any_form),
		HUB_TEST(a_room_is_made_and_entered_by_its_one_name),
		HUB_TEST(what_was_said_is_found_by_any_form),
		HUB_TEST(a_new_name_is_in_the_one_form),
		HUB_TEST(older_rooms_get_one_spelling_and_twins_stay_apart),
		HUB_TEST(who_answers_for_a_twin_is_told_until_it_was_heard),
		HUB_TEST(an_older_name_that_becomes_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
