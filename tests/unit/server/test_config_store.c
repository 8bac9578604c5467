// SPDX-License-Identifier: MIT
// Where the store is, as the configuration says.
#include "server/config.h"

#include "common/die.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct site {
	char dir[32];
	struct paths paths;
};

static int setup(void **state)
{
	struct site *p = xcalloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/snug-store-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	paths_init(&p->paths, p->dir, NULL);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct site *p = *state;

	unlink(p->paths.config);
	rmdir(p->dir);
	paths_clear(&p->paths);
	free(p);
	return 0;
}

static void write_store(const struct site *p, const char *where)
{
	FILE *file = fopen(p->paths.config, "w");

	assert_non_null(file);
	fprintf(file, "[server]\nstore = %s\n", where);
	assert_int_equal(fclose(file), 0);
}

static void it_is_a_file_of_the_state_or_elsewhere(void **state)
{
	static const char *const fine[] = {
		"postgresql://snug@db1.example/snug",
		"postgresql://snug@db1,db2:5433/snug?passfile=/etc/snug/store.pass",
		"postgresql://snug@/snug?host=/run/postgresql",
		"postgresql://db1/snug?user=snug&sslmode=verify-full&passfile=/a:b@c",
	};
	struct site *p = *state;

	config_find_store(&p->paths);
	assert_string_equal(p->paths.store, p->paths.database);
	assert_true(paths_has_file(&p->paths));
	for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
		struct buf errors = {0};
		struct config c;

		write_store(p, fine[i]);
		assert_true(config_read(&c, &p->paths, &errors));
		assert_string_equal(c.store, fine[i]);
		config_clear(&c);
		config_find_store(&p->paths);
		assert_string_equal(p->paths.store, fine[i]);
		assert_false(paths_has_file(&p->paths));
	}
}

static void expect_refused(struct site *p, const char *where, const char *why)
{
	struct buf errors = {0};
	struct config c;

	write_store(p, where);
	assert_false(config_read(&c, &p->paths, &errors));
	assert_non_null(strstr(buf_str(&errors), p->paths.config));
	assert_non_null(strstr(buf_str(&errors), why));
	assert_null(strstr(buf_str(&errors), "hunter2"));
	buf_clear(&errors);
	config_clear(&c);
}

static void what_is_no_place_is_refused(void **state)
{
	expect_refused(*state, "/var/lib/other.db", "is no place");
	expect_refused(*state, "mysql://snug@db/snug", "is no place");
	expect_refused(*state, "", "is no place");
	expect_refused(*state, "postgresql://db1/snug", "names no user");
	expect_refused(*state, "postgresql:///snug?user=&host=/run", "names no user");
}

static void expect_ports(const char *store, const uint16_t *ports, size_t n)
{
	struct config c = {.store = (char *)(uintptr_t)store};
	uint16_t port;

	for (size_t i = 0; i < n; i++) {
		assert_true(config_store_port(&c, i, &port));
		assert_int_equal(port, ports[i]);
	}
	assert_false(config_store_port(&c, n, &port));
}

static void its_ports_and_files_are_known(void **state UNUSED)
{
	struct config c = {.store = (char *)(uintptr_t) "postgresql://u@a/d?passfile=%2Fx%20y"
							"&sslmode=require&sslrootcert=/ca.pem"};
	struct buf path = {0};
	bool is_secret;

	assert_true(config_store_file(&c, 0, &path, &is_secret));
	assert_string_equal(buf_str(&path), "/x y");
	assert_true(is_secret);
	buf_reset(&path);
	assert_true(config_store_file(&c, 1, &path, &is_secret));
	assert_string_equal(buf_str(&path), "/ca.pem");
	assert_false(is_secret);
	assert_false(config_store_file(&c, 2, &path, &is_secret));
	buf_clear(&path);
	expect_ports("postgresql://u@a/d", (uint16_t[]){5432}, 1);
	expect_ports("postgresql://u@a:1,[::2]:3,b:4/d?x=y", (uint16_t[]){1, 3, 4}, 3);
	expect_ports("postgresql://u@a,b/d?port=6", (uint16_t[]){6, 6}, 2);
	expect_ports("postgresql://u@/d?host=h&port=7", (uint16_t[]){7}, 1);
	expect_ports("postgresql://u@a,b:2,c/d?port=7", (uint16_t[]){7, 2, 7}, 3);
	expect_ports("postgresql://u@a,b/d", (uint16_t[]){5432, 5432}, 2);
}

// Proves S21.
static void a_password_is_refused_and_not_repeated(void **state)
{
	expect_refused(*state, "postgresql://snug:hunter2@db/snug", "passfile");
	expect_refused(*state, "postgresql://db/snug?user=snug&password=hunter2", "passfile");
	expect_refused(*state, "postgresql://db/snug?pass%77ord=hunter2", "passfile");
	expect_refused(*state, "postgresql://snug:a@hunter2@db/snug", "passfile");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_a_file_of_the_state_or_elsewhere, setup,
						teardown),
		cmocka_unit_test(its_ports_and_files_are_known),
		cmocka_unit_test_setup_teardown(what_is_no_place_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_password_is_refused_and_not_repeated, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
