// SPDX-License-Identifier: MIT
// Requests for what was said: history, search.
//
// history: target; count (the newest so many, oldest first), or since (time or id) and
// until (time). Pages are asked for until the count is reached or there are no more.
// search: text; target, from, since, until, count.
#include "client/api/requests_private.h"
#include "common/clock.h"
#include "common/die.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGE 200
#define COUNT_DEFAULT 20
#define REF_MAX 300

struct past {
	bool is_forward; // from `since` on
	size_t n_wanted;
	size_t n_page;      // lines of the page that is coming
	char ref[REF_MAX];  // where the next page begins
	char edge[REF_MAX]; // id of the page's line that the next one joins
	bool has_edge;
	size_t n_told;
	struct assembly assembly;
	json_t *page; // events of the page that is coming; forward: j->events itself
};

static void ask_page(struct job *j);

// "2026-11-22T12:00:00Z", "2h" ago, or a message id.
static void ref_of(const struct job *j, const char *text, char out[static REF_MAX])
{
	int64_t at_ms, span_ms;
	char when[CLOCK_TEXT_LEN + 1];

	if (clock_parse(span_of(text), &at_ms)) {
		snprintf(out, REF_MAX, "timestamp=%s", text);
	} else if (clock_parse_span(span_of(text), &span_ms)) {
		clock_text(requests_now(j->requests) - span_ms, when);
		snprintf(out, REF_MAX, "timestamp=%s", when);
	} else {
		snprintf(out, REF_MAX, "msgid=%s", text);
	}
}

static bool is_after_until(const struct job *j, const json_t *event)
{
	const char *time = json_string_value(json_object_get(event, "time"));
	char until[REF_MAX];

	if (!time)
		return false;
	ref_of(j, job_text(j, "until"), until);
	return strncmp(until, "timestamp=", 10) == 0 && strcmp(time, until + 10) > 0;
}

static void note_edge(struct past *p, const struct msg *m)
{
	struct span id;

	if (!msg_tag(m, SPAN("msgid"), &id) || (!p->is_forward && p->has_edge))
		return;
	snprintf(p->edge, sizeof(p->edge), "msgid=" SPAN_FMT, SPAN_ARG(id));
	p->has_edge = true;
}

// The message of this line of the page, or NULL.
static const struct msg *said_in(struct past *p, const struct msg *m)
{
	struct span ref;
	const struct msg *said = assembly_take(&p->assembly, m);

	if (!said || span_eq_fold(said->command, SPAN("BATCH")) ||
	    !msg_tag(said, SPAN("batch"), &ref))
		return NULL;
	return said;
}

static void on_page_line(void *arg, const struct msg *m, bool is_sure)
{
	struct job *j = arg;
	struct past *p = j->state;

	if (is_sure)
		job_note_error(j, m);
	const struct msg *said = said_in(p, m);
	if (!said)
		return;
	// A page is what was asked for, whatever else the server puts into it.
	if (p->n_page >= PAGE)
		return;
	p->n_page++;
	note_edge(p, said);
	json_t *event = event_json(said, span_of(j->requests->model->me->name),
				   requests_now(j->requests));
	const char *type = json_string_value(json_object_get(event, "type"));
	if (type && (strcmp(type, "message") == 0 || strcmp(type, "edit") == 0))
		json_array_append_new(p->page, event);
	else
		json_decref(event);
}

static void tell_from(struct job *j, size_t first)
{
	const json_t *event;
	size_t i;

	json_array_foreach(j->events, i, event) {
		if (i >= first && !is_after_until(j, event))
			job_answer(j, json_copy((json_t *)(uintptr_t)event));
	}
}

static bool is_enough(const struct job *j, const struct past *p)
{
	size_t have = p->n_told + json_array_size(j->events);

	if (p->n_page < PAGE || !p->has_edge || have >= p->n_wanted)
		return true;
	const json_t *last = json_array_get(j->events, json_array_size(j->events) - 1);
	return p->is_forward && is_after_until(j, last);
}

// A page of older lines goes before what is held; a page of newer ones is told at once.
static void take_page(struct job *j, struct past *p)
{
	if (p->is_forward)
		return;
	json_array_extend(p->page, j->events);
	json_decref(j->events);
	j->events = p->page;
}

static void finish(struct job *j, struct past *p)
{
	size_t have = json_array_size(j->events);
	size_t first = !p->is_forward && have > p->n_wanted ? have - p->n_wanted : 0;

	if (!j->code)
		tell_from(j, first);
	assembly_clear(&p->assembly);
	job_settle(j);
}

