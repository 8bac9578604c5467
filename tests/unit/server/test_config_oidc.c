// SPDX-License-Identifier: MIT
// [oidc]: what is taken, and what is wrong with the rest.
#include "server/config.h"
#include "server/oidc/jwt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct site {
	char dir[64], secret[80];
	struct paths paths;
};

static int set_up(void **state)
{
	struct site *p = calloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/snug-oidc-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->secret, sizeof(p->secret), "%s/secret", p->dir);
	paths_init(&p->paths, p->dir, NULL);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct site *p = *state;

	unlink(p->paths.config);
	unlink(p->secret);
	rmdir(p->dir);
	paths_clear(&p->paths);
	free(p);
	return 0;
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

#define HERE                                                                                   \
	"[server]\nname = chat.test\n[beside]\nerrand = yes\n[oidc]\nissuer = "                \
	"https://id.test:8443/realms/a\n"

static void read_fine(const struct site *p, const char *text, struct config *c)
{
	struct buf errors = {0};

	write_file(p->paths.config, text, 0600);
	if (!config_read(c, &p->paths, &errors))
		fail_msg("%s", buf_str(&errors));
}

static void what_is_not_written_has_a_default(void **state)
{
	struct config c;

	read_fine(*state, HERE, &c);
	assert_string_equal(c.oidc_client_id, "snug");
	assert_string_equal(c.oidc_for, "https://chat.test");
	assert_string_equal(config_oidc_resource(&c), "https://chat.test");
	assert_null(c.oidc_secret);
	assert_int_equal(c.oidc_token_type, JWT_ACCESS);
	config_clear(&c);
	read_fine(*state, HERE "audience = chat\ntoken_type = JWT\n", &c);
	assert_string_equal(c.oidc_for, "chat");
	assert_null(config_oidc_resource(&c));
	assert_int_equal(c.oidc_token_type, JWT_PLAIN);
	config_clear(&c);
}

static void places_are_the_issuers_own_and_those_named(void **state)
{
	static const char *const places[] = {"issuer=id.test:8443", "issuer=oauth2.test:443",
					     "issuer=[::1]:99"};
	struct buf word = {0};
	struct config c;

	read_fine(*state, HERE "hosts = oauth2.test\nhosts = [::1]:99\n", &c);
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		assert_true(config_oidc_place(&c, i, &word));
		assert_string_equal(buf_str(&word), places[i]);
		buf_reset(&word);
	}
	assert_false(config_oidc_place(&c, 3, &word));
	config_clear(&c);
	read_fine(*state, "", &c);
	assert_false(config_oidc_place(&c, 0, &word));
	config_clear(&c);
	buf_clear(&word);
}

static void a_secret_is_read_from_its_file(void **state)
{
	static const struct {
		const char *text;
		mode_t mode;
		const char *wrong;
	} rows[] = {
		{"s3cret\n", 0600, NULL},
		{"  s3cret", 0640, NULL},
		{"s3cret\n", 0604, "others may read"},
		{"", 0600, "one line of"},
		{"two words\n", 0600, "one line of"},
		{"two\nlines\n", 0600, "one line of"},
	};
	const struct site *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf errors = {0};
		struct config c;

		write_file(p->secret, rows[i].text, rows[i].mode);
		write_file(p->paths.config, HERE "client_secret_file = secret\n", 0600);
		assert_int_equal(config_read(&c, &p->paths, &errors), !rows[i].wrong);
		if (rows[i].wrong)
			assert_non_null(strstr(buf_str(&errors), rows[i].wrong));
		else
			assert_string_equal(c.oidc_secret, "s3cret");
		buf_clear(&errors);
		config_clear(&c);
	}
}

static void a_mistake_is_named(void **state)
{
	static const char *const wrong[][2] = {
		{"[oidc]\nissuer = https://id.test\n", "wants [beside] errand = yes"},
		{"[beside]\nerrand = yes\n[oidc]\nissuer = http://id.test\n", "write its URL"},
		{"[beside]\nerrand = yes\n[oidc]\nissuer = id.test\n", "write its URL"},
		{"[beside]\nerrand = yes\n[oidc]\nissuer = https://a@id.test\n", "its URL"},
		{"[beside]\nerrand = yes\n[oidc]\nissuer = https://id.test/?a\n", "its URL"},
		{HERE "algorithms = HS256\n", "HS256 is none of those"},
		{HERE "algorithms = none\n", "none is none of those"},
		{HERE "scope = profile\n", "openid must be in it"},
		{HERE "hosts = https://id.test\n", "write HOST or HOST:PORT"},
		{HERE "hosts = a:b\n", "write HOST or HOST:PORT"},
		{HERE "client_id =\n", "client_id = : write 1 to"},
		{HERE "audience = a\"b\n", "without quotes"},
		{HERE "clients = \xc3\xa4\n", "of ASCII"},
		{HERE "token_type = JWT\naudience = snug\n", "is a client, too"},
		{HERE "token_type = JWT\nclients = a\naudience = a\n", "is a client, too"},
		{HERE "token_type = id\n", "at+jwt"},
		{HERE "client_secret_file = nowhere\n", "No such file"},
		{HERE
		 "hosts=a\nhosts=b\nhosts=c\nhosts=d\nhosts=e\nhosts=f\nhosts=g\nhosts=h\n"
		 "hosts=i\nhosts=j\nhosts=k\nhosts=l\nhosts=m\nhosts=n\nhosts=o\nhosts=p\n",
		 "more than 15 times"},
	};
	const struct site *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct buf errors = {0};
		struct config c;

		write_file(p->paths.config, wrong[i][0], 0600);
		if (config_read(&c, &p->paths, &errors) ||
		    !strstr(buf_str(&errors), wrong[i][1]))
			fail_msg("%s: %s", wrong[i][0], buf_str(&errors));
		buf_clear(&errors);
		config_clear(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_not_written_has_a_default, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(places_are_the_issuers_own_and_those_named,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_secret_is_read_from_its_file, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_mistake_is_named, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
