// SPDX-License-Identifier: MIT
// snug channels, members, status, whoami, pipe.
#include "client/cold.h"
#include "client/errand.h"
#include "client/event_json.h"
#include "client/invite_link.h"
#include "client/link_words.h"
#include "client/ui/filter.h"

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
		event_line(&out, answer);
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

int verb_channels(struct options *o)
{
	return run(o, json_pack("{s:s}", "op", "channels"), add_channel, true);
}

static void add_member(struct buf *out, const json_t *a)
{
	buf_add_str(out, text(a, "prefix"));
	buf_add_char(out, '\t');
	filter_add_line(out, span_of(text(a, "name")));
	buf_add_str(out, json_is_true(json_object_get(a, "away")) ? "\taway\n" : "\t\n");
}

int verb_members(struct options *o)
{
	if (o->n_args != 1)
		return verb_misused("members");
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

int verb_status(struct options *o)
{
	return run(o, json_pack("{s:s}", "op", "status"), add_status, true);
}

// Known without asking anybody.
int verb_whoami(struct options *o)
{
	struct profile p;
	char pin[PIN_TEXT_MAX] = "";
	int code = cold_profile(o, &p);

	if (code != EXIT_OK)
		return code;
	if (p.has_pin)
		pin_text(p.pin, pin);
	if (o->json) {
		json_t *who = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s}", "v", 1, "type",
					"whoami", "account", p.account, "host", p.host, "port",
					p.port, "profile", p.name, "pin", pin);
		json_dumpf(who, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(who);
	} else {
		printf("%s at %s:%s  (profile %s)\n", p.account, p.host, p.port, p.name);
	}
	profile_clear(&p);
	return EXIT_OK;
}
