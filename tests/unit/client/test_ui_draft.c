// SPDX-License-Identifier: MIT
// What is typed is on disk soon: a crash takes the last words of a draft at most.
#include "tests/unit/client/ui_fixture.h"

#include "client/model/target.h"

static char dir[] = "/tmp/snug-draft-XXXXXX";
static char file[64];

static int set_up_file(void **state)
{
	int result = set_up(state);
	struct fixture *f = *state;
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/drafts", dir);
	f->ui->settings.drafts_file = file;
	return result;
}

static int tear_down_file(void **state)
{
	struct fixture *f = *state;
	f->ui->settings.drafts_file = NULL;
	unlink(file);
	assert_int_equal(rmdir(dir), 0);
	return tear_down(state);
}

// What the file holds, "" where there is none.
static const char *kept(void)
{
	static char text[500];
	FILE *in = fopen(file, "re");
	size_t got = in ? fread(text, 1, sizeof(text) - 1, in) : 0;
	text[got] = '\0';
	if (in)
		fclose(in);
	return text;
}

static void expect_kept(struct fixture *f, const char *wanted)
{
	WAIT_UNTIL(strcmp(kept(), wanted) == 0, settle(f));
}

static void what_is_typed_is_kept_until_it_is_sent(void **state)
{
	struct fixture *f = *state;
	type(f, "half a ");
	expect_kept(f, "#den\thalf a \n");
	type(f, "thought");
	expect_kept(f, "#den\thalf a thought\n");
	// It is gone from here before it is on its way.
	type(f, "\r");
	assert_string_equal(kept(), "");
	type(f, "one\x1b\rtwo");
	expect_kept(f, "#den\tone\xe2\x90\xa4two\n");
	type(f, "\x15\x7f\x15");
	expect_kept(f, "");
}

static bool is_hunter(void *arg UNUSED, struct span text)
{
	return span_eq(text, SPAN("hunter2"));
}

// Until the moment of keeping is over, whatever was typed.
static void wait_for_keeping(struct fixture *f)
{
	WAIT_UNTIL(!f->ui->has_draft_timer, settle(f));
}

static void no_password_is_kept(void **state)
{
	struct fixture *f = *state;
	static const char *const secrets[] = {"hunter2", "/msg NickServ identify hun",
					      "/oper ann hun", "/pass hun"};
	f->intents.is_secret = is_hunter;
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
		type(f, secrets[i]);
		wait_for_keeping(f);
		assert_string_equal(kept(), "");
		type(f, "\x03");
		wait_for_keeping(f);
	}
	say(f, ":NickServ!n@s NOTICE ann :identify yourself");
	model_show(f->m, target_find(f->m, SPAN("NickServ")));
	settle(f);
	type(f, "hun");
	wait_for_keeping(f);
	assert_string_equal(kept(), "");
}

static void an_edit_of_a_message_is_no_draft(void **state)
{
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a :ann!a@h PRIVMSG #den :as it is");
	settle(f);
	type(f, "\x1b");
	type(f, "e");
	expect_row(f, -1, "as it is");
	type(f, " now");
	wait_for_keeping(f);
	assert_string_equal(kept(), "");
}

#define TEST_FILE(fn) cmocka_unit_test_setup_teardown(fn, set_up_file, tear_down_file)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_FILE(what_is_typed_is_kept_until_it_is_sent),
		TEST_FILE(no_password_is_kept),
		TEST_FILE(an_edit_of_a_message_is_no_draft),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
