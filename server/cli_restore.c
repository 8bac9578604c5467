// SPDX-License-Identifier: MIT
// restore, upgrade, downgrade: another database in the place of the one that is there.
#include "server/cli.h"

#include "common/log.h"
#include "server/admin_json.h"
#include "server/backup/leftover.h"
#include "server/restore/downgrade.h"
#include "server/restore/restore.h"
#include "server/restore/trial.h"
#include "server/restore_lacks.h"
#include "server/settle.h"
#include "server/state.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void text_cell(struct admin_answer *a, const char *text)
{
	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = span_of(text)});
}

static void add_taken(void *arg, const struct store_taken *taken)
{
	text_cell(arg, taken->kind);
	text_cell(arg, taken->subject);
	text_cell(arg, taken->what);
}

// What is done to a copy is nobody's matter: its files are gone when it is read.
static struct admin_answer *begin(const char *a, const char *b, const char *c)
{
	struct admin_answer *answer = admin_answer_new(0);

	log_set_level(LOG_WARN);
	admin_answer_column(answer, a);
	admin_answer_column(answer, b);
	admin_answer_column(answer, c);
	return answer;
}

// Ends the answer.
static int show(const struct cli *c, struct admin_answer *a, enum admin_code code,
		struct buf *words)
{
	a->code = code;
	a->words = span_of(buf_str(words));
	int result = cli_show(c, a);
	admin_answer_free(a);
	return result;
}

struct restoring {
	const struct cli *cli;
	struct admin_answer *answer;
};

static void add_restored(void *arg, const struct store_taken *taken)
{
	const struct restoring *r = arg;

	add_taken(r->answer, taken);
}

// At once, and among the rest.
static void say_lacking(void *arg, const struct store_taken *taken)
{
	cli_say(0, "%s: %s", taken->subject, taken->what);
	add_restored(arg, taken);
}

static void look_at_unpacked(void *arg, const char *folder)
{
	const struct restoring *r = arg;

	restore_lacks(&r->cli->paths, folder, say_lacking, arg);
}

// What is only tried may be tried beside a server.
static bool is_beside(const struct cli *c)
{
	return cli_flag(c, "--dry-run") && store_is_locked(c->paths.database);
}

static int check_settled(const struct cli *c)
{
	struct buf words = {0};
	int code = ADMIN_DONE;

	if (!state_is_settled(&c->paths, &words))
		code = cli_say(ADMIN_CONFLICT, "%s", buf_str(&words));
	buf_clear(&words);
	return code;
}

// The state for this process alone: an exit code, after words on stderr unless it is done.
// Beside a server nothing is held, and *lock is -1.
static int hold(const struct cli *c, int *lock)
{
	struct buf words = {0};
	char *error = NULL;
	int code;

	*lock = -1;
	if (is_beside(c))
		return check_settled(c);
	if (store_is_locked(c->paths.database))
		return cli_say(ADMIN_CONFLICT,
			       "a server, or another command, has %s open: stop it first\n  "
			       "snugd stop --state %s",
			       c->paths.database, c->paths.state);
	code = (int)state_settle(&c->paths, &words);
	if (words.len)
		cli_say(0, "%s", buf_str(&words));
	if (code == ADMIN_DONE) {
		*lock = store_hold(c->paths.database, &error);
		if (*lock < 0)
			code = cli_say(ADMIN_CONFLICT, "%s", error);
	}
	free(error);
	buf_clear(&words);
	return code;
}

static void let_go(int lock)
{
	if (lock >= 0)
		close(lock);
}

// One that is not there is made: the backup comes to another machine.
static int check_place(const struct cli *c)
{
	struct buf words = {0};
	int code = ADMIN_DONE;

	if (!path_exists(c->paths.state) && mkdir(c->paths.state, 0700) < 0)
		return cli_say(errno == EACCES ? ADMIN_DENIED : ADMIN_NOT_FOUND,
			       "cannot make %s: %s", c->paths.state, strerrordesc_np(errno));
	code = (int)state_check_folder(&c->paths, &words);
	if (code != ADMIN_DONE)
		cli_say(0, "%s", buf_str(&words));
	buf_clear(&words);
	return code;
}

