// SPDX-License-Identifier: MIT
// What every command costs the server is paid: made of command.def and a set of parameters, so
// that a new command is in it. For each token at most 4 KiB of answers, 1 KiB stored, 20,000
// steps of the database; what is over a whole token is less than one (flood.c).
#include "server/hub/commands/command.h"
#include "server/hub/history/history.h"
#include "server/hub/people/credential.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/metadata.h"
#include "tests/support/hub_fixture.h"
#include "tests/support/instructions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PEOPLE 300
#define ROOMS 60
#define MESSAGES 1500

static const struct command table[] = {
#define COMMAND(name, fn, min_params, states, purse, cost, cap)                                \
	{name, fn, min_params, states, purse, cost, cap},
#include "server/hub/commands/command.def"
#undef COMMAND
};

// Those that end the connection, or of which the test can say nothing.
static const char *const left_out[] = {"QUIT", "KILL"};

static const char caps[] =
	"batch message-tags echo-message server-time account-tag userhost-in-names "
	"draft/chathistory draft/metadata-3 draft/read-marker draft/multiline multi-prefix "
	"soju.im/search soju.im/client-cert draft/message-redaction draft/event-playback";

#define TWENTY_ROOMS                                                                           \
	"#r0,#r1,#r2,#r3,#r4,#r5,#r6,#r7,#r8,#r9,#r10,#r11,#r12,#r13,#r14,#r15,#r16,#r17,"     \
	"#r18,#R19"
#define TWENTY_NAMES "p0,p1,p2,p3,p4,p5,p6,p7,p8,p9,p10,p11,p12,p13,p14,p15,p16,p17,p18,p19"
static const char *const words[] = {
	"*",           "#den",
	"alice",       TWENTY_ROOMS,
	TWENTY_NAMES,  "+",
	"S",           "LIST",
	"SYNC",        "LATEST",
	"text=plenty", "text=ple*\\swor*",
	"+beI",        "#den,#den,#DEN,#den",
	"500",
};

struct world {
	struct fixture *f;
	struct peer *alice;
	struct room *den;
	int64_t n_commands, paid; // tokens
};

static struct account *person(struct hub *h, int i)
{
	char name[16];
	struct account *a;

	snprintf(name, sizeof(name), "p%d", i);
	a = account_find(h, span_of(name));
	return a ? a : account_new(h, span_of(name), SPAN(""));
}

// Rates of one token a second, so that a purse tells what was paid; never empty.
static struct fixture *counted(struct fixture *f)
{
	struct hub_config config = fixture_config();

	config.lines_per_second = config.asks_per_second = 1;
	config.lines_burst = config.asks_burst = 100 * 1000 * 1000;
	config.motd = SPAN("welcome\nto all");
	fixture_renew(f, &config);
	return f;
}

static void fill_people(struct world *w)
{
	char value[METADATA_VALUE_MAX];

	memset(value, 'v', sizeof(value));
	for (int i = 0; i < PEOPLE; i++) {
		struct account *a = person(w->f->hub, i);

		a->shown = false;
		if (!member_find(w->den, a))
			(void)member_join(w->den, a, MEMBER_VOICE);
		for (int k = 0; k < 3; k++)
			metadata_put(&a->metadata, span_of((const char *[]){"a", "b", "c"}[k]),
				     span_from(value, sizeof(value)));
	}
	for (int i = 0; i < BANS_PER_ROOM; i++) {
		char mask[MASK_MAX + 1];

		snprintf(mask, sizeof(mask), "%0150d!*@*", i);
		(void)ban_add(w->f->hub, w->den, BAN_BAN, span_of(mask), SPAN("alice"),
			      SPAN(""), 0);
	}
}

static void fill_history(struct world *w)
{
	char text[380], tags[1000] = "+a=";

	memset(text, 'x', sizeof(text));
	memcpy(text, "plenty words ", 13);
	memset(tags + 3, 'y', sizeof(tags) - 4);
	for (int i = 0; i < MESSAGES; i++) {
		struct entry_message m = {.kind = MESSAGE_PRIVMSG,
					  .sender = SPAN("p1"),
					  .text = span_from(text, sizeof(text)),
					  .tags = i % 4 ? SPAN("") : span_of(tags)};

		history_append(w->f->hub, &w->den->stream, &m);
	}
	fixture_settle(w->f);
	fixture_tidy(w->f);
}

static void log_in(struct world *w)
{
	w->alice = fixture_login(w->f, "alice", caps);
	peer_send(w->alice, "METADATA * SUB a b c");
	fixture_pass(w->f, 120 * 1000); // the allowance is over
	peer_skip(w->alice);
}

// All that a command may have ended is there again.
static void mend(struct world *w)
{
	struct hub *h = w->f->hub;

	if (!w->alice || peer_is_closed(w->alice))
		log_in(w);
	for (int i = 0; i < ROOMS; i++) {
		struct account *alice = account_find(h, SPAN("alice"));
		char name[8];
		struct room *r;

		snprintf(name, sizeof(name), "#r%d", i);
		r = room_find(h, span_of(name));
		if (!r)
			r = room_new(h, span_of(name), NULL);
		if (!member_find(r, alice))
			(void)member_join(r, alice, MEMBER_FOUNDER);
	}
	fixture_settle(w->f);
	peer_skip(w->alice);
}

