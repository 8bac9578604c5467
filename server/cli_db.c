// SPDX-License-Identifier: MIT
// db move: the whole database into PostgreSQL, or out of it into a file. What the server uses
// stays what the configuration says; this verb tells what to write there.
#include "server/cli.h"

#include "common/buf.h"
#include "common/log.h"
#include "server/admin_json.h"
#include "server/store/store.h"

#include <stdlib.h>
#include <string.h>

static bool is_url(const char *place)
{
	return strstr(place, "://") != NULL;
}

static int check_target(const char *target)
{
	const char *fault;

	if (!strcmp(target, "-"))
		return cli_say(ADMIN_USAGE, "a database goes into a file, not to stdout");
	if (!is_url(target))
		return cli_refuse_taken(target);
	fault = config_store_fault(target);
	return fault ? cli_say(ADMIN_USAGE, "the place to move to %s", fault) : ADMIN_DONE;
}

// For this process alone while it is open. The audit log says first where it goes, so that it
// says so there, too.
static int open_source(const struct cli *c, const char *target, struct store **s)
{
	char *error = NULL;
	int code;

	if (store_is_locked(c->paths.database))
		return cli_say(ADMIN_CONFLICT,
			       "a server, or another command, has %s open: stop it first\n  "
			       "snugd stop --state %s",
			       c->paths.store, c->paths.state);
	code = cli_note(c, target);
	if (code != ADMIN_DONE)
		return code;
	*s = store_open(c->paths.store, STORE_FULL, &error);
	if (!*s)
		code = cli_say(ADMIN_FAILED, "%s", error);
	free(error);
	return code;
}

static void add_table(void *arg, const char *table, int64_t rows)
{
	admin_answer_cell(arg, &(struct cell){.kind = CELL_TEXT, .text = span_of(table)});
	admin_answer_cell(arg, &(struct cell){.kind = CELL_NUMBER, .number = rows});
}

static void say_how_to_go_on(const struct cli *c, const char *target, struct buf *words)
{
	buf_printf(words,
		   "all of it is in %s, compared row by row; the server does not use it "
		   "before you say so: ",
		   target);
	if (is_url(target))
		buf_printf(words, "write  store = %s  under [server] in %s", target,
			   c->paths.config);
	else if (!strcmp(target, c->paths.database))
		buf_printf(words, "take the line  store  out of [server] in %s",
			   c->paths.config);
	else
		buf_printf(words,
			   "put it in the place of %s, and no line  store  under [server] "
			   "in %s",
			   c->paths.database, c->paths.config);
	buf_printf(words, ", and start it. Then never start one on %s again", c->paths.store);
}

static int move(const struct cli *c, const char *target)
{
	struct admin_answer *a = admin_answer_new(0);
	struct buf words = {0};
	char *error = NULL;
	int code;

	admin_answer_column(a, "table");
	admin_answer_column(a, "rows");
	if (store_move(c->paths.store, target, add_table, a, &error))
		say_how_to_go_on(c, target, &words);
	else
		buf_add_str(&words, error);
	a->code = error ? ADMIN_FAILED : ADMIN_DONE;
	a->words = buf_span(&words);
	code = cli_show(c, a);
	admin_answer_free(a);
	buf_clear(&words);
	free(error);
	return code;
}

int cli_db_move(const struct cli *c)
{
	const char *target = cli_word(c, 0);
	struct store *s = NULL;
	int code = cli_refuse_no_database(c);

	log_set_level(LOG_WARN);
	if (code == ADMIN_DONE)
		code = check_target(target);
	if (code == ADMIN_DONE)
		code = open_source(c, target, &s);
	if (code == ADMIN_DONE)
		code = move(c, target);
	store_close(s);
	return code;
}
