// SPDX-License-Identifier: MIT
// Requests that change something: send, edit, react, redact, read, join, part.
#include "client/sync/message_line.h"
#include "client/model/handle.h"
#include "client/model/mention.h"
#include "client/model/target.h"
#include "client/sync/unsent.h"
#include "client/api/requests_private.h"
#include "common/clock.h"
#include "common/die.h"

#include <stdlib.h>

static void add_event(struct buf *line, const char *command, const char *target)
{
	buf_printf(line, "%s %s", command, target);
}

// send: target, text; id (the message's own), reply, kind: message|action|notice; yes: true
// where it calls a room of many. Answers {"type":"stored","id":…,"time":…,"seq":…} for
// each line that was stored; "note" is what the server has to say about it.

struct saying_job {
	struct job *job;
	struct message_receipt receipt;
	char *target;
	char *text; // as in the line
	char *tags;
	char *note; // NULL: none
};

static void on_said_line(void *arg, const struct msg *m, bool is_sure)
{
	struct saying_job *s = arg;

	if (is_sure && !s->note && span_eq_fold(m->command, SPAN("NOTE")) && m->n_params > 2)
		s->note = span_dup(msg_param(m, m->n_params - 1));
	message_receipt_take(&s->receipt, m, span_of(s->job->requests->model->me->name),
			     span_of(s->target), span_of(is_sure ? NULL : s->text));
}

static void answer_stored(struct job *j, const struct saying_job *s)
{
	char when[CLOCK_TEXT_LEN + 1];
	const struct message_receipt *r = &s->receipt;

	clock_text(r->at_ms ? r->at_ms : requests_now(j->requests), when);
	json_t *stored = json_pack("{s:i, s:s, s:s, s:s, s:s}", "v", 1, "type", "stored", "id",
				   r->id, "time", when, "target", s->target);
	if (stored && r->seq)
		json_object_set_new(stored, "seq", json_integer((json_int_t)r->seq));
	if (stored && s->note)
		json_object_set_new(stored, "note", json_text(span_of(s->note)));
	job_answer(j, stored);
}

// The server tells us nothing of what we say: the model has to be told by us.
static void show_said(struct requests *r, const struct saying_job *s)
{
	struct msg said = {
		.tags = span_of(s->tags),
		.source = span_of(r->model->me->name),
		.command = SPAN("PRIVMSG"),
		.params = {span_of(s->target), span_of(s->text)},
		.n_params = 2,
	};

	handle_line(r->model, &said, requests_now(r));
}

static void on_said(void *arg, enum call_end end)
{
	struct saying_job *s = arg;
	struct job *j = s->job;

	if (s->receipt.fate == MESSAGE_REFUSED) {
		j->code = EXIT_REFUSED;
		free(j->words);
		j->words = s->receipt.reason;
		s->receipt.reason = NULL;
	} else if (end == CALL_LOST && s->receipt.fate == MESSAGE_UNRELATED) {
		j->code = EXIT_UNKNOWN;
		free(j->words);
		j->words = xstrdup("the connection broke before the server answered");
	} else {
		if (s->receipt.fate == MESSAGE_UNRELATED)
			show_said(j->requests, s);
		answer_stored(j, s);
	}
	free(s->receipt.reason);
	free(s->target);
	free(s->text);
	free(s->tags);
	free(s->note);
	free(s);
	if (--j->n_open == 0)
		job_settle(j);
}

static void say(struct job *j, enum line_kind kind, struct span text, struct span id)
{
	struct saying_job *s = xcalloc(1, sizeof(*s));
	struct buf line = {0}, tags = {0};
	struct requests *r = j->requests;
	bool is_exact = uplink_has_cap(r->session, "snug.chat/exactly-once");

	s->job = j;
	s->target = xstrdup(job_text(j, "target"));
	const char *other = job_text(j, kind == LINE_EDIT ? "id" : "reply");
	struct message_words words = {.kind = kind,
				      .target = span_of(s->target),
				      .text = text,
				      .id = is_exact ? id : SPAN(""),
				      .reply_to = span_of(other)};
	message_line(&line, &words);
	message_tags(&tags, &words);
	s->tags = span_dup(buf_span(&tags));
	struct span said = buf_span(&line);
	s->text = span_dup(message_last_param(said));
	// Not private: the screen of the running program shows it too.
	struct call_fns fns = {.arg = s, .on_line = on_said_line, .on_end = on_said};
	calls_send(r->calls, buf_span(&tags), said, &fns);
	buf_clear(&line);
	buf_clear(&tags);
}

static enum line_kind kind_of(const struct job *j)
{
	const char *kind = job_text(j, "kind");

	if (strcmp(kind, "action") == 0)
		return LINE_ACTION;
	return strcmp(kind, "notice") == 0 ? LINE_NOTICE : LINE_MESSAGE;
}

static void say_all(struct job *j, enum line_kind kind, const char *id)
{
	struct message_parts parts;
	struct span text;
	struct buf ids = {0};
	unsigned number = 0;

	message_parts_init(&parts, span_of(job_text(j, "text")), kind,
			   span_of(job_text(j, "target")), j->requests->model->facts.line_len);
	// One more than there are lines, so that none can be the last before all are out.
	j->n_open = 1;
	while (message_parts_next(&parts, &text)) {
		buf_reset(&ids);
		buf_add_str(&ids, id);
		if (++number > 1)
			buf_printf(&ids, "-%u", number);
		j->n_open++;
		say(j, kind, text, buf_span(&ids));
	}
	buf_clear(&ids);
	if (--j->n_open == 0)
		job_settle(j);
}

