// SPDX-License-Identifier: MIT
// snug account: what is stored, page by page and piece by piece, and the end of it.
#include "tests/unit/client/verb.h"

#define PAGE(place) ":h NOTE ACCOUNT EXPORT_PAGE " place " :go on"

static void all_pages_are_printed_and_pieces_put_together(void **state)
{
	static const struct verb_answer pages[] = {
		{"ACCOUNT EXPORT heard-1",
		 "$T:h BATCH +b x\r\n@batch=b :h EXPORT * :{\"c\":3}\r\n@batch=b " PAGE(
			 "*") "\r\n:h BATCH -b"},
		{"ACCOUNT EXPORT",
		 "$T:h BATCH +b x\r\n@batch=b :h EXPORT + :{\"a\":\r\n@batch=b :h EXPORT * "
		 ":1}\r\n@batch=b :h EXPORT * :{\"b\":2}\r\n@batch=b :h NOTE ACCOUNT OTHER "
		 "heard-9 :x\r\n@batch=b " PAGE("heard-1") "\r\n:h BATCH -b"},
		{0}};
	struct verb_run *v = *state;
	v->answers = pages;
	verb_expect(v, SNUG(v, "", "account", "export"), EXIT_OK,
		    "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n", NULL);
	verb_expect_said(v, " ACCOUNT EXPORT\n");
	verb_expect_said(v, " ACCOUNT EXPORT heard-1\n");
}

static void an_export_that_breaks_is_no_whole_one(void **state)
{
	static const struct verb_answer refuses[] = {
		{"ACCOUNT EXPORT heard-1", "$T:h FAIL ACCOUNT NOT_NOW :come again"},
		{"ACCOUNT EXPORT",
		 "$T:h BATCH +b x\r\n@batch=b :h EXPORT * :{\"a\":1}\r\n@batch=b " PAGE(
			 "heard-1") "\r\n:h BATCH -b"},
		{0}};
	static const struct verb_answer knows_nothing[] = {{"ACCOUNT EXPORT", "$T:h ACK"}, {0}};
	struct verb_run *v = *state;
	v->answers = refuses;
	verb_expect(v, SNUG(v, "", "account", "export"), EXIT_REFUSED, "{\"a\":1}\n",
		    "come again");
	v->answers = knows_nothing;
	verb_expect(v, SNUG(v, "", "account", "export"), EXIT_REFUSED, "",
		    "snug: this server has no command for that\n");
}

static void what_the_server_says_of_the_end_is_printed(void **state)
{
	static const struct verb_answer rows[] = {
		{"ACCOUNT DELETE",
		 "$T:h NOTE ACCOUNT DELETES_AT 2026-12-01T00:00:00.000Z :It ends in a week"},
		{"ACCOUNT KEEP", "$T:h NOTE ACCOUNT KEPT :It stays"},
		{0}};
	static const struct verb_answer short_note[] = {
		{"ACCOUNT KEEP", "$T:h NOTE ACCOUNT :KEPT"}, {0}};
	static const struct verb_answer other[] = {
		{"ACCOUNT KEEP", "$T:h INFO ACCOUNT KEPT :It stays"}, {0}};
	struct verb_run *v = *state;
	v->answers = rows;
	verb_expect(v, SNUG(v, "", "account", "delete"), EXIT_OK, "", "It ends in a week\n");
	verb_expect(v, SNUG(v, "", "account", "keep"), EXIT_OK, "", "It stays\n");
	v->answers = short_note;
	verb_expect(v, SNUG(v, "", "account", "keep"), EXIT_OK, "", NULL);
	v->answers = other;
	verb_expect(v, SNUG(v, "", "account", "keep"), EXIT_OK, "", NULL);
	verb_expect(v, SNUG(v, "", "account", "sell"), EXIT_USAGE, "", "usage: snug account");
}

static void a_stranger_exports_nothing(void **state)
{
	struct verb_run *v = *state;
	verb_expect(v, SNUG(v, "", "account", "export"), EXIT_LOGIN, "",
		    "no server is known yet");
	verb_expect(v, SNUG(v, "", "account", "keep"), EXIT_LOGIN, "",
		    "no server is known yet");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_pages_are_printed_and_pieces_put_together),
		TEST(an_export_that_breaks_is_no_whole_one),
		TEST(what_the_server_says_of_the_end_is_printed),
		TEST_NEW(a_stranger_exports_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