static int restore(const struct cli *c, const struct seal_secret *secret)
{
	struct restoring r = {.cli = c};
	struct buf words = {0};
	int lock, code = hold(c, &lock);

	if (code != ADMIN_DONE)
		return code;
	leftover_remove(c->paths.state);
	r.answer = begin("kind", "subject", "what");
	code = (int)restore_run(&(struct restore_order){.state = c->paths.state,
							.dir = cli_word(c, 0),
							.secret = secret,
							.as_it_was = cli_flag(c, "--as-it-was"),
							.is_tried = cli_flag(c, "--dry-run"),
							.is_beside = lock < 0,
							.reason = cli_value(c, "--reason", 0),
							.look = look_at_unpacked,
							.on_row = add_restored,
							.arg = &r},
				&words);
	let_go(lock);
	code = show(c, r.answer, (enum admin_code)code, &words);
	buf_clear(&words);
	return code;
}

// Root reads the key, and becomes the owner before it opens what others may have made.
int cli_restore(const struct cli *c)
{
	const char *dir = cli_word(c, 0), *file = cli_value(c, "--key", 0);
	struct seal_secret secret = {0};
	bool is_made = !path_exists(c->paths.state);
	char *error = NULL;
	int code = cli_refuse_no_backup(dir);

	if (code == ADMIN_DONE)
		code = cli_refuse_elsewhere(
			c, "a backup comes into a folder; restore it into another one, and "
			   "from there into an empty database:  snugd restore DIR --state "
			   "FOLDER, then  snugd db move URL --state FOLDER");
	if (code == ADMIN_DONE && file)
		code = cli_refuse_no_file(file);
	if (code == ADMIN_DONE && file && !seal_load(file, &secret, &error))
		code = cli_say(ADMIN_FAILED, "%s", error);
	if (code == ADMIN_DONE)
		code = check_place(c);
	if (code == ADMIN_DONE && !cli_become_owner(c))
		code = ADMIN_FAILED;
	if (code == ADMIN_DONE)
		code = restore(c, file ? &secret : NULL);
	// What it was made for did not come.
	if (is_made && !path_exists(c->paths.database)) {
		char *lock = path_in(c->paths.state, "lock");

		unlink(lock);
		rmdir(c->paths.state);
		free(lock);
	}
	seal_wipe(&secret);
	free(error);
	return code;
}

int cli_downgrade(const struct cli *c)
{
	struct admin_answer *a;
	struct buf words = {0};
	int code = cli_refuse_no_database(c), lock = -1;

	if (code == ADMIN_DONE)
		code = cli_refuse_elsewhere(
			c, "no copy of it is kept before a migration: go back to a backup by "
			   "its own means, made before that");
	if (code == ADMIN_DONE)
		code = hold(c, &lock);
	if (code != ADMIN_DONE)
		return code;
	a = begin("kind", "subject", "what");
	code = (int)downgrade_run(
		&(struct downgrade_order){.state = c->paths.state,
					  .is_confirmed = cli_flag(c, "--confirm"),
					  .is_tried = cli_flag(c, "--dry-run"),
					  .is_beside = lock < 0,
					  .on_row = add_taken,
					  .arg = a},
		&words);
	let_go(lock);
	code = show(c, a, (enum admin_code)code, &words);
	buf_clear(&words);
	return code;
}

static void add_looked(void *arg, const char *what, bool is_fine, const char *found)
{
	text_cell(arg, what);
	admin_answer_cell(arg, &(struct cell){.kind = CELL_BOOL, .number = is_fine});
	admin_answer_cell(arg,
			  &(struct cell){.kind = CELL_TEXT, .text = span_trim(span_of(found))});
}

int cli_upgrade(const struct cli *c)
{
	struct admin_answer *a;
	struct buf words = {0};
	int code = cli_refuse_no_database(c);

	if (code != ADMIN_DONE)
		return code;
	if (!cli_flag(c, "--dry-run"))
		return cli_say(ADMIN_USAGE,
			       "the next start of the server brings the database up; what it "
			       "would do says  snugd upgrade --dry-run");
	a = begin("what", "fine", "found");
	code = (int)trial_run(c->paths.state, c->paths.store, add_looked, a, &words);
	code = show(c, a, (enum admin_code)code, &words);
	buf_clear(&words);
	return code;
}
