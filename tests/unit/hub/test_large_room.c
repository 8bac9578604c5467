// SPDX-License-Identifier: MIT
// A large room shows who speaks, not who comes and goes.
#include "server/hub/people/account.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/presence.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define LIMIT 3

// A room of ann's in which she, bob and cleo are: the next to come makes it large.
struct den {
	struct fixture *f;
	struct peer *ann, *bob, *cleo;
};

static void fill(struct den *d, struct fixture *f)
{
	struct hub_config config = fixture_config();

	config.presence_limit = LIMIT;
	fixture_renew(f, &config);
	d->f = f;
	d->ann = fixture_login(f, "ann", "message-tags");
	d->bob = fixture_login(f, "bob", "away-notify");
	d->cleo = fixture_login(f, "cleo", "");
	peer_join(d->ann, "#den");
	peer_join(d->bob, "#den");
	peer_join(d->cleo, "#den");
}

static struct peer *comes(const struct den *d, const char *name, const char *caps)
{
	struct peer *p = fixture_login(d->f, name, caps);

	peer_join(p, "#den");
	return p;
}

static void nobody_else_hears(const struct den *d)
{
	expect_none(d->bob);
	expect_none(d->cleo);
}

static void up_to_the_limit_everybody_sees_who_comes(void **state)
{
	struct den d;

	fill(&d, *state);
	peer_send(d.bob, "PART #den");
	fixture_skip(d.f);
	peer_send(d.bob, "JOIN #den");
	expect(d.cleo, "bob JOIN #den");
	expect(d.ann, "bob JOIN #den");
}

static void past_it_only_moderators_and_the_newcomer_do(void **state)
{
	struct den d;
	struct peer *dora;

	fill(&d, *state);
	dora = fixture_login(d.f, "dora", "");
	peer_send(dora, "JOIN #den");
	expect(d.ann, "dora JOIN #den");
	nobody_else_hears(&d);
	expect(dora, "dora JOIN #den");
	expect_later(dora, "server 353 dora = #den :*dora*");
}

static void who_asked_for_events_sees_all(void **state)
{
	struct den d;
	struct peer *dora;

	fill(&d, *state);
	dora = comes(&d, "dora", "draft/event-playback");
	(void)comes(&d, "emil", "");
	peer_send(dora, "NAMES #den");
	expect(dora, "server 353 dora = #den :*emil*");
	peer_send(fixture_login(d.f, "frida", ""), "JOIN #den");
	expect_later(dora, "frida JOIN #den");
}

static void the_first_word_shows_whoever_says_it(void **state)
{
	static const char *const words[] = {"PRIVMSG #den :hi", "NOTICE #den :hi",
					    "PRIVMSG @#den :help", "INVITE zoe #den"};
	struct den d;
	struct peer *dora;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		fill(&d, *state);
		(void)fixture_account(d.f, "zoe");
		dora = comes(&d, "dora", "message-tags");
		peer_send(dora, "AWAY :tea");
		expect_none(d.bob);
		peer_skip(d.ann);
		peer_send(dora, "%s", words[i]);
		expect(d.bob, "dora JOIN #den");
		expect(d.bob, "dora AWAY :tea");
		expect(d.cleo, "dora JOIN #den");
		if (i < 2)
			expect(d.cleo, "dora * #den :hi");
		expect_none(d.cleo);
		peer_send(dora, "PRIVMSG #den :again");
		expect(d.cleo, "dora PRIVMSG #den :again");
		expect_later(d.ann, "dora PRIVMSG #den :again");
	}
}

static void the_own_devices_of_one_who_is_hidden_see_it(void **state)
{
	struct den d;
	struct peer *desk, *phone;

	fill(&d, *state);
	desk = fixture_login(d.f, "dora@desk", "");
	phone = fixture_login(d.f, "dora@phone", "");
	peer_send(desk, "JOIN #den");
	expect(phone, "dora JOIN #den");
	expect_later(phone, "server 353 dora = #den :*dora*");
	peer_skip(phone);
	peer_send(desk, "PART #den");
	expect(phone, "dora PART #den");
}

static void who_was_not_shown_goes_without_a_word(void **state)
{
	struct den d;
	struct peer *dora;

	fill(&d, *state);
	for (int way = 0; way < 3; way++) {
		dora = comes(&d, "dora", "");
		if (way == 0)
			peer_send(dora, "PART #den :bye");
		if (way == 1)
			peer_send(dora, "QUIT :bye");
		if (way == 2)
			peer_send(d.ann, "KICK #den dora :bye");
		expect(d.ann, way == 0   ? "dora PART #den :bye"
			      : way == 1 ? "dora QUIT :*"
					 : "ann KICK #den dora :bye");
		nobody_else_hears(&d);
		peer_close(dora);
		fixture_settle(d.f);
		fixture_skip(d.f);
	}
}

