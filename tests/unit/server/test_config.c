// SPDX-License-Identifier: MIT
#include "server/config.h"
#include "server/io/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct site {
	char dir[64];
	struct paths paths;
};

static int set_up(void **state)
{
	struct site *p = calloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/snug-config-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	paths_init(&p->paths, p->dir, NULL);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct site *p = *state;

	unlink(p->paths.config);
	rmdir(p->dir);
	paths_clear(&p->paths);
	free(p);
	return 0;
}

static void write_config(const struct site *p, const char *text)
{
	FILE *file = fopen(p->paths.config, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void an_absent_file_is_all_defaults(void **state)
{
	struct site *p = *state;
	struct buf errors = {0};
	struct config c;

	assert_true(config_read(&c, &p->paths, &errors));
	assert_int_equal(c.n_places, 2);
	assert_int_equal(address_port(&c.places[0].address), 6697);
	assert_int_equal(c.argon2_memory, 64 << 20);
	assert_int_equal(c.registration, REGISTRATION_INVITE);
	assert_string_equal(c.network, c.name);
	config_clear(&c);
}

static void each_place_knows_its_transport(void **state)
{
	struct site *p = *state;
	struct buf errors = {0};
	struct config c;

	write_config(p, "[server]\nlisten = ircs://127.0.0.1:7000\nlisten = IRCS://[::1]:7001\n"
			"listen = 127.0.0.1:7002\n");
	assert_true(config_read(&c, &p->paths, &errors));
	assert_int_equal(c.n_places, 3);
	for (size_t i = 0; i < c.n_places; i++) {
		assert_ptr_equal(c.places[i].transport, &tls_lines);
		assert_int_equal(address_port(&c.places[i].address), 7000 + i);
	}
	config_clear(&c);
	write_config(p, "");
	assert_true(config_read(&c, &p->paths, &errors));
	assert_ptr_equal(c.places[1].transport, &tls_lines);
	config_clear(&c);
}

static void a_section_may_come_again(void **state)
{
	struct site *p = *state;
	struct buf errors = {0};
	struct config c;

	write_config(p, "[server]\nname = My.Little.Server\nlisten = ircs://127.0.0.1:7000\n\n"
			"[server]\ndescription = test server\nlisten = [::1]:7001\n\n"
			"[limits]\nlines_per_second = 0\n[auth]\nargon2_memory = 19MiB\n");
	assert_true(config_read(&c, &p->paths, &errors));
	assert_string_equal(c.name, "My.Little.Server");
	assert_string_equal(c.description, "test server");
	assert_int_equal(c.n_places, 2);
	assert_int_equal(address_port(&c.places[0].address), 7000);
	assert_int_equal(address_port(&c.places[1].address), 7001);
	assert_int_equal(c.lines_per_second, 0);
	assert_int_equal(c.argon2_memory, 19 << 20);
	config_clear(&c);
}

// Each line is wrong, and the words name the file and what is wrong.
static void a_mistake_is_named_with_its_place(void **state)
{
	struct site *p = *state;
	static const char *const wrong[][2] = {
		{"[server]\nlisten = everywhere\n", "ircs://"},
		{"[server]\nlisten = irc://127.0.0.1:6667\n", "irc://127.0.0.1:6667 is no"},
		{"[log]\nform = xml\n", "logfmt"},
		{"[log]\nfile =\n", "file"},
		{"[server]\nproxy_from = balancer\n", "proxy_from = balancer names no proxy"},
		{"[server]\nproxy_from = 10.0.0.1/33\n", "10.0.0.1/33 names no proxy"},
		{"[server]\nproxy_from = 0.0.0.0/0\n", "0.0.0.0/0 names no proxy"},
		{"[server]\nproxy_from = ::/0\n", "::/0 names no proxy"},
		{"[server]\nproxy_from = 10.0.0.1\nproxy_from = ::ffff:0:0/96\n",
		 "/96 names no"},
		{"[push]\nallow = push.example\n", "push.example: write HOST:PORT"},
		{"[push]\nallow = push.example:443 home\n", "are addresses or ranges"},
		{"[server]\nlisten = wss://127.0.0.1:443\n", "wss://127.0.0.1:443 is no"},
		{"[server]\nlisten = ://127.0.0.1:6697\n", "ircs://"},
		{"[server]\nlisten = ircs://ircs://127.0.0.1:6697\n", "ircs://"},
		{"[server]\nlisten = 127.0.0.1:6697\nlisten = ircss://[::1]:1\n", "ircss"},
		{"[server]\nname = two words\n", "no host name"},
		{"[server]\nnmae = x\n", "name"},
		{"[auth]\nargon2_memory = 1MiB\n", "argon2_memory"},
		{"[auth]\nhash_threads = 17\n", "16"},
		{"[tls]\nkey = k.pem\n", "both"},
		{"[server]\nmotd_file = nowhere\n", "nowhere"},
		{"[accounts]\nregistration = maybe\n", "invite"},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct buf errors = {0};
		struct config c;

		write_config(p, wrong[i][0]);
		assert_false(config_read(&c, &p->paths, &errors));
		assert_non_null(strstr(buf_str(&errors), p->paths.config));
		assert_non_null(strstr(buf_str(&errors), wrong[i][1]));
		buf_clear(&errors);
		config_clear(&c);
	}
}

static void name_changed(void *arg, const struct config_change *change)
{
	struct buf *out = arg;

	buf_printf(out, SPAN_FMT "%s\n", SPAN_ARG(change->name), change->reloads ? "" : "!");
}

static void what_is_shown_reads_back_as_the_same(void **state)
{
	struct site *p = *state;
	struct buf errors = {0}, first = {0}, again = {0}, changed = {0};
	struct config c, d;

	write_config(p, "[server]\nname = a.b\nlisten = 127.0.0.1:1\n[history]\nkeep = 7d\n");
	assert_true(config_read(&c, &p->paths, &errors));
	config_show(&c, &first);
	write_config(p, buf_str(&first));
	assert_true(config_read(&d, &p->paths, &errors));
	config_show(&d, &again);
	assert_string_equal(buf_str(&first), buf_str(&again));
	config_changes(&c, &d, name_changed, &changed);
	assert_int_equal(changed.len, 0);
	config_clear(&d);
	write_config(p, "[server]\nname = a.c\nlisten = 127.0.0.1:1\nnetwork = n\n");
	assert_true(config_read(&d, &p->paths, &errors));
	config_changes(&c, &d, name_changed, &changed);
	assert_string_equal(buf_str(&changed),
			    "[server] name!\n[server] network\n[history] keep\n");
	// What waits for a restart stays as it was.
	config_keep(&d, &c);
	assert_string_equal(d.name, "a.b");
	assert_string_equal(d.network, "n");
	assert_int_equal(d.keep_ms, 0);
	assert_int_equal(d.n_places, 1);
	config_clear(&c);
	config_clear(&d);
	buf_clear(&first);
	buf_clear(&again);
	buf_clear(&changed);
}

static void links_name_the_port_only_when_it_is_unusual(void **state)
{
	struct site *p = *state;
	const uint8_t pin[TLS_PIN_LEN] = {0};
	struct buf errors = {0};
	struct hub_config hub;
	struct config c;

	write_config(p, "[server]\nname = chat.example\n");
	assert_true(config_read(&c, &p->paths, &errors));
	config_for_hub(&c, pin, false, 6697, &hub);
	assert_string_equal(hub.link.host, "chat.example");
	assert_string_equal(hub.link.port, "6697");
	config_for_hub(&c, pin, false, 7000, &hub);
	assert_string_equal(hub.link.host, "chat.example");
	assert_string_equal(hub.link.port, "7000");
	assert_int_equal(hub.link.pins.count, 1);
	config_clear(&c);
}

// A link to a page that shows a warning is none; who tries it out at home goes past it.
static void there_is_a_page_where_browsers_take_the_certificate(void **state)
{
	static const struct {
		const char *text;
		bool is_vouched, has_page;
	} rows[] = {
		{"[server]\nname = chat.example\n", true, false},
		{"[server]\nname = chat.example\n[web]\nlisten = 0.0.0.0:8443\n", false, false},
		{"[server]\nname = chat.example\n[web]\nlisten = 0.0.0.0:8443\n", true, true},
		{"[server]\nname = localhost\n[web]\nlisten = 127.0.0.1:8443\n", false, true},
		{"[server]\nname = localhost\n[web]\nlisten = 127.0.0.1:0\n", false, false},
		{"[server]\nname = localhost\n[web]\nmetrics = 127.0.0.1:9464\n", false, false},
	};
	struct site *p = *state;
	const uint8_t pin[TLS_PIN_LEN] = {0};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf errors = {0};
		struct hub_config hub;
		struct config c;

		write_config(p, rows[i].text);
		assert_true(config_read(&c, &p->paths, &errors));
		config_for_hub(&c, pin, rows[i].is_vouched, 6697, &hub);
		assert_int_equal(hub.has_page, rows[i].has_page);
		config_clear(&c);
	}
}

static void links_name_the_hosts_that_are_set(void **state)
{
	struct site *p = *state;
	const uint8_t pin[TLS_PIN_LEN] = {0};
	struct buf errors = {0}, text = {0};
	struct hub_config hub;
	struct config c;

	write_config(p, "[server]\nname = chat.example\nlink_host = a.example:7001\n"
			"link_host = [2001:db8::1]\n");
	assert_true(config_read(&c, &p->paths, &errors));
	config_for_hub(&c, pin, false, 7000, &hub);
	snug_link_print(&text, &hub.link);
	assert_true(span_starts(buf_span(&text),
				SPAN("snug://a.example:7001,[2001:db8::1]/,pin=AAAA")));
	buf_clear(&text);
	config_clear(&c);
	write_config(p, "[server]\nlink_host = a b\n");
	assert_false(config_read(&c, &p->paths, &errors));
	assert_non_null(strstr(buf_str(&errors), "link_host = a b: the server's name"));
	config_clear(&c);
	buf_reset(&errors);
	write_config(p, "[server]\nlink_host = a\nlink_host = b\nlink_host = c\n"
			"link_host = d\nlink_host = e\n");
	assert_false(config_read(&c, &p->paths, &errors));
	assert_non_null(strstr(buf_str(&errors), "more than 4 times"));
	config_clear(&c);
	buf_clear(&errors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_absent_file_is_all_defaults, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(each_place_knows_its_transport, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_section_may_come_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_mistake_is_named_with_its_place, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_shown_reads_back_as_the_same, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(links_name_the_port_only_when_it_is_unusual,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(links_name_the_hosts_that_are_set, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			there_is_a_page_where_browsers_take_the_certificate, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
