// SPDX-License-Identifier: MIT
// `snugd import log`: what the logs of IRC programs hold becomes requests of `history import`,
// PAST_MAX messages each. All files are read before anything is stored: one bad line, and
// nothing is.
#include "server/cli.h"

#include "common/clock.h"
#include "common/die.h"
#include "server/admin_json.h"
#include "server/import/log.h"
#include "server/letters/limits.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct log_import {
	const struct cli *cli;
	const struct log_format *format;
	struct import_log log;
	struct buf names; // of --names: a line "NICK NAME" each
	int64_t n_stored, n_there;
};

static bool read_day(struct log_import *im, const char *folder, const char *name)
{
	struct buf text = {0}, path = {0};
	bool is_fine;

	buf_printf(&path, "%s/%s", folder, name);
	is_fine = cli_read_whole(buf_str(&path), &text);
	if (is_fine)
		log_read(&im->log, im->format, buf_str(&path), buf_span(&text));
	buf_clear(&text);
	buf_clear(&path);
	return is_fine;
}

// YYYY-MM-DD.log, in the order of days; nothing else in the folder counts.
static bool read_days(struct log_import *im, const char *folder)
{
	struct dirent **found = NULL;
	int n = scandir(folder, &found, NULL, alphasort);
	bool is_fine = n >= 0;

	if (!is_fine)
		cli_say(0, "cannot read the folder %s: %s", folder, strerrordesc_np(errno));
	for (int i = 0; i < n; i++) {
		struct span name = span_of(found[i]->d_name);

		if (is_fine && name.len == strlen("YYYY-MM-DD.log") &&
		    span_eq(span_after(name, 10), SPAN(".log")) &&
		    log_begin_day(&im->log, span_from(name.at, 10)))
			is_fine = read_day(im, folder, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	return is_fine;
}

static bool read_one(struct log_import *im, const char *name)
{
	struct buf text = {0};
	bool is_fine;

	if (im->format->is_of_days)
		return read_days(im, name);
	is_fine = cli_read_whole(name, &text);
	im->log.day = (struct tm){0};
	if (is_fine)
		log_read(&im->log, im->format, name, buf_span(&text));
	buf_clear(&text);
	return is_fine;
}

static bool read_all(struct log_import *im)
{
	const char *names = cli_value(im->cli, "--names", 0);
	bool is_fine = !names || cli_read_whole(names, &im->names);

	for (size_t i = 1; is_fine && cli_word(im->cli, i); i++)
		is_fine = read_one(im, cli_word(im->cli, i));
	if (!is_fine || (!im->log.n_bad && im->log.n_said))
		return is_fine;
	fputs(buf_str(&im->log.bad), stderr);
	if (im->log.n_bad)
		cli_say(0, "%zu bad lines: nothing is stored", im->log.n_bad);
	else
		cli_say(0, "nobody says anything in it");
	return false;
}

// As --names has it: "-" is nobody here. Without a line there the nick itself.
static struct span name_of(struct log_import *im, struct span nick)
{
	struct span rest = buf_span(&im->names);

	while (rest.len) {
		struct span line = span_cut(&rest, '\n'), first = span_cut(&line, ' ');

		if (span_eq_fold(first, nick))
			return span_trim(line);
	}
	return nick;
}

static void add_record(struct log_import *im, struct admin_request *r,
		       const struct log_said *said)
{
	struct admin_record *record = &r->records[r->n_records++];
	struct span name = name_of(im, said->from);
	char time[CLOCK_TEXT_LEN + 1];
	struct buf foreign = {0};

	clock_text(said->at_ms, time);
	if (span_eq(name, SPAN("-"))) {
		buf_printf(&foreign, SPAN_FMT "/", SPAN_ARG(said->from));
		name = buf_span(&foreign);
	}
	record->name = arena_dup(&r->arena, name);
	record->time = arena_dup(&r->arena, span_of(time));
	record->text = arena_dup(&r->arena, said->text);
	if (said->is_notice)
		record->kind = SPAN("NOTICE");
	buf_clear(&foreign);
}

static struct admin_request *request_of(struct log_import *im, size_t from, size_t n)
{
	struct admin_request *r = admin_request_new();
	struct buf room = {0};

	buf_printf(&room, "--room=%s", cli_value(im->cli, "--room", 0));
	admin_request_word(r, SPAN("history"));
	admin_request_word(r, SPAN("import"));
	admin_request_word(r, buf_span(&room));
	admin_request_word(r, SPAN("--"));
	admin_request_word(r, span_of(im->format->name));
	r->records = xcalloc(n, sizeof(*r->records));
	for (size_t i = from; i < from + n; i++)
		add_record(im, r, &im->log.said[i]);
	buf_clear(&room);
	return r;
}

static int store_some(struct log_import *im, size_t from, size_t n)
{
	bool is_tried = cli_flag(im->cli, "--dry-run");
	struct admin_answer *a;
	int code = ADMIN_FAILED;

	a = (is_tried ? cli_try : cli_ask)(im->cli, request_of(im, from, n), &code);
	if (!a)
		return code;
	code = a->code;
	if (code == ADMIN_DONE) {
		im->n_stored += a->cells[1].number;
		im->n_there += a->cells[2].number;
	} else {
		cli_say(0, SPAN_FMT, SPAN_ARG(a->words));
	}
	admin_answer_free(a);
	return code;
}

static int show(struct log_import *im)
{
	static const char *const columns[] = {"room", "stored", "there", "other"};
	struct admin_answer *a = admin_answer_new(0);
	const char *room = cli_value(im->cli, "--room", 0);
	int code;

	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		admin_answer_column(a, columns[i]);
	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = span_of(room)});
	admin_answer_cell(a, &(struct cell){.kind = CELL_NUMBER, .number = im->n_stored});
	admin_answer_cell(a, &(struct cell){.kind = CELL_NUMBER, .number = im->n_there});
	admin_answer_cell(
		a, &(struct cell){.kind = CELL_NUMBER, .number = (int64_t)im->log.n_other});
	if (cli_flag(im->cli, "--dry-run"))
		a->words = SPAN("that was a try: nothing is changed");
	code = cli_show(im->cli, a);
	admin_answer_free(a);
	return code;
}

static int import(struct log_import *im)
{
	int code = ADMIN_DONE;

	if (!read_all(im))
		return ADMIN_USAGE;
	for (size_t at = 0, n; at < im->log.n_said && code == ADMIN_DONE; at += n) {
		n = im->log.n_said - at < PAST_MAX ? im->log.n_said - at : PAST_MAX;
		code = store_some(im, at, n);
	}
	return code == ADMIN_DONE ? show(im) : code;
}

int cli_import_log(const struct cli *c)
{
	struct log_import im = {.cli = c};
	const char *names = cli_value(c, "--names", 0);
	int code = names ? cli_refuse_no_file(names) : ADMIN_DONE;

	im.format = log_format_named(span_of(cli_word(c, 0)));
	if (!im.format)
		code = cli_say(ADMIN_USAGE, "logs are of irssi, weechat or znc, not of %s",
			       cli_word(c, 0));
	else if (code == ADMIN_DONE)
		code = import(&im);
	log_clear(&im.log);
	buf_clear(&im.names);
	return code;
}