static struct world *make(struct world *w, struct fixture *f)
{
	*w = (struct world){.f = counted(f)};
	log_in(w);
	w->den = room_new(f->hub, SPAN("#den"), account_find(f->hub, SPAN("alice")));
	fill_people(w);
	fill_history(w);
	mend(w);
	return w;
}

static int64_t level(const struct world *w, enum purse_kind kind)
{
	const struct account *a = account_find(w->f->hub, SPAN("alice"));
	int64_t now = w->f->now.mono_ms;

	return a->purses[kind].full_ms > now ? a->purses[kind].full_ms - now : 0;
}

// Runs one line and looks at what it came to.
static void try(struct world *w, const char *line)
{
	size_t bytes = peer_bytes(w->alice);
	int64_t asked = level(w, ASKS), said = level(w, SAYS), stored = w->f->hub->day.bytes;
	int64_t steps = fixture_steps(w->f), paid;

	peer_put(w->alice, "%s", line);
	fixture_settle(w->f);
	asked = (level(w, ASKS) - asked) / 1000;
	said = (level(w, SAYS) - said) / 1000;
	stored = w->f->hub->day.bytes - stored;
	steps = fixture_steps(w->f) - steps;
	bytes = peer_bytes(w->alice) - bytes;
	paid = asked + said + 1; // a free line answers, and less than a token is owed
	w->n_commands++;
	w->paid += paid;
	if ((int64_t)bytes > paid * 4096 + 4096)
		fail_msg("%.60s: %zu bytes for %lld tokens", line, bytes, (long long)paid);
	if (stored > said * 1024)
		fail_msg("%.60s: %lld bytes stored for %lld tokens", line, (long long)stored,
			 (long long)said);
	if (steps > (paid + 1) * 20000)
		fail_msg("%.60s: %lld steps for %lld tokens", line, (long long)steps,
			 (long long)paid);
}

static bool is_left_out(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(left_out); i++) {
		if (strcmp(left_out[i], name) == 0)
			return true;
	}
	return false;
}

static void try_forms(struct world *w, const char *name)
{
	char line[600];

	w->paid = 0;
	instructions_from_here();
	try(w, name);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		mend(w);
		snprintf(line, sizeof(line), "%s %s", name, words[i]);
		try(w, line);
		for (size_t k = 0; k < ARRAY_LEN(words); k++) {
			snprintf(line, sizeof(line), "%s %s %s", name, words[i], words[k]);
			try(w, line);
		}
	}
	instructions_until_here(name, w->paid);
}

static void try_alone(struct world *w, const char *line)
{
	mend(w);
	w->paid = 0;
	instructions_from_here();
	try(w, line);
	instructions_until_here(line, w->paid);
}

// Proves P4.
static void every_command_is_paid(void **state)
{
	struct world w;

	make(&w, *state);
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (!is_left_out(table[i].name))
			try_forms(&w, table[i].name);
		mend(&w);
	}
	assert_true(w.n_commands > 50 * 15 * 15);
}

// What the set of words does not come to.
// Proves P4.
static void the_dearest_are_paid(void **state)
{
	static const char *const lines[] = {
		"CHATHISTORY LATEST #den * 500",
		"CHATHISTORY AROUND #den timestamp=2026-01-01T00:00:00.000Z 500",
		"CHATHISTORY TARGETS timestamp=2026-01-01T00:00:00.000Z "
		"timestamp=2027-01-01T00:00:00.000Z 500",
		"SEARCH text=plenty\\swords;limit=100",
		"SEARCH text=plenty;from=nobody",
		"METADATA #den SYNC",
		"MONITOR + " TWENTY_NAMES,
		"MODE #den beI",
		"WHO #den %tcuihsnfdlaor",
		"WHO * o",
		"NAMES #den",
		"WHOIS " TWENTY_NAMES,
		"LIST *,*,*,*,!x,!y,U>0",
		"PRIVMSG ChanServ :ACCESS #den LIST",
		"PRIVMSG " TWENTY_ROOMS " :to all",
		"JOIN " TWENTY_ROOMS,
		"PRIVMSG *playback :PLAY * 0",
	};
	struct world w;
	char line[5000] = "@+a=";

	make(&w, *state);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		try_alone(&w, lines[i]);
	memset(line + 4, 'x', 4000);
	snprintf(line + 4004, sizeof(line) - 4004, " PRIVMSG %s :tags", TWENTY_ROOMS);
	try_alone(&w, line);
	memcpy(line, "@+draft/react=", 14);
	snprintf(line + 4004, sizeof(line) - 4004, " TAGMSG %s", TWENTY_ROOMS);
	try_alone(&w, line);
}

// Before the login: a connection pays from a purse of its own, and little is made.
static void little_is_made_before_the_login(void **state)
{
	struct fixture *f = *state;
	size_t before;

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct peer *p = fixture_open(f);

		peer_send(p, "CAP REQ :%s draft/extended-isupport", "batch draft/metadata-3");
		before = peer_bytes(p);
		peer_send(p, "%s * a b c", table[i].name);
		assert_in_range(peer_bytes(p) - before, 0, 4096);
		peer_close(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(every_command_is_paid),
		HUB_TEST(the_dearest_are_paid),
		HUB_TEST(little_is_made_before_the_login),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