static void who_was_shown_is_seen_to_go(void **state)
{
	struct den d;
	struct peer *dora;

	fill(&d, *state);
	dora = comes(&d, "dora", "");
	peer_send(dora, "PRIVMSG #den :hi");
	fixture_skip(d.f);
	peer_send(dora, "QUIT");
	expect(d.bob, "dora QUIT :*");
	expect(d.cleo, "dora QUIT :*");
	peer_skip(d.ann);
	dora = fixture_login(d.f, "dora", "");
	nobody_else_hears(&d);
	expect(d.ann, "dora JOIN #den");
}

static void one_that_is_shown_in_another_room_is_seen_there(void **state)
{
	struct den d;
	struct peer *dora;

	fill(&d, *state);
	dora = comes(&d, "dora", "");
	peer_join(d.cleo, "#nook");
	peer_join(dora, "#nook");
	fixture_skip(d.f);
	peer_send(dora, "QUIT");
	expect(d.cleo, "dora QUIT :*");
	expect_none(d.cleo);
	expect_none(d.bob);
}

static void a_new_name_is_told_to_those_who_know_the_old_one(void **state)
{
	struct den d;
	struct peer *dora;

	fill(&d, *state);
	dora = comes(&d, "dora", "");
	peer_skip(d.ann);
	presence_rename(account_find(d.f->hub, SPAN("dora")), SPAN("dorothy"));
	fixture_settle(d.f);
	expect(d.ann, "dora NICK dorothy");
	nobody_else_hears(&d);
	peer_send(dora, "PRIVMSG #den :hi");
	expect(d.cleo, "dorothy JOIN #den");
}

static void a_role_shows(void **state)
{
	struct den d;
	struct peer *dora;

	fill(&d, *state);
	dora = comes(&d, "dora", "");
	peer_send(d.ann, "MODE #den +v dora");
	expect(d.cleo, "dora JOIN #den");
	expect(d.cleo, "ann MODE #den +v dora");
	// It comes back as what it is.
	peer_send(dora, "QUIT");
	fixture_skip(d.f);
	(void)fixture_login(d.f, "dora", "");
	expect(d.cleo, "dora JOIN #den");
	expect(d.cleo, "server MODE #den +v dora");
}

static void a_new_moderator_is_told_who_is_there(void **state)
{
	struct den d;

	fill(&d, *state);
	(void)comes(&d, "dora", "");
	peer_send(d.ann, "MODE #den +o bob");
	expect_later(d.bob, "server 353 bob = #den :*dora*");
	expect_later(d.bob, "ann MODE #den +o bob");
	peer_send(fixture_login(d.f, "emil", ""), "JOIN #den");
	expect_later(d.bob, "emil JOIN #den");
	// And goes on seeing them go.
	peer_send(d.ann, "MODE #den -o bob");
	fixture_skip(d.f);
	peer_send(d.ann, "KICK #den emil");
	expect(d.bob, "ann KICK #den emil :*");
	expect_none(d.cleo);
}

static void names_and_who_list_the_shown_and_tell_the_number(void **state)
{
	struct den d;
	struct peer *emil;

	fill(&d, *state);
	(void)comes(&d, "dora", "");
	emil = comes(&d, "emil", "message-tags");
	peer_send(emil, "NAMES #den");
	expect(emil, "server 353 emil = #den :@ann bob cleo emil");
	expect(emil, "server 366 emil #den :*");
	peer_send(emil, "WHO #den n");
	for (int i = 0; i < 4; i++)
		expect(emil, "server 352 emil #den * * * * * :*");
	expect(emil, "server 315 emil #den :*");
	peer_send(emil, "LIST #den");
	expect_later(emil, "server 322 emil #den 5 :*");
	peer_send(d.ann, "NAMES #den");
	expect_later(d.ann, "server 353 ann = #den :@ann bob cleo dora emil");
	peer_send(emil, "PART #den");
	fixture_skip(d.f);
	peer_send(emil, "JOIN #den");
	expect_later(emil, "@snug.chat/present=5; server 366 emil #den :*");
}

static void a_room_that_is_no_longer_large_hides_nobody(void **state)
{
	struct den d;
	struct peer *dora;

	fill(&d, *state);
	dora = comes(&d, "dora", "");
	peer_send(d.cleo, "PART #den");
	expect(d.bob, "cleo PART #den");
	expect(d.bob, "dora JOIN #den");
	expect_none(d.bob);
	peer_skip(dora);
	peer_send(dora, "NAMES #den");
	expect(dora, "@!snug.chat/present; server 353 dora = #den :*");
	expect(dora, "@!snug.chat/present; server 366 dora #den :*");
}

