// SPDX-License-Identifier: MIT
#include "server/hub/people/password.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

// Proves A9.
static void what_is_tried_first_is_refused(void **state)
{
	static const char *const tried[] = {
		"password1234",
		"passwordpassword",
		"P@ssw0rd1234!",
		"123456789012",
		"1234567890123",
		"qwertyuiop12",
		"qwertyuiop123",
		"qwertyqwerty",
		"administrator",
		"letmeinletmein",
		"iloveyou1234",
		"welcome12345",
		"adminadmin123",
		"changemenow1",
		"changeme1234",
		"abcdefghijkl",
		"abcd12345678",
		"aaaaaaaaaaaa",
		"trustno1trustno1",
		"1q2w3e1q2w3e",
		"asdfghjkl123",
		"2026Welcome2026",
		"Summer202620",
		"111111222222",
		"abcabcabcabc",
		"987654321098",
		"correct horse battery staple",
		"CorrectHorseBatteryStaple",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tried); i++) {
		if (!password_fault(span_of(tried[i]), SPAN("ann")))
			fail_msg("%s was taken", tried[i]);
	}
}

static void what_is_not_is_taken(void **state)
{
	static const char *const fine[] = {
		"correct horse battery",
		"tango-violin-oxide-7",
		"Gr\xc3\xbc\xc3\x9f"
		"e vom Mars",
		"my dragon eats summer",
		"x8Kq-27fJ-pp0Z",
		"a quite long passphrase",
		"passwords are for people",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
		const char *fault = password_fault(span_of(fine[i]), SPAN("ann"));

		if (fault)
			fail_msg("%s: %s", fine[i], fault);
	}
}

// Proves A9.
static void the_name_is_no_password_and_neither_is_a_short_one(void **state)
{
	(void)state;
	assert_non_null(password_fault(SPAN("bartholomew7"), SPAN("Bartholomew")));
	assert_non_null(password_fault(SPAN("bartholomews"), SPAN("Bartholomews")));
	assert_non_null(password_fault(SPAN("x8Kq-27fJ"), SPAN("ann")));
	assert_non_null(password_fault(SPAN("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
				       SPAN("ann")));
}

// Proves A9.
static void of_an_administrator_known_names_do_not_count(void **state)
{
	static const struct {
		const char *password, *fault;
	} weak[] = {
		{"x8Kq-27fJ", "*shorter than 12 characters"},
		{"qwertyuiop123", "*tried first"},
		{"aaaaaaaaaaaaaaaa", "*tried first"},
		{"annika-2026-annika", "*without the account's name"},
		{"@NN1K@-2026-x8", "*without the account's name"},
		{"chat.example.org2026", "*without the server's name"},
		{"Example-2026-x8", "*without the server's name"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(weak); i++) {
		const char *fault = password_fault_of_admin(
			span_of(weak[i].password), SPAN("Annika"), SPAN("chat.example.org"));

		if (!fault || !strstr(fault, weak[i].fault + 1))
			fail_msg("%s: %s", weak[i].password, fault ? fault : "taken");
	}
	assert_null(password_fault_of_admin(SPAN("tango of annika at dawn"), SPAN("annika"),
					    SPAN("chat.example.org")));
	assert_null(password_fault_of_admin(SPAN("x8Kq-27fJ-pp0Z"), SPAN("a"), SPAN("pp")));
	assert_null(password_fault_of_admin(SPAN("x8Kqpp27fJpp"), SPAN("fJ"), SPAN("pp")));
}

static void a_password_has_bounds_and_is_no_name(void **state UNUSED)
{
	static char text[PASSWORD_MAX + 1];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "correct horse battery-"[(i * i + i / 7) % 22];
	assert_null(password_fault(span_from(text, PASSWORD_MAX), SPAN("ann")));
	assert_string_equal(password_fault(span_from(text, PASSWORD_MAX + 1), SPAN("ann")),
			    "The password is longer than 1024 bytes");
	assert_string_equal(password_fault(SPAN("correct horse \xff\xff"), SPAN("ann")),
			    "The password is not UTF-8 text");
	assert_string_equal(password_fault(SPAN("11 bytes it"), SPAN("ann")),
			    "The password is shorter than 12 characters");
	assert_string_equal(password_fault(SPAN("Margarethe-X"), SPAN("margarethe-x")),
			    "The password is the account's name");
	assert_string_equal(password_fault(SPAN("77margarethe-x7"), SPAN("margarethe-x")),
			    "The password is the account's name");
	assert_string_equal(password_fault(SPAN("7margarethe-7"), SPAN("7margarethe-7")),
			    "The password is the account's name");
	assert_string_equal(password_fault(SPAN("------------"), SPAN("ann")),
			    "The password is one of those that are tried first");
}

// A page between two that nobody may read.
static char *walled_page(size_t *len)
{
	char *at;

	*len = (size_t)sysconf(_SC_PAGESIZE);
	at = mmap(NULL, 3 * *len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(at != MAP_FAILED);
	assert_int_equal(mprotect(at + *len, *len, PROT_READ | PROT_WRITE), 0);
	return at + *len;
}

// Nothing is read before it or behind it; the name is in neither.
static void fine_at_a_wall(const char *text)
{
	size_t len = strlen(text), page_len;
	char *page = walled_page(&page_len);

	memcpy(page, text, len);
	assert_null(password_fault_of_admin(span_from(page, len), SPAN("annika"), SPAN("pp")));
	memcpy(page + page_len - len, text, len);
	assert_null(password_fault_of_admin(span_from(page + page_len - len, len),
					    SPAN("annika"), SPAN("pp")));
	assert_int_equal(munmap(page - page_len, 3 * page_len), 0);
}

static void what_stands_around_a_password_is_not_it(void **state UNUSED)
{
	fine_at_a_wall("administrato"); // no whole word
	fine_at_a_wall("9!4)7-2_8?3="); // without a letter
	fine_at_a_wall("violin-oxanni");
	assert_non_null(password_fault(span_from("abcabcabcabcabc", 12), SPAN("ann")));
	assert_null(password_fault_of_admin(span_from("violin-oxannika", 13), SPAN("annika"),
					    SPAN("pp")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_tried_first_is_refused),
		cmocka_unit_test(what_is_not_is_taken),
		cmocka_unit_test(the_name_is_no_password_and_neither_is_a_short_one),
		cmocka_unit_test(of_an_administrator_known_names_do_not_count),
		cmocka_unit_test(a_password_has_bounds_and_is_no_name),
		cmocka_unit_test(what_stands_around_a_password_is_not_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
