// SPDX-License-Identifier: MIT
#include "common/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

struct config {
	char *name, *motd;
	struct conf_list listen, extra;
	int64_t users, memory, idle, linger;
	bool is_public;
	int durability;
};

#define AT(member) offsetof(struct config, member)

static const struct conf_row rows[] = {
	{"server", "name", CONF_TEXT, AT(name), "snug", 0, 0, NULL, false, NULL},
	{"server", "motd", CONF_TEXT, AT(motd), NULL, 0, 0, NULL, true, NULL},
	{"server", "listen", CONF_LIST, AT(listen), "ircs://[::]:6697", 0, 0, NULL, false,
	 NULL},
	{"server", "extra", CONF_LIST, AT(extra), NULL, 0, 0, NULL, false, NULL},
	{"limits", "users", CONF_NUMBER, AT(users), "100", 1, 5000, NULL, true, NULL},
	{"limits", "memory", CONF_SIZE, AT(memory), "64MiB", 19 << 20, 1 << 30, NULL, true,
	 NULL},
	{"limits", "idle", CONF_DURATION, AT(idle), "90s", 0, 0, NULL, true, NULL},
	{"limits", "linger", CONF_DURATION, AT(linger), "1m", 1000, 3600000, NULL, true, NULL},
	{"store", "public", CONF_BOOL, AT(is_public), "no", 0, 0, NULL, true, NULL},
	{"store", "durability", CONF_CHOICE, AT(durability), "full", 0, 0, "full|normal", false,
	 NULL},
};

static void assert_config(const char *text, const char *wanted, struct config *c)
{
	struct buf errors = {0};

	*c = (struct config){0};
	assert_int_equal(conf_parse(rows, ARRAY_LEN(rows), c, span_of(text), "f", &errors),
			 *wanted == '\0');
	assert_string_equal(buf_str(&errors), wanted);
	buf_clear(&errors);
}

static void assert_mistake(const char *text, const char *wanted)
{
	struct config c;

	assert_config(text, wanted, &c);
	conf_clear(rows, ARRAY_LEN(rows), &c);
}

static void no_text_gives_the_fallbacks(void **state UNUSED)
{
	struct config c;

	assert_config("", "", &c);
	assert_string_equal(c.name, "snug");
	assert_null(c.motd);
	assert_int_equal(c.listen.count, 1);
	assert_string_equal(c.listen.items[0], "ircs://[::]:6697");
	assert_int_equal(c.extra.count, 0);
	assert_int_equal(c.users, 100);
	assert_int_equal(c.memory, 64 << 20);
	assert_int_equal(c.idle, 90000);
	assert_false(c.is_public);
	assert_int_equal(c.durability, 0);
	conf_clear(rows, ARRAY_LEN(rows), &c);
	assert_null(c.name);
}

static void every_type_is_read(void **state UNUSED)
{
	struct config c;

	assert_config("# a comment\n; another\n\n"
		      "[server]\n"
		      "name = den \xc3\xa9 = x\n"
		      "  motd=\n"
		      "listen = ircs://127.0.0.1:1\r\n"
		      "\tlisten = ircs://[::1]:2  ; why\n"
		      "[limits]\nusers=5000\nmemory = 1GiB\nidle = 2h\n"
		      "[store]\npublic = yes\ndurability = normal",
		      "", &c);
	assert_string_equal(c.name, "den \xc3\xa9 = x");
	assert_string_equal(c.motd, "");
	assert_int_equal(c.listen.count, 2);
	assert_string_equal(c.listen.items[0], "ircs://127.0.0.1:1");
	assert_string_equal(c.listen.items[1], "ircs://[::1]:2");
	assert_int_equal(c.users, 5000);
	assert_int_equal(c.memory, 1 << 30);
	assert_int_equal(c.idle, 7200000);
	assert_true(c.is_public);
	assert_int_equal(c.durability, 1);
	conf_clear(rows, ARRAY_LEN(rows), &c);
	assert_null(c.motd);
	assert_int_equal(c.listen.count, 0);
	assert_null(c.listen.items);
}