static void a_larger_limit_shows_them_and_none_hides_nobody(void **state)
{
	static const int64_t limits[] = {LIMIT + 1, 0};
	struct hub_config config;
	struct den d;

	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		fill(&d, *state);
		(void)comes(&d, "dora", "");
		expect_none(d.bob);
		config = d.f->hub->config;
		config.presence_limit = limits[i];
		hub_configure(d.f->hub, &config);
		fixture_settle(d.f);
		expect(d.bob, "dora JOIN #den");
	}
}

static void a_new_moderator_who_wants_no_names_gets_none(void **state)
{
	struct den d;
	struct peer *dora;

	fill(&d, *state);
	dora = comes(&d, "dora", "no-implicit-names");
	(void)comes(&d, "emil", "");
	peer_skip(dora);
	peer_send(d.ann, "MODE #den +o dora");
	expect(dora, "ann MODE #den +o dora");
	expect_none(dora);
}

// Nobody is to be shown by it.
static void what_the_server_says_shows_nobody(void **state)
{
	struct den d;

	fill(&d, *state);
	(void)comes(&d, "dora", "");
	fixture_skip(d.f);
	admin_answer_free(fixture_verb(d.f, "room set den --modes +m", NULL));
	expect(d.cleo, "server MODE #den +m");
	expect_none(d.cleo);
}

static void who_speaks_from_outside_is_no_member_to_be_shown(void **state)
{
	struct den d;
	struct peer *out;

	fill(&d, *state);
	(void)comes(&d, "dora", "");
	peer_send(d.ann, "MODE #den -n");
	out = fixture_login(d.f, "outsider", "");
	fixture_skip(d.f);
	peer_send(out, "PRIVMSG #den :hello");
	expect(d.cleo, "outsider PRIVMSG #den :hello");
	expect_none(d.cleo);
}

static void an_administrator_who_puts_somebody_out_is_shown(void **state)
{
	struct den d;
	struct peer *root;

	fill(&d, *state);
	(void)fixture_admin_account(d.f, "root");
	root = comes(&d, "root", "");
	fixture_skip(d.f);
	peer_send(root, "KICK #den bob :noise");
	expect(d.cleo, "root JOIN #den");
	expect(d.cleo, "root KICK #den bob :noise");
	expect_none(d.cleo);
}

// History begins with who joins: the first word shows there, too.
static void in_a_room_that_hides_the_past_the_first_word_shows(void **state)
{
	struct den d;
	struct peer *dora;

	fill(&d, *state);
	peer_send(d.ann, "MODE #den +q ann");
	peer_send(d.ann, "MODE #den +H");
	dora = comes(&d, "dora", "");
	fixture_skip(d.f);
	peer_send(dora, "PRIVMSG #den :hi");
	expect(d.cleo, "dora JOIN #den");
	expect(d.cleo, "dora PRIVMSG #den :hi");
	expect_none(d.cleo);
}

static void a_founder_who_comes_is_said_to_be_all_that_he_is(void **state)
{
	struct den d;

	fill(&d, *state);
	peer_send(d.ann, "MODE #den +qv ann ann");
	peer_close(d.ann);
	fixture_skip(d.f);
	d.ann = fixture_login(d.f, "ann", "");
	expect(d.cleo, "ann JOIN #den");
	expect(d.cleo, "server MODE #den +qov ann ann ann");
	expect_none(d.cleo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(up_to_the_limit_everybody_sees_who_comes),
		HUB_TEST(past_it_only_moderators_and_the_newcomer_do),
		HUB_TEST(who_asked_for_events_sees_all),
		HUB_TEST(the_first_word_shows_whoever_says_it),
		HUB_TEST(the_own_devices_of_one_who_is_hidden_see_it),
		HUB_TEST(who_was_not_shown_goes_without_a_word),
		HUB_TEST(who_was_shown_is_seen_to_go),
		HUB_TEST(one_that_is_shown_in_another_room_is_seen_there),
		HUB_TEST(a_new_name_is_told_to_those_who_know_the_old_one),
		HUB_TEST(a_role_shows),
		HUB_TEST(a_new_moderator_is_told_who_is_there),
		HUB_TEST(names_and_who_list_the_shown_and_tell_the_number),
		HUB_TEST(a_room_that_is_no_longer_large_hides_nobody),
		HUB_TEST(a_larger_limit_shows_them_and_none_hides_nobody),
		HUB_TEST(a_new_moderator_who_wants_no_names_gets_none),
		HUB_TEST(what_the_server_says_shows_nobody),
		HUB_TEST(who_speaks_from_outside_is_no_member_to_be_shown),
		HUB_TEST(an_administrator_who_puts_somebody_out_is_shown),
		HUB_TEST(in_a_room_that_hides_the_past_the_first_word_shows),
		HUB_TEST(a_founder_who_comes_is_said_to_be_all_that_he_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
