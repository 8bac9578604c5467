// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include "common/caps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_list_for_302_has_values_and_may_take_several_lines(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP LS 302");
	expect(p, "server CAP * LS * :*sasl=PLAIN,EXTERNAL *");
	expect(p, "server CAP * LS * :*draft/multiline=*");
	expect(p, "server CAP * LS :*znc.in/playback");
	expect_none(p);
}

static void an_old_client_gets_one_line_without_values(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);
	const char *line;

	peer_send(p, "CAP LS");
	line = peer_next(p);
	assert_non_null(line);
	assert_null(strchr(line, '='));
	assert_null(strstr(line, "sts"));
	assert_null(strchr(line, '/'));
	expect_none(p);
}

// What does not fit into the one line is left out.
static void an_old_client_that_has_all_is_told_of_what_fits(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	for (enum cap cap = 0; cap < CAPS; cap++)
		peer_send(p, "CAP REQ :%s", cap_name(cap));
	peer_skip(p);
	peer_send(p, "CAP LIST");
	expect(p, "server CAP * LIST :*");
	expect_none(p);
}

static void a_version_is_302_or_later(void **state)
{
	static const char *const rows[][2] = {{"301", "server CAP * LIST :"},
					      {"302", "server CAP * LIST :cap-notify"},
					      {"303", "server CAP * LIST :cap-notify"},
					      {"x", "server CAP * LIST :"}};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct peer *p = fixture_open(f);

		peer_send(p, "CAP LS %s", rows[i][0]);
		peer_skip(p);
		peer_send(p, "CAP LIST");
		expect(p, rows[i][1]);
	}
}

static bool is_offered(struct fixture *f, const struct hub_config *config, const char *word)
{
	struct peer *p;
	const char *line;
	bool is_there = false;

	fixture_renew(f, config);
	p = fixture_open(f);
	peer_send(p, "CAP LS 302");
	while ((line = peer_next(p)) != NULL)
		is_there = is_there || strstr(line, word);
	return is_there;
}

static void what_is_not_had_is_not_offered(void **state)
{
	struct hub_config all = fixture_config(), none = fixture_config();
	static const char *const words[] = {"snug.chat/files", "draft/authtoken",
					    "draft/webpush",   "soju.im/webpush",
					    "email-required",  "draft/account-registration"};
	struct fixture *f = *state;
	struct peer *p;

	all.email_required = true;
	none.registration = REGISTRATION_CLOSED;
	none.has_files = none.push = false;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		assert_true(is_offered(f, &all, words[i]));
		assert_false(is_offered(f, &none, words[i]));
	}
	all.email_required = false;
	assert_false(is_offered(f, &all, "email-required"));
	// It may be given back all the same.
	fixture_renew(f, &none);
	p = fixture_open(f);
	peer_send(p, "CAP REQ draft/webpush");
	expect(p, "server CAP * NAK :draft/webpush");
	peer_send(p, "CAP REQ -draft/webpush");
	expect(p, "server CAP * ACK :-draft/webpush");
}

static void a_request_is_granted_whole_or_refused_whole(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP REQ :multi-prefix nonsense server-time");
	expect(p, "server CAP * NAK :multi-prefix nonsense server-time");
	peer_send(p, "CAP LIST");
	expect(p, "server CAP * LIST :");
	peer_send(p, "CAP REQ :multi-prefix server-time");
	expect(p, "server CAP * ACK :multi-prefix server-time");
	peer_send(p, "CAP LIST");
	expect(p, "server CAP * LIST :multi-prefix server-time");
}

static void a_capability_is_given_back_by_a_minus(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "server-time multi-prefix");

	peer_send(p, "CAP REQ :-server-time");
	expect(p, "server CAP alice ACK :-server-time");
	peer_send(p, "CAP LIST");
	expect(p, "@!time server CAP alice LIST :cap-notify multi-prefix");
}

static void cap_notify_comes_with_302_and_stays(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP LS 302");
	peer_skip(p);
	peer_send(p, "CAP LIST");
	expect(p, "server CAP * LIST :cap-notify");
	peer_send(p, "CAP REQ -cap-notify");
	expect(p, "server CAP * NAK :-cap-notify");
	p = fixture_open(f);
	peer_send(p, "CAP REQ :cap-notify  server-time");
	expect(p, "server CAP * ACK :cap-notify  server-time");
	peer_send(p, "CAP REQ -cap-notify");
	expect(p, "server CAP * ACK :-cap-notify");
}

static void sts_is_told_but_not_for_asking(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *p;

	config.has_sts = true;
	fixture_renew(f, &config);
	p = fixture_open(f);
	peer_send(p, "CAP LS 302");
	expect_later(p, "server CAP * LS * :*sts=duration=*");
	peer_skip(p);
	peer_send(p, "CAP REQ sts");
	expect(p, "server CAP * NAK :sts");
}

static void without_an_authority_there_is_no_sts(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);
	const char *line;

	peer_send(p, "CAP LS 302");
	while ((line = peer_next(p)))
		assert_null(strstr(line, "sts"));
}

static void a_long_request_is_acknowledged_in_whole_words(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);
	struct buf words = {0};

	while (words.len < 440)
		buf_add_str(&words, "echo-message server-time ");
	peer_send(p, "CAP REQ :%s", buf_str(&words));
	expect(p, "server CAP * ACK :echo-message *");
	expect(p, "server CAP * ACK :*server-time");
	expect_none(p);
	buf_clear(&words);
}

static void an_unknown_subcommand_is_410(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP DANCE");
	expect(p, "server 410 * DANCE :*");
	peer_send(p, "CAP");
	expect(p, "server 461 * CAP :*");
}

static void registration_waits_for_the_end_of_negotiation(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	(void)fixture_account(f, "alice");
	peer_send(p, "CAP LS 302");
	peer_send(p, "PASS :alice:" FIXTURE_PASSWORD);
	peer_send(p, "NICK alice");
	peer_send(p, "USER alice 0 * :Alice");
	peer_skip(p);
	peer_send(p, "PING x");
	expect(p, "server PONG * :x");
	expect_none(p);
	peer_send(p, "CAP END");
	expect_later(p, "server 001 alice :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_list_for_302_has_values_and_may_take_several_lines),
		HUB_TEST(an_old_client_gets_one_line_without_values),
		HUB_TEST(an_old_client_that_has_all_is_told_of_what_fits),
		HUB_TEST(a_version_is_302_or_later),
		HUB_TEST(what_is_not_had_is_not_offered),
		HUB_TEST(a_request_is_granted_whole_or_refused_whole),
		HUB_TEST(a_capability_is_given_back_by_a_minus),
		HUB_TEST(cap_notify_comes_with_302_and_stays),
		HUB_TEST(sts_is_told_but_not_for_asking),
		HUB_TEST(without_an_authority_there_is_no_sts),
		HUB_TEST(a_long_request_is_acknowledged_in_whole_words),
		HUB_TEST(an_unknown_subcommand_is_410),
		HUB_TEST(registration_waits_for_the_end_of_negotiation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
