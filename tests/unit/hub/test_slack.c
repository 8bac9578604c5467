// SPDX-License-Identifier: MIT
// Every kind of thing that Slack shows is text here, or refused by its name.
#include "server/hub/web/slack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void what_says_something_is_shown_as_text(void **state UNUSED)
{
	static const char *const rows[][2] = {
		{"{\"text\": \"a\"}", "a"},
		{"{\"text\": \"a\\nb\", \"username\": \"x\", \"icon_emoji\": \":x:\", \"channel\": \"#y\"}",
		 "a\nb"},
		{"{\"text\": \"<https://e.org/?a&amp;b|Build> &lt;1&gt;\"}",
		 "Build (https://e.org/?a&b) <1>"},
		{"{\"text\": \"<https://e.org> <https://e.org|https://e.org>\"}",
		 "https://e.org https://e.org"},
		{"{\"text\": \"<!here> <!everyone> <@U1> <@U1|ann> <#C1|den> <!date^1^x|today>\"}",
		 "@here @room @U1 @ann #den today"},
		{"{\"text\": \"a < b > c <unclosed\"}", "a  b  c <unclosed"},
		{"{\"attachments\": [{\"color\": \"#f00\", \"pretext\": \"p\", \"author_name\": \"ann\", \"title\": \"T\", \"title_link\": \"https://e.org\", \"text\": \"t\", \"fields\": [{\"title\": \"k\", \"value\": \"v\", \"short\": true}, {\"title\": \"n\", \"value\": 3}], \"footer\": \"f\", \"fallback\": \"no\"}]}",
		 "p\nann\nT (https://e.org)\nt\nk: v\nn\n3\nf"},
		{"{\"text\": \"<!a\\rb> c\\r\\n\\r\"}", "ab c"},
		{"{\"attachments\": [{\"fallback\": \"only\"}]}", "only"},
		{"{\"attachments\": [{\"title_link\": \"https://e.org\"}]}", "https://e.org"},
		{"{\"attachments\": [{\"actions\": [{\"type\": \"button\", \"text\": \"Open\", \"url\": \"https://e.org\"}]}]}",
		 "Open (https://e.org)"},
		{"{\"text\": \"x\", \"blocks\": [{\"type\": \"section\", \"text\": {\"type\": \"mrkdwn\", \"text\": \"x\"}}, {\"type\": \"divider\"}]}",
		 "x"},
		{"{\"blocks\": [{\"type\": \"header\", \"text\": {\"type\": \"plain_text\", \"text\": \"H\", \"emoji\": true}}, {\"type\": \"section\", \"text\": {\"type\": \"mrkdwn\", \"text\": \"*b*\"}, \"fields\": [{\"type\": \"mrkdwn\", \"text\": \"f\"}], \"accessory\": {\"type\": \"button\", \"text\": {\"type\": \"plain_text\", \"text\": \"Go\"}, \"url\": \"https://e.org\"}}, {\"type\": \"context\", \"elements\": [{\"type\": \"image\", \"image_url\": \"https://e.org/i.png\", \"alt_text\": \"i\"}, {\"type\": \"mrkdwn\", \"text\": \"c\"}]}, {\"type\": \"image\", \"image_url\": \"https://e.org/i.png\", \"alt_text\": \"i\"}, {\"type\": \"markdown\", \"text\": \"m\"}]}",
		 "H\n*b*\nf\nGo (https://e.org)\ni (https://e.org/i.png)\nc\ni (https://e.org/i.png)\nm"},
		{"{\"blocks\": [{\"type\": \"rich_text\", \"elements\": [{\"type\": \"rich_text_section\", \"elements\": [{\"type\": \"text\", \"text\": \"a \"}, {\"type\": \"link\", \"url\": \"https://e.org\", \"text\": \"l\"}, {\"type\": \"emoji\", \"name\": \"tada\"}, {\"type\": \"broadcast\", \"range\": \"here\"}]}, {\"type\": \"rich_text_list\", \"elements\": [{\"type\": \"rich_text_section\", \"elements\": [{\"type\": \"text\", \"text\": \"i\"}]}]}, {\"type\": \"rich_text_quote\", \"elements\": [{\"type\": \"user\", \"user_id\": \"U1\"}]}]}]}",
		 "a l (https://e.org):tada:@here\n- i\n> @U1"},
		{"{\"text\": null, \"attachments\": [{\"text\": \"\\u00e4\"}]}", "ä"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = {0}, why = {0};

		buf_add_str(&out, ">");
		if (!slack_text(span_of(rows[i][0]), &out, &why))
			fail_msg("%s: %s", rows[i][0], buf_str(&why));
		assert_string_equal(buf_str(&out) + 1, rows[i][1]);
		buf_clear(&out);
		buf_clear(&why);
	}
}

static void what_cannot_be_shown_is_refused_by_its_name(void **state UNUSED)
{
	static const char *const rows[][2] = {
		{"[]", "The payload is no object."},
		{"{\"text\": {}}", "text is no text."},
		{"{\"txt\": \"a\"}", "txt cannot be shown here."},
		{"{\"text\": \"a\", \"attachments\": {}}", "attachments is no list."},
		{"{\"text\": \"a\", \"attachments\": [{\"chart\": 1}]}",
		 "attachments[0].chart cannot be shown here."},
		{"{\"text\": \"a\", \"attachments\": [{\"fields\": [{\"title\": \"a\", \"table\": []}]}]}",
		 "attachments[0].fields[0].table cannot be shown here."},
		{"{\"text\": \"a\", \"attachments\": [{\"actions\": [{\"type\": \"button\", \"text\": \"Yes\", \"name\": \"yes\"}]}]}",
		 "attachments[0].actions[0].type.(a button without url) cannot be shown here."},
		{"{\"text\": \"a\", \"blocks\": [{\"type\": \"video\"}]}",
		 "blocks[0] of the type \"video\" cannot be shown here."},
		{"{\"text\": \"a\", \"blocks\": [{\"type\": \"section\", \"accessory\": {\"type\": \"datepicker\"}}]}",
		 "blocks[0].accessory of the type \"datepicker\" cannot be shown here."},
		{"{\"text\": \"a\", \"blocks\": [{\"type\": \"rich_text\", \"elements\": [{\"type\": \"rich_text_section\", \"elements\": [{\"type\": \"date\"}]}]}]}",
		 "blocks[0].elements[0] of the type \"date\" cannot be shown here."},
		{"{\"text\": \"a\", \"text\": \"b\"}",
		 "The body is no JSON: duplicate object key near '\"text\"', in line 1."},
		{"{\"text\": \"\"}", "There is no text: send {\"text\": \"...\"}."},
		{"{\"text\": \"a\\u0000\"}",
		 "The body is no JSON: \\u0000 is not allowed without JSON_ALLOW_NUL near '\"a\\u0000\"', in line 1."},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = {0}, why = {0};

		buf_add_str(&out, ">");
		assert_false(slack_text(span_of(rows[i][0]), &out, &why));
		assert_string_equal(buf_str(&why), rows[i][1]);
		assert_string_equal(buf_str(&out), ">");
		buf_clear(&out);
		buf_clear(&why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_says_something_is_shown_as_text),
		cmocka_unit_test(what_cannot_be_shown_is_refused_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
