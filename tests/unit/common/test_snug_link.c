// SPDX-License-Identifier: MIT
#include "common/snug_link.h"
#include "common/attr.h"
#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define PIN "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static struct snug_link parse(const char *text)
{
	struct snug_link link;
	const char *wrong = snug_link_parse(span_of(text), &link);
	if (wrong)
		fail_msg("%s: %s", text, wrong);
	return link;
}

static void assert_pin(const struct snug_link *link)
{
	assert_int_equal(link->pins.count, 1);
	for (int i = 0; i < TLS_PIN_LEN; i++)
		assert_int_equal(link->pins.at[0][i], i);
}

static void the_whole_link_is_taken_apart(void **state)
{
	(void)state;
	struct snug_link link =
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
	struct snug_link link = parse("snug://[::1]:7000/,device=a-B_9,pin=" PIN);
	assert_string_equal(link.host, "::1");
	assert_string_equal(link.port, "7000");
	assert_string_equal(link.room, "");
	assert_string_equal(link.invite, "");
	assert_string_equal(link.device, "a-B_9");
	assert_pin(&link);
	assert_non_null(snug_link_parse(SPAN("snug://h/,device="), &link));
	assert_non_null(snug_link_parse(SPAN("snug://h/,device=a:b"), &link));
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
		struct snug_link link = parse(forms[i]);
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
	struct snug_link link = parse("chat.example.org");
	assert_string_equal(link.host, "chat.example.org");
	assert_string_equal(link.room, "");
	assert_string_equal(link.invite, "");
	assert_int_equal(link.pins.count, 0);
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
	struct snug_link link = parse("snug://[2001:db8::1]:7000/a");
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
		"https://h/room,invite=a",
		"https://h/?a#room",
		"https://h#room",
		"https://h,other/#room",
		"https:///#room",
		"https://h:0/#room",
		"https://h/#room,irc=0",
		"https://h/#room,irc=",
		"https://h/#room,invite=",
		"http://h/#room",
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
		struct snug_link link;
		const char *wrong = snug_link_parse(span_of(bad[i]), &link);
		if (!wrong)
			fail_msg("taken: %s", bad[i]);
		assert_true(strlen(wrong) > 10);
	}
}

