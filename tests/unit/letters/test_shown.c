// SPDX-License-Identifier: MIT
// Messages and answers as JSON: what is there is said, what is not is left out.
#include "server/letters/admin_row.h"
#include "server/letters/message_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect(json_t *object, const char *text)
{
	char *dumped = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_ENCODE_ANY);

	assert_string_equal(dumped, text);
	free(dumped);
	json_decref(object);
}

static void a_message_says_what_it_has(UNUSED void **state)
{
	const struct entry_message plain = {.id = 1,
					    .time_ms = 1500,
					    .kind = MESSAGE_JOIN,
					    .sender = SPAN("ann"),
					    .text = SPAN("")};
	const struct entry_message removed = {.id = 2,
					      .seq = 7,
					      .time_ms = 1000,
					      .kind = MESSAGE_PRIVMSG,
					      .sender = SPAN("ann"),
					      .text = SPAN("hi"),
					      .tags = SPAN("+a=b"),
					      .redacted = true,
					      .redacted_name = SPAN("bob"),
					      .redacted_reason = SPAN("spam")};

	expect(message_json(&plain),
	       "{\"id\":\"0000000000001\",\"time\":\"1970-01-01T00:00:01."
	       "500Z\",\"kind\":\"JOIN\",\"from\":\"ann\",\"text\":\"\"}");
	expect(message_json(&removed),
	       "{\"id\":\"0000000000002\",\"time\":\"1970-01-01T00:00:01.000Z\",\"seq\":7,"
	       "\"kind\":\"PRIVMSG\",\"from\":\"ann\",\"text\":\"hi\",\"tags\":\"+a=b\","
	       "\"redacted\":true,\"redacted_by\":\"bob\",\"redacted_reason\":\"spam\"}");
	expect(message_json(&(struct entry_message){.sender = SPAN(""), .text = SPAN("")}),
	       "{\"kind\":\"PRIVMSG\",\"from\":\"\",\"text\":\"\"}");
}

static void a_row_has_a_value_of_each_kind(UNUSED void **state)
{
	struct span columns[] = {SPAN("n"), SPAN("b"), SPAN("t"), SPAN("never"), SPAN("w")};
	struct cell cells[] = {
		{.kind = CELL_TEXT},
		{.kind = CELL_TEXT},
		{.kind = CELL_TEXT},
		{.kind = CELL_TEXT},
		{.kind = CELL_TEXT},
		{.kind = CELL_NUMBER, .number = -5},
		{.kind = CELL_BOOL, .number = 1},
		{.kind = CELL_TIME, .number = 1000},
		{.kind = CELL_TIME},
		{.kind = CELL_TEXT, .text = SPAN("words")},
	};
	const struct admin_answer a = {.columns = columns,
				       .n_columns = ARRAY_LEN(columns),
				       .cells = cells,
				       .n_rows = 2};

	expect(admin_answer_row(&a, 1),
	       "{\"n\":-5,\"b\":true,\"t\":\"1970-01-01T00:00:01.000Z\","
	       "\"never\":null,\"w\":\"words\"}");
	expect(admin_answer_row(&a, 0),
	       "{\"n\":\"\",\"b\":\"\",\"t\":\"\",\"never\":\"\",\"w\":\"\"}");
}

static void what_was_made_is_said_once(UNUSED void **state)
{
	static const struct {
		struct admin_answer answer;
		const char *had, *text;
	} rows[] = {
		{{.changed = ADMIN_LOOKED}, "{}", "{}"},
		{{.changed = ADMIN_CHANGED}, "{}", "{\"changed\":true}"},
		{{.changed = ADMIN_UNCHANGED}, "{}", "{\"changed\":false}"},
		{{.plain = {"link", 4}}, "{}", "{\"plain\":\"link\"}"},
		{{.plain = {"link", 4}}, "{\"plain\":1}", "{\"plain\":1}"},
		{{.plain = {"link", 4}, .page = {"page", 4}},
		 "{}",
		 "{\"plain\":\"link\",\"page\":\"page\"}"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *object = json_loads(rows[i].had, 0, NULL);

		admin_answer_made(&rows[i].answer, object);
		expect(object, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_says_what_it_has),
		cmocka_unit_test(a_row_has_a_value_of_each_kind),
		cmocka_unit_test(what_was_made_is_said_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
