// SPDX-License-Identifier: MIT
// snug channels, members, status, whoami, pipe.
#include "client/verbs/cold.h"
#include "client/app/door.h"
#include "client/verbs/errand.h"
#include "common/snug_link.h"
#include "client/api/exit_code.h"
#include "client/verbs/print.h"
#include "client/text/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TIMEOUT_MS 20000

typedef void row_fn(struct buf *out, const json_t *answer);

struct shower {
	bool json;
	row_fn *row;
};

static void show(void *arg, const json_t *answer, bool is_last)
{
	const struct shower *s = arg;
	struct buf out = {0};

	if (is_last)
		return;
	if (s->json)
		json_add_line(&out, answer);
	else
		s->row(&out, answer);
	fwrite(out.at, 1, out.len, stdout);
	buf_clear(&out);
}

static int run(struct options *o, json_t *request, row_fn *row, bool needs_rooms)
{
	struct shower s = {.json = o->json, .row = row};
	struct errand e = {.options = o,
			   .request = request,
			   .fn = show,
			   .arg = &s,
			   .needs_rooms = needs_rooms,
			   .timeout_ms = TIMEOUT_MS};
	int code = errand_run(&e);

	json_decref(request);
	return code;
}

static const char *text(const json_t *answer, const char *key)
{
	const char *value = json_string_value(json_object_get(answer, key));

	return value ? value : "";
}

static long long number(const json_t *answer, const char *key)
{
	return json_integer_value(json_object_get(answer, key));
}

static void add_channel(struct buf *out, const json_t *a)
{
	filter_add_line(out, span_of(text(a, "target")));
	buf_printf(out, "\t%lld\t%lld\t%lld\t", number(a, "members"), number(a, "unread"),
		   number(a, "mentions"));
	filter_add_line(out, span_of(text(a, "topic")));
	buf_add_char(out, '\n');
}

int snug_channels(struct options *o)
{
	return run(o, json_pack("{s:s}", "op", "channels"), add_channel, true);
}

static void add_member(struct buf *out, const json_t *a)
{
	filter_add_line(out, span_of(text(a, "prefix")));
	buf_add_char(out, '\t');
	filter_add_line(out, span_of(text(a, "name")));
	if (!json_is_true(json_object_get(a, "here")))
		buf_add_str(out, "\tnot here\n");
	else
		buf_add_str(out,
			    json_is_true(json_object_get(a, "away")) ? "\taway\n" : "\t\n");
}

int snug_members(struct options *o)
{
	return run(o, json_pack("{s:s, s:s}", "op", "members", "target", o->args[0]),
		   add_member, true);
}

static void add_status(struct buf *out, const json_t *a)
{
	buf_printf(out, "%s  ", text(a, "state"));
	filter_add_line(out, span_of(text(a, "account")));
	buf_add_str(out, " at ");
	filter_add_line(out, span_of(text(a, "host")));
	if (number(a, "lag_ms") >= 0)
		buf_printf(out, "  %lld ms", number(a, "lag_ms"));
	if (text(a, "tls")[0])
		buf_printf(out, "  %s", text(a, "tls"));
	if (number(a, "unsent"))
		buf_printf(out, "  %lld unsent", number(a, "unsent"));
	buf_add_char(out, '\n');
	if (text(a, "text")[0]) {
		filter_add_line(out, span_of(text(a, "text")));
		buf_add_char(out, '\n');
	}
}

static bool is_running(const struct options *o, const char *name)
{
	char *path = door_path(o->paths.runtime, name);
	int fd = path ? door_knock(path) : -1;

	free(path);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void add_profile(struct buf *out, const json_t *a)
{
	bool runs = json_is_true(json_object_get(a, "running"));
	const json_t *also = json_object_get(a, "also"), *place;
	struct buf words = {0};
	size_t i;

	buf_printf(&words, "%s%s  %s at %s:%s",
		   json_is_true(json_object_get(a, "last")) ? "* " : "  ", text(a, "profile"),
		   text(a, "account"), text(a, "host"), text(a, "port"));
	json_array_foreach(also, i, place)
		buf_printf(&words, ", %s", json_string_value(place));
	buf_add_str(&words, runs ? "  running" : "");
	filter_add_line(out, buf_span(&words));
	buf_add_char(out, '\n');
	buf_clear(&words);
}

// Where else the server of a profile answers.
static json_t *also_of(const struct profile *p)
{
	json_t *also = json_array();
	struct buf address = {0};

	for (size_t i = 0; i < p->others.count; i++) {
		link_address(&address, p->others.at[i].name, p->others.at[i].port);
		json_array_append_new(also, json_string(buf_str(&address)));
		buf_reset(&address);
	}
	buf_clear(&address);
	return also;
}

static void list_profile(const struct options *o, const char *name, const char *last)
{
	struct shower s = {.json = o->json, .row = add_profile};
	struct profile p;
	char *error = NULL;

	if (profile_load(&p, &o->paths, name, &error) == PROFILE_OK) {
		json_t *row =
			json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:b}", "v", 1,
				  "type", "profile", "profile", p.name, "account", p.account,
				  "host", p.host, "port", p.port, "also", also_of(&p), "last",
				  strcmp(name, last) == 0, "running", is_running(o, name));
		show(&s, row, false);
		json_decref(row);
	} else {
		print_words(stderr, "snug: %s", error ? error : name);
	}
	free(error);
	profile_clear(&p);
}

// Where there are several: which of them is meant without --profile, which are running.
static void list_profiles(const struct options *o)
{
	size_t count;
	char **names = profile_names(&o->paths, &count);
	struct profile last;
	char *error = NULL;
	bool has_last = profile_load(&last, &o->paths, NULL, &error) == PROFILE_OK;

	for (size_t i = 0; i < count; i++) {
		if (count > 1)
			list_profile(o, names[i], has_last ? last.name : "");
		free(names[i]);
	}
	free(names);
	free(error);
	profile_clear(&last);
}

int snug_status(struct options *o)
{
	int code = run(o, json_pack("{s:s}", "op", "status"), add_status, true);

	list_profiles(o);
	return code;
}

// Known without asking anybody.
int snug_whoami(struct options *o)
{
	struct profile p;
	char pin[PIN_TEXT_MAX] = "";
	int code = cold_profile(o, &p);

	if (code != EXIT_OK)
		return code;
	if (p.pins.count)
		pin_text(p.pins.at[0], pin);
	if (o->json) {
		json_t *who = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s}", "v", 1, "type",
					"whoami", "account", p.account, "host", p.host, "port",
					p.port, "profile", p.name, "pin", pin);
		print_json(who);
		json_decref(who);
	} else {
		print_words(stdout, "%s at %s:%s  (profile %s)", p.account, p.host, p.port,
			    p.name);
	}
	profile_clear(&p);
	return EXIT_OK;
}
