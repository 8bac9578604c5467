// SPDX-License-Identifier: MIT
// A person leaves: asked for with a proof, told to all devices, seven days to change one's mind,
// also behind a restart; and what is stored of them, page by page.
#include "server/hub/door/farewell.h"
#include "server/hub/people/account.h"
#include "server/hub/state/session.h"
#include "server/letters/admin.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define DAY_MS (24LL * 60 * 60 * 1000)
#define CAPS "snug.chat/devices batch message-tags echo-message"

static struct account *bob(struct fixture *f)
{
	return account_find(f->hub, SPAN("bob"));
}

static void all_devices_are_told_at_once_and_at_each_login(void **state)
{
	struct fixture *f = *state;
	struct peer *one = fixture_login(f, "bob", CAPS),
		    *other = fixture_login(f, "bob@b", CAPS),
		    *plain = fixture_login(f, "bob@c", ""), *late;

	peer_send(one, "ACCOUNT DELETE");
	expect(one, "server NOTE ACCOUNT TO_BE_ERASED $time :Your account will be erased at *");
	expect(other, "server NOTE ACCOUNT TO_BE_ERASED $time :*asked for it");
	expect(plain, "server NOTICE bob :Your account will be erased at *");
	late = fixture_login_loud(f, "bob@d", CAPS);
	expect_later(late, "server NOTE ACCOUNT TO_BE_ERASED $time :*");
	peer_send(other, "ACCOUNT KEEP");
	expect(other, "server NOTE ACCOUNT ACCOUNT_KEPT :Your account stays");
	expect(one, "server NOTE ACCOUNT ACCOUNT_KEPT :*");
	peer_send(other, "ACCOUNT KEEP");
	expect(other, "server FAIL ACCOUNT NO_SUCH_CHANGE :*");
	fixture_pass(f, 8 * DAY_MS);
	assert_non_null(bob(f));
}

static void it_comes_seven_days_later_and_not_before(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", CAPS);
	struct admin_answer *a;

	peer_join(p, "#den");
	peer_send(p, "PRIVMSG #den :secret");
	peer_skip(p);
	peer_send(p, "PRIVMSG NickServ :DROP");
	expect_later(p, "NickServ NOTICE bob :Your account will be erased at *");
	fixture_restart(f, false);
	assert_int_equal(bob(f)->erase_ms > 0, true);
	a = fixture_verb(f, "user show bob", NULL);
	assert_true(span_eq(a->columns[a->n_columns - 4], SPAN("erase")));
	assert_int_equal(a->cells[a->n_columns - 4].number, bob(f)->erase_ms);
	admin_answer_free(a);
	fixture_pass(f, FAREWELL_MS - 2 * 60 * 1000);
	assert_non_null(bob(f));
	fixture_pass(f, 5 * 60 * 1000);
	assert_null(bob(f));
	a = fixture_verb(f, "audit list", NULL);
	assert_true(
		span_eq(a->cells[(a->n_rows - 2) * a->n_columns + 2].text, SPAN("user erase")));
	assert_true(span_eq(a->cells[(a->n_rows - 1) * a->n_columns + 2].text,
			    SPAN("user erased")));
	admin_answer_free(a);
}

static void it_wants_a_proof_and_another_administrator(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", CAPS), *root;

	peer_session(p)->proved_until_ms = 0;
	peer_send(p, "ACCOUNT DELETE");
	expect(p, "server FAIL ACCOUNT STEP_UP_REQUIRED :*");
	peer_send(p, "ACCOUNT EXPORT");
	expect(p, "server FAIL ACCOUNT STEP_UP_REQUIRED :*");
	peer_send(p, "PRIVMSG NickServ :DROP");
	expect_later(p, "NickServ NOTICE bob :Prove first *");
	peer_send(p, "PRIVMSG NickServ :DROP CANCEL");
	expect_later(p, "NickServ NOTICE bob :Nobody asked *");
	peer_send(p, "ACCOUNT NONSENSE");
	expect(p, "server FAIL ACCOUNT INVALID_PARAMS NONSENSE :*");
	peer_send(p, "ACCOUNT");
	expect(p, "server 461 bob ACCOUNT :*");
	(void)fixture_admin_account(f, "root");
	root = fixture_login(f, "root", CAPS);
	peer_send(root, "ACCOUNT DELETE");
	expect(root, "server FAIL ACCOUNT LAST_ADMIN :*");
}

