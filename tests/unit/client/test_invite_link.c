// SPDX-License-Identifier: MIT
#include "client/text/invite_link.h"
#include "common/attr.h"
#include "common/buf.h"

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

static void a_device_lets_in_by_a_link_without_a_room(void **state)
{
	(void)state;
	struct invite_link link = parse("snug://[::1]:7000/,device=a-B_9,pin=" PIN);
	assert_string_equal(link.host, "::1");
	assert_string_equal(link.port, "7000");
	assert_string_equal(link.room, "");
	assert_string_equal(link.invite, "");
	assert_string_equal(link.device, "a-B_9");
	assert_pin(&link);
	assert_non_null(invite_link_parse(SPAN("snug://h/,device="), &link));
	assert_non_null(invite_link_parse(SPAN("snug://h/,device=a:b"), &link));
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
	link = parse("snug://h/cafe%CC%81"); // in the form that the server has
	assert_string_equal(link.room, "#caf\u00e9");
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
		"snug://h/room,invite=a:b",
		"snug://h/room,invite=a\x7f",
		"snug://[h;rm]/room",
		"snug://[::1]7/room",
		"snug://h:+/room",
		"snug://h/room,other=1,pin=AAEC",
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

// Each part as long as it may be, and a byte longer.
static void parts_have_their_lengths(void **state)
{
	static const struct {
		const char *before, *after;
		size_t max; // characters between them
	} parts[] = {
		{"snug://", "/room", HOST_MAX},
		{"snug://[", "]/room", HOST_MAX},
		{"snug://h/", "", sizeof(((struct invite_link *)0)->room) - 2},
		{"snug://h/room,invite=", "", INVITE_MAX},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		for (int more = 0; more <= 300; more += more ? 299 : 1) {
			struct buf text = {0};
			struct invite_link link;
			buf_add_str(&text, parts[i].before);
			for (size_t k = 0; k < parts[i].max + (size_t)more; k++)
				buf_add_char(&text, 'a');
			buf_add_str(&text, parts[i].after);
			const char *wrong = invite_link_parse(buf_span(&text), &link);
			if (!wrong != !more)
				fail_msg("%s: %s", buf_str(&text), wrong ? wrong : "taken");
			buf_clear(&text);
		}
	}
}

static void escapes_are_two_digits_and_else_what_they_are(void **state)
{
	(void)state;
	assert_string_equal(parse("snug://h/%61%4a%4A").room, "#aJJ");
	assert_string_equal(parse("snug://h/a%zz%/b").room, "#a%zz%/b");
	assert_string_equal(parse("snug://h/a%;1b").room, "#a%;1b");
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
	assert_false(pin_parse(SPAN(""), pin));
	assert_false(pin_parse(SPAN("===="), pin));
	// 43 characters of the other alphabet, without what fills them up.
	assert_true(pin_parse(SPAN("+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s"), pin));
	assert_false(pin_parse(SPAN("+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7"), pin));
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
		cmocka_unit_test(a_device_lets_in_by_a_link_without_a_room),
		cmocka_unit_test(other_separators_mean_the_same),
		cmocka_unit_test(every_part_after_the_host_is_optional),
		cmocka_unit_test(addresses_may_be_ipv6),
		cmocka_unit_test(malformed_links_are_refused_in_words),
		cmocka_unit_test(parts_have_their_lengths),
		cmocka_unit_test(escapes_are_two_digits_and_else_what_they_are),
		cmocka_unit_test(pins_are_read_in_every_common_form),
		cmocka_unit_test(a_shown_pin_is_taken_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
