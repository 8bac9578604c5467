// SPDX-License-Identifier: MIT
#include "common/proxy_header.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define TCP4 "\x21\x11\0\x0c\xc0\0\2\7\x7f\0\0\1\xc3\x50\x1a\x29"
#define TCP6 "\x21\x21\0\x24" IPV6 IPV6 "\xc3\x50\x1a\x29"
#define IPV6 "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x42"
#define BYTES(text) text, sizeof(text) - 1

static enum proxy_result read_all(const char *bytes, size_t len, char host[static NET_TEXT_MAX])
{
	struct proxy_header h;
	enum proxy_result result = proxy_read((const uint8_t *)bytes, len, &h);

	host[0] = '\0';
	if (result == PROXY_TOLD)
		net_text(&h.source, host);
	return result;
}

static void assert_told(const char *bytes, size_t len, const char *source)
{
	char host[NET_TEXT_MAX];

	assert_int_equal(read_all(bytes, len, host), PROXY_TOLD);
	assert_string_equal(host, source);
}

static void assert_bad(const char *bytes, size_t len)
{
	char host[NET_TEXT_MAX];

	assert_int_equal(read_all(bytes, len, host), PROXY_BAD);
}

static void the_source_is_told(void **state UNUSED)
{
	assert_told(BYTES(SIGNATURE TCP4), "192.0.2.7:50000");
	assert_told(BYTES(SIGNATURE TCP6), "[2001:db8::42]:50000");
}

static void an_ipv4_address_within_ipv6_is_the_ipv4_address(void **state UNUSED)
{
	assert_told(BYTES(SIGNATURE "\x21\x21\0\x24"
				    "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\7" IPV6
				    "\xc3\x50\x1a\x29"),
		    "192.0.2.7:50000");
}

static void a_proxy_may_speak_for_itself(void **state UNUSED)
{
	char host[NET_TEXT_MAX];

	assert_int_equal(read_all(BYTES(SIGNATURE "\x20\0\0\0"), host), PROXY_LOCAL);
	assert_int_equal(read_all(BYTES(SIGNATURE "\x20\x11"
						  "\0\x0c"
						  "123456789012"),
				  host),
			 PROXY_LOCAL);
	assert_bad(BYTES(SIGNATURE "\x20\x11"
				   "\0\x0b"
				   "12345678901"));
}

static void what_follows_the_addresses_is_skipped_if_it_is_whole(void **state UNUSED)
{
	static const char addresses[] = "\xc0\0\2\7\x7f\0\0\1\xc3\x50\x1a\x29";
	char bytes[64] = SIGNATURE "\x21\x11\0";
	static const struct {
		const char *tlvs;
		size_t len;
		bool is_whole;
	} cases[] = {
		{"\4\0\1x", 4, true},        // a NOOP of one byte
		{"\4\0\0\3\0\2ab", 8, true}, // two of them
		{"\4\0\2x", 4, false},       // longer than there is
		{"\4\0", 2, false},          // without its length
		{"\4\0\0\3", 4, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t at = sizeof(SIGNATURE) - 1 + 3, rest = 12 + cases[i].len;
		char host[NET_TEXT_MAX];

		bytes[at++] = (char)rest;
		memcpy(bytes + at, addresses, 12);
		memcpy(bytes + at + 12, cases[i].tlvs, cases[i].len);
		assert_int_equal(read_all(bytes, at + rest, host),
				 cases[i].is_whole ? PROXY_TOLD : PROXY_BAD);
	}
}

// Proves P8.
static void
what_is_no_header_of_version_two_is_refused_at_its_first_wrong_byte(void **state UNUSED)
{
	char bytes[] = SIGNATURE TCP4;

	for (size_t i = 0; i < 12; i++) {
		bytes[i] ^= 1;
		assert_bad(bytes, i + 1);
		bytes[i] ^= 1;
	}
	assert_bad(BYTES("PROXY TCP4 192.0.2.7 127.0.0.1 50000 6697\r\n")); // version 1
	assert_bad(BYTES("\x16\3\1"));                                      // TLS
	assert_bad(BYTES(SIGNATURE "\x11\x11\0\x0c"
				   "123456789012")); // version 1
	assert_bad(BYTES(SIGNATURE "\x22\x11\0\x0c"
				   "123456789012")); // no such command
}

static void other_families_are_refused(void **state UNUSED)
{
	static const unsigned char families[] = {0x00, 0x10, 0x12, 0x22, 0x31, 0x32, 0xff};
	char bytes[] = SIGNATURE TCP4;

	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		bytes[13] = (char)families[i];
		assert_bad(bytes, sizeof(bytes) - 1);
	}
}

static void a_length_that_cannot_be_is_refused_before_it_is_read(void **state UNUSED)
{
	assert_bad(BYTES(SIGNATURE "\x21\x11\0\x0b")); // too short for its addresses
	assert_bad(BYTES(SIGNATURE "\x21\x21\0\x0c"));
	assert_bad(BYTES(SIGNATURE "\x21\x11\2\x09")); // past the most
	assert_bad(BYTES(SIGNATURE "\x21\x11\xff\xff"));
	assert_bad(BYTES(SIGNATURE "\x20\0\xff\xff"));
	assert_bad(BYTES(SIGNATURE TCP4 "x")); // more than was wanted
}

static void it_wants_what_is_its_own_and_never_more(void **state UNUSED)
{
	static const char bytes[] = SIGNATURE TCP4;
	size_t whole = sizeof(bytes) - 1;
	struct proxy_header h;

	for (size_t len = 0; len < whole; len++) {
		assert_int_equal(proxy_read((const uint8_t *)bytes, len, &h), PROXY_MORE);
		assert_int_equal(h.wants, (len < 16 ? 16 : whole) - len);
	}
	assert_int_equal(proxy_read((const uint8_t *)SIGNATURE "\x21\x11\2\x08", 16, &h),
			 PROXY_MORE);
	assert_int_equal(h.wants, PROXY_HEADER_MAX - 16);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_source_is_told),
		cmocka_unit_test(an_ipv4_address_within_ipv6_is_the_ipv4_address),
		cmocka_unit_test(a_proxy_may_speak_for_itself),
		cmocka_unit_test(what_follows_the_addresses_is_skipped_if_it_is_whole),
		cmocka_unit_test(
			what_is_no_header_of_version_two_is_refused_at_its_first_wrong_byte),
		cmocka_unit_test(other_families_are_refused),
		cmocka_unit_test(a_length_that_cannot_be_is_refused_before_it_is_read),
		cmocka_unit_test(it_wants_what_is_its_own_and_never_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
