// SPDX-License-Identifier: MIT
// `snugd import ergo`: what is read of another server's people and rooms becomes verbs of ours:
// one `user import`, and for each room one batch, which is one transaction. A verb that the hub
// refuses when it is tried is left out, with what the hub says to it.
#include "server/cli.h"

#include "common/die.h"
#include "server/admin_json.h"
#include "server/import/ergo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define IMPORT_FILE_MAX (1024UL * 1024 * 1024) // inside: it is read at once

struct ergo_import {
	const struct cli *cli;
	struct import_people people;
	struct admin_answer *answer; // a row for all that was done or left out
	size_t n_refused;
};

bool cli_read_whole(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "re");
	size_t got = 1;
	bool is_fine;

	while (file && got && out->len <= IMPORT_FILE_MAX) {
		got = fread(buf_space(out, BUFSIZ), 1, BUFSIZ, file);
		out->len += got;
	}
	is_fine = file && !ferror(file) && out->len <= IMPORT_FILE_MAX;
	if (!is_fine)
		cli_say(0, "cannot read %s: %s", path,
			file && !ferror(file) ? "it is larger than 1 GiB"
					      : strerrordesc_np(errno));
	if (file)
		fclose(file);
	return is_fine;
}

static void add_row(struct ergo_import *im, struct span what, bool is_done, struct span said)
{
	admin_answer_cell(im->answer, &(struct cell){.kind = CELL_TEXT, .text = what});
	admin_answer_cell(im->answer, &(struct cell){.kind = CELL_BOOL, .number = is_done});
	admin_answer_cell(im->answer, &(struct cell){.kind = CELL_TEXT, .text = said});
	im->n_refused += !is_done;
}

PRINTF(2, 3) static void add_word(struct admin_request *r, const char *format, ...)
{
	struct buf word = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&word, format, args);
	va_end(args);
	admin_request_word(r, buf_span(&word));
	buf_clear(&word);
}

// ADMIN_NEXT room VERB: options and names follow.
static void add_act(struct admin_request *r, const char *verb)
{
	admin_request_word(r, SPAN(ADMIN_NEXT));
	admin_request_word(r, SPAN("room"));
	admin_request_word(r, span_of(verb));
}

static void add_names(struct admin_request *r, struct span room, struct span other)
{
	admin_request_word(r, SPAN("--"));
	admin_request_word(r, room);
	if (other.at)
		admin_request_word(r, other);
}

static void add_option(struct admin_request *r, const char *name, struct span value)
{
	if (value.at)
		add_word(r, "--%s=" SPAN_FMT, name, SPAN_ARG(value));
}

static void set_modes(struct admin_request *r, const struct import_room *room)
{
	struct buf modes = {0};

	for (const char *letter = IMPORT_MODES; *letter; letter++)
		buf_printf(&modes, "%c%c",
			   span_find(room->modes, *letter) < room->modes.len ? '+' : '-',
			   *letter);
	add_option(r, "modes", buf_span(&modes));
	buf_clear(&modes);
}

static struct admin_request *acts_of_room(const struct import_room *room)
{
	struct admin_request *r = admin_request_new();

	add_act(r, "add");
	add_option(r, "founder", room->founder);
	add_option(r, "topic", room->topic);
	add_names(r, room->name, (struct span){0});
	add_act(r, "set");
	set_modes(r, room);
	add_names(r, room->name, (struct span){0});
	if (room->key.at || room->limit) {
		add_act(r, "set");
		add_option(r, "key", room->key);
		if (room->limit)
			add_word(r, "--limit=%lld", (long long)room->limit);
		add_names(r, room->name, (struct span){0});
	}
	for (size_t i = 0; i < room->n_roles; i++) {
		add_act(r, "grant");
		add_option(r, "role", span_of(room->roles[i].role));
		add_names(r, room->name, room->roles[i].account);
	}
	for (size_t i = 0; i < room->n_bans; i++) {
		add_act(r, "ban");
		add_names(r, room->name, room->bans[i]);
	}
	return r;
}

// A copy; without the act of that number, where there is one.
static struct admin_request *copy_without(const struct admin_request *from, size_t act)
{
	struct admin_request *to = admin_request_new();
	size_t n = 0;

	for (size_t i = 0; i < from->n_words; i++) {
		n += span_eq(from->words[i], SPAN(ADMIN_NEXT));
		if (n != act + 1)
			admin_request_word(to, from->words[i]);
	}
	return to;
}

// The last act of an answer is the one that was refused. Its cells: act, ..., said.
static void note_refused(struct ergo_import *im, const struct admin_answer *tried)
{
	const struct cell *row = tried->cells + (tried->n_rows - 1) * tried->n_columns;

	add_row(im, row[0].text, false, row[tried->n_columns - 1].text);
}

static void note_done(struct ergo_import *im, const struct admin_answer *done)
{
	for (size_t i = 0; i < done->n_rows; i++) {
		const struct cell *row = done->cells + i * done->n_columns;

		add_row(im, row[0].text, true, row[done->n_columns - 1].text);
	}
}

