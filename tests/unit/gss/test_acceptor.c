// SPDX-License-Identifier: MIT
// The thread: questions by letter, answers by letter, and the end with some unanswered. The keytab.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "caller.h"

#include "server/gss/keytab.h"
#include "server/letters/letter.h"

static struct identity_question *question(struct caller *c, ticket_id ticket)
{
	struct identity_question *q = identity_question_new(IDENTITY_TICKET, ticket);

	caller_gets_in(c, "ann@EXAMPLE.ORG");
	caller_says(c, (struct span){0}, &q->secret);
	return q;
}

static void each_question_is_answered_in_its_turn(void **state)
{
	struct caller *c = caller_new();
	struct mailbox *hub = mailbox_new();
	struct acceptor *a =
		acceptor_start(&c->settings, hub, (struct thread_begin){NULL, NULL});
	struct letter *letters = NULL;
	ticket_id expected = 1;

	(void)state;
	acceptor_put(a, question(c, 1));
	acceptor_put(a, identity_question_new(IDENTITY_TICKET, 2));
	while (expected < 3) {
		struct identity_answer *answer;
		struct letter *l;

		if (!letters)
			letters = mailbox_wait(hub, -1);
		l = letter_take(&letters);
		answer = container_of(l, struct identity_answer, letter);
		assert_int_equal(answer->ticket, expected);
		assert_int_equal(answer->result, expected == 1 ? IDENTITY_MORE : IDENTITY_NO);
		expected++;
		letter_free(l);
	}
	acceptor_free(a);
	mailbox_free(hub);
	caller_free(c);
}

static void whoever_still_waits_at_the_end_is_let_go(void **state)
{
	struct caller *c = caller_new();
	struct mailbox *hub = mailbox_new();
	struct acceptor *a =
		acceptor_start(&c->settings, hub, (struct thread_begin){NULL, NULL});
	struct letter *left;

	(void)state;
	for (ticket_id i = 1; i < 20; i++)
		acceptor_put(a, question(c, i));
	acceptor_free(a);
	left = mailbox_take(hub);
	letters_free(&left);
	mailbox_free(hub);
	caller_free(c);
}

static bool is_fine(struct caller *c, const char *expected)
{
	struct buf words = {0};
	bool is_it = keytab_check(&c->settings, &words);

	if (expected)
		assert_non_null(strstr(buf_str(&words), expected));
	buf_clear(&words);
	return is_it;
}

static void a_keytab_must_hold_this_servers_key(void **state)
{
	struct caller *c = caller_new();

	(void)state;
	assert_true(is_fine(c, NULL));
	c->settings.host = "CHAT.example.org";
	assert_true(is_fine(c, NULL));
	c->settings.host = "other.example.org";
	assert_false(is_fine(c, "holds no key of irc/other.example.org@EXAMPLE.ORG"));
	press_key(c->keytab, "irc/other.example.org@ELSEWHERE.ORG");
	assert_false(is_fine(c, "holds no key of irc/other.example.org@EXAMPLE.ORG"));
	press_key(c->keytab, "irc/other.example.org@SECOND.EXAMPLE.ORG");
	assert_true(is_fine(c, NULL));
	unlink(c->keytab);
	assert_false(is_fine(c, c->keytab));
	caller_free(c);
}

static void add(void *arg, const char *path)
{
	buf_printf(arg, "%s ", path);
}

static void what_the_settings_include_is_named(void **state)
{
	struct caller *c = caller_new();
	FILE *file = fopen(c->settings_file, "we");
	struct buf found = {0}, expected = {0}, named = {0};

	(void)state;
	fputs("include /etc/one.conf\nincludedir /etc/two.d/\n[libdefaults]\n include = 3\n",
	      file);
	fclose(file);
	buf_printf(&named, "%s:/nowhere/krb5.conf", c->settings_file);
	setenv("KRB5_CONFIG", buf_str(&named), 1);
	keytab_each_setting(add, &found);
	buf_printf(&expected, "%s /etc/one.conf /etc/two.d/ /nowhere/krb5.conf ",
		   c->settings_file);
	assert_string_equal(buf_str(&found), buf_str(&expected));
	unsetenv("KRB5_CONFIG");
	buf_reset(&found);
	keytab_each_setting(add, &found);
	assert_true(span_starts(buf_span(&found), SPAN("/etc/krb5.conf ")));
	buf_clear(&found);
	buf_clear(&expected);
	buf_clear(&named);
	caller_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_question_is_answered_in_its_turn),
		cmocka_unit_test(whoever_still_waits_at_the_end_is_let_go),
		cmocka_unit_test(a_keytab_must_hold_this_servers_key),
		cmocka_unit_test(what_the_settings_include_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
