// SPDX-License-Identifier: MIT
// Which addresses a user's errand may go to.
#include "server/errand/public_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *address;
	bool is_public;
} rows[] = {
	{"1.1.1.1", true},
	{"9.255.255.255", true},
	{"11.0.0.0", true},
	{"100.63.255.255", true},
	{"100.128.0.0", true},
	{"126.255.255.255", true},
	{"128.0.0.0", true},
	{"169.253.255.255", true},
	{"169.255.0.0", true},
	{"172.15.255.255", true},
	{"172.32.0.0", true},
	{"192.0.1.0", true},
	{"192.167.255.255", true},
	{"192.169.0.0", true},
	{"198.17.255.255", true},
	{"198.20.0.0", true},
	{"223.255.255.255", true},
	{"2a00:1450:4001::1", true},
	{"2600::1", true},
	{"2001:200::1", true},
	{"0.0.0.0", false},
	{"0.1.2.3", false},
	{"10.0.0.1", false},
	{"10.255.255.255", false},
	{"100.64.0.0", false},
	{"100.127.255.255", false},
	{"127.0.0.1", false},
	{"127.255.255.255", false},
	{"169.254.0.0", false},
	{"169.254.169.254", false},
	{"172.16.0.0", false},
	{"172.31.255.255", false},
	{"192.0.0.8", false},
	{"192.0.0.170", false},
	{"192.0.2.1", false},
	{"192.88.99.1", false},
	{"192.168.0.1", false},
	{"198.18.0.0", false},
	{"198.19.255.255", false},
	{"198.51.100.1", false},
	{"203.0.113.1", false},
	{"224.0.0.1", false},
	{"239.255.255.255", false},
	{"240.0.0.1", false},
	{"255.255.255.255", false},
	{"::", false},
	{"::1", false},
	{"::1.1.1.1", false}, // as IPv4 was once written in IPv6
	{"fc00::1", false},
	{"fd00::1", false},
	{"fe80::1", false},
	{"fec0::1", false},
	{"ff02::1", false},
	{"100::1", false},
	{"5f00::1", false},
	{"2001::1", false}, // Teredo
	{"2001:2::1", false},
	{"2001:20::1", false},
	{"2001:1ff::1", false},
	{"2001:db8::1", false},
	{"3fff::1", false},
	{"4000::1", false},
	// An IPv4 address inside: mapped, 6to4, NAT64.
	{"::ffff:1.1.1.1", true},
	{"::ffff:127.0.0.1", false},
	{"::ffff:0:127.0.0.1", false},
	{"2002:101:101::1", true},
	{"2002:7f00:1::1", false},
	{"2002:a00:1::1", false},
	{"2002:c0a8:1::1", false},
	{"2002:a9fe:a9fe::1", false},
	{"64:ff9b::1.1.1.1", true},
	{"64:ff9b::127.0.0.1", false},
	{"64:ff9b::10.0.0.1", false},
	{"64:ff9b::169.254.169.254", false},
	{"64:ff9b:1::1.1.1.1", false}, // a network's own
	{"64:ff9b::1:101:101", false},
};

// Proves X8.
static void what_is_set_aside_is_not_public(void **state)
{
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cidr address;

		assert_true(cidr_parse(span_of(rows[i].address), &address));
		if (address_is_public(&address) != rows[i].is_public)
			fail_msg("%s", rows[i].address);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_set_aside_is_not_public),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
