// SPDX-License-Identifier: MIT
// Answers as a person or a program wants them: aligned on a terminal, tab-separated in a
// pipe, JSON when asked for.
#include "server/cli.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/json.h"
#include "common/utf8.h"
#include "server/letters/admin_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// A control character could drive the terminal, a tab or a line end the reader of a pipe.
// An argument may be no UTF-8: then all that is not ASCII is taken for C1.
void cli_plain(struct buf *out, struct span text)
{
	bool is_text = utf8_is_valid(text);

	for (size_t at = 0; at < text.len;) {
		size_t from = at;
		uint32_t code = is_text ? utf8_next(text, &at) : (unsigned char)text.at[at++];

		if (utf8_is_unprintable(code) || code == '\t' || (!is_text && code > 0x7f))
			buf_add_char(out, '?');
		else
			buf_add(out, text.at + from, at - from);
	}
}

void cli_plain_lines(struct buf *out, struct span text)
{
	do {
		cli_plain(out, span_cut(&text, '\n'));
		buf_add_char(out, '\n');
	} while (text.len);
}

static void add_time(struct buf *out, int64_t wall_ms)
{
	char text[CLOCK_TEXT_LEN + 1];

	clock_text(wall_ms, text);
	if (wall_ms)
		buf_add_str(out, text);
	else
		buf_add_str(out, "never");
}

void cli_cell(struct buf *out, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_TEXT:
		cli_plain(out, cell->text);
		return;
	case CELL_NUMBER:
		buf_add_i64(out, cell->number);
		return;
	case CELL_TIME:
		add_time(out, cell->number);
		return;
	case CELL_BOOL:
		buf_add_str(out, cell->number ? "yes" : "no");
		return;
	case CELL_NONE:
		buf_add_char(out, '-');
		return;
	}
}

static size_t width_of(struct span text)
{
	size_t width = 0;

	for (size_t i = 0; i < text.len; i++)
		width += ((unsigned char)text.at[i] & 0xc0) != 0x80;
	return width;
}

static size_t cell_width(const struct cell *cell)
{
	struct buf text = {0};
	size_t width;

	cli_cell(&text, cell);
	width = width_of(buf_span(&text));
	buf_clear(&text);
	return width;
}

static void pad(struct buf *out, size_t from, size_t width)
{
	size_t has = width_of(span_after(buf_span(out), from));

	for (; has < width + 2; has++)
		buf_add_char(out, ' ');
}

static void add_header(struct buf *out, const struct admin_answer *a, const size_t *widths)
{
	for (size_t i = 0; i < a->n_columns; i++) {
		size_t from = out->len;

		for (size_t k = 0; k < a->columns[i].len; k++) {
			char ch = a->columns[i].at[k];

			buf_add_char(out, ch >= 'a' && ch <= 'z' ? (char)(ch - 32) : ch);
		}
		if (i + 1 < a->n_columns)
			pad(out, from, widths[i]);
	}
	buf_add_char(out, '\n');
}

static void show_table(const struct admin_answer *a, struct buf *out)
{
	size_t *widths = xcalloc(a->n_columns, sizeof(*widths));

	for (size_t i = 0; i < a->n_columns; i++)
		widths[i] = width_of(a->columns[i]);
	for (size_t i = 0; i < a->n_rows * a->n_columns; i++) {
		size_t width = cell_width(&a->cells[i]);

		if (width > widths[i % a->n_columns])
			widths[i % a->n_columns] = width;
	}
	add_header(out, a, widths);
	for (size_t i = 0; i < a->n_rows * a->n_columns; i++) {
		size_t from = out->len, column = i % a->n_columns;

		cli_cell(out, &a->cells[i]);
		if (column + 1 < a->n_columns)
			pad(out, from, widths[column]);
		else
			buf_add_char(out, '\n');
	}
	free(widths);
}

static void show_record(const struct admin_answer *a, bool is_terminal, struct buf *out)
{
	size_t width = 0;

	for (size_t i = 0; i < a->n_columns; i++)
		width = a->columns[i].len > width ? a->columns[i].len : width;
	for (size_t i = 0; i < a->n_columns; i++) {
		size_t from = out->len;

		buf_add_span(out, a->columns[i]);
		if (is_terminal)
			pad(out, from, width);
		else
			buf_add_char(out, '\t');
		cli_cell(out, &a->cells[i]);
		buf_add_char(out, '\n');
	}
}

static void show_tabs(const struct admin_answer *a, struct buf *out)
{
	for (size_t i = 0; i < a->n_rows * a->n_columns; i++) {
		cli_cell(out, &a->cells[i]);
		buf_add_char(out, (i + 1) % a->n_columns ? '\t' : '\n');
	}
}

// An answer without columns is {"plain": …} or {}: there is always one JSON value.
static void show_json(const struct admin_answer *a, struct buf *out)
{
	json_t *value;

	if (a->is_record && a->n_rows) {
		value = admin_answer_row(a, 0);
	} else if (a->n_columns) {
		value = json_array();
		for (size_t i = 0; i < a->n_rows; i++)
			json_array_append_new(value, admin_answer_row(a, i));
	} else {
		value = json_object();
	}
	if (json_is_object(value))
		admin_answer_made(a, value);
	json_add_lines(out, value);
	json_decref(value);
}

static void show_data(const struct cli *c, const struct admin_answer *a, struct buf *out)
{
	bool is_terminal = isatty(STDOUT_FILENO);

	if (c->json) {
		show_json(a, out);
		return;
	}
	// The plain text is the short form of the row it stands in.
	if (a->plain.len) {
		cli_plain(out, a->plain);
		buf_add_char(out, '\n');
	} else if (a->is_record && a->n_rows) {
		show_record(a, is_terminal, out);
	} else if (!a->n_columns && a->changed && a->code == ADMIN_DONE) {
		buf_printf(out, "changed%s%s\n", is_terminal ? "  " : "\t",
			   a->changed == ADMIN_CHANGED ? "yes" : "no");
	} else if (a->n_rows && is_terminal) {
		show_table(a, out);
	} else {
		show_tabs(a, out);
	}
}

int cli_show(const struct cli *c, const struct admin_answer *a)
{
	struct buf data = {0}, words = {0};
	bool has_data = a->n_rows || a->plain.len || a->code == ADMIN_DONE;

	if (has_data || (c->json && a->n_columns))
		show_data(c, a, &data);
	if (data.len)
		fwrite(data.at, 1, data.len, stdout);
	fflush(stdout);
	if (a->words.len) {
		cli_plain_lines(&words, a->words);
		fputs(a->code == ADMIN_DONE ? "" : "snugd: ", stderr);
		fwrite(words.at, 1, words.len, stderr);
	}
	cli_wipe(&data);
	buf_clear(&words);
	return (int)a->code;
}
