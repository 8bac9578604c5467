// SPDX-License-Identifier: MIT
// Every command in every state of a connection, with 0 to 16 parameters of which one is
// empty, a single byte, or as long as a line can be: nothing falls over, and each line has
// one defined answer: one line with its label, one batch with it, or the end of the
// connection; before labels can be had, whatever comes before the PONG behind it.
#include "tests/support/hub_fixture.h"

#include "server/hub/door/login.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define CAPS                                                                                   \
	"batch labeled-response message-tags echo-message draft/chathistory draft/multiline"
#define LINE_MAX 510

static const char *const commands[] = {
#define COMMAND(name, fn, min_params, states, purse, cost, cap) name,
#include "server/hub/commands/command.def"
#undef COMMAND
	"FROBNICATE",
	"001",
};

enum state { STATE_NEW, STATE_CAP, STATE_SASL, STATE_REGISTERED, STATE_CLOSING, STATES };

static const char *const state_names[] = {"new", "CAP open", "SASL step", "registered",
					  "closing"};

// A filling of one parameter; NULL: as long as the line allows.
static const char *const fillings[] = {"", "x", "*", "#", "-", "0", "\001", "@", NULL};

struct run {
	struct fixture *f;
	struct peer *p;
	enum state state;
	size_t n, closed, batches, acks;
	unsigned turn; // of the single bytes, so that all have their turn
};

static void enter(struct run *r)
{
	if (r->state >= STATE_REGISTERED) {
		r->p = fixture_login(r->f, "alice", CAPS);
		if (r->state == STATE_CLOSING)
			peer_send(r->p, "QUIT :done");
		peer_skip(r->p);
		return;
	}
	r->p = fixture_open(r->f);
	if (r->state == STATE_NEW)
		return;
	peer_send(r->p, "CAP LS 302");
	peer_send(r->p, "CAP REQ :sasl " CAPS);
	if (r->state == STATE_SASL)
		peer_send(r->p, "AUTHENTICATE PLAIN");
	peer_skip(r->p);
}

static bool still_in(const struct run *r)
{
	const struct session *s = peer_is_closed(r->p) ? NULL : peer_session(r->p);

	switch (r->state) {
	case STATE_NEW:
		return s && !s->registered && !s->login->cap_open && !s->caps;
	case STATE_CAP:
		return s && !s->registered && s->login->cap_open &&
		       session_has(s, CAP_LABELED_RESPONSE) && session_has(s, CAP_BATCH);
	case STATE_SASL:
		return s && !s->registered && s->exchange &&
		       session_has(s, CAP_LABELED_RESPONSE) && session_has(s, CAP_BATCH);
	case STATE_REGISTERED:
		return s && s->registered && session_has(s, CAP_LABELED_RESPONSE) &&
		       session_has(s, CAP_BATCH);
	case STATE_CLOSING:
	case STATES:
		break;
	}
	return true;
}

static void check_bytes(const char *got, const char *line)
{
	if (strlen(got) > 8191 + LINE_MAX || strpbrk(got, "\r\n"))
		fail_msg("no line of the protocol after %s: %s", line, got);
}

// Reads up to the answer of the PING. How many lines begin an answer with the label?
static unsigned answers(struct run *r, const char *line, bool *ponged, bool *other)
{
	unsigned n = 0;

	*ponged = *other = false;
	for (const char *got; !*ponged && (got = peer_next(r->p));) {
		check_bytes(got, line);
		*ponged = strstr(got, "PONG chat.test :sweep") && !strstr(got, "label=L");
		*other |= !*ponged;
		if (!strstr(got, "label=L"))
			continue;
		n++;
		r->batches += strstr(got, " BATCH +") != NULL;
		r->acks += strstr(got, " ACK") != NULL;
	}
	return n;
}

static bool has_labels(const struct run *r)
{
	return r->state != STATE_NEW && r->state != STATE_CLOSING;
}