static void
who_became_the_last_administrator_meanwhile_stays_until_there_is_another(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	(void)fixture_admin_account(f, "bob");
	(void)fixture_admin_account(f, "ann");
	p = fixture_login(f, "bob", CAPS);
	peer_send(p, "ACCOUNT DELETE");
	expect(p, "server NOTE ACCOUNT TO_BE_ERASED $time :*");
	admin_answer_free(fixture_verb(f, "user role ann user", NULL));
	fixture_pass(f, 8 * DAY_MS);
	assert_non_null(bob(f));
	admin_answer_free(fixture_verb(f, "user role ann admin", NULL));
	fixture_pass(f, 2 * 60 * 1000);
	assert_null(bob(f));
}

static void a_disk_that_is_low_keeps_nobody(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "bob", CAPS);

	fixture_disk_is(f, DISK_FULL);
	peer_send(p, "ACCOUNT DELETE");
	expect(p, "server FAIL ACCOUNT TEMPORARILY_UNAVAILABLE :*");
	fixture_disk_is(f, DISK_LOW);
	peer_send(p, "ACCOUNT DELETE");
	expect(p, "server NOTE ACCOUNT TO_BE_ERASED $time :*");
	peer_send(p, "ACCOUNT KEEP");
	expect(p, "server NOTE ACCOUNT ACCOUNT_KEPT :*");
}

// Pages until the end; gives how many, and the lines as they came.
static int pages(struct peer *p, struct buf *out)
{
	int n = 0;

	peer_send(p, "ACCOUNT EXPORT");
	for (const char *line; (line = peer_next(p)) != NULL;) {
		const char *at;

		if ((at = strstr(line, " EXPORT + :")) || (at = strstr(line, " EXPORT * :")))
			buf_printf(out, "%s%s", at + 11, at[8] == '*' ? "\n" : "");
		if (strstr(line, "NOTE ACCOUNT EXPORT_PAGE * "))
			return n + 1;
		if ((at = strstr(line, "NOTE ACCOUNT EXPORT_PAGE ")) != NULL) {
			peer_send(p, "ACCOUNT EXPORT %.*s", (int)strcspn(at + 25, " "),
				  at + 25);
			n++;
		}
	}
	fail_msg("the export has no end");
	return 0;
}

static void what_is_stored_comes_page_by_page(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", CAPS), *p = fixture_login(f, "bob", CAPS);
	struct buf out = {0};
	int n = 0;

	peer_join(ann, "#den");
	peer_send(ann, "MODE #den +H");
	peer_send(ann, "PRIVMSG #den :before");
	peer_join(p, "#den");
	for (int i = 0; i < 450; i++)
		peer_put(p, "PRIVMSG #den :mine %d", i);
	peer_send(ann, "PRIVMSG #den :hers");
	peer_send(ann, "PRIVMSG bob :for him");
	fixture_skip(f);
	assert_true(pages(p, &out) > 3);
	assert_null(strstr(buf_str(&out), "before"));
	assert_non_null(strstr(buf_str(&out), "\"hers\""));
	assert_non_null(strstr(buf_str(&out), "\"for him\""));
	for (const char *at = buf_str(&out); (at = strstr(at, "\"mine ")) != NULL; at++)
		n++;
	assert_int_equal(n, 450);
	peer_send(p, "ACCOUNT EXPORT heard-x");
	expect(p, "server FAIL ACCOUNT INVALID_PARAMS heard-x :*");
	peer_send(p, "ACCOUNT EXPORT heard-99999-0");
	expect_later(p, "server NOTE ACCOUNT EXPORT_PAGE * :*");
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(all_devices_are_told_at_once_and_at_each_login),
		HUB_TEST(it_comes_seven_days_later_and_not_before),
		HUB_TEST(it_wants_a_proof_and_another_administrator),
		HUB_TEST(
			who_became_the_last_administrator_meanwhile_stays_until_there_is_another),
		HUB_TEST(a_disk_that_is_low_keeps_nobody),
		HUB_TEST(what_is_stored_comes_page_by_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
