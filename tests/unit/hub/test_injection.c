// SPDX-License-Identifier: MIT
// Nothing that a person can write becomes another parameter, another line or another
// sender for somebody else: CR, LF, NUL, space, ':', '@', '!' and what looks
// like a command go into every field that people fill, and every line that leaves for
// anybody is taken apart again. What is stored is looked at after a restart, the audit log
// through its verb. The bytes reach the hub as they are: the framing, which refuses some
// of them at the door, is left out.
#include "server/hub/state/state.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

// What a forged line would begin with, or a parameter too many would be.
#define FORGED "FORGED"

static const char *const poisons[] = {
	"a\r\n:root!root@chat.test " FORGED " x",
	"a\n" FORGED " x",
	"a\r" FORGED " x",
	"a :" FORGED,
	"a " FORGED " b",
	":" FORGED,
	"a@" FORGED,
	"a!b@" FORGED,
	"@label=" FORGED " a",
	"a;" FORGED "=1",
	"a,b " FORGED,
	"\001" FORGED "\001",
	"a=b;c=" FORGED " :x",
	"%s%n%s%n" FORGED,
};

// %P stands for the poison, as parameters of their own so that the parser cannot split it.
static const char *const fields[][8] = {
	{"PRIVMSG", "#den", "%P"},
	{"PRIVMSG", "bob", "%P"},
	{"PRIVMSG", "%P", "text"},
	{"PRIVMSG", "NickServ", "%P"},
	{"PRIVMSG", "ChanServ", "%P"},
	{"PRIVMSG", "Snug", "%P"},
	{"PRIVMSG", "Snug", "user add %P --no-password"},
	{"NOTICE", "#den", "%P"},
	{"TOPIC", "#den", "%P"},
	{"TOPIC", "%P", "text"},
	{"JOIN", "%P"},
	{"JOIN", "#%P"},
	{"JOIN", "#other", "%P"},
	{"PART", "#den", "%P"},
	{"PART", "%P"},
	{"KICK", "#den", "bob", "%P"},
	{"KICK", "#den", "%P", "text"},
	{"KICK", "%P", "bob", "text"},
	{"INVITE", "%P", "#den"},
	{"INVITE", "bob", "%P"},
	{"KNOCK", "#shut", "%P"},
	{"AWAY", "%P"},
	{"SETNAME", "%P"},
	{"NICK", "%P"},
	{"MODE", "#den", "+k", "%P"},
	{"MODE", "#den", "+b", "%P"},
	{"MODE", "#den", "+b", "~a:%P"},
	{"MODE", "#den", "+l", "%P"},
	{"MODE", "#den", "+o", "%P"},
	{"MODE", "#den", "%P"},
	{"MODE", "%P", "+i"},
	{"RENAME", "#den", "%P", "text"},
	{"RENAME", "#den", "#%P", "text"},
	{"RENAME", "#den", "#burrow", "%P"},
	{"METADATA", "*", "SET", "%P", "text"},
	{"METADATA", "*", "SET", "url", "%P"},
	{"METADATA", "#den", "SET", "url", "%P"},
	{"METADATA", "*", "SUB", "%P"},
	{"METADATA", "%P", "GET", "url"},
	{"MONITOR", "+", "%P"},
	{"MARKREAD", "%P", "timestamp=2026-01-01T00:00:00.000Z"},
	{"MARKREAD", "#den", "%P"},
	{"CHATHISTORY", "LATEST", "%P", "*", "10"},
	{"CHATHISTORY", "%P", "#den", "*", "10"},
	{"CHATHISTORY", "BEFORE", "#den", "%P", "10"},
	{"SEARCH", "text=%P"},
	{"SEARCH", "%P=1"},
	{"REDACT", "#den", "%P", "text"},
	{"REDACT", "#den", "0000000000001", "%P"},
	{"CERT", "ADD", "%P"},
	{"CERT", "DEL", "%P"},
	{"CERT", "%P"},
	{"BATCH", "+%P", "draft/multiline", "#den"},
	{"BATCH", "+ref", "%P", "#den"},
	{"BATCH", "+ref2", "draft/multiline", "%P"},
	{"WHO", "%P"},
	{"WHO", "#den", "%%%P"},
	{"WHOIS", "%P"},
	{"WHOWAS", "%P"},
	{"ISON", "%P"},
	{"USERHOST", "%P"},
	{"LIST", "%P"},
	{"NAMES", "%P"},
	{"HELP", "%P"},
	{"PING", "%P"},
	{"ACCOUNT", "%P"},
	{"ACCOUNT", "EXPORT", "%P"},
	{"OPER", "%P", "secret"},
	{"PASSWD", "%P", "YS1sb25nLWVub3VnaC1vbmU="},
	{"PASSWD", "YS1sb25nLWVub3VnaC1vbmU=", "%P"},
	{"KILL", "%P", "text"},
	{"KILL", "nobody", "%P"},
	{"KLINE", "%P", "text"},
	{"KLINE", "mallory", "%P"},
	{"UNKLINE", "%P"},
	{"WALLOPS", "%P"},
	{"REGISTER", "%P", "*", "a-long-enough-one"},
	{"VERIFY", "%P", "x"},
	{"CAP", "REQ", "%P"},
	{"CAP", "%P"},
	{"AUTHENTICATE", "%P"},
	{"%P"},
	{"QUIT", "%P"},
};

static void fill(struct buf *out, const char *field, const char *poison)
{
	buf_reset(out);
	for (; *field; field++) {
		if (field[0] == '%' && field[1] == 'P') {
			buf_add_str(out, poison);
			field++;
		} else {
			buf_add_char(out, *field);
		}
	}
}

