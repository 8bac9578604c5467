// SPDX-License-Identifier: MIT
// `snugd check`: a row for each thing that was looked at, running server or not.
#include "server/cli.h"

#include "common/clock.h"
#include "server/admin_json.h"
#include "server/store/backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define DAY_MS INT64_C(86400000)
#define RENEW_DAYS 21

struct check {
	const struct cli *cli;
	struct admin_answer *answer;
};

static void report(struct check *k, const char *what, bool is_fine, const char *found)
{
	struct admin_answer *a = k->answer;

	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = span_of(what)});
	admin_answer_cell(a, &(struct cell){.kind = CELL_BOOL, .number = is_fine});
	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = span_trim(span_of(found))});
	if (!is_fine)
		a->code = ADMIN_PROBLEMS;
}

static void check_state(struct check *k)
{
	const char *state = k->cli->paths.state;
	struct buf found = {0};
	struct stat about;
	bool is_fine = false;

	if (stat(state, &about) < 0) {
		buf_printf(&found, "no %s: make it with  snugd init", state);
	} else if (about.st_mode & 077) {
		buf_printf(&found, "others may enter %s: chmod 700 it", state);
	} else {
		buf_printf(&found, "%s", state);
		is_fine = true;
	}
	report(k, "state", is_fine, buf_str(&found));
	buf_clear(&found);
}

static void check_expiry(struct check *k, const struct tls_context *tls)
{
	char until[CLOCK_TEXT_LEN + 1];
	int64_t expires = tls_context_expires(tls);
	int64_t days = (expires - clock_wall_ms()) / DAY_MS;
	struct buf found = {0};

	clock_text(expires, until);
	buf_printf(&found, "%s %s", days < 0 ? "expired on" : "valid until", until);
	if (days < RENEW_DAYS)
		buf_add_str(&found, ": renew it, then snugd reload");
	report(k, "certificate", days >= RENEW_DAYS, buf_str(&found));
	buf_clear(&found);
}

static void check_key_mode(struct check *k, const struct config *config)
{
	const struct paths *p = &k->cli->paths;
	char *key = path_beside_config(p, config->key ? config->key : p->key);
	struct stat about;

	if (stat(key, &about) == 0 && about.st_mode & 007)
		report(k, "key", false, "everyone may read it: chmod 600 the key file");
	else
		report(k, "key", true, key);
	free(key);
}

static void check_config(struct check *k)
{
	struct buf errors = {0};
	struct config config;
	struct tls_context *tls;
	char *error = NULL;
	bool is_fine = config_read(&config, &k->cli->paths, &errors);

	report(k, "config", is_fine, is_fine ? k->cli->paths.config : buf_str(&errors));
	tls = config_tls(&config, &k->cli->paths, &error);
	if (tls) {
		check_expiry(k, tls);
		check_key_mode(k, &config);
	} else {
		report(k, "certificate", false, error);
	}
	tls_context_free(tls);
	free(error);
	buf_clear(&errors);
	config_clear(&config);
}

static void check_database(struct check *k)
{
	struct store_report found = {0};
	struct buf text = {0};
	char *error = NULL;

	if (!store_check(k->cli->paths.database, &found, &error)) {
		report(k, "database", false, error);
		free(error);
		return;
	}
	if (found.n_problems)
		buf_add_span(&text, buf_span(&found.problems));
	else
		buf_printf(&text, "%lld accounts, %lld rooms, %lld messages", (long long)found.accounts,
			   (long long)found.rooms, (long long)found.messages);
	report(k, "database", !found.n_problems, buf_str(&text));
	buf_clear(&text);
	store_report_clear(&found);
}

int cli_check(const struct cli *c)
{
	struct check k = {.cli = c, .answer = admin_answer_new(0)};
	bool is_live = store_is_locked(c->paths.database);
	int code;

	admin_answer_column(k.answer, "what");
	admin_answer_column(k.answer, "fine");
	admin_answer_column(k.answer, "found");
	check_state(&k);
	check_config(&k);
	check_database(&k);
	report(&k, "server", true, is_live ? "running" : "not running");
	if (k.answer->code)
		k.answer->words = SPAN("problems were found");
	code = cli_show(c, k.answer);
	admin_answer_free(k.answer);
	return code;
}
