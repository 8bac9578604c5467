// SPDX-License-Identifier: MIT
// `snugd check`: a row for each thing that was looked at, running server or not, as the user
// that serves: given by root, it becomes that user as `run` would.
#include "server/cli_check_private.h"

#include "server/admin_ask.h"
#include "server/admin_json.h"
#include "server/backup/leftover.h"
#include "server/serving.h"
#include "server/settle.h"
#include "server/state.h"
#include "server/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void check_row(struct check *k, const char *what, bool is_fine, const char *found)
{
	struct admin_answer *a = k->answer;

	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = span_of(what)});
	admin_answer_cell(a, &(struct cell){.kind = CELL_BOOL, .number = is_fine});
	admin_answer_cell(a,
			  &(struct cell){.kind = CELL_TEXT, .text = span_trim(span_of(found))});
}

void check_report(struct check *k, const char *what, bool is_fine, const char *found)
{
	check_row(k, what, is_fine, found);
	if (!is_fine)
		k->answer->code = ADMIN_PROBLEMS;
}

// The line that mends it keeps what sets it off.
void check_join(struct buf *out, struct span lines)
{
	while (lines.len) {
		struct span line = span_cut(&lines, '\n');

		if (line.len > 2 && line.at[0] == ' ' && out->len)
			buf_add_str(out, "  ");
		else if (out->len)
			buf_add_str(out, "; ");
		buf_add_span(out, span_trim(line));
	}
}

bool check_is_idle(const struct check *k)
{
	return !store_is_locked(k->cli->paths.database);
}

void check_mode(struct check *k, const char *what, const char *path, mode_t denied)
{
	struct buf found = {0};
	struct stat about;
	bool is_fine = stat(path, &about) < 0 || !(about.st_mode & denied);

	if (is_fine)
		buf_add_str(&found, path);
	else
		buf_printf(&found, "others may %s %s:  chmod %s %s",
			   about.st_mode & denied & 044 ? "read" : "change", path,
			   denied & 044 ? "600" : "go-w", path);
	check_report(k, what, is_fine, buf_str(&found));
	buf_clear(&found);
}

static void check_state(struct check *k)
{
	const char *state = k->cli->paths.state;
	struct buf found = {0}, words = {0};
	struct stat about;
	bool is_fine = false;

	if (stat(state, &about) < 0)
		buf_printf(&found, "no %s: make it:  snugd init --state %s", state, state);
	else if (about.st_mode & 077)
		buf_printf(&found, "others may enter %s:  chmod 700 %s", state, state);
	else if (state_check_folder(&k->cli->paths, &words) != ADMIN_DONE ||
		 !state_is_settled(&k->cli->paths, &words))
		check_join(&found, buf_span(&words));
	else
		is_fine = true;
	check_report(k, "state", is_fine, is_fine ? state : buf_str(&found));
	buf_clear(&words);
	buf_clear(&found);
}

static void add_leftover(void *arg, const char *path)
{
	buf_printf(arg, " %s", path);
}

// Whole copies that nobody looks after; whoever starts the server has them taken away, too.
static void check_leftovers(struct check *k)
{
	struct buf paths = {0}, found = {0};

	leftover_each(k->cli->paths.state, add_leftover, &paths);
	if (paths.len)
		buf_printf(&found, "a command that was killed left a copy:  rm -r%s",
			   buf_str(&paths));
	else
		buf_add_str(&found, "none was left by a command that was killed");
	check_report(k, "copies", !paths.len, buf_str(&found));
	buf_clear(&paths);
	buf_clear(&found);
}

static void check_config(struct check *k, struct buf *errors)
{
	check_mode(k, "config-mode", k->cli->paths.config, 022);
	check_report(k, "config", k->has_config,
		     k->has_config ? k->cli->paths.config : buf_str(errors));
	check_user(k);
	if (check_access(k)) {
		check_key(k);
		check_acme(k);
		check_tenant(k);
		check_kerberos(k);
		check_pam(k);
	}
}

// Asked while this process may still take ports as the server would.
static void check_host(struct check *k)
{
	check_room_on_disk(k);
	// Of the disk that messages wait for, and fill.
	if (paths_has_file(&k->cli->paths)) {
		check_sync(k);
		check_quotas(k);
	}
	check_descriptors(k);
	check_port(k);
}

// The cell of that name in the one row. "": there is none.
static struct span cell_of(const struct admin_answer *a, const char *column)
{
	for (size_t i = 0; i < a->n_columns && a->n_rows; i++) {
		if (span_eq(a->columns[i], span_of(column)))
			return a->cells[i].text;
	}
	return SPAN("");
}

// Whoever forgot it keeps people out.
static void check_lockdown(struct check *k, struct span lockdown)
{
	bool is_off = !lockdown.len || span_eq(lockdown, SPAN("off"));
	struct buf found = {0};

	buf_printf(&found,
		   "kept out: " SPAN_FMT "; once that is over:  snugd lockdown --off "
		   "--state %s",
		   SPAN_ARG(lockdown), k->cli->paths.state);
	check_report(k, "lockdown", is_off, is_off ? "off" : buf_str(&found));
	buf_clear(&found);
}