static size_t fill_all(const char *const field[8], const char *poison, struct buf texts[8])
{
	size_t n = 0;

	while (n < 8 && field[n]) {
		fill(&texts[n], field[n], poison);
		n++;
	}
	return n;
}

// A known sender, or the server, and a command that is not the forged one.
static void check_line(const char *line, const char *what)
{
	static const char *const senders[] = {"alice!",    "bob!",      "chat.test ",
					      "NickServ!", "ChanServ!", "Snug!"};
	const char *body = line;
	bool known = false;

	if (strpbrk(line, "\r\n") || strlen(line) > 8191 + 510)
		fail_msg("%s made more than a line: %s", what, line);
	if (*body == '@') {
		const char *end = strchr(body, ' ');

		assert_non_null(end);
		if (memmem(body, (size_t)(end - body), ";" FORGED, 7))
			fail_msg("%s made a tag: %s", what, line);
		body = end + 1;
	}
	if (strncmp(body, "ERROR :", 7) == 0 || strncmp(body, "PING :", 6) == 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(senders); i++)
		known |= *body == ':' && strncmp(body + 1, senders[i], strlen(senders[i])) == 0;
	if (!known)
		fail_msg("%s speaks as somebody else: %s", what, line);
	body = strchr(body, ' ') + 1;
	if (strncmp(body, FORGED, strlen(FORGED)) == 0)
		fail_msg("%s forged a command: %s", what, line);
}

// A text may hold anything but the end of a line; no middle parameter may be the forged
// word alone, as it would be if a space had passed.
static void check_params(const char *line, const char *what)
{
	const char *at = *line == '@' ? strchr(line, ' ') + 1 : line;
	struct span rest = span_of(at);

	(void)span_cut(&rest, ' ');
	while (rest.len && rest.at[0] != ':') {
		if (span_eq(span_cut(&rest, ' '), SPAN(FORGED)))
			fail_msg("%s made a parameter: %s", what, line);
	}
}

static void check_all(struct peer *p, const char *what)
{
	for (const char *line; (line = peer_next(p));) {
		check_line(line, what);
		check_params(line, what);
	}
}

struct scene {
	struct fixture *f;
	struct peer *alice, *bob;
	bool is_spent; // something was stored: the next case begins in a fresh hub
};

static void connect_both(struct scene *s)
{
	s->alice = fixture_login(s->f, "alice",
				 "batch message-tags echo-message draft/chathistory "
				 "draft/multiline draft/metadata-2 draft/channel-rename "
				 "soju.im/search setname draft/event-playback");
	s->bob = fixture_login(s->f, "bob", "away-notify message-tags setname account-tag");
}

static void begin(struct scene *s)
{
	fixture_admin_account(s->f, "alice");
	connect_both(s);
	peer_send(s->bob, "JOIN #shut");
	peer_send(s->bob, "MODE #shut +i");
	peer_join(s->alice, "#den");
	peer_join(s->bob, "#den");
}

// A case finds what it would find alone: what the one before it stored goes with its hub,
// what it did to its connections with them.
static void begin_case(struct scene *s)
{
	if (s->is_spent) {
		fixture_renew(s->f, NULL);
		begin(s);
	} else {
		peer_close(s->alice);
		peer_close(s->bob);
		connect_both(s);
	}
	s->is_spent = false;
	peer_send(s->bob, "MODE bob +w");
	peer_send(s->bob, "METADATA * SUB url");
	fixture_skip(s->f);
}

static void look_again(struct scene *s, const char *what)
{
	static const char *const looks[] = {
		"CHATHISTORY LATEST #den * 50",
		"CHATHISTORY LATEST bob * 50",
		"TOPIC #den",
		"WHO #den",
		"WHOIS alice",
		"LIST",
		"NAMES #den",
		"MODE #den",
		"MODE #den b",
		"MONITOR L",
		"METADATA * LIST",
		"METADATA #den LIST",
		"CERT LIST",
		"PRIVMSG Snug :audit list",
		"PRIVMSG Snug :user list",
		"PRIVMSG Snug :ban list",
		"PRIVMSG Snug :room list",
	};

	if (peer_is_closed(s->alice))
		return;
	for (size_t i = 0; i < ARRAY_LEN(looks); i++)
		peer_send(s->alice, "%s", looks[i]);
	check_all(s->alice, what);
	check_all(s->bob, what);
}

static void poison_one(struct scene *s, const char *const field[8], const char *poison)
{
	struct buf texts[8] = {{0}};
	struct span params[8];
	size_t n = fill_all(field, poison, texts);
	entry_no before = s->f->hub->head;

	for (size_t i = 0; i < n; i++)
		params[i] = buf_span(&texts[i]);
	peer_send_words(s->alice, params, n);
	check_all(s->alice, field[0]);
	check_all(s->bob, field[0]);
	look_again(s, field[0]);
	s->is_spent = s->f->hub->head != before;
	if (s->is_spent) {
		fixture_restart(s->f, false);
		connect_both(s);
		look_again(s, field[0]);
	}
	for (size_t i = 0; i < 8; i++)
		buf_clear(&texts[i]);
}

// Proves B9, B10.
static void no_field_forges_a_line_a_parameter_or_a_sender(void **state)
{
	struct scene s = {.f = *state};
	size_t n = 0, spent = 0;

	begin(&s);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		for (size_t k = 0; k < ARRAY_LEN(poisons); k++) {
			begin_case(&s);
			poison_one(&s, fields[i], poisons[k]);
			n++;
			spent += s.is_spent;
		}
	}
	print_message("           %zu cases, %zu of them stored something\n", n, spent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(no_field_forges_a_line_a_parameter_or_a_sender),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
