// SPDX-License-Identifier: MIT
// snug tail, search, export: what was said, and what is being said.
#include "client/errand.h"
#include "client/event_json.h"
#include "client/link_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TIMEOUT_MS 20000
#define LINES_DEFAULT 20

struct printer {
	bool json;
	bool with_target;
	bool only_mentions;
};

static void print_event(void *arg, const json_t *event, bool is_last UNUSED)
{
	const struct printer *p = arg;
	struct buf out = {0};

	if (p->only_mentions && !json_is_true(json_object_get(event, "mention")))
		return;
	if (p->json)
		event_line(&out, event);
	else
		event_text(&out, event, p->with_target);
	fwrite(out.at, 1, out.len, stdout);
	fflush(stdout);
	buf_clear(&out);
	// Nobody reads any more.
	if (ferror(stdout))
		exit(EXIT_OK);
}

static void set_text(json_t *request, const char *key, const char *value)
{
	if (value)
		json_object_set_new(request, key, json_string(value));
}

static int run(const struct options *o, json_t *request, struct printer *p, bool needs_rooms,
	       int timeout_ms)
{
	struct errand e = {.options = o,
			   .request = request,
			   .fn = print_event,
			   .arg = p,
			   .needs_rooms = needs_rooms,
			   .timeout_ms = timeout_ms};
	int code = errand_run(&e);

	json_decref(request);
	return code;
}

// The names of all rooms and conversations.
static void take_name(void *arg, const json_t *channel, bool is_last UNUSED)
{
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

static int print_past(const struct options *o, const json_t *targets, struct printer *p)
{
	int code = EXIT_OK, count = o->count >= 0 ? o->count : LINES_DEFAULT;
	size_t i;
	const json_t *target;

	json_array_foreach(targets, i, target)
	{
		if (code != EXIT_OK || (!count && !o->since))
			break;
		json_t *request = json_pack("{s:s, s:s}", "op", "history", "target",
					    json_string_value(target));
		set_text(request, "since", o->since);
		set_text(request, "until", o->until);
		if (o->count >= 0 || !o->since)
			json_object_set_new(request, "count", json_integer(count));
		code = run(o, request, p, false, TIMEOUT_MS);
	}
	return code;
}

static int follow(const struct options *o, json_t *targets, struct printer *p)
{
	json_t *request = json_pack("{s:s}", "op", "follow");

	if (!o->all)
		json_object_set(request, "targets", targets);
	return run(o, request, p, false, 0);
}

int verb_tail(struct options *o)
{
	json_t *targets = json_array();
	int code = EXIT_OK;

	for (int i = 0; i < o->n_args; i++)
		json_array_append_new(targets, json_string(o->args[i]));
	if (!o->n_args && !o->all && !(o->follow && o->mentions)) {
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
		code = print_past(o, targets, &p);
	if (code == EXIT_OK && o->follow)
		code = follow(o, targets, &p);
	json_decref(targets);
	return code;
}

int verb_search(struct options *o)
{
	struct printer p = {.json = o->json, .with_target = true};

	if (o->n_args != 1)
		return verb_misused("search");
	json_t *request = json_pack("{s:s, s:s}", "op", "search", "text", o->args[0]);
	set_text(request, "target", o->in);
	set_text(request, "from", o->from);
	set_text(request, "since", o->since);
	set_text(request, "until", o->until);
	if (o->count >= 0)
		json_object_set_new(request, "count", json_integer(o->count));
	return run(o, request, &p, false, TIMEOUT_MS);
}

int verb_export(struct options *o)
{
	bool is_json = o->json || (o->format && strcmp(o->format, "jsonl") == 0);
	struct printer p = {.json = is_json};

	if (o->n_args != 1 || (o->format && !is_json && strcmp(o->format, "text") != 0))
		return verb_misused("export");
	json_t *request = json_pack("{s:s, s:s, s:s}", "op", "history", "target", o->args[0],
				    "since", o->since ? o->since : "1970-01-01T00:00:00.000Z");
	set_text(request, "until", o->until);
	return run(o, request, &p, false, 0);
}
