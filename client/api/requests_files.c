// SPDX-License-Identifier: MIT
// The request for files: what lets one in where files are.
#include "client/api/requests_private.h"

#include "common/die.h"

// file: answers {"type":"file_space","url":…,"token":…}, by which whoever asked sends and has
// files over HTTPS for some minutes. With target and id it tells the message's file, too:
// {"type":"file","id":…,"name":…}.

static void on_message_line(void *arg, const struct msg *m, bool is_sure)
{
	struct job *j = arg;
	struct span id, file, name;
	struct buf plain = {0};

	if (is_sure)
		job_note_error(j, m);
	if (!msg_tag(m, SPAN("msgid"), &id) || !span_eq(id, span_of(job_text(j, "id"))) ||
	    !msg_tag(m, SPAN("snug.chat/file"), &file))
		return;
	if (msg_tag(m, SPAN("snug.chat/file-name"), &name))
		msg_tag_unescape(&plain, name);
	job_answer(j, json_pack("{s:i, s:s, s:o, s:o}", "v", 1, "type", "file", "id",
				json_text(file), "name", json_text(buf_span(&plain))));
	buf_clear(&plain);
	j->is_told = true;
}

static void on_message_end(void *arg, enum call_end end UNUSED)
{
	struct job *j = arg;

	if (!j->is_told && !j->code) {
		j->code = EXIT_REFUSED;
		j->words = xstrdup("there is no such message here with a file");
	}
	if (--j->n_open == 0)
		job_settle(j);
}

static void ask_message(struct job *j)
{
	struct buf line = {0};
	struct call_fns fns = {.on_line = on_message_line, .on_end = on_message_end};

	buf_printf(&line, "CHATHISTORY AROUND %s msgid=%s 1", job_text(j, "target"),
		   job_text(j, "id"));
	job_call(j, buf_str(&line), fns);
	buf_clear(&line);
}

static void on_token_line(void *arg, const struct msg *m, bool is_sure)
{
	struct job *j = arg;

	if (is_sure)
		job_note_error(j, m);
	if (!span_eq_fold(m->command, SPAN("FILEHOST")) || msg_param(m, 1).len == 0 ||
	    !span_eq_fold(msg_param(m, 0), SPAN("TOKEN")))
		return;
	job_answer(j, json_pack("{s:i, s:s, s:s, s:o}", "v", 1, "type", "file_space", "url",
				j->requests->model->facts.filehost, "token",
				json_text(msg_param(m, 1))));
}

static void on_token_end(void *arg, enum call_end end)
{
	struct job *j = arg;

	if (end == CALL_LOST && !j->code) {
		j->code = EXIT_UNREACHABLE;
		j->words = xstrdup("the connection broke");
	}
	if (!j->code && job_text(j, "id")[0])
		ask_message(j);
	if (--j->n_open == 0)
		job_settle(j);
}

void request_file(struct job *j)
{
	struct call_fns fns = {.on_line = on_token_line, .on_end = on_token_end};
	bool has_id = job_text(j, "id")[0] != '\0';

	if (has_id && (!job_need(j, "target") || !job_need(j, "id")))
		return;
	if (!j->requests->model->facts.filehost[0]) {
		job_end(j, EXIT_REFUSED, "this server takes no files");
		return;
	}
	job_call(j, "FILEHOST TOKEN", fns);
}
