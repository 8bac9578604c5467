// SPDX-License-Identifier: MIT
// A password that is typed on the screen, to prove who one is.
#include "client/ui/secret_entry.h"
#include "tests/unit/client/ui_fixture.h"

#define WANTS ":srv FAIL CERT STEP_UP_REQUIRED :prove it"

static void wants(struct fixture *f)
{
	say(f, WANTS);
	settle(f);
	expect_row(f, -2, "prove that it is you: p by your password");
	type(f, "p");
	expect_row(f, -2, "your password or a code, to prove that it is you:   [Enter, Esc]");
}

static void it_is_never_shown_and_goes_to_the_server_alone(void **state)
{
	struct fixture *f = *state;
	wants(f);
	type(f, "sm\xc3\xa4ll\x7f");
	expect_row(f, -2, "to prove that it is you: ****  [Enter, Esc]");
	expect_row(f, -1, "ann ›");
	type(f, "\x1b[200~, otters\nmore\x1b[201~");
	assert_false(row_holds(f, -1, "otters"));
	expect_asked(f, "");
	type(f, "\r");
	expect_asked(f, "prove sm\xc3\xa4l, otters\n");
	assert_false(row_holds(f, -2, "your password"));
	// Neither a draft nor the history has it.
	type(f, "\x1b[A");
	assert_false(row_holds(f, -1, "otters"));
	type(f, "hello\r");
	expect_asked(f, "typed in #den: hello\n");
}

static void whoever_leaves_gives_nothing(void **state)
{
	struct fixture *f = *state;
	wants(f);
	type(f, "secret\x03");
	assert_false(row_holds(f, -2, "your password"));
	wants(f);
	type(f, "wrong\x15right\r");
	expect_asked(f, "prove right\n");
	wants(f);
	type(f, "\r");
	expect_asked(f, "");
	assert_false(row_holds(f, -2, "your password"));
}

static void the_others_are_asked_instead(void **state)
{
	struct fixture *f = *state;
	say(f, WANTS);
	settle(f);
	type(f, "d");
	expect_asked(f, "answer 8 d\n");
}

static void wants_code(struct fixture *f)
{
	model_ask(f->m, QUESTION_CODE, SPAN("the login wants a code"), "cn");
	settle(f);
	expect_row(f, -2, "the login wants a code [c/n]");
	type(f, "c");
	expect_row(f, -2, "the code of your app, or a recovery code:   [Enter, Esc]");
}

static void a_code_of_the_login_is_given_or_given_up(void **state)
{
	struct fixture *f = *state;
	wants_code(f);
	type(f, "52\x15"
		"524891\r");
	expect_asked(f, "prove 524891\n");
	wants_code(f);
	type(f, "5\x1b");
	settle(f);
	expect_asked(f, "answer 10 n\n");
	wants_code(f);
	type(f, "\r");
	expect_asked(f, "answer 10 n\n");
}

static void who_types_when_another_device_asks_goes_on(void **state)
{
	struct fixture *f = *state;
	type(f, "hello\r");
	expect_asked(f, "typed in #den: hello\n");
	say(f, ":srv CERT PROVE 8 192.0.2.7 :laptop");
	settle(f);
	type(f, "yes\r");
	expect_asked(f, "typed in #den: yes\n");
	expect_row(f, -2, "laptop (192.0.2.7) wants to change");
	f->ui->surprised_at = 0;
	type(f, "y");
	expect_asked(f, "answer 7 y\n");
}

static void it_has_an_end(void **state)
{
	struct secret_entry e = {0};
	(void)state;
	secret_entry_open(&e);
	for (int i = 0; i < SECRET_ENTRY_MAX; i++)
		secret_entry_add(&e, SPAN("x"));
	secret_entry_add(&e, SPAN("y"));
	assert_int_equal(secret_entry_text(&e).len, SECRET_ENTRY_MAX);
	secret_entry_back(&e);
	secret_entry_add(&e, SPAN("yy"));
	assert_int_equal(secret_entry_text(&e).len, SECRET_ENTRY_MAX - 1);
	secret_entry_close(&e);
	assert_null(e.at);
	secret_entry_close(&e);
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		TEST(it_is_never_shown_and_goes_to_the_server_alone),
		TEST(whoever_leaves_gives_nothing),
		TEST(the_others_are_asked_instead),
		TEST(a_code_of_the_login_is_given_or_given_up),
		TEST(who_types_when_another_device_asks_goes_on),
		cmocka_unit_test(it_has_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
