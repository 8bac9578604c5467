// SPDX-License-Identifier: MIT
// snug tail, search, export: what was said, and what is being said.
#include "client/verbs/errand.h"
#include "client/api/event_json.h"
#include "client/api/exit_code.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TIMEOUT_MS 20000
#define LINES_DEFAULT 20

struct printer {
	bool json;
	bool with_target;
	bool only_mentions;
	size_t n_pages; // that are to come before what is said now
	json_t *said;   // live events that wait for them
	json_t *told;   // ids of what the pages held
};

static void print_event(const struct printer *p, const json_t *event)
{
	struct buf out = {0};

	if (p->only_mentions && !json_is_true(json_object_get(event, "mention")))
		return;
	// "req" is between us and the engine.
	json_t *shown = json_copy((json_t *)(uintptr_t)event);
	json_object_del(shown, "req");
	if (p->json)
		json_add_line(&out, shown);
	else
		event_text(&out, event, p->with_target);
	fwrite(out.at, 1, out.len, stdout);
	fflush(stdout);
	json_decref(shown);
	buf_clear(&out);
	// Nobody reads any more.
	if (ferror(stdout))
		exit(EXIT_OK);
}

// What was said while the pages came, unless a page had it.
static void print_waiting(struct printer *p)
{
	const json_t *event;
	size_t i;

	json_array_foreach(p->said, i, event) {
		const char *id = json_string_value(json_object_get(event, "id"));
		if (!id || !json_object_get(p->told, id))
			print_event(p, event);
	}
	json_array_clear(p->said);
	json_object_clear(p->told);
}

static void on_answer(void *arg, const json_t *event, bool is_last)
{
	struct printer *p = arg;
	const char *id = json_string_value(json_object_get(event, "id"));
	bool is_page = json_object_get(event, "req") != NULL;

	if (is_last && p->n_pages && --p->n_pages == 0)
		print_waiting(p);
	if (is_last)
		return;
	if (!is_page && p->n_pages) {
		json_array_append_new(p->said, json_copy((json_t *)(uintptr_t)event));
		return;
	}
	if (is_page && id)
		json_object_set_new(p->told, id, json_true());
	print_event(p, event);
}

static void set_text(json_t *request, const char *key, const char *value)
{
	if (value)
		json_object_set_new(request, key, json_string(value));
}

static int run(const struct options *o, json_t *request, struct printer *p, int timeout_ms)
{
	struct errand e = {.options = o,
			   .request = request,
			   .fn = on_answer,
			   .arg = p,
			   .timeout_ms = timeout_ms};

	p->said = json_array();
	p->told = json_object();
	int code = errand_run(&e);
	json_decref(p->said);
	json_decref(p->told);
	json_decref(request);
	return code;
}

// The names of all rooms and conversations.
static void take_name(void *arg, const json_t *channel, bool is_last)
{
	if (!is_last)
		json_array_append((json_t *)arg, json_object_get(channel, "target"));
}

static int all_targets(const struct options *o, json_t *targets)
{
	json_t *request = json_pack("{s:s}", "op", "channels");
	struct errand e = {.options = o,
			   .request = request,
			   .fn = take_name,
			   .arg = targets,
			   .needs_rooms = true,
			   .timeout_ms = TIMEOUT_MS};
	int code = errand_run(&e);

	json_decref(request);
	return code;
}

static json_t *page_request(const struct options *o, const json_t *target, size_t number)
{
	json_t *request = json_pack("{s:s, s:s, s:I}", "op", "history", "target",
				    json_string_value(target), "req", (json_int_t)number);

	set_text(request, "since", o->since);
	set_text(request, "until", o->until);
	if (o->count >= 0 || !o->since)
		json_object_set_new(request, "count",
				    json_integer(o->count >= 0 ? o->count : LINES_DEFAULT));
	return request;
}

// Following begins before the pages are asked for, so that nothing falls in between.
static json_t *tail_requests(const struct options *o, json_t *targets, struct printer *p)
{
	json_t *requests = json_array();
	const json_t *target;
	size_t i;

	if (o->follow) {
		json_t *follow = json_pack("{s:s}", "op", "follow");
		if (!o->all)
			json_object_set(follow, "targets", targets);
		json_array_append_new(requests, follow);
	}
	json_array_foreach(targets, i, target) {
		if (o->count != 0 || o->since)
			json_array_append_new(requests, page_request(o, target, i + 1));
	}
	p->n_pages = json_array_size(requests) - o->follow;
	return requests;
}

int snug_tail(struct options *o)
{
	json_t *targets = json_array();
	int code = EXIT_OK;

	for (int i = 0; i < o->n_args; i++)
		json_array_append_new(targets, json_string(o->args[i]));
	bool is_both = o->all && o->n_args;
	if (is_both || (!o->n_args && !o->all && !(o->follow && o->mentions))) {
		json_decref(targets);
		return verb_misused("tail");
	}
	if (!o->n_args) {
		o->all = true;
		code = all_targets(o, targets);
	}
	struct printer p = {.json = o->json,
			    .with_target = json_array_size(targets) != 1,
			    .only_mentions = o->mentions};
	if (code == EXIT_OK)
		code = run(o, tail_requests(o, targets, &p), &p, o->follow ? 0 : TIMEOUT_MS);
	json_decref(targets);
	return code;
}

int snug_search(struct options *o)
{
	struct printer p = {.json = o->json, .with_target = true};

	json_t *request = json_pack("{s:s, s:s}", "op", "search", "text", o->args[0]);
	set_text(request, "target", o->in);
	set_text(request, "from", o->from);
	set_text(request, "since", o->since);
	set_text(request, "until", o->until);
	if (o->count >= 0)
		json_object_set_new(request, "count", json_integer(o->count));
	return run(o, request, &p, TIMEOUT_MS);
}

int snug_export(struct options *o)
{
	bool is_json = o->json || (o->format && strcmp(o->format, "jsonl") == 0);
	struct printer p = {.json = is_json};

	if (o->format && !is_json && strcmp(o->format, "text") != 0)
		return verb_misused("export");
	json_t *request = json_pack("{s:s, s:s, s:s}", "op", "history", "target", o->args[0],
				    "since", o->since ? o->since : "1970-01-01T00:00:00.000Z");
	set_text(request, "until", o->until);
	return run(o, request, &p, 0);
}
