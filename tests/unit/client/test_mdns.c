// SPDX-License-Identifier: MIT
#include "client/net/mdns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define ID 0x1234
#define PIN "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define SERVICE "\5_snug\4_tcp\5local\0"
#define HEAD(flags, records) "\x12\x34" flags "\0\0\0" records "\0\0\0\0"
#define INSTANCE "\3den" SERVICE
#define SRV INSTANCE "\0\x21\x80\1\0\0\0\x0a\0\x11\0\0\0\0\x1a\x29\3den\5local\0"
#define TXT(len, rest) INSTANCE "\0\x10\x80\1\0\0\0\x0a\0" len rest

static struct mdns_server found[3];

static size_t answer(struct span message)
{
	memset(found, 0, sizeof(found));
	return mdns_answer(message, ID, found, 0, 3);
}

static void the_question_is_one_for_the_service(void **state)
{
	uint8_t question[MDNS_QUESTION_LEN];
	(void)state;
	mdns_question(question, ID);
	struct span wanted = SPAN("\x12\x34\0\0\0\1\0\0\0\0\0\0" SERVICE "\0\x0c\x80\1");
	assert_int_equal(wanted.len, sizeof(question));
	assert_memory_equal(question, wanted.at, sizeof(question));
	// A question is no answer to itself.
	assert_int_equal(answer(span_from(question, sizeof(question))), 0);
}

static void an_answer_names_a_server_its_port_and_key(void **state)
{
	(void)state;
	assert_int_equal(
		answer(SPAN(HEAD("\x84\0", "\2") SRV TXT("\x39", "\x2f"
								 "pin=" PIN "\x08name=a.b"))),
		1);
	assert_string_equal(found[0].title, "den");
	assert_string_equal(found[0].host.name, "den.local");
	assert_string_equal(found[0].host.port, "6697");
	assert_string_equal(found[0].name, "a.b");
	assert_true(found[0].has_pin);
	assert_int_equal(found[0].pin[31], 31);
	// The order of records is nobody's promise.
	assert_int_equal(answer(SPAN(HEAD("\x84\0", "\2") TXT("\x09", "\x08name=a.b") SRV)), 1);
	assert_string_equal(found[0].name, "a.b");
	assert_false(found[0].has_pin);
}

static void the_same_server_is_there_once(void **state)
{
	(void)state;
	struct span one = SPAN(HEAD("\x84\0", "\2") SRV SRV);
	assert_int_equal(answer(one), 1);
	assert_int_equal(mdns_answer(one, ID, found, 1, 3), 1);
}

static void pointers_go_backwards(void **state)
{
	(void)state;
	// The owner of the second record points to that of the first, its target into it.
	struct span packed = SPAN(HEAD("\x84\0", "\1") INSTANCE
				  "\0\x21\0\1\0\0\0\x0a\0\x0c\0\0\0\0\0\7\3den\xc0\x1b");
	assert_int_equal(answer(packed), 1);
	assert_string_equal(found[0].host.name, "den.local");
	assert_string_equal(found[0].host.port, "7");
	// To its own beginning, to itself, forwards, into the head, past the end; no pointer.
	static const char *const ends[] = {"\xc0\x32", "\xc0\x36", "\xc0\x3e",
					   "\xc0\x05", "\xff\xff", "\x40\x1b"};
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		char text[100];
		memcpy(text, packed.at, packed.len);
		memcpy(text + packed.len - 2, ends[i], 2);
		assert_int_equal(answer(span_from(text, packed.len)), 0);
	}
}

static void what_is_cut_anywhere_is_nothing(void **state)
{
	(void)state;
	struct span whole = SPAN(HEAD("\x84\0", "\2") SRV TXT("\x09", "\x08name=a.b"));
	for (size_t len = 0; len < whole.len; len++)
		assert_int_equal(answer(span_from(whole.at, len)), 0);
	assert_int_equal(answer(whole), 1);
}

static void other_messages_are_passed_over(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t len;
	} others[] = {
#define OTHER(text) {text, sizeof(text) - 1}
		OTHER(HEAD("\x04\0", "\1") SRV),             // a question
		OTHER(HEAD("\x84\3", "\1") SRV),             // an error
		OTHER(HEAD("\xa4\0", "\1") SRV),             // another operation
		OTHER("\x12\x35\x84\0\0\0\0\1\0\0\0\0" SRV), // to somebody else
		OTHER(HEAD("\x84\0",
			   "\1") "\3den\4_irc\4_tcp\5local\0\0\x21\0\1\0\0\0\x0a\0\x11"
				 "\0\0\0\0\x1a\x29\3den\5local\0"),
		OTHER(HEAD("\x84\0", "\1") SERVICE "\0\x21\0\1\0\0\0\x0a\0\x11"
						   "\0\0\0\0\x1a\x29\3den\5local\0"),
		OTHER(HEAD("\x84\0", "\1") INSTANCE "\0\x21\0\3\0\0\0\x0a\0\x11" // CHAOS
						    "\0\0\0\0\x1a\x29\3den\5local\0"),
		OTHER(HEAD("\x84\0", "\1") INSTANCE "\0\x21\0\1\0\0\0\x0a\0\x11" // port 0
						    "\0\0\0\0\0\0\3den\5local\0"),
		OTHER(HEAD("\x84\0", "\1") INSTANCE "\0\x21\0\1\0\0\0\x0a\0\x12" // a byte more
						    "\0\0\0\0\x1a\x29\3den\5local\0x"),
		OTHER(HEAD("\x84\0", "\1") "\3d\0n" SERVICE "\0\x21\0\1\0\0\0\x0a\0\x11"
					   "\0\0\0\0\x1a\x29\3den\5local\0"),
	};
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (answer(span_from(others[i].text, others[i].len)) != 0)
			fail_msg("taken: number %zu", i);
	}
}

static void a_host_or_name_that_is_none_is_left_out(void **state)
{
	(void)state;
	assert_int_equal(
		answer(SPAN(HEAD("\x84\0", "\2") INSTANCE
			    "\0\x21\0\1\0\0\0\x0a\0\x11\0\0\0\0\x1a\x29\3d;n\5local\0" TXT(
				    "\x11", "\x08name=a:b\x07pin=AAE"))),
		1);
	assert_string_equal(found[0].host.name, "");
	assert_string_equal(found[0].host.port, "6697");
	assert_string_equal(found[0].name, "");
	assert_false(found[0].has_pin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_question_is_one_for_the_service),
		cmocka_unit_test(an_answer_names_a_server_its_port_and_key),
		cmocka_unit_test(the_same_server_is_there_once),
		cmocka_unit_test(pointers_go_backwards),
		cmocka_unit_test(what_is_cut_anywhere_is_nothing),
		cmocka_unit_test(other_messages_are_passed_over),
		cmocka_unit_test(a_host_or_name_that_is_none_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
