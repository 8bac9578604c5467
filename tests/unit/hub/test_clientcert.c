// SPDX-License-Identifier: MIT
// soju.im/client-cert: device certificates as other clients know them.
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ZEROES "00000000000000000000000000000000000000000000000000000000000000"
#define PRINT_1 "01" ZEROES ZEROES "00"
#define PRINT_2 "02" ZEROES ZEROES "00"

static struct peer *login(struct fixture *f, const char *name, uint8_t key, uint8_t cert)
{
	const struct inbox_opened opened = {.host = SPAN("192.0.2.7"),
					    .source = 7,
					    .has_pin = key != 0,
					    .pin = {key},
					    .cert = {cert}};
	struct peer *p = fixture_open_as(f, &opened);

	fixture_account(f, name);
	peer_send(p, "CAP REQ :batch soju.im/client-cert");
	peer_send(p, "PASS :%s:" FIXTURE_PASSWORD, name);
	peer_send(p, "NICK %s", name);
	peer_send(p, "USER %s 0 * :x", name);
	peer_send(p, "CAP END");
	peer_skip(p);
	return p;
}

static void a_certificate_is_pinned_listed_and_removed(void **state)
{
	struct fixture *f = *state;
	struct peer *p = login(f, "alice", 1, 1);

	peer_send(p, "CLIENTCERT LIST");
	expect(p, "server BATCH +* soju.im/client-cert");
	expect(p, "server BATCH -*");
	peer_send(p, "CLIENTCERT CREATE :my phone; really");
	expect(p, "server CLIENTCERT CREATE");
	peer_send(p, "CLIENTCERT CREATE :other name");
	expect(p, "server CLIENTCERT CREATE");
	peer_send(p, "CLIENTCERT LIST");
	expect(p, "server BATCH +* soju.im/client-cert");
	expect(p, "server CLIENTCERT LIST " PRINT_1 " name=my\\sphone\\:\\sreally");
	expect(p, "server BATCH -*");
	fixture_restart(f, false);
	p = login(f, "alice", 2, 2);
	peer_send(p, "CLIENTCERT DELETE " PRINT_1);
	expect(p, "server CLIENTCERT DELETE " PRINT_1);
	peer_send(p, "CLIENTCERT DELETE " PRINT_1);
	expect(p, "server FAIL CLIENTCERT INTERNAL_ERROR DELETE :*");
}

static void the_one_of_the_connection_is_meant_when_none_is_named(void **state)
{
	struct fixture *f = *state;
	struct peer *p = login(f, "alice", 1, 1), *eve = login(f, "eve", 1, 1);

	peer_send(p, "CLIENTCERT CREATE phone");
	expect(p, "server CLIENTCERT CREATE");
	peer_send(eve, "CLIENTCERT CREATE mine");
	expect(eve, "server FAIL CLIENTCERT INTERNAL_ERROR CREATE :*");
	peer_send(eve, "CLIENTCERT DELETE");
	expect(eve, "server FAIL CLIENTCERT INTERNAL_ERROR DELETE :*");
	peer_send(eve, "CLIENTCERT DELETE " PRINT_1);
	expect(eve, "server FAIL CLIENTCERT INTERNAL_ERROR DELETE :*");
	peer_send(p, "CLIENTCERT DELETE");
	expect(p, "server CLIENTCERT DELETE");
}

static void a_renewed_certificate_takes_the_old_ones_place(void **state)
{
	struct fixture *f = *state;
	struct peer *p = login(f, "alice", 1, 1);

	peer_send(p, "CLIENTCERT CREATE phone");
	p = login(f, "alice", 1, 2);
	peer_send(p, "CLIENTCERT CREATE phone");
	peer_skip(p);
	peer_send(p, "CLIENTCERT LIST");
	expect(p, "server BATCH +* soju.im/client-cert");
	expect(p, "server CLIENTCERT LIST " PRINT_2 " name=phone");
	expect(p, "server BATCH -*");
}

static void mistakes_are_told_by_their_codes(void **state)
{
	struct fixture *f = *state;
	struct peer *bare = login(f, "bob", 0, 0), *old = fixture_login(f, "cem", "");

	peer_send(bare, "CLIENTCERT CREATE phone");
	expect(bare, "server FAIL CLIENTCERT NOCERT CREATE :*");
	peer_send(bare, "CLIENTCERT DELETE nonsense");
	expect(bare, "server FAIL CLIENTCERT INTERNAL_ERROR DELETE :*");
	peer_send(bare, "CLIENTCERT SETNAME x");
	expect(bare, "server FAIL CLIENTCERT UNKNOWN_COMMAND SETNAME :*");
	peer_send(old, "CLIENTCERT LIST");
	expect(old, "server 421 cem CLIENTCERT :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_certificate_is_pinned_listed_and_removed),
		HUB_TEST(the_one_of_the_connection_is_meant_when_none_is_named),
		HUB_TEST(a_renewed_certificate_takes_the_old_ones_place),
		HUB_TEST(mistakes_are_told_by_their_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