static void a_byte_order_mark_is_skipped(void **state UNUSED)
{
	struct config c;

	assert_config("\xef\xbb\xbf[limits]\nusers = 7\n", "", &c);
	assert_int_equal(c.users, 7);
	conf_clear(rows, ARRAY_LEN(rows), &c);
}

static void an_unknown_key_names_the_nearest(void **state UNUSED)
{
	assert_mistake("[server]\nnmae = x\n",
		       "f:2: unknown key 'nmae' in [server]: did you mean 'name'?\n");
	assert_mistake("[server]\nzzzzzz = x\n", "f:2: unknown key 'zzzzzz' in [server]\n");
	assert_mistake("[server]\nusers = 5\n", "f:2: 'users' belongs in section [limits]\n");
	assert_mistake("[sever]\nname = x\n",
		       "f:2: unknown section [sever]: did you mean [server]?\n");
	assert_mistake("[server]\nnnname = x\n",
		       "f:2: unknown key 'nnname' in [server]: did you mean 'name'?\n");
	assert_mistake("[server]\nlstn = x\n",
		       "f:2: unknown key 'lstn' in [server]: did you mean 'listen'?\n");
	// As near as another: the first.
	assert_mistake("[server]\nnote = x\n",
		       "f:2: unknown key 'note' in [server]: did you mean 'name'?\n");
	assert_mistake("[zzzzzz]\nname = x\n", "f:2: unknown section [zzzzzz]\n");
	assert_mistake("name = x\n", "f:1: 'name' stands before any [section]\n");
}

static void every_mistake_is_told_with_its_line(void **state UNUSED)
{
	assert_mistake("[limits]\nusers = many\nusers\n[store\nmemory = 3TB\n\nidle = 5\n",
		       "f:2: users = many: must be a whole number\n"
		       "f:3: not understood: write key = value\n"
		       "f:4: a section is written [name]\n"
		       "f:5: memory = 3TB: must be a size such as 512, 64KiB, 4MiB or 1GiB\n"
		       "f:7: idle = 5: must be a time such as 30s, 15m, 12h or 7d\n");
}

static void bounds_are_told_in_the_units_of_the_key(void **state UNUSED)
{
	assert_mistake("[limits]\nusers = 0\nmemory = 1KiB\n",
		       "f:2: users = 0: must be from 1 to 5000\n"
		       "f:3: memory = 1KiB: must be from 19MiB to 1GiB\n");
	assert_mistake("[limits]\nlinger = 2h\n", "f:2: linger = 2h: must be from 1s to 1h\n");
	assert_mistake(
		"[limits]\nmemory = 9223372036854775807GiB\n",
		"f:2: memory = 9223372036854775807GiB: must be a size such as 512, 64KiB, "
		"4MiB or 1GiB\n");
	assert_mistake("[limits]\nusers = 9223372036854775808\n",
		       "f:2: users = 9223372036854775808: must be a whole number\n");
	assert_mistake("[limits]\nusers = 99999999999999999999\n",
		       "f:2: users = 99999999999999999999: must be a whole number\n");
}

static void words_of_choice_are_listed(void **state UNUSED)
{
	assert_mistake("[store]\npublic = maybe\ndurability = half\n",
		       "f:2: public = maybe: must be yes or no\n"
		       "f:3: durability = half: must be one of: full normal\n");
}

static void a_key_given_twice_is_a_mistake_but_in_a_list(void **state UNUSED)
{
	assert_mistake("[server]\nname = a\nname = b\n",
		       "f:3: 'name' was given already in line 2: remove one\n");
	assert_mistake("[server]\nextra =\n",
		       "f:2: extra = : must not be empty: leave the line out\n");
}

