// SPDX-License-Identifier: MIT
// What the help shows as examples works as it stands there, and the manual tells it.
#include "client/model/people.h"
#include "tests/unit/client/command_fixture.h"

#include <stdlib.h>

static const struct {
	const char *typed, *help;
} examples[] = {
#define EXAMPLE(typed, help) {typed, help},
#include "client/model/examples.def"
#undef EXAMPLE
};

static bool set_nothing(void *arg, struct span key, struct span value, struct buf *words)
{
	(void)arg;
	(void)words;
	return key.len && value.len;
}

static void each_is_taken_and_does_something(void **state)
{
	struct fixture *f = *state;
	f->intents.set = set_nothing;
	say(f->m, ":srv CAP ann ACK :snug.chat/quiet");
	say(f->m, ":srv 353 ann = #den :ann bob cem");
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct command_context c = {
			.model = f->m, .intents = &f->intents, .now_ms = 2000};
		struct target *t = target_find(f->m, SPAN("#den"));
		size_t before = t->log.count;
		command_typed(&c, t, span_of(examples[i].typed));
		for (size_t k = before; k < t->log.count; k++) {
			if (scrollback_at(&t->log, k)->kind == LINE_ERROR)
				fail_msg("%s", examples[i].typed);
		}
	}
	assert_non_null(strstr(buf_str(&f->asked), "QUIET ADD hours 22:00-07:00"));
}

static void the_manual_tells_each(void **state)
{
	struct buf manual = {0};
	FILE *file = fopen("docs/snug.1", "r");
	(void)state;
	assert_non_null(file);
	for (int c; (c = fgetc(file)) != EOF;)
		buf_add_char(&manual, (char)c);
	(void)fclose(file);
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		if (!strstr(buf_str(&manual), examples[i].typed))
			fail_msg("docs/snug.1 lacks %s", examples[i].typed);
	}
	buf_clear(&manual);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_is_taken_and_does_something),
		TEST(the_manual_tells_each),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
