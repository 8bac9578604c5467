// SPDX-License-Identifier: MIT
// `snugd check`, the database, and the machine's clock beside its newest message.
#include "server/cli_check_private.h"

#include "common/clock.h"
#include "common/encode.h"
#include "common/version.h"
#include "server/admin_json.h"
#include "server/restore/trial.h"
#include "server/state.h"
#include "server/store/store.h"
#include "server/wall.h"

#include <sodium.h>
#include <stdlib.h>

#define CLOCK_SLACK_MS 60000
#define YEAR_2026_MS INT64_C(1767225600000)

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
			   "is right  snugd check --mend-times --state %s",
			   (long long)(behind / 1000), k->cli->paths.state);
	else if (step)
		buf_printf(&found,
			   ": it stepped by %lld s, and a server goes on without that for 10 "
			   "minutes: set the clock, or where it is right  snugd clock accept "
			   "--state %s",
			   (long long)(step / 1000), k->cli->paths.state);
	check_report(k, "clock", behind <= CLOCK_SLACK_MS && now >= YEAR_2026_MS && !step,
		     buf_str(&found));
	buf_clear(&found);
}

// What stands in the future of the clock is stamped anew, by a running server or here; opening
// a database of an older program parts those that share a time.
void check_mend_times(struct check *k)
{
	struct admin_request *request = admin_request_new();
	struct admin_answer *answer;
	struct buf words = {0};
	int code;

	admin_request_word(request, SPAN("clock"));
	admin_request_word(request, SPAN("accept"));
	answer = cli_ask(k->cli, request, &code);
	if (!answer) {
		check_report(k, "mend-times", false, "not done: see above");
		return;
	}
	if (answer->code == ADMIN_DONE && answer->changed == ADMIN_UNCHANGED)
		buf_add_str(&words, "nothing stands in the future of the clock");
	else
		buf_add_span(&words, answer->words);
	check_report(k, "mend-times", answer->code == ADMIN_DONE, buf_str(&words));
	buf_clear(&words);
	admin_answer_free(answer);
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
	check_report(k, "history-id", true, buf_str(&text));
	buf_clear(&text);
}

// Out of a backup, and when.
static void show_restored(struct check *k, const struct store_report *found)
{
	struct span rest = buf_span(&found->restored), when = span_cut(&rest, ' ');
	char at[CLOCK_TEXT_LEN + 1], made[CLOCK_TEXT_LEN + 1];
	uint64_t at_ms, made_ms;
	struct buf text = {0};

	if (!span_to_u64(when, &at_ms) || !span_to_u64(rest, &made_ms))
		return;
	clock_text((int64_t)at_ms, at);
	clock_text((int64_t)made_ms, made);
	buf_printf(&text, "at %s from the backup of %s", at, made);
	check_report(k, "restored", true, buf_str(&text));
	buf_clear(&text);
}

static void add_note(void *arg, const char *what, bool is_fine, const char *found)
{
	(void)is_fine;
	buf_printf(arg, "; %s: %s", what, found);
}

// What there is to know of a database that this version brought up.
static void show_migrated(struct check *k, const struct store_report *found)
{
	struct span rest = buf_span(&found->migrated), version = span_cut(&rest, ' ');
	struct buf text = {0}, kept = {0};
	uint64_t from;

	if (!span_eq(version, SPAN(SNUG_VERSION)) || !span_to_u64(rest, &from) ||
	    from >= (uint64_t)found->schema)
		return;
	buf_printf(&text, "from schema %llu to %lld", (unsigned long long)from,
		   (long long)found->schema);
	buf_printf(&kept, "%s.before-%04llu", k->cli->paths.database,
		   (unsigned long long)from + 1);
	if (path_exists(buf_str(&kept)))
		buf_printf(&text, ", what was before is in %s", buf_str(&kept));
	upgrade_notes((int64_t)from, found->schema, add_note, &text);
	check_report(k, "upgrade", true, buf_str(&text));
	buf_clear(&kept);
	buf_clear(&text);
}

static bool look_at(const struct check *k, struct store_report *found, char **error)
{
	const char *path = k->cli->paths.store;

	return cli_flag(k->cli, "--deep") ? store_check_deep(path, found, error)
					  : store_check(path, found, error);
}

static void show_rows(struct check *k, const struct store_report *found)
{
	struct buf text = {0};

	if (!cli_flag(k->cli, "--deep") || found->n_problems)
		return;
	if (found->summed)
		buf_printf(&text, "%lld, each as it was stored", (long long)found->summed);
	else
		buf_printf(&text, "schema %lld has no sums of them: the next start makes them",
			   (long long)found->schema);
	check_report(k, "rows", true, buf_str(&text));
	buf_clear(&text);
}

void check_database(struct check *k)
{
	struct store_report found = {0};
	struct buf text = {0}, words = {0};
	char *error = NULL;

	if (paths_has_file(&k->cli->paths))
		check_mode(k, "database-mode", k->cli->paths.database, 077);
	else
		check_store(k);
	if (state_check_database(&k->cli->paths, &words) != ADMIN_DONE) {
		check_join(&text, buf_span(&words));
		check_report(k, "database", false, buf_str(&text));
		buf_clear(&words);
		buf_clear(&text);
		return;
	}
	if (!look_at(k, &found, &error)) {
		check_report(k, "database", false, error);
		free(error);
		return;
	}
	if (found.n_problems)
		check_join(&text, buf_span(&found.problems));
	if (found.is_damaged)
		buf_add_str(&text, "; keep this file for a look, and restore a backup");
	if (!found.n_problems)
		buf_printf(&text, "%lld accounts, %lld rooms, %lld messages",
			   (long long)found.accounts, (long long)found.rooms,
			   (long long)found.messages);
	check_report(k, "database", !found.n_problems, buf_str(&text));
	check_risks(k, &found);
	show_rows(k, &found);
	show_history(k, &found);
	show_restored(k, &found);
	show_migrated(k, &found);
	check_clock(k, &found);
	check_served(k, buf_span(&found.key));
	if (!found.n_problems) {
		check_files(k);
		check_signins(k);
		check_bound(k);
		check_sealed(k);
	}
	buf_clear(&text);
	store_report_clear(&found);
}