// Nobody is there to be asked: a room of many is called by who said yes beforehand.
static bool asks_crowd(struct job *j)
{
	const struct target *t =
		target_find(j->requests->model, span_of(job_text(j, "target")));
	size_t n = t ? mention_crowd(t, kind_of(j), span_of(job_text(j, "text"))) : 0;
	struct buf words = {0};

	if (n == 0 || json_is_true(json_object_get(j->request, "yes")))
		return false;
	buf_printf(&words, "not sent: it tells all %zu of %s; say --yes if that is meant", n,
		   t->name);
	job_end(j, EXIT_USAGE, buf_str(&words));
	buf_clear(&words);
	return true;
}

static void fresh_id(const struct job *j, char out[static CLIENT_ID_SPACE])
{
	const struct uplink *session = j->requests->session;

	client_id_make(uplink_outside(session), uplink_server_ms(session), out);
}

void request_send(struct job *j)
{
	char made[CLIENT_ID_SPACE];

	if (!job_need(j, "target") || !job_need(j, "text") || asks_crowd(j))
		return;
	fresh_id(j, made);
	say_all(j, kind_of(j), job_text(j, "id")[0] ? job_text(j, "id") : made);
}

// edit: target, id (of the message), text: what it says from now on, in one line. Answers as
// send does.
void request_edit(struct job *j)
{
	char made[CLIENT_ID_SPACE];

	if (!job_need(j, "target") || !job_need(j, "id") || !job_need(j, "text") ||
	    !job_need_cap(j, "message-tags", "this server knows no edits"))
		return;
	const char *text = job_text(j, "text");
	if (strchr(text, '\n') ||
	    strlen(text) > message_text_max(LINE_EDIT, span_of(job_text(j, "target")),
					    j->requests->model->facts.line_len)) {
		job_end(j, EXIT_USAGE, "an edit is one line, and no longer than a line can be");
		return;
	}
	fresh_id(j, made);
	say_all(j, LINE_EDIT, made);
}

// Those that answer with nothing but their end.

static void on_plain_line(void *arg, const struct msg *m, bool is_sure)
{
	if (is_sure)
		job_note_error(arg, m);
}

static void on_plain_end(void *arg, enum call_end end)
{
	struct job *j = arg;

	if (end == CALL_LOST && !j->code) {
		j->code = EXIT_UNKNOWN;
		j->words = xstrdup("the connection broke before the server answered");
	}
	if (--j->n_open == 0)
		job_settle(j);
}

static void command(struct job *j, struct span tags, struct buf *line)
{
	struct call_fns fns = {.arg = j, .on_line = on_plain_line, .on_end = on_plain_end};

	j->n_open++;
	calls_send(j->requests->calls, tags, buf_span(line), &fns);
	buf_clear(line);
}

// react: target, id, text; removed: true takes it back.
void request_react(struct job *j)
{
	struct buf line = {0}, tags = {0};
	bool is_back = json_is_true(json_object_get(j->request, "removed"));

	if (!job_need(j, "target") || !job_need(j, "id") || !job_need(j, "text") ||
	    !job_need_cap(j, "message-tags", "this server knows no reactions"))
		return;
	buf_add_str(&tags, "+reply=");
	msg_tag_escape(&tags, span_of(job_text(j, "id")));
	buf_add_str(&tags, is_back ? ";+draft/unreact=" : ";+draft/react=");
	msg_tag_escape(&tags, span_of(job_text(j, "text")));
	add_event(&line, "TAGMSG", job_text(j, "target"));
	command(j, buf_span(&tags), &line);
	buf_clear(&tags);
}

// redact: target, id; text: why.
void request_redact(struct job *j)
{
	struct buf line = {0};
	const char *why = job_text(j, "text");

	if (!job_need(j, "target") || !job_need(j, "id") ||
	    !job_need_cap(j, "draft/message-redaction", "this server takes no message back"))
		return;
	add_event(&line, "REDACT", job_text(j, "target"));
	buf_printf(&line, " %s", job_text(j, "id"));
	if (why[0] && !strpbrk(why, "\r\n"))
		buf_printf(&line, " :%s", why);
	command(j, SPAN(""), &line);
}

// read: target; everything in it is read.
void request_read(struct job *j)
{
	struct buf line = {0};
	char when[CLOCK_TEXT_LEN + 1];

	if (!job_need(j, "target") ||
	    !job_need_cap(j, "draft/read-marker", "this server keeps no read markers"))
		return;
	clock_text(requests_now(j->requests), when);
	add_event(&line, "MARKREAD", job_text(j, "target"));
	buf_printf(&line, " timestamp=%s", when);
	command(j, SPAN(""), &line);
}

// A room, with a word or a text behind it, where there is one.
static void on_room(struct job *j, const char *verb, const char *mark)
{
	struct buf line = {0};
	const char *text = job_text(j, "text");

	if (!job_need(j, "target"))
		return;
	add_event(&line, verb, job_text(j, "target"));
	if (text[0] && !strpbrk(text, "\r\n"))
		buf_printf(&line, " %s%s", mark, text);
	command(j, SPAN(""), &line);
}

// join: target; text: the room's key.
void request_join(struct job *j)
{
	on_room(j, "JOIN", "");
}

// part: target; text: why.
void request_part(struct job *j)
{
	on_room(j, "PART", ":");
}