// It serves nobody, and that is as it should be.
static void check_waiting(struct check *k, const struct admin_answer *status)
{
	struct span holder = cell_of(status, "for");
	struct buf found = {0};

	if (holder.len)
		buf_printf(&found, "this server waits: " SPAN_FMT " has the store",
			   SPAN_ARG(holder));
	else
		buf_printf(&found, "this server waits, and cannot reach its store: " SPAN_FMT,
			   SPAN_ARG(cell_of(status, "store")));
	check_report(k, "lease", holder.len > 0, buf_str(&found));
	buf_clear(&found);
}

// What a reload could not take up.
static void check_restart(struct check *k)
{
	struct admin_request *request = admin_request_new();
	struct buf found = {0};
	struct admin_answer *answer;
	struct span waiting;
	char *error = NULL;
	bool unreachable;

	admin_request_word(request, SPAN("status"));
	answer = admin_ask(k->cli->paths.admin_socket, request, &unreachable, &error);
	waiting = answer ? cell_of(answer, "needs-restart") : SPAN("");
	if (waiting.len)
		buf_printf(&found,
			   SPAN_FMT " is not in force before a restart: stop the server, and "
				    "start it as it was started:  snugd stop --state %s",
			   SPAN_ARG(waiting), k->cli->paths.state);
	if (answer && cell_of(answer, "store").len) {
		check_waiting(k, answer);
		admin_answer_free(answer);
		answer = NULL;
	}
	if (answer)
		check_report(k, "restart", !waiting.len,
			     waiting.len ? buf_str(&found) : "nothing waits for one");
	if (answer)
		check_lockdown(k, cell_of(answer, "lockdown"));
	if (answer)
		check_issuer(k, cell_of(answer, "issuer"));
	if (answer)
		check_door(k, cell_of(answer, "door"));
	buf_clear(&found);
	admin_answer_free(answer);
	admin_request_free(request);
	free(error);
}

// Whoever asks whether all is well wants to hear that nobody can talk. It is the last to be
// asked, and has a code of its own, so that a copy can be judged before it is served.
static void check_server(struct check *k)
{
	const struct paths *p = &k->cli->paths;
	struct buf found = {0};
	bool is_locked = store_is_locked(p->database);
	bool is_running = is_locked && admin_is_there(p->admin_socket);

	if (is_running)
		buf_add_str(&found, "running");
	else if (is_locked)
		buf_add_str(&found,
			    "the database is in use, but nobody answers: wait for the other "
			    "command, or stop that server and start it again");
	else
		buf_printf(&found, "not running: start it with  snugd run --state %s",
			   p->state);
	if (is_running)
		check_restart(k);
	check_row(k, "server", is_running, buf_str(&found));
	if (k->answer->code)
		k->answer->words = SPAN("problems were found");
	else if (!is_running)
		k->answer->words = SPAN("nothing is wrong, but the server is not running");
	if (!k->answer->code && !is_running)
		k->answer->code = ADMIN_UNREACHABLE;
	buf_clear(&found);
}

// As `run` would; words go to the row of the state directory's user.
static bool become_server(const struct cli *c)
{
	struct buf error = {0};
	struct owner owner;
	bool is_told, is_fine;

	if (geteuid() != 0 || !path_exists(c->paths.state))
		return true;
	is_fine = serving_as(&owner, &c->paths, NULL, &is_told, &error);
	if (is_fine && owner.uid != 0)
		is_fine = owner_become(&owner, &error);
	if (!is_fine)
		cli_say(0, "%s", buf_str(&error));
	buf_clear(&error);
	return is_fine;
}

static void look(struct check *k)
{
	struct buf errors = {0};

	k->has_config = config_read(&k->config, &k->cli->paths, &errors);
	check_state(k);
	check_host(k);
	if (k->is_root && geteuid() != 0 && !owner_drop_rights())
		check_report(k, "user", false, "cannot give up privileges");
	check_leftovers(k);
	check_config(k, &errors);
	if (cli_flag(k->cli, "--mend-times"))
		check_mend_times(k);
	check_database(k);
	check_server(k);
	config_clear(&k->config);
	buf_clear(&errors);
}

int cli_check(const struct cli *c)
{
	struct check k = {.cli = c, .answer = admin_answer_new(0), .is_root = geteuid() == 0};
	int code = ADMIN_FAILED;

	admin_answer_column(k.answer, "what");
	admin_answer_column(k.answer, "fine");
	admin_answer_column(k.answer, "found");
	if (become_server(c)) {
		look(&k);
		code = cli_show(c, k.answer);
	}
	admin_answer_free(k.answer);
	return code;
}