static void a_line_may_not_be_endless_or_binary(void **state UNUSED)
{
	char text[300] = "[server]\nname = ";
	struct buf errors = {0};
	struct config c = {0};

	memset(text + strlen(text), 'x', 230);
	assert_mistake(text, "f:2: line too long: at most 197 bytes\n");
	assert_mistake("[server]\nname = \xff\n", "f:2: not UTF-8 text\n");
	assert_false(conf_parse(rows, ARRAY_LEN(rows), &c, SPAN("[server]\nname = a\0b\n"), "f",
				&errors));
	assert_string_equal(buf_str(&errors), "f:2: not UTF-8 text\n");
	assert_string_equal(c.name, "snug");
	conf_clear(rows, ARRAY_LEN(rows), &c);
	buf_clear(&errors);
}

static void a_missing_file_is_an_empty_one(void **state UNUSED)
{
	struct buf errors = {0};
	struct config c = {0};

	assert_true(conf_read(rows, ARRAY_LEN(rows), &c, "/nonexistent/conf", &errors));
	assert_string_equal(c.name, "snug");
	conf_clear(rows, ARRAY_LEN(rows), &c);
	assert_false(conf_read(rows, ARRAY_LEN(rows), &c, "/dev/null/snug.conf", &errors));
	assert_string_equal(buf_str(&errors),
			    "/dev/null/snug.conf: cannot be read: Not a directory\n");
	conf_clear(rows, ARRAY_LEN(rows), &c);
	buf_reset(&errors);
	assert_false(conf_read(rows, ARRAY_LEN(rows), &c, "/", &errors));
	assert_string_equal(buf_str(&errors), "/: cannot be read: Is a directory\n");
	conf_clear(rows, ARRAY_LEN(rows), &c);
	buf_clear(&errors);
}

static void a_file_is_read(void **state UNUSED)
{
	char file[] = "/tmp/snug-conf-XXXXXX";
	int fd = mkstemp(file);
	struct buf errors = {0};
	struct config c = {0};

	assert_true(fd >= 0 && write(fd, "[server]\nname = den\n", 20) == 20);
	close(fd);
	assert_true(conf_read(rows, ARRAY_LEN(rows), &c, file, &errors));
	assert_int_equal(errors.len, 0);
	assert_string_equal(c.name, "den");
	conf_clear(rows, ARRAY_LEN(rows), &c);
	unlink(file);
	buf_clear(&errors);
}

static void a_file_that_is_too_large_sets_nothing(void **state UNUSED)
{
	char file[] = "/tmp/snug-conf-XXXXXX";
	int fd = mkstemp(file);
	struct buf errors = {0}, wanted = {0};
	struct config c = {0};

	assert_true(fd >= 0 && write(fd, "[server]\nname = den\n#", 21) == 21);
	assert_int_equal(ftruncate(fd, 1024 * 1024), 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 1024 * 1024);
	assert_int_equal(write(fd, "\n", 1), 1);
	close(fd);
	assert_false(conf_read(rows, ARRAY_LEN(rows), &c, file, &errors));
	buf_printf(&wanted, "%s: larger than 1024 KiB\n", file);
	assert_string_equal(buf_str(&errors), buf_str(&wanted));
	assert_string_equal(c.name, "snug");
	conf_clear(rows, ARRAY_LEN(rows), &c);
	unlink(file);
	buf_clear(&errors);
	buf_clear(&wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_text_gives_the_fallbacks),
		cmocka_unit_test(every_type_is_read),
		cmocka_unit_test(a_byte_order_mark_is_skipped),
		cmocka_unit_test(an_unknown_key_names_the_nearest),
		cmocka_unit_test(every_mistake_is_told_with_its_line),
		cmocka_unit_test(bounds_are_told_in_the_units_of_the_key),
		cmocka_unit_test(words_of_choice_are_listed),
		cmocka_unit_test(a_key_given_twice_is_a_mistake_but_in_a_list),
		cmocka_unit_test(a_line_may_not_be_endless_or_binary),
		cmocka_unit_test(a_missing_file_is_an_empty_one),
		cmocka_unit_test(a_file_is_read),
		cmocka_unit_test(a_file_that_is_too_large_sets_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
