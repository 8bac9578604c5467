// SPDX-License-Identifier: MIT
// `snugd check`: a row for each thing that was looked at, running server or not.
#include "server/cli.h"

#include "common/clock.h"
#include "common/encode.h"
#include "server/admin_json.h"
#include "server/admin_socket.h"
#include "server/owner.h"
#include "server/state.h"
#include "server/admin_ask.h"
#include "server/store/store.h"
#include "server/wall.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define DAY_MS INT64_C(86400000)
#define RENEW_DAYS 21
#define CLOCK_SLACK_MS 60000
#define YEAR_2026_MS INT64_C(1767225600000)

struct check {
	const struct cli *cli;
	struct admin_answer *answer;
};

static void add_row(struct check *k, const char *what, bool is_fine, const char *found)
{
	struct admin_answer *a = k->answer;

	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = span_of(what)});
	admin_answer_cell(a, &(struct cell){.kind = CELL_BOOL, .number = is_fine});
	admin_answer_cell(a,
			  &(struct cell){.kind = CELL_TEXT, .text = span_trim(span_of(found))});
}

static void report(struct check *k, const char *what, bool is_fine, const char *found)
{
	add_row(k, what, is_fine, found);
	if (!is_fine)
		k->answer->code = ADMIN_PROBLEMS;
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

// Lines as one.
static void add_joined(struct buf *out, struct span lines)
{
	while (lines.len) {
		buf_add_span(out, span_trim(span_cut(&lines, '\n')));
		if (lines.len)
			buf_add_str(out, "; ");
	}
}

// Whom `run` would serve as.
static void check_user(struct check *k, const struct config *config)
{
	const char *state = k->cli->paths.state;
	struct buf found = {0};
	struct owner owner;
	bool is_asked = config->user && !strcmp(config->user, "root");

	if (!path_exists(state))
		return;
	owner_of(&owner, state);
	buf_add_str(&found, owner.name);
	if (owner.uid == 0 && is_asked)
		buf_add_str(&found, ", as the configuration says: a user of its own is safer");
	else if (owner.uid == 0)
		buf_printf(&found,
			   " owns %s: chown -R USER: %s; `run` is root only with --user root",
			   state, state);
	report(k, "user", owner.uid != 0 || is_asked, buf_str(&found));
	buf_clear(&found);
}

// Of a file that is there: nobody of `denied` may get at it.
static void check_mode(struct check *k, const char *what, const char *path, mode_t denied)
{
	struct buf found = {0};
	struct stat about;
	bool is_fine = stat(path, &about) < 0 || !(about.st_mode & denied);

	if (is_fine)
		buf_add_str(&found, path);
	else
		buf_printf(&found, "others may %s %s: chmod %s it",
			   about.st_mode & denied & 044 ? "read" : "change", path,
			   denied & 044 ? "600" : "go-w");
	report(k, what, is_fine, buf_str(&found));
	buf_clear(&found);
}

// The key may be read by a group, as the tools that renew certificates have it.
static void check_key_mode(struct check *k, const struct config *config)
{
	const struct paths *p = &k->cli->paths;
	char *key = path_beside_config(p, config->key ? config->key : p->key);

	check_mode(k, "key", key, 027);
	free(key);
}

static void check_room_on_disk(struct check *k)
{
	struct buf found = {0};
	struct statvfs about;
	int64_t bytes;

	if (statvfs(k->cli->paths.state, &about) < 0)
		return;
	bytes = (int64_t)about.f_bavail * (int64_t)about.f_frsize;
	buf_printf(&found, "%lld MiB free", (long long)(bytes >> 20));
	if (bytes < DISK_LOW_BYTES)
		buf_printf(&found, ", and messages are refused under %lld: make room",
			   DISK_LOW_BYTES >> 20);
	report(k, "disk", bytes >= DISK_LOW_BYTES, buf_str(&found));
	buf_clear(&found);
}

// A server that runs, or would start now, holds a clock that stepped or stands before the
// newest message.
static int64_t step_of(const struct store_report *about, int64_t now)
{
	struct hub_clock known = {buf_span(&about->clock), about->newest_ms};
	char boot[BOOT_ID_LEN + 1];
	struct wall wall;

	wall_boot_id(boot);
	wall_start(&wall, boot, &known, now, clock_boot_ms());
	return wall.is_held ? wall.other_ms - wall.believed_ms : 0;
}

static void check_clock(struct check *k, const struct store_report *about)
{
	int64_t now = clock_wall_ms(), behind = about->newest_ms - now;
	int64_t step = step_of(about, now);
	char text[CLOCK_TEXT_LEN + 1];
	struct buf found = {0};

	clock_text(now, text);
	buf_add_str(&found, text);
	if (now < YEAR_2026_MS)
		buf_add_str(&found, ": this program is younger than that: set the clock");
	else if (behind > CLOCK_SLACK_MS)
		buf_printf(&found,
			   ": %lld s before the newest message: set the clock, or where it "
			   "is right  snugd check --mend-times",
			   (long long)(behind / 1000));
	else if (step)
		buf_printf(&found,
			   ": it stepped by %lld s, and a server goes on without that for 10 "
			   "minutes: set the clock, or where it is right  snugd clock accept",
			   (long long)(step / 1000));
	report(k, "clock", behind <= CLOCK_SLACK_MS && now >= YEAR_2026_MS && !step,
	       buf_str(&found));
	buf_clear(&found);
}

// What stands in the future of the clock is stamped anew, by a running server or here; opening
// a database of an older program parts those that share a time.
static void mend_times(struct check *k)
{
	struct admin_request *request = admin_request_new();
	struct admin_answer *answer;
	struct buf words = {0};
	int code;

	admin_request_word(request, SPAN("clock"));
	admin_request_word(request, SPAN("accept"));
	answer = cli_ask(k->cli, request, &code);
	if (!answer) {
		report(k, "mend-times", false, "not done: see above");
		return;
	}
	buf_add_span(&words, answer->words);
	if (answer->code == ADMIN_CONFLICT)
		report(k, "mend-times", true, "nothing stands in the future of the clock");
	else
		report(k, "mend-times", answer->code == ADMIN_DONE, buf_str(&words));
	buf_clear(&words);
	admin_answer_free(answer);
}

static void check_config(struct check *k)
{
	struct buf errors = {0}, missing = {0}, joined = {0};
	struct config config;
	struct tls_context *tls;
	char *error = NULL;
	bool is_fine = config_read(&config, &k->cli->paths, &errors);

	check_mode(k, "config-mode", k->cli->paths.config, 022);
	report(k, "config", is_fine, is_fine ? k->cli->paths.config : buf_str(&errors));
	check_user(k, &config);
	if (state_check_key(&k->cli->paths, &config, &missing) != ADMIN_DONE) {
		add_joined(&joined, buf_span(&missing));
		error = buf_take(&joined);
		tls = NULL;
	} else {
		tls = config_tls(&config, &k->cli->paths, &error);
	}
	if (tls) {
		check_expiry(k, tls);
		check_key_mode(k, &config);
	} else {
		report(k, "certificate", false, error);
	}
	tls_context_free(tls);
	free(error);
	buf_clear(&missing);
	buf_clear(&errors);
	config_clear(&config);
}

static void show_history(struct check *k, const struct store_report *found)
{
	struct buf text = {0};

	if (found->n_problems)
		return;
	if (sodium_is_zero(found->history, sizeof(found->history))) {
		buf_add_str(&text, "none yet: the next start draws one");
	} else {
		encode_hex(&text, found->history, sizeof(found->history));
		buf_printf(&text, ", term %lld", (long long)found->term);
	}
	report(k, "history-id", true, buf_str(&text));
	buf_clear(&text);
}

static void check_database(struct check *k)
{
	struct store_report found = {0};
	struct buf text = {0}, words = {0};
	char *error = NULL;

	check_mode(k, "database-mode", k->cli->paths.database, 077);
	if (state_check_database(&k->cli->paths, &words) != ADMIN_DONE) {
		add_joined(&text, buf_span(&words));
		report(k, "database", false, buf_str(&text));
		buf_clear(&words);
		buf_clear(&text);
		return;
	}
	if (!store_check(k->cli->paths.database, &found, &error)) {
		report(k, "database", false, error);
		free(error);
		return;
	}
	if (found.n_problems)
		add_joined(&text, buf_span(&found.problems));
	if (found.is_damaged)
		buf_add_str(&text, "; keep this file for a look, and restore a backup");
	if (!found.n_problems)
		buf_printf(&text, "%lld accounts, %lld rooms, %lld messages",
			   (long long)found.accounts, (long long)found.rooms,
			   (long long)found.messages);
	report(k, "database", !found.n_problems, buf_str(&text));
	show_history(k, &found);
	check_clock(k, &found);
	buf_clear(&text);
	store_report_clear(&found);
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
	add_row(k, "server", is_running, buf_str(&found));
	if (k->answer->code)
		k->answer->words = SPAN("problems were found");
	else if (!is_running)
		k->answer->words = SPAN("nothing is wrong, but the server is not running");
	if (!k->answer->code && !is_running)
		k->answer->code = ADMIN_UNREACHABLE;
	buf_clear(&found);
}

int cli_check(const struct cli *c)
{
	struct check k = {.cli = c, .answer = admin_answer_new(0)};
	int code;

	admin_answer_column(k.answer, "what");
	admin_answer_column(k.answer, "fine");
	admin_answer_column(k.answer, "found");
	check_state(&k);
	check_room_on_disk(&k);
	check_config(&k);
	if (cli_flag(c, "--mend-times"))
		mend_times(&k);
	check_database(&k);
	check_server(&k);
	code = cli_show(c, k.answer);
	admin_answer_free(k.answer);
	return code;
}