// The acts of a room that are not refused when they are tried. NULL: the room cannot be made,
// or (*code) nothing can be tried. Takes r.
static struct admin_request *try_room(struct ergo_import *im, struct admin_request *r,
				      int *code)
{
	struct admin_answer *tried;

	while ((tried = cli_try(im->cli, copy_without(r, SIZE_MAX - 1), code))) {
		struct admin_request *rest = NULL;

		if (tried->code == ADMIN_DONE || !tried->n_rows) {
			admin_answer_free(tried);
			return r;
		}
		note_refused(im, tried);
		if (tried->n_rows > 1)
			rest = copy_without(r, tried->n_rows - 1);
		admin_answer_free(tried);
		admin_request_free(r);
		*code = ADMIN_DONE;
		if (!rest)
			return NULL;
		r = rest;
	}
	admin_request_free(r);
	return NULL;
}

static int make_room(struct ergo_import *im, const struct import_room *room)
{
	int code = ADMIN_DONE;
	struct admin_request *r = try_room(im, acts_of_room(room), &code);
	struct admin_answer *done;

	if (!r)
		return code;
	done = cli_ask(im->cli, r, &code);
	if (!done)
		return code;
	code = done->code;
	if (code == ADMIN_DONE)
		note_done(im, done);
	else
		add_row(im, room->name, false, done->words);
	admin_answer_free(done);
	return ADMIN_DONE;
}

static struct admin_request *users_request(const struct import_people *p)
{
	struct admin_request *r = admin_request_new();

	admin_request_word(r, SPAN("user"));
	admin_request_word(r, SPAN("import"));
	admin_request_word(r, SPAN("ergo"));
	r->records = xcalloc(p->n_users, sizeof(*r->records));
	for (size_t i = 0; i < p->n_users; i++) {
		const struct import_user *u = &p->users[i];
		struct admin_record *record = &r->records[r->n_records++];

		record->name = arena_dup(&r->arena, u->name);
		if (u->verifier.at)
			record->password_hash = arena_dup(&r->arena, u->verifier);
		if (u->realname.at)
			record->realname = arena_dup(&r->arena, u->realname);
	}
	return r;
}

// "made 2 accounts, left out 1; ann: there is such an account already".
static void note_accounts(struct ergo_import *im, const struct admin_answer *done)
{
	struct span rest = done->words;

	for (size_t i = 0; i < done->n_rows; i++)
		add_row(im, done->cells[i * done->n_columns].text, true, SPAN("account"));
	(void)span_cut(&rest, ';');
	while (rest.len) {
		struct span fault = span_trim(span_cut(&rest, ';'));
		struct span name = span_cut(&fault, ':');

		add_row(im, name, false, span_trim(fault));
	}
}

static int make_users(struct ergo_import *im, bool is_tried)
{
	struct admin_answer *done;
	int code = ADMIN_DONE;

	if (!im->people.n_users)
		return code;
	done = (is_tried ? cli_try : cli_ask)(im->cli, users_request(&im->people), &code);
	if (!done)
		return code;
	note_accounts(im, done);
	admin_answer_free(done);
	return ADMIN_DONE;
}

static void note_left_out(struct ergo_import *im)
{
	struct span rest = buf_span(&im->people.left_out);

	while (rest.len) {
		struct span line = span_cut(&rest, '\n'), what = span_cut(&line, ':');

		add_row(im, what, false, span_trim(line));
	}
}

static int make_all(struct ergo_import *im)
{
	bool is_tried = cli_flag(im->cli, "--dry-run");
	int code = make_users(im, is_tried);

	for (size_t i = 0; i < im->people.n_rooms && code == ADMIN_DONE; i++) {
		if (is_tried)
			add_row(im, im->people.rooms[i].name, true, SPAN("room"));
		else
			code = make_room(im, &im->people.rooms[i]);
	}
	note_left_out(im);
	return code;
}

static void finish_words(struct ergo_import *im, struct buf *words)
{
	buf_printf(words, "%zu accounts and %zu rooms read, %zu things left out",
		   im->people.n_users, im->people.n_rooms, im->n_refused);
	if (cli_flag(im->cli, "--dry-run"))
		buf_add_str(words, "; that was a try: nothing is changed");
	im->answer->words = arena_dup(&im->answer->arena, buf_span(words));
}

int cli_import_ergo(const struct cli *c)
{
	struct ergo_import im = {.cli = c, .answer = admin_answer_new(0)};
	struct buf file = {0}, words = {0};
	char *error = NULL;
	int code = cli_refuse_no_file(cli_word(c, 0));

	admin_answer_column(im.answer, "what");
	admin_answer_column(im.answer, "done");
	admin_answer_column(im.answer, "said");
	if (code == ADMIN_DONE && !cli_read_whole(cli_word(c, 0), &file))
		code = ADMIN_USAGE;
	else if (code == ADMIN_DONE && !ergo_read(buf_span(&file), &im.people, &error))
		code = cli_say(ADMIN_USAGE, "%s: %s", cli_word(c, 0), error);
	else if (code == ADMIN_DONE)
		code = make_all(&im);
	if (im.answer->n_rows) {
		finish_words(&im, &words);
		im.answer->code = code           ? (enum admin_code)code
				  : im.n_refused ? ADMIN_PARTLY
						 : ADMIN_DONE;
		code = cli_show(c, im.answer);
	}
	free(error);
	cli_wipe(&file);
	buf_clear(&words);
	people_clear(&im.people);
	admin_answer_free(im.answer);
	return code;
}