// What a browser opens is taken here, too: its port is another one.
static void a_page_s_address_is_a_link(void **state)
{
	static const struct {
		const char *text, *host, *port, *room, *invite, *printed;
	} rows[] = {
		{"https://chat.example.org/#den,invite=T-_9", "chat.example.org", "6697",
		 "#den", "T-_9", "https://chat.example.org/#den,invite=T-_9"},
		{"https://chat.example.org:443/#den", "chat.example.org", "6697", "#den", "",
		 "https://chat.example.org/#den"},
		{"HTTPS://h:8443/#,invite=a,irc=7000", "h", "7000", "", "a",
		 "https://h/#,invite=a,irc=7000"},
		{"https://[::1]:8443/#%23%23den", "::1", "6697", "##den", "",
		 "https://[::1]/#%23%23den"},
		{"https://h/#caf%C3%A9,later=1", "h", "6697", "#caf\xc3\xa9", "",
		 "https://h/#caf%C3%A9"},
		{" https://h ", "h", "6697", "", "", "https://h/#"},
		{"https://h/", "h", "6697", "", "", "https://h/#"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct snug_link link = parse(rows[i].text);
		struct buf text = {0};

		assert_string_equal(link.host, rows[i].host);
		assert_string_equal(link.port, rows[i].port);
		assert_string_equal(link.room, rows[i].room);
		assert_string_equal(link.invite, rows[i].invite);
		snug_link_print_page(&text, &link, 443);
		assert_string_equal(buf_str(&text), rows[i].printed);
		buf_reset(&text);
		snug_link_print_page(&text, &link, 8443);
		assert_non_null(strstr(buf_str(&text), ":8443/#"));
		buf_clear(&text);
	}
}

// Each part as long as it may be, and a byte longer.
static void parts_have_their_lengths(void **state)
{
	static const struct {
		const char *before, *after;
		size_t max; // characters between them
	} parts[] = {
		{"snug://", "/room", LINK_HOST_MAX},
		{"snug://[", "]/room", LINK_HOST_MAX},
		{"snug://h/", "", sizeof(((struct snug_link *)0)->room) - 2},
		{"snug://h/room,invite=", "", LINK_SECRET_MAX},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		for (int more = 0; more <= 300; more += more ? 299 : 1) {
			struct buf text = {0};
			struct snug_link link;
			buf_add_str(&text, parts[i].before);
			for (size_t k = 0; k < parts[i].max + (size_t)more; k++)
				buf_add_char(&text, 'a');
			buf_add_str(&text, parts[i].after);
			const char *wrong = snug_link_parse(buf_span(&text), &link);
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

// What each released program printed, and what was printed for people to type: for ever.
static void links_of_any_age_stay_good(void **state)
{
	(void)state;
	static const struct {
		const char *text, *host, *port, *room, *invite;
		size_t n_pins;
	} forms[] = {
		// snugd invite create, init; with a room, without, on another port
		{"snug://chat.example.org/lounge,invite=DFGkAs2xJZP6jfdyWeh_qnTmbq4,pin=" PIN,
		 "chat.example.org", "6697", "#lounge", "DFGkAs2xJZP6jfdyWeh_qnTmbq4", 1},
		{"snug://chat.example.org:7000/,invite=DFGkAs2x-ZP6jfdyWeh_qnTmbq4,pin=" PIN,
		 "chat.example.org", "7000", "", "DFGkAs2x-ZP6jfdyWeh_qnTmbq4", 1},
		{"snug://localhost/caf%C3%A9,invite=t,pin=" PIN, "localhost", "6697",
		 "#caf\u00e9", "t", 1},
		{"snug://h/%23dev,invite=t,pin=" PIN, "h", "6697", "#dev", "t", 1},
		// the manuals of snug and snugd, CLIENT.md, the prompt
		{"snug://chat.example.org/lounge?invite=t&pin=" PIN, "chat.example.org", "6697",
		 "#lounge", "t", 1},
		{"snug://h/room#invite=t,pin=" PIN, "h", "6697", "#room", "t", 1},
		{"ircs://chat.example.org/#room", "chat.example.org", "6697", "#room", "", 0},
		{"ircs://chat.example.org:6698/room", "chat.example.org", "6698", "#room", "",
		 0},
		{"ircs://chat.example.org:+6698/room", "chat.example.org", "6698", "#room", "",
		 0},
		// snug's own advice: snug login, snug trust
		{"chat.example.org", "chat.example.org", "6697", "", "", 0},
		{"chat.example.org:7000", "chat.example.org", "7000", "", "", 0},
		{"[2001:db8::1]:7000", "2001:db8::1", "7000", "", "", 0},
		{"2001:db8::1", "2001:db8::1", "6697", "", "", 0},
		{"127.0.0.1:6697", "127.0.0.1", "6697", "", "", 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct snug_link link = parse(forms[i].text);
		assert_string_equal(link.host, forms[i].host);
		assert_string_equal(link.port, forms[i].port);
		assert_string_equal(link.room, forms[i].room);
		assert_string_equal(link.invite, forms[i].invite);
		assert_int_equal(link.pins.count, forms[i].n_pins);
		assert_int_equal(link.others.count, 0);
		assert_string_equal(link.device, "");
	}
}

static void a_server_may_answer_in_several_places(void **state)
{
	(void)state;
	struct snug_link link =
		parse("snug://a.example,b.example:7000,[2001:db8::1]:7001,::1/den,invite=t");
	assert_string_equal(link.host, "a.example");
	assert_int_equal(link.others.count, 3);
	assert_string_equal(link.others.at[0].name, "b.example");
	assert_string_equal(link.others.at[0].port, "7000");
	assert_string_equal(link.others.at[1].name, "2001:db8::1");
	assert_string_equal(link.others.at[1].port, "7001");
	assert_string_equal(link.others.at[2].name, "::1");
	assert_string_equal(link.others.at[2].port, "6697");
	assert_string_equal(link.room, "#den");
	assert_string_equal(link.invite, "t");
	link = parse("a,b,invite=t");
	assert_int_equal(link.others.count, 1);
	assert_string_equal(link.invite, "t");
	// A comma too much, as when a list was edited by hand.
	link = parse("snug://a,,b,/den,,invite=t");
	assert_int_equal(link.others.count, 1);
	assert_string_equal(link.room, "#den");
	assert_string_equal(link.invite, "t");
}

#define OTHER_PIN "BBECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static void several_pins_are_kept_each_once(void **state)
{
	(void)state;
	struct snug_link link =
		parse("snug://h/,pin=" PIN ",device=s3cret,pin=" OTHER_PIN ",pin=" PIN);
	assert_int_equal(link.pins.count, 2);
	assert_int_equal(link.pins.at[0][0], 0);
	assert_int_equal(link.pins.at[1][0], 4);
	assert_string_equal(link.device, "s3cret");
}

static void other_letters_are_looked_up_as_the_network_does(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *host;
	} names[] = {
		{"b\u00fccher.example", "xn--bcher-kva.example"},
		{"snug://B\u00dcCHER.example/den", "xn--bcher-kva.example"},
		{"bu\u0308cher.example", "xn--bcher-kva.example"},
		{"snug://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444:7000",
		 "xn--e1afmkfd.xn--p1ai"},
		{"\u4f8b\u3048.jp", "xn--r8jz45g.jp"},
		{"xn--bcher-kva.example", "xn--bcher-kva.example"},
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_string_equal(parse(names[i].typed).host, names[i].host);
}

static void what_is_printed_is_read_as_the_same(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *printed;
	} links[] = {
		{"h", "snug://h/"},
		{"snug://h:6697/den", "snug://h/den"},
		{"ircs://h:7000/#den", "snug://h:7000/den"},
		{"::1", "snug://[::1]/"},
		{"snug://[::1]:07,b,[fe80::1%eth0]:8/a%20b", NULL},
		{"snug://[::1]:07,b,[fe80::1%eth0]:8/a", "snug://[::1]:7,b,[fe80::1%eth0]:8/a"},
		{"snug://h/%23%23two", "snug://h/%23%23two"},
		{"snug://h/100%25", "snug://h/100%25"},
		{"snug://h/?pin=" PIN "&other=1&invite=t", "snug://h/,invite=t,pin=" PIN},
		{"snug://h/x?device=d,pin=" PIN ",pin=" OTHER_PIN,
		 "snug://h/x,device=d,pin=" PIN ",pin=" OTHER_PIN},
	};
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		struct snug_link link, again;
		struct buf text = {0};
		if (!links[i].printed) {
			assert_non_null(snug_link_parse(span_of(links[i].typed), &link));
			continue;
		}
		link = parse(links[i].typed);
		snug_link_print(&text, &link);
		assert_string_equal(buf_str(&text), links[i].printed);
		again = parse(buf_str(&text));
		assert_memory_equal(&link, &again, sizeof(link));
		buf_clear(&text);
	}
}

static void what_is_wrong_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *text, *words;
	} bad[] = {
		{"snug://a,b:x/den", "the port is not a number"},
		{"snug://a,b c/den", "the server's name"},
		{"snug://a,[::1/den", "in brackets"},
		{"snug://a,-b/den", "the server's name"},
		{"snug://a,b,c,d,e/den", "more than 4 servers"},
		{"snug://h/den,device=", "/device add"},
		{"snug://h/den,device=a b", "/device add"},
		{"snug://h/den,invite=", "Ask for a new one"},
		{"snug://h/a,pin=" PIN ",pin=AAEC", "was the link cut?"},
		{"snug://h/a%2Cb", "the room's name is malformed"},
		{"snug://h/a%00b", "the room's name is malformed"},
		{"snug://pay\u2044pal/a", "the server's name"}, // a slash that is none
		{"snug://a\u3002b/a", "the server's name"},     // a dot that is none
		{"snug://\uff41\uff42/a", "the server's name"}, // wide letters
		{"snug://a\u200db/a", "the server's name"},     // a joiner
		{"snug://a\u202eb/a", "the server's name"},     // another direction
		{"snug://\u0301a/a", "the server's name"},      // a mark without a letter
		{"snug://a\u2019b/a", "the server's name"},
		{"snug://h/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		 "the room's name is too long"},
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct snug_link link;
		const char *wrong = snug_link_parse(span_of(bad[i].text), &link);
		if (!wrong || !strstr(wrong, bad[i].words))
			fail_msg("%s: %s", bad[i].text, wrong ? wrong : "taken");
	}
}

static void there_is_an_end_to_pins_labels_and_links(void **state)
{
	(void)state;
	struct buf text = {0};
	struct snug_link link;
	buf_add_str(&text, "snug://h/a");
	for (int i = 0; i <= PINS_MAX; i++) {
		const char *wrong = snug_link_parse(buf_span(&text), &link);
		assert_null(wrong);
		buf_printf(&text, ",pin=%064x", i + 1);
	}
	assert_non_null(
		strstr(snug_link_parse(buf_span(&text), &link), "more than 4 key pins"));
	buf_reset(&text);
	for (int i = 0; i < 64; i++)
		buf_add_str(&text, "\u00fc");
	assert_non_null(snug_link_parse(buf_span(&text), &link));
	buf_reset(&text);
	buf_add_str(&text, "snug://h/a,other=");
	while (text.len < LINK_TEXT_MAX)
		buf_add_char(&text, 'x');
	assert_null(snug_link_parse(buf_span(&text), &link));
	buf_add_char(&text, 'x');
	assert_non_null(strstr(snug_link_parse(buf_span(&text), &link), "2048"));
	buf_clear(&text);
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
		cmocka_unit_test(a_page_s_address_is_a_link),
		cmocka_unit_test(parts_have_their_lengths),
		cmocka_unit_test(escapes_are_two_digits_and_else_what_they_are),
		cmocka_unit_test(pins_are_read_in_every_common_form),
		cmocka_unit_test(a_shown_pin_is_taken_back),
		cmocka_unit_test(links_of_any_age_stay_good),
		cmocka_unit_test(a_server_may_answer_in_several_places),
		cmocka_unit_test(several_pins_are_kept_each_once),
		cmocka_unit_test(other_letters_are_looked_up_as_the_network_does),
		cmocka_unit_test(what_is_printed_is_read_as_the_same),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(there_is_an_end_to_pins_labels_and_links),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
