// SPDX-License-Identifier: MIT
// backup verify, list, prune: of folders, with a state directory or without one.
#include "server/cli.h"

#include "server/admin_json.h"
#include "server/backup/leftover.h"
#include "server/backup/shelf.h"
#include "server/backup/verify.h"
#include "server/backup_served.h"

#include <stdlib.h>

static void text_cell(struct admin_answer *a, struct span text)
{
	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = text});
}

static void number_cell(struct admin_answer *a, enum cell_kind kind, int64_t number)
{
	admin_answer_cell(a, &(struct cell){.kind = kind, .number = number});
}

// Verified.

static int show_report(const struct cli *c, const struct backup_report *r)
{
	struct admin_answer *a = admin_answer_new(0);
	int code;

	admin_answer_column(a, "what");
	admin_answer_column(a, "fine");
	admin_answer_column(a, "found");
	for (size_t i = 0; i < r->n_findings; i++) {
		text_cell(a, span_of(r->findings[i].what));
		number_cell(a, CELL_BOOL, r->findings[i].is_fine);
		text_cell(a, span_of(r->findings[i].found));
	}
	if (!r->is_whole) {
		a->code = ADMIN_PROBLEMS;
		a->words = SPAN("this backup is not whole: take another one");
	}
	code = cli_show(c, a);
	admin_answer_free(a);
	return code;
}

// Root reads the key, and becomes the owner before it opens what others may have made.
int cli_backup_verify(const struct cli *c)
{
	const char *dir = cli_word(c, 0), *file = cli_value(c, "--key", 0);
	struct backup_report report;
	struct seal_secret secret;
	char *error = NULL;
	int code = cli_refuse_no_backup(dir);

	if (code == ADMIN_DONE && file)
		code = cli_refuse_no_file(file);
	if (code == ADMIN_DONE && file && !seal_load(file, &secret, &error))
		code = cli_say(ADMIN_FAILED, "%s", error);
	if (code == ADMIN_DONE && !cli_become_owner(c))
		code = ADMIN_FAILED;
	if (code == ADMIN_DONE) {
		leftover_remove(c->paths.state);
		backup_verify(dir, file ? &secret : NULL, backup_is_served, &report);
		code = show_report(c, &report);
		backup_report_clear(&report);
	}
	seal_wipe(&secret);
	free(error);
	return code;
}

// Beside one another.

static const char *state_of(const struct shelf_row *row)
{
	if (row->is_removed)
		return "removed";
	switch (row->state) {
	case SHELF_COMPLETE:
		return "complete";
	case SHELF_WHOLE:
		return "whole";
	case SHELF_DAMAGED:
		return "damaged";
	case SHELF_UNFINISHED:
		return "unfinished";
	case SHELF_BUSY:
		break;
	}
	return "in the making";
}

static void add_row(struct admin_answer *a, const struct shelf_row *row)
{
	const struct backup_manifest *m = &row->manifest;

	text_cell(a, span_of(row->name));
	number_cell(a, CELL_TIME, m->made_ms);
	number_cell(a, CELL_NUMBER, m->schema);
	number_cell(a, CELL_NUMBER, m->accounts);
	number_cell(a, CELL_NUMBER, m->messages);
	number_cell(a, CELL_NUMBER, manifest_bytes(m));
	number_cell(a, CELL_BOOL, m->is_sealed);
	text_cell(a, span_of(state_of(row)));
	text_cell(a, row->why ? span_of(row->why) : SPAN(""));
}

static int show_shelf(const struct cli *c, const struct shelf *s, enum admin_code code,
		      struct span words)
{
	static const char *const columns[] = {"name",     "made",     "schema",
					      "accounts", "messages", "bytes",
					      "sealed",   "state",    "found"};
	struct admin_answer *a = admin_answer_new(0);
	int result;

	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		admin_answer_column(a, columns[i]);
	for (size_t i = 0; i < s->n_rows; i++)
		add_row(a, &s->rows[i]);
	a->code = code;
	a->words = words;
	result = cli_show(c, a);
	admin_answer_free(a);
	return result;
}

// To be cleared in any case.
static int read_shelf(const struct cli *c, struct shelf *s)
{
	char *error = NULL;
	int code;

	*s = (struct shelf){0};
	leftover_remove(c->paths.state);
	code = cli_refuse_no_folder(cli_word(c, 0), "is no folder: name the one in which the "
						    "backups are");
	if (code == ADMIN_DONE && !shelf_read(s, cli_word(c, 0), &error))
		code = cli_say(ADMIN_FAILED, "%s", error);
	free(error);
	return code;
}

int cli_backup_list(const struct cli *c)
{
	struct shelf s;
	int code = read_shelf(c, &s);

	if (code == ADMIN_DONE)
		code = show_shelf(c, &s, ADMIN_DONE, SPAN(""));
	shelf_clear(&s);
	return code;
}

static int show_pruned(const struct cli *c, const struct shelf *s, size_t keep)
{
	size_t n_whole = 0, n_damaged = 0;

	for (size_t i = 0; i < s->n_rows; i++) {
		n_whole += s->rows[i].state == SHELF_WHOLE && !s->rows[i].is_removed;
		n_damaged += s->rows[i].state == SHELF_DAMAGED && !s->rows[i].is_removed;
	}
	if (n_damaged)
		return show_shelf(c, s, ADMIN_PROBLEMS,
				  SPAN("what is damaged and not older than what is kept stands "
				       "for a look; it counts for nothing"));
	if (!n_whole)
		return show_shelf(c, s, ADMIN_PROBLEMS, SPAN("no backup is whole: make one"));
	if (n_whole < keep)
		return show_shelf(c, s, ADMIN_DONE,
				  SPAN("fewer are whole than are to be kept"));
	return show_shelf(c, s, ADMIN_DONE,
			  cli_flag(c, "--dry-run") ? SPAN("nothing was removed") : SPAN(""));
}

int cli_backup_prune(const struct cli *c)
{
	uint64_t keep = 0;
	char *error = NULL;
	struct shelf s;
	int code;

	if (!span_to_u64(span_of(cli_value(c, "--keep", 0)), &keep) || keep < 1)
		return cli_say(ADMIN_USAGE, "--keep wants a number of backups, 1 or more");
	code = read_shelf(c, &s);
	if (code == ADMIN_DONE && !shelf_prune(&s, keep, cli_flag(c, "--dry-run"), &error))
		code = cli_say(ADMIN_FAILED, "%s", error);
	if (code == ADMIN_DONE)
		code = show_pruned(c, &s, (size_t)keep);
	shelf_clear(&s);
	free(error);
	return code;
}
