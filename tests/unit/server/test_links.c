// SPDX-License-Identifier: MIT
#include "server/links.h"

#include "common/buf.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define FOLDER "/tmp/snug-links-XXXXXX"

struct place {
	char root[sizeof(FOLDER)];
	struct buf steps; // "FOLDER NAME" without the root, a '!' behind the end
};

static void note(void *arg, const char *folder, const char *name, bool is_end)
{
	struct place *p = arg;
	size_t len = strlen(p->root);

	assert_memory_equal(folder, p->root, len);
	buf_printf(&p->steps, "%s %s%s\n", folder + len, name, is_end ? "!" : "");
}

static int make_place(void **state)
{
	static struct place p;

	p = (struct place){.root = FOLDER};
	assert_non_null(mkdtemp(p.root));
	assert_int_equal(chdir(p.root), 0);
	*state = &p;
	return 0;
}

static int clear_place(void **state)
{
	static const char *const names[] = {"a/file", "b/file", "a/link", "a/loop",
					    "b/loop", "way",    "a",      "b"};
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		remove(names[i]);
	assert_int_equal(chdir("/"), 0);
	rmdir(p->root);
	buf_clear(&p->steps);
	return 0;
}

static const char *walk(struct place *p, const char *name)
{
	struct buf path = {0};

	buf_printf(&path, "%s/%s", p->root, name);
	buf_reset(&p->steps);
	links_walk(buf_str(&path), note, p);
	buf_clear(&path);
	return buf_str(&p->steps);
}

static void make_folders(void)
{
	assert_int_equal(mkdir("a", 0700), 0);
	assert_int_equal(mkdir("b", 0700), 0);
}

static void a_file_is_in_its_folder_whether_it_is_there_or_not(void **state)
{
	struct place *p = *state;

	make_folders();
	assert_string_equal(walk(p, "a/file"), "/a file!\n");
	assert_int_equal(close(creat("a/file", 0600)), 0);
	assert_string_equal(walk(p, "a/file"), "/a file!\n");
}

static void a_link_is_in_its_folder_and_what_it_leads_to_in_another(void **state)
{
	struct place *p = *state;

	make_folders();
	assert_int_equal(symlink("../b/file", "a/link"), 0);
	assert_string_equal(walk(p, "a/link"), "/a link!\n/a/../b file!\n");
}

static void a_link_among_the_folders_is_told_as_such(void **state)
{
	struct place *p = *state;

	make_folders();
	assert_int_equal(symlink("b", "way"), 0);
	assert_string_equal(walk(p, "way/file"), " way\n/b file!\n");
}

static void links_in_a_circle_come_to_an_end(void **state)
{
	struct place *p = *state;
	size_t n = 0;

	make_folders();
	assert_int_equal(symlink("../b/loop", "a/loop"), 0);
	assert_int_equal(symlink("../a/loop", "b/loop"), 0);
	for (const char *c = walk(p, "a/loop"); *c; c++)
		n += *c == '\n';
	assert_int_equal(n, 40);
}

static void what_is_not_from_the_root_is_no_way(void **state)
{
	struct place *p = *state;

	links_walk("a/file", note, p);
	assert_int_equal(p->steps.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_file_is_in_its_folder_whether_it_is_there_or_not, make_place,
			clear_place),
		cmocka_unit_test_setup_teardown(
			a_link_is_in_its_folder_and_what_it_leads_to_in_another, make_place,
			clear_place),
		cmocka_unit_test_setup_teardown(a_link_among_the_folders_is_told_as_such,
						make_place, clear_place),
		cmocka_unit_test_setup_teardown(links_in_a_circle_come_to_an_end, make_place,
						clear_place),
		cmocka_unit_test_setup_teardown(what_is_not_from_the_root_is_no_way, make_place,
						clear_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