static void on_page_end(void *arg, enum call_end end)
{
	struct job *j = arg;
	struct past *p = j->state;

	j->n_open--;
	if (end == CALL_LOST && !j->code) {
		j->code = EXIT_UNREACHABLE;
		j->words = xstrdup("the connection broke");
	}
	take_page(j, p);
	if (j->code || !j->fn || is_enough(j, p)) {
		finish(j, p);
		return;
	}
	if (p->is_forward) {
		tell_from(j, 0);
		p->n_told += json_array_size(j->events);
		json_array_clear(j->events);
	}
	memcpy(p->ref, p->edge, sizeof(p->ref));
	ask_page(j);
}

static void ask_page(struct job *j)
{
	struct past *p = j->state;
	struct buf line = {0};
	const char *target = job_text(j, "target");
	struct call_fns fns = {.on_line = on_page_line, .on_end = on_page_end};

	p->n_page = 0;
	p->has_edge = false;
	p->page = p->is_forward ? j->events : json_array();
	if (p->is_forward)
		buf_printf(&line, "CHATHISTORY AFTER %s %s %d", target, p->ref, PAGE);
	else if (p->ref[0])
		buf_printf(&line, "CHATHISTORY BEFORE %s %s %d", target, p->ref, PAGE);
	else
		buf_printf(&line, "CHATHISTORY LATEST %s * %d", target, PAGE);
	job_call(j, buf_str(&line), fns);
	buf_clear(&line);
}

void request_history(struct job *j)
{
	struct past *p = xcalloc(1, sizeof(*p));
	const char *since = job_text(j, "since");
	int64_t count = job_number(j, "count", since[0] ? INT64_MAX : COUNT_DEFAULT);

	j->state = p;
	if (!job_need(j, "target") ||
	    !job_need_cap(j, "draft/chathistory", "this server keeps no history"))
		return;
	j->events = json_array();
	p->n_wanted = count > 0 ? (size_t)count : 0;
	p->is_forward = since[0] != '\0';
	if (p->is_forward)
		ref_of(j, since, p->ref);
	else if (job_text(j, "until")[0])
		ref_of(j, job_text(j, "until"), p->ref);
	ask_page(j);
}

// search

static void on_found(void *arg, const struct msg *m, bool is_sure)
{
	struct job *j = arg;
	struct past *p = j->state;

	if (is_sure)
		job_note_error(j, m);
	const struct msg *said = said_in(p, m);
	if (said && json_array_size(j->events) < p->n_wanted)
		json_array_append_new(j->events,
				      event_json(said, span_of(j->requests->model->me->name),
						 requests_now(j->requests)));
}

static void on_searched(void *arg, enum call_end end)
{
	struct job *j = arg;

	if (end == CALL_LOST && !j->code) {
		j->code = EXIT_UNREACHABLE;
		j->words = xstrdup("the connection broke");
	}
	if (!j->code)
		tell_from(j, 0);
	assembly_clear(&((struct past *)j->state)->assembly);
	job_settle(j);
}

static void add_attribute(struct buf *out, const char *key, const char *value)
{
	if (!value[0])
		return;
	if (out->len)
		buf_add_char(out, ';');
	buf_printf(out, "%s=", key);
	msg_tag_escape(out, span_of(value));
}

static void add_time(const struct job *j, struct buf *out, const char *key, const char *value)
{
	char ref[REF_MAX];

	ref_of(j, value, ref);
	if (strncmp(ref, "timestamp=", 10) == 0)
		add_attribute(out, key, ref + 10);
}

void request_search(struct job *j)
{
	struct buf what = {0}, line = {0};
	char count[24];
	struct call_fns fns = {.on_line = on_found, .on_end = on_searched};
	struct past *p = xcalloc(1, sizeof(*p));
	int wanted = (int)job_number(j, "count", COUNT_DEFAULT);

	j->state = p;
	p->n_wanted = wanted > 0 ? (size_t)wanted : 0;
	if (!job_need(j, "text") ||
	    !job_need_cap(j, "soju.im/search", "this server cannot search"))
		return;
	j->events = json_array();
	add_attribute(&what, "in", job_text(j, "target"));
	add_attribute(&what, "from", job_text(j, "from"));
	add_time(j, &what, "after", job_text(j, "since"));
	add_time(j, &what, "before", job_text(j, "until"));
	snprintf(count, sizeof(count), "%d", wanted);
	add_attribute(&what, "limit", count);
	add_attribute(&what, "text", job_text(j, "text"));
	buf_printf(&line, "SEARCH %s", buf_str(&what));
	job_call(j, buf_str(&line), fns);
	buf_clear(&what);
	buf_clear(&line);
}
