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
	expect_none(p);
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
