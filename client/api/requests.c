// SPDX-License-Identifier: MIT
#include "client/api/requests_private.h"

#include "client/model/saying.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/names.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *op;
	request_fn *run;
} rows[] = {
#define REQUEST(op_, fn) {.op = op_, .run = fn},
#include "client/api/requests.def"
#undef REQUEST
};

struct requests *requests_new(struct uplink *s, struct calls *c, struct model *m,
			      const struct words *words)
{
	struct requests *r = xcalloc(1, sizeof(*r));

	*r = (struct requests){.session = s, .calls = c, .model = m, .words = words};
	list_init(&r->jobs);
	return r;
}

int64_t requests_now(const struct requests *r)
{
	return outside_wall_ms(uplink_outside(r->session));
}

static void job_free(struct job *j)
{
	list_remove(&j->in_requests);
	json_decref(j->request);
	json_decref(j->events);
	free(j->words);
	free(j->state);
	free(j);
}

void requests_free(struct requests *r)
{
	if (!r)
		return;
	list_for_each_safe(item, after, &r->jobs)
		job_free(container_of(item, struct job, in_requests));
	assembly_clear(&r->live);
	free(r);
}

const char *job_text(const struct job *j, const char *key)
{
	const char *text = json_string_value(json_object_get(j->request, key));

	return text ? text : "";
}

int64_t job_number(const struct job *j, const char *key, int64_t fallback)
{
	const json_t *value = json_object_get(j->request, key);

	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

static void answer(struct job *j, json_t *reply, bool is_last)
{
	// Without one there is nothing to set.
	(void)json_object_set(reply, "req", json_object_get(j->request, "req"));
	if (j->fn)
		j->fn(j->arg, reply, is_last);
	json_decref(reply);
}

void job_answer(struct job *j, json_t *reply)
{
	if (reply)
		answer(j, reply, false);
}

void job_end(struct job *j, int code, const char *words)
{
	json_t *end = json_pack("{s:i, s:s, s:i}", "v", 1, "type", "end", "code", code);

	if (words && words[0])
		json_object_set_new(end, "text", json_string(words));
	answer(j, end, true);
	job_free(j);
}

void job_settle(struct job *j)
{
	char *words = j->words;

	j->words = NULL;
	job_end(j, j->code, words);
	free(words);
}

void job_note_error(struct job *j, const struct msg *m)
{
	if (!saying_is_refusal(m))
		return;
	struct buf words = {0};
	saying_add(&words, m);
	j->code = EXIT_REFUSED;
	free(j->words);
	j->words = words.len ? span_dup(buf_span(&words)) : xstrdup("refused");
	buf_clear(&words);
}

void job_call(struct job *j, const char *line, struct call_fns fns)
{
	fns.arg = j;
	fns.is_private = true;
	j->n_open++;
	calls_send(j->requests->calls, SPAN(""), span_of(line), &fns);
}

bool job_need(struct job *j, const char *key)
{
	char words[64];
	const char *text = job_text(j, key);
	bool has_line_end = strpbrk(text, "\r\n") != NULL && strcmp(key, "text") != 0;

	if (text[0] && !has_line_end)
		return true;
	snprintf(words, sizeof(words), "\"%s\" is missing or malformed", key);
	job_end(j, EXIT_USAGE, words);
	return false;
}

bool job_need_cap(struct job *j, const char *cap, const char *words)
{
	if (uplink_has_cap(j->requests->session, cap))
		return true;
	job_end(j, EXIT_REFUSED, words);
	return false;
}

void requests_run(struct requests *r, const json_t *request, answer_fn *fn, void *arg)
{
	struct job *j = xcalloc(1, sizeof(*j));

	*j = (struct job){.requests = r, .fn = fn, .arg = arg};
	j->request = json_is_object(request) ? json_deep_copy(request) : json_object();
	list_add(&r->jobs, &j->in_requests);
	const char *op = job_text(j, "op");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].op, op) != 0)
			continue;
		if (strcmp(op, "status") == 0 || uplink_is_online(r->session)) {
			rows[i].run(j);
			return;
		}
		uplink_retry(r->session);
		job_end(j, EXIT_UNREACHABLE, "not connected");
		return;
	}
	job_end(j, EXIT_USAGE, "there is no such \"op\"");
}

// Those that wait for calls are freed when these have ended.
static void free_cancelled(struct requests *r)
{
	list_for_each_safe(item, after, &r->jobs) {
		struct job *j = container_of(item, struct job, in_requests);
		if (!j->fn && j->is_following && !j->n_open)
			job_free(j);
	}
}

void requests_cancel(struct requests *r, const void *arg)
{
	list_for_each(item, &r->jobs) {
		struct job *j = container_of(item, struct job, in_requests);
		if (j->arg == arg)
			j->fn = NULL;
	}
	if (!r->is_telling)
		free_cancelled(r);
}

// {"op":"follow","targets":["#lounge"],"mentions":false}: without targets, everything.

static bool wants_target(const struct job *j, const json_t *event)
{
	const json_t *targets = json_object_get(j->request, "targets"), *wanted;
	const char *target = json_string_value(json_object_get(event, "target"));
	size_t i;

	if (!json_array_size(targets))
		return true;
	json_array_foreach(targets, i, wanted) {
		if (name_is_same(span_of(json_string_value(wanted)), span_of(target)))
			return true;
	}
	return false;
}

static bool wants(const struct job *j, const json_t *event)
{
	bool only_mentions = json_is_true(json_object_get(j->request, "mentions"));

	if (only_mentions && !json_is_true(json_object_get(event, "mention")))
		return false;
	return wants_target(j, event);
}

void request_follow(struct job *j)
{
	j->is_following = true;
}

// Who is told may be found gone, and is cancelled then, with all else it asked for.
static void tell(struct requests *r, const json_t *event, bool is_said)
{
	r->is_telling = true;
	list_for_each(item, &r->jobs) {
		struct job *j = container_of(item, struct job, in_requests);
		if (j->is_following && (!is_said || wants(j, event)))
			job_answer(j, json_copy((json_t *)(uintptr_t)event));
	}
	r->is_telling = false;
	free_cancelled(r);
}

static void tell_followers(struct requests *r, const char *type, const char *key,
			   const char *value, int64_t at_ms)
{
	char when[CLOCK_TEXT_LEN + 1];

	clock_text(at_ms, when);
	json_t *event = json_pack("{s:i, s:s, s:s, s:s}", "v", 1, "type", type, "time", when,
				  key, value);
	tell(r, event, false);
	json_decref(event);
}

void requests_link(struct requests *r, bool is_online)
{
	int64_t now = requests_now(r);

	tell_followers(r, "state", "state", is_online ? "online" : "offline", now);
	if (is_online && r->lost_at)
		tell_followers(r, "gap", "text",
			       "what was said since then may be missing: ask for the history",
			       r->lost_at);
	r->lost_at = is_online ? 0 : now;
}

void requests_line(struct requests *r, const struct msg *m)
{
	struct span batch;

	if (list_is_empty(&r->jobs))
		return;
	const struct msg *said = assembly_take(&r->live, m);
	// Pages of history are no news.
	if (!said || msg_tag(said, SPAN("batch"), &batch))
		return;
	json_t *event = event_json(said, span_of(r->model->me->name), requests_now(r));
	tell(r, event, true);
	json_decref(event);
}