static void one_answer(struct run *r, const char *line, unsigned argc)
{
	bool labeled = has_labels(r) && argc <= 15 && still_in(r), ponged, other;
	unsigned n;

	peer_send(r->p, "%s", line);
	if (!peer_is_closed(r->p))
		peer_send(r->p, "PING sweep");
	n = answers(r, line, &ponged, &other);
	r->n++;
	r->closed += peer_is_closed(r->p);
	if (r->state == STATE_CLOSING) {
		if (ponged || other)
			fail_msg("a closed connection was answered: %s", line);
		return;
	}
	if (!ponged && !peer_is_closed(r->p))
		fail_msg("%s: no PONG after: %s", state_names[r->state], line);
	if (labeled && !peer_is_closed(r->p) && n != 1)
		fail_msg("%s: %u answers to: %s", state_names[r->state], n, line);
	if (argc > 15 && !other)
		fail_msg("%s: too many parameters pass in silence: %s", state_names[r->state],
			 line);
	if (!still_in(r))
		enter(r);
}

// "NAME x x FILLING x :x", the filling in place `at`; false: a middle one cannot be empty.
static bool compose(struct run *r, struct buf *line, const char *name, unsigned argc,
		    unsigned at, const char *filling)
{
	size_t head;

	buf_reset(line);
	if (has_labels(r))
		buf_add_str(line, "@label=L ");
	head = line->len;
	buf_add_str(line, name);
	for (unsigned i = 0; i < argc; i++) {
		bool last = i + 1 == argc;

		buf_add_str(line, last && i ? " :" : " ");
		if (i != at) {
			buf_add_char(line, "xyz"[r->turn++ % 3]);
			continue;
		}
		if (filling && !*filling && !last)
			return false;
		if (filling && !*filling && !i)
			buf_add_char(line, ':');
		buf_add_str(line, filling ? filling : "");
		while (!filling && line->len - head < LINE_MAX - 2 * (argc - i))
			buf_add_char(line, 'y');
	}
	return line->len - head <= LINE_MAX;
}

static void sweep(struct run *r, const char *name)
{
	struct buf line = {0};

	for (unsigned argc = 0; argc <= 16; argc++) {
		for (unsigned at = 0; at < argc || at == 0; at++) {
			for (size_t i = 0; i < ARRAY_LEN(fillings); i++) {
				if (compose(r, &line, name, argc, at, fillings[i]))
					one_answer(r, buf_str(&line), argc);
				if (argc == 0)
					break;
			}
		}
	}
	buf_clear(&line);
}

static void in_state(struct fixture *f, enum state state)
{
	struct run r = {.f = f, .state = state};

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		struct peer *bob = fixture_login(f, "bob", "");

		(void)fixture_admin_account(f, "alice");
		peer_send(bob, "JOIN #");
		enter(&r);
		sweep(&r, commands[i]);
		fixture_renew(f, NULL);
	}
	print_message("           %s: %zu lines of %zu commands; %zu closed, %zu batches, %zu "
		      "ACKs\n",
		      state_names[state], r.n, ARRAY_LEN(commands), r.closed, r.batches,
		      r.acks);
}

static void before_anything_was_said(void **state)
{
	in_state(*state, STATE_NEW);
}

static void while_capabilities_are_negotiated(void **state)
{
	in_state(*state, STATE_CAP);
}

// Proves B2.
static void in_the_middle_of_a_login(void **state)
{
	in_state(*state, STATE_SASL);
}

// Proves B1.
static void by_an_administrator_who_is_in(void **state)
{
	in_state(*state, STATE_REGISTERED);
}

static void after_the_goodbye(void **state)
{
	in_state(*state, STATE_CLOSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(before_anything_was_said), HUB_TEST(while_capabilities_are_negotiated),
		HUB_TEST(in_the_middle_of_a_login), HUB_TEST(by_an_administrator_who_is_in),
		HUB_TEST(after_the_goodbye),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
