// SPDX-License-Identifier: MIT
// The server by the command line: what it says of itself, its log, its end, what stands alone.
#include "tests/unit/hub/verb_rows.h"

static void what_is_no_verb_is_answered_by_its_usage(void **state)
{
	const struct verb_row rows[] = {
		SAYS("user frobnicate", "usage: no such verb"),
		SAYS("user show", "usage: *; usage: user show NAME"),
		SAYS("status now", "usage: *; usage: status "),
		SAYS("user kick alice --reason=a\u202eb",
		     "usage=: U+202E may not stand in --reason; usage: user kick NAME*"),
		SAYS("user disable alice bob carl",
		     "partly+: 2 of 3 done; carl: there is no account carl\nalice|yes|0||disabled "
		     "alice and ended 1 sessions\nbob|yes|0||disabled bob and ended 0 sessions\n"
		     "carl|no|3||there is no account carl"),
	};
	struct fixture *f = *state;

	(void)fixture_account(f, "bob");
	VERB_ROWS(f, fixture_login(f, "alice", ""), rows);
}

static void the_log_is_louder_for_a_while(void **state)
{
	const struct verb_row rows[] = {
		SAYS("log level configured", "done=: the log is as the configuration has it"),
		SAYS("log level loud", "usage: that is no level: error, warn, info or debug"),
		SAYS("log level debug --for 0m", "usage: --for 0m would be over at once: *"),
		SAYS("log level debug --for 25h", "usage: --for is 24h at most: *"),
		SAYS("log level debug --for 24h",
		     "done+: debug for *, then as the configuration has it"),
		SAYS("log level configured", "done+: the log is as the configuration has it"),
		SAYS("log level warn", "done+: warn for 10m, then as the configuration has it"),
		SAYS("audit list", "done: 3 acts\n*|log level|debug for *|*\n*|log "
				   "level|configured|*\n*|log level|warn for 10m|*"),
	};
	const struct verb_row later[] = {
		SAYS("log level configured", "done=: the log is as the configuration has it"),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, NULL, rows);
	fixture_pass(f, 10 * 60 * 1000);
	VERB_ROWS(f, NULL, later);
}

static void a_stop_is_announced_and_taken_back(void **state)
{
	const struct verb_row rows[] = {
		HEARD("stop --cancel", "conflict: no stop was announced", ""),
		HEARD("stop --in 0m",
		      "usage: --in 0m would be over at once: leave it out to stop now", ""),
		HEARD("stop --back 0m",
		      "usage: --back 0m would be over at once: leave it out where nobody knows",
		      ""),
		HEARD("stop --in 5m",
		      "done: the server stops at *; snugd stop --cancel takes that "
		      "back",
		      "server NOTICE alice :*"),
		HEARD("stop --cancel", "done: the server does not stop",
		      "server NOTICE alice :*"),
		HEARD("server announce tea is ready", "done: told 1 sessions",
		      "server NOTICE alice :tea is ready"),
		HEARD("clock accept", "done=: the clock is believed: nothing waits for a word",
		      ""),
		HEARD("audit list",
		      "done: 3 acts\n*|stop|at *|*\n*|stop|canceled|*\n*|server "
		      "announce|tea is ready|*",
		      NULL),
		HEARD("audit note tea --by tea", "usage: --by is backup, backup create, *", ""),
		HEARD("audit note tea --by export", "done: noted", ""),
		HEARD("audit note tea", "done: noted", ""),
		HEARD("audit list --limit 2",
		      "done: 2 acts\n*|export|tea|*\n*|audit note|tea|*", NULL),
		HEARD("audit list --limit 0", "usage: --limit is a number from 1 to 100000",
		      NULL),
		HEARD("audit list --limit 100001",
		      "usage: --limit is a number from 1 to 100000", NULL),
		HEARD("audit list --limit 100000", "done: 5 acts*", NULL),
		HEARD("audit list --since then", "usage: --since wants a time as in 7d*", NULL),
		HEARD("audit list --until then", "usage: --until wants a time as in 7d*", NULL),
		HEARD("tls take --by tea", "usage: --by is rotate, new, import or acme", NULL),
		HEARD("tls take --by rotate --note n --confirm p",
		      "done: taken: what the files hold is served", NULL),
		HEARD("tls take --confirm p", "done: taken: what the files hold is served",
		      NULL),
		HEARD("tls take", "done: taken: what the files hold is served", NULL),
		HEARD("audit list --limit 3",
		      "done: 3 acts\n*|tls rotate|n|*\n*|tls take|p|*\n*|tls take||*", NULL),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, fixture_login(f, "alice", ""), rows);
}

// A hub without shards is what the command line opens when no server runs.
static void what_needs_a_server_says_that_none_runs(void **state)
{
	static const char none[] = "unreachable: the server is not running*";
	const struct verb_row rows[] = {
		SAYS("status",
		     "unreachable: the server is not running: this is what its database "
		     "holds\nno|chat.test|snugd-test|0|*"),
		SAYS("reload", none),
		SAYS("stop", none),
		SAYS("stop --in 5m", none),
		SAYS("stop --cancel", none),
		SAYS("server announce tea", none),
		SAYS("log level debug", none),
		SAYS("tls take", none),
		SAYS("tls challenge done tls-alpn-01 chat.test t a", none),
		SAYS("tls take --by new", "done: taken: what the files hold is served"),
		SAYS("session list", "done: 0 sessions: the server is not running"),
	};
	struct fixture *f = *state;
	struct hub_config config = fixture_config();

	config.n_shards = 0;
	fixture_renew(f, &config);
	VERB_ROWS(f, NULL, rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_is_no_verb_is_answered_by_its_usage),
		HUB_TEST(the_log_is_louder_for_a_while),
		HUB_TEST(a_stop_is_announced_and_taken_back),
		HUB_TEST(what_needs_a_server_says_that_none_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
