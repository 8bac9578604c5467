// SPDX-License-Identifier: MIT
// `snugd export`: the whole history of a room on stdout, oldest first, page by page.
//
// It reads by a handle of its own, beside a running server or without one, so that a long
// history costs the server nothing and is never in memory at once.
#include "server/cli.h"

#include "common/clock.h"
#include "common/die.h"
#include "server/admin_json.h"
#include "server/letters/journal.h"
#include "server/letters/message_json.h"
#include "server/store/store.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGE 500

typedef void show_fn(const struct entry_message *m, struct buf *out);

static void show_jsonl(const struct entry_message *m, struct buf *out)
{
	json_t *object = message_json(m);

	json_add_line(out, object);
	json_decref(object);
}

static void add_head(const struct entry_message *m, struct buf *out)
{
	bool is_message = m->kind == MESSAGE_PRIVMSG, is_notice = m->kind == MESSAGE_NOTICE;
	char time[CLOCK_TEXT_LEN + 1];

	clock_text(m->time_ms, time);
	buf_printf(out, "%s %s", time, is_message ? "<" : is_notice ? "-" : "* ");
	cli_plain(out, m->sender);
	buf_add_str(out, is_message ? ">" : is_notice ? "-" : " ");
	if (!is_message && !is_notice)
		buf_add_str(out, message_command(m->kind));
}

// Each line of a message stands behind its time and sender.
static void show_text(const struct entry_message *m, struct buf *out)
{
	struct span rest = m->kind == MESSAGE_TAGMSG ? m->tags : m->text;

	if (m->redacted)
		rest = SPAN("(removed)");
	do {
		struct span line = span_cut(&rest, '\n');

		add_head(m, out);
		if (line.len)
			buf_add_char(out, ' ');
		cli_plain(out, line);
		buf_add_char(out, '\n');
	} while (rest.len);
}

// The number of the room; 0 after words on stderr, with the exit code in *code.
static stream_id find_room(const struct cli *c, const char *name, int *code)
{
	struct admin_request *request = admin_request_new();
	struct admin_answer *answer;
	stream_id id = 0;

	admin_request_word(request, SPAN("room"));
	admin_request_word(request, SPAN("show"));
	admin_request_word(request, span_of(name));
	answer = cli_ask(c, request, code);
	if (!answer)
		return 0;
	*code = answer->code;
	if (answer->code != ADMIN_DONE)
		cli_say(answer->code, SPAN_FMT, SPAN_ARG(answer->words));
	for (size_t i = 0; i < answer->n_columns && answer->n_rows; i++) {
		if (span_eq(answer->columns[i], SPAN("id")))
			id = answer->cells[i].number;
	}
	admin_answer_free(answer);
	return id;
}

// Shows a page; *from moves behind it. False at the end.
static bool show_page(struct reader *reader, stream_id room, struct place *from, show_fn *show,
		      int *code)
{
	struct query *q = query_new(QUERY_PAGE, 0);
	struct buf out = {0};
	struct rows *rows;
	bool more;

	q->stream = room;
	q->from = *from;
	q->limit = PAGE;
	q->events = q->redacted = true;
	rows = reader_answer(reader, q);
	if (rows->result != ROWS_OK)
		*code = cli_say(ADMIN_FAILED, "the history could not be read to its end");
	for (size_t i = 0; i < rows->n_messages; i++) {
		show(&rows->messages[i], &out);
		*from = (struct place){.is_set = true, .id = rows->messages[i].id};
	}
	fwrite(out.at, 1, out.len, stdout);
	more = rows->result == ROWS_OK && rows->more && !ferror(stdout);
	cli_wipe(&out);
	rows_free(rows);
	query_free(q);
	return more;
}

static int export(const struct cli *c, stream_id room, show_fn *show)
{
	struct place from = {0};
	char *error = NULL;
	struct reader *reader = reader_open(c->paths.store, &error);
	int code = ADMIN_DONE;

	if (reader) {
		while (show_page(reader, room, &from, show, &code))
			continue;
	} else {
		code = cli_say(ADMIN_FAILED, "%s", error);
	}
	free(error);
	reader_close(reader);
	return code;
}

int cli_export(const struct cli *c)
{
	const char *name = cli_value(c, "--room", 0), *format = cli_value(c, "--format", 0);
	bool is_text = format && !strcmp(format, "text");
	stream_id room;
	int code;

	if (format && !is_text && strcmp(format, "jsonl") != 0)
		return cli_say(ADMIN_USAGE, "--format is jsonl or text, not %s", format);
	room = find_room(c, name, &code);
	if (room)
		code = cli_note(c, name);
	return code == ADMIN_DONE ? export(c, room, is_text ? show_text : show_jsonl) : code;
}
