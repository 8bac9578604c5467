// SPDX-License-Identifier: MIT
#include "client/text/invite_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define PIN "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static struct invite_link parse(const char *text)
{
	struct invite_link link;
	const char *wrong = invite_link_parse(span_of(text), &link);
	if (wrong)
		fail_msg("%s: %s", text, wrong);
	return link;
}

static void assert_pin(const struct invite_link *link)
{
	assert_true(link->has_pin);
	for (int i = 0; i < TLS_PIN_LEN; i++)
		assert_int_equal(link->pin[i], i);
}

static void the_whole_link_is_taken_apart(void **state)
{
	(void)state;
	struct invite_link link =
		parse(" snug://chat.example.org:7000/lounge,invite=k7Qm-9xT2,pin=" PIN "\n");
	assert_string_equal(link.host, "chat.example.org");
	assert_string_equal(link.port, "7000");
	assert_string_equal(link.room, "#lounge");
	assert_string_equal(link.invite, "k7Qm-9xT2");
	assert_pin(&link);
}

static void other_separators_mean_the_same(void **state)
{
	(void)state;
	const char *forms[] = {
		"snug://h/lounge?invite=t&pin=" PIN,  "snug://h/lounge#invite=t&pin=" PIN,
		"snug://h/#lounge,invite=t,pin=" PIN, "SNUG://h/%23lounge?pin=" PIN "&invite=t",
		"h/lounge,invite=t,pin=" PIN,
	};
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct invite_link link = parse(forms[i]);
		assert_string_equal(link.host, "h");
		assert_string_equal(link.port, "6697");
		assert_string_equal(link.room, "#lounge");
		assert_string_equal(link.invite, "t");
		assert_pin(&link);
	}
}

static void every_part_after_the_host_is_optional(void **state)
{
	(void)state;
	struct invite_link link = parse("chat.example.org");
	assert_string_equal(link.host, "chat.example.org");
	assert_string_equal(link.room, "");
	assert_string_equal(link.invite, "");
	assert_false(link.has_pin);
	link = parse("snug://h,invite=t,pin=" PIN);
	assert_string_equal(link.host, "h");
	assert_string_equal(link.room, "");
	assert_string_equal(link.invite, "t");
	link = parse("snug://h?invite=t");
	assert_string_equal(link.invite, "t");
	link = parse("snug://h/");
	assert_string_equal(link.room, "");
	link = parse("ircs://h:6698/#dev");
	assert_string_equal(link.room, "#dev");
	assert_string_equal(link.port, "6698");
}

static void addresses_may_be_ipv6(void **state)
{
	(void)state;
	struct invite_link link = parse("snug://[2001:db8::1]:7000/a");
	assert_string_equal(link.host, "2001:db8::1");
	assert_string_equal(link.port, "7000");
	link = parse("[::1]");
	assert_string_equal(link.host, "::1");
	link = parse("::1");
	assert_string_equal(link.host, "::1");
}

static void malformed_links_are_refused_in_words(void **state)
{
	(void)state;
	const char *bad[] = {
		"",
		"snug://",
		"snug:///room",
		"irc://h/#room",
		"https://h/room",
		"snug://h:0/room",
		"snug://h:65536/room",
		"snug://h:port/room",
		"snug://[::1/room",
		"snug://h/room,pin=AAEC",
		"snug://h/room,invite=",
		"snug://h/room,invite=a b",
		"snug://h/a%20b",
		"snug://-oProxyCommand/room",
		"snug://h;rm/room",
		"snug://h/\xff",
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct invite_link link;
		const char *wrong = invite_link_parse(span_of(bad[i]), &link);
		if (!wrong)
			fail_msg("taken: %s", bad[i]);
		assert_true(strlen(wrong) > 10);
	}
}

static void pins_are_read_in_every_common_form(void **state)
{
	(void)state;
	const char *forms[] = {
		PIN,
		PIN "=",
		"sha256:" PIN,
		"SHA256:" PIN,
		"000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F",
	};
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		uint8_t pin[TLS_PIN_LEN] = {0};
		assert_true(pin_parse(span_of(forms[i]), pin));
		assert_int_equal(pin[31], 31);
	}
	uint8_t pin[TLS_PIN_LEN];
	memset(pin, 0xfb, sizeof(pin));
	assert_true(pin_parse(span_of("+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s="), pin));
	assert_false(pin_parse(SPAN("sha256:abc"), pin));
}

static void a_shown_pin_is_taken_back(void **state)
{
	(void)state;
	uint8_t pin[TLS_PIN_LEN], again[TLS_PIN_LEN];
	char text[PIN_TEXT_MAX];
	memset(pin, 0xff, sizeof(pin));
	pin_text(pin, text);
	assert_true(pin_parse(span_of(text), again));
	assert_memory_equal(pin, again, sizeof(pin));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_link_is_taken_apart),
		cmocka_unit_test(other_separators_mean_the_same),
		cmocka_unit_test(every_part_after_the_host_is_optional),
		cmocka_unit_test(addresses_may_be_ipv6),
		cmocka_unit_test(malformed_links_are_refused_in_words),
		cmocka_unit_test(pins_are_read_in_every_common_form),
		cmocka_unit_test(a_shown_pin_is_taken_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
