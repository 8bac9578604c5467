// SPDX-License-Identifier: MIT
// Whatever happens in a room that is now large and now not: each client's list of who is there
// stays what the server shows it, and nobody unknown to it speaks, goes or gets a role.
#include "common/msg.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/people/account.h"
#include "server/hub/state/session.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PEOPLE 9
#define STEPS 4000

static const char *const names[PEOPLE] = {"ann", "bob", "cleo", "dora", "emil",
					  "fay", "gus", "hal",  "ida"};

// One client and the list that it keeps by what it is told, as any client does.
struct view {
	struct peer *peer; // NULL: away
	bool is_in, sees[PEOPLE];
};

struct walk {
	struct fixture *f;
	struct view views[PEOPLE];
	uint64_t dice;
};

static unsigned roll(struct walk *w, unsigned n)
{
	w->dice = w->dice * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(w->dice >> 33) % n;
}

static int who(struct span name)
{
	while (name.len > 0 && strchr("~@+:", name.at[0]) != NULL)
		name = span_after(name, 1);
	for (int i = 0; i < PEOPLE; i++)
		if (span_eq(name, span_of(names[i])))
			return i;
	return -1;
}

static void leaves(struct view *v, int self, int gone, const char *line)
{
	if (!v->sees[gone])
		fail_msg("%s was never shown who goes: %s", names[self], line);
	v->sees[gone] = false;
	if (gone != self)
		return;
	v->is_in = false;
	memset(v->sees, 0, sizeof(v->sees));
}

static void joins(struct view *v, int self, int come, const char *line)
{
	if (come == self) {
		v->is_in = true;
		memset(v->sees, 0, sizeof(v->sees));
	} else if (v->sees[come]) {
		fail_msg("%s was shown before who comes: %s", names[self], line);
	}
	v->sees[come] = true;
}

static void reads(struct walk *w, int self, const char *line)
{
	struct view *v = &w->views[self];
	struct span source;
	struct msg m;
	int by;

	assert_true(msg_parse(&m, span_of(line)) == MSG_OK);
	source = m.source;
	by = who(span_cut(&source, '!'));
	if (span_eq(m.command, SPAN("353"))) {
		for (struct span rest = m.params[3]; rest.len > 0;)
			v->sees[who(span_cut(&rest, ' '))] = true;
	} else if (span_eq(m.command, SPAN("JOIN"))) {
		joins(v, self, by, line);
	} else if (span_eq(m.command, SPAN("KICK"))) {
		if (w->views[who(m.params[1])].peer != NULL) // else nobody saw it come
			leaves(v, self, who(m.params[1]), line);
	} else if (span_eq(m.command, SPAN("PART")) || span_eq(m.command, SPAN("QUIT"))) {
		leaves(v, self, by, line);
	} else if (by >= 0 && v->is_in && !v->sees[by]) {
		fail_msg("%s hears of one whom it was not shown: %s", names[self], line);
	}
}

static void login(struct walk *w, int i)
{
	w->views[i] = (struct view){0};
	w->views[i].peer =
		fixture_login_loud(w->f, names[i],
				   i % 3 == 2 ? "draft/chathistory draft/event-playback"
					      : "draft/chathistory away-notify");
}

static void acts(struct walk *w, int i)
{
	static const char *const roles[] = {"+v", "-v", "+o", "-o"};
	struct view *v = &w->views[i];
	int other = (int)roll(w, PEOPLE);

	if (v->peer == NULL) {
		login(w, i);
		return;
	}
	switch (roll(w, 8)) {
	case 0:
		peer_close(v->peer);
		fixture_settle(w->f);
		v->peer = NULL;
		break;
	case 1:
	case 2:
		peer_send(v->peer, "JOIN #den");
		break;
	case 3:
		if (i != 0)
			peer_send(v->peer, "PART #den");
		break;
	case 4:
		peer_send(v->peer, "PRIVMSG #den :hi");
		break;
	case 5:
		peer_send(v->peer, "AWAY%s", roll(w, 2) ? " :tea" : "");
		break;
	case 6:
		if (other != 0)
			peer_send(v->peer, "MODE #den %s %s", roles[roll(w, 4)], names[other]);
		break;
	default:
		if (other != 0 && roll(w, 3) == 0)
			peer_send(v->peer, "KICK #den %s", names[other]);
	}
}

static void agrees(struct walk *w, int i)
{
	struct room *r = room_find(w->f->hub, SPAN("#den"));
	struct view *v = &w->views[i];
	const struct session *s;
	const char *line;

	if (v->peer == NULL)
		return;
	while ((line = peer_next(v->peer)) != NULL)
		reads(w, i, line);
	assert_true(room_is_large(r) || r->n_hidden == 0);
	s = peer_session(v->peer);
	assert_int_equal(v->is_in, member_find(r, s->account) != NULL);
	for (int k = 0; v->is_in && k < PEOPLE; k++) {
		const struct account *a = account_find(w->f->hub, span_of(names[k]));
		const struct member *m = a == NULL ? NULL : member_find(r, a);
		bool is_shown = m != NULL && member_is_present(m) &&
				member_is_shown(m, s, listener_sees_all(r, s));

		if (v->sees[k] != is_shown)
			fail_msg("%s and the server disagree on %s: %d", names[i], names[k],
				 is_shown);
	}
}

static void walks(struct fixture *f, uint64_t seed, int64_t limit)
{
	struct hub_config config = fixture_config();
	struct walk w = {.dice = seed};

	config.presence_limit = limit;
	fixture_renew(f, &config);
	w.f = f;
	for (int i = 0; i < PEOPLE; i++)
		login(&w, i);
	peer_send(w.views[0].peer, "JOIN #den");
	for (int step = 0; step < STEPS; step++) {
		acts(&w, (int)roll(&w, PEOPLE));
		for (int i = 0; i < PEOPLE; i++)
			agrees(&w, i);
	}
}

static void every_list_stays_true_whatever_happens(void **state)
{
	for (int64_t limit = 0; limit < PEOPLE; limit += 2)
		walks(*state, 7 + (uint64_t)limit, limit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(every_list_stays_true_whatever_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
