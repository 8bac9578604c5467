// SPDX-License-Identifier: MIT
// status, reload, stop, server announce.
#include "common/clock.h"
#include "common/encode.h"
#include "server/hub/door/leaving.h"
#include "server/hub/door/lockdown.h"
#include "server/hub/people/account.h"
#include "server/hub/admin/admin.h"
#include "server/hub/wire/line.h"
#include "server/hub/journal/post.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

#include <stdio.h>

static const char *disk_name(enum disk_state state)
{
	switch (state) {
	case DISK_FINE:
		return "fine";
	case DISK_LOW:
		return "low: new writes are refused";
	case DISK_FULL:
		return "full: a commit is being tried again";
	case DISK_AWAY:
		return "away: the store cannot be reached, storing waits";
	case DISK_FAILED:
		return "failed";
	case DISK_FENCED:
		return "fenced: another server has it";
	}
	return "";
}

static void add_disk(struct verb_call *c)
{
	char since[CLOCK_TEXT_LEN + 1];
	struct buf text = {0};

	buf_add_str(&text, disk_name(c->hub->disk));
	if (c->hub->disk == DISK_AWAY) {
		clock_text(c->hub->away_since_ms, since);
		buf_printf(&text, " since %s", since);
	}
	verb_text(c, buf_span(&text));
	buf_clear(&text);
}

static void add_free(struct verb_call *c)
{
	if (c->hub->disk_free == DISK_ELSEWHERE)
		verb_none(c);
	else
		verb_number(c, c->hub->disk_free);
}

static void add_history(struct verb_call *c)
{
	const struct hub *h = c->hub;
	struct buf text = {0};

	encode_hex(&text, h->history, sizeof(h->history));
	verb_text(c, buf_span(&text));
	buf_clear(&text);
	verb_number(c, h->term);
}

static void add_clock(struct verb_call *c)
{
	struct buf text = {0};

	verb_clock_words(c->hub, &text);
	verb_text(c, buf_span(&text));
	buf_clear(&text);
}

static void add_lockdown(struct verb_call *c)
{
	struct buf text = {0};

	lockdown_words(c->hub, &text);
	verb_text(c, buf_span(&text));
	buf_clear(&text);
}

void verb_status(struct verb_call *c)
{
	static const char *const columns[] = {
		"running",    "name",       "version",    "since",      "users",
		"sessions",   "unknown",    "accounts",   "rooms",      "dialogs",
		"invites",    "messages",   "expired",    "deliveries", "entries",
		"unstored",   "unapplied",  "queries",    "hash-jobs",  "hashed",
		"hashing-ms", "durability", "history-id", "term",       "clock",
		"disk",       "disk-free",  "stops",      "lockdown",   "files",
		"files-bytes"};
	const struct hub *h = c->hub;
	struct hub_figures f;

	c->waits_for_nothing = true;
	hub_figures(h, &f);
	verb_columns(c, columns, ARRAY_LEN(columns));
	verb_is_record(c);
	verb_bool(c, h->config.n_shards > 0);
	verb_text(c, h->config.name);
	verb_text(c, h->config.version);
	verb_time(c, h->config.n_shards ? h->started_ms : 0);
	verb_number(c, f.users);
	verb_number(c, f.sessions);
	verb_number(c, f.unknown);
	verb_number(c, f.accounts);
	verb_number(c, f.rooms);
	verb_number(c, f.dialogs);
	verb_number(c, (int64_t)h->invites.n_items);
	verb_number(c, f.messages);
	verb_number(c, f.expired);
	verb_number(c, f.deliveries);
	verb_number(c, (int64_t)f.head);
	verb_number(c, (int64_t)(f.head - f.durable));
	verb_number(c, (int64_t)(f.head - f.applied));
	verb_number(c, f.queries);
	verb_number(c, f.jobs);
	verb_number(c, f.hashed);
	verb_number(c, f.hashing_ms);
	verb_text(c, h->config.durability_full
			     ? SPAN("full: what was seen is on disk")
			     : SPAN("normal: a power cut may lose what was seen last"));
	add_history(c);
	add_clock(c);
	add_disk(c);
	add_free(c);
	verb_time(c, leaving_at(h));
	add_lockdown(c);
	verb_number(c, f.files);
	verb_number(c, f.files_bytes);
	if (h->config.n_shards)
		verb_end(c, ADMIN_DONE, "%s", "");
	else
		verb_end(c, ADMIN_UNREACHABLE,
			 "the server is not running: this is what its database holds");
}

static void wish(struct verb_call *c, enum hub_wish wish, const char *done)
{
	if (!c->hub->config.n_shards) {
		verb_end(c, ADMIN_UNREACHABLE, "the server is not running");
		return;
	}
	c->hub->wish = wish;
	c->hub->wish_about.ticket = c->session_id ? 0 : c->request->ticket;
	verb_audit(c, SPAN(""));
	verb_end(c, ADMIN_DONE, "%s", done);
}

void verb_reload(struct verb_call *c)
{
	struct span pin = verb_value(c, "--confirm");

	snprintf(c->hub->wish_about.pin, sizeof(c->hub->wish_about.pin), SPAN_FMT,
		 SPAN_ARG(pin));
	wish(c, WISH_RELOAD, "reloading: the log says what came of it");
}

static void cancel_stop(struct verb_call *c)
{
	if (!leaving_cancel(c->hub)) {
		verb_end(c, ADMIN_CONFLICT, "no stop was announced");
		return;
	}
	verb_audit(c, SPAN("canceled"));
	verb_end(c, ADMIN_DONE, "the server does not stop");
}

static void announce_stop(struct verb_call *c, int64_t in_ms, int64_t back_ms)
{
	char text[CLOCK_TEXT_LEN + 1];
	struct buf detail = {0};

	leaving_start(c->hub, in_ms, back_ms);
	clock_text(leaving_at(c->hub), text);
	buf_printf(&detail, "at %s", text);
	verb_audit(c, buf_span(&detail));
	verb_end(c, ADMIN_DONE, "the server stops %s; snugd stop --cancel takes that back",
		 buf_str(&detail));
	buf_clear(&detail);
}

void verb_stop(struct verb_call *c)
{
	int64_t in_ms = 0, back_ms = 0;

	if (!c->hub->config.n_shards) {
		verb_end(c, ADMIN_UNREACHABLE, "the server is not running");
	} else if (verb_flag(c, "--cancel")) {
		cancel_stop(c);
	} else if (!verb_span(c, "--in", "leave it out to stop now", &in_ms) ||
		   !verb_span(c, "--back", "leave it out where nobody knows", &back_ms)) {
		return;
	} else if (in_ms) {
		announce_stop(c, in_ms, back_ms);
	} else {
		leaving_start(c->hub, 0, back_ms);
		wish(c, WISH_STOP, "stopping");
	}
}

static bool take_by(struct verb_call *c, struct buf *verb)
{
	static const char *const known[] = {"rotate", "new", "import", "acme"};
	struct span by = verb_value(c, "--by");

	buf_printf(verb, "tls " SPAN_FMT, SPAN_ARG(by.at ? by : SPAN("take")));
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (span_eq(by, span_of(known[i])))
			return true;
	}
	if (by.at)
		verb_end(c, ADMIN_USAGE, "--by is rotate, new, import or acme");
	return !by.at;
}

// The server has done it by now (server.c), or without one the command line: this writes it
// down.
void verb_tls_take(struct verb_call *c)
{
	struct span pin = verb_value(c, "--confirm"), note = verb_value(c, "--note");
	bool is_by_other = verb_value(c, "--by").at != NULL;
	struct buf verb = {0};

	if (c->session || (!c->hub->config.n_shards && !is_by_other)) {
		verb_end(c, ADMIN_UNREACHABLE,
			 c->session ? "that is asked by the command line, on the server"
				    : "the server is not running");
	} else if (take_by(c, &verb)) {
		verb_audit_as(c, buf_span(&verb), note.at ? note : pin.at ? pin : SPAN(""));
		verb_end(c, ADMIN_DONE, "taken: what the files hold is served");
	}
	buf_clear(&verb);
}

static size_t announce(struct hub *h, struct span text)
{
	size_t n = 0;

	list_for_each(item, &h->session_list) {
		struct session *s = container_of(item, struct session, in_hub);
		struct line l;

		if (!s->registered || s->closing)
			continue;
		line_start(&l, h, NULL, "NOTICE");
		line_param(&l, reply_nick(s));
		line_text(&l, text);
		session_say(s, &l);
		line_clear(&l);
		n++;
	}
	return n;
}

void verb_server_announce(struct verb_call *c)
{
	struct buf text = {0};

	verb_all_words(c, &text);
	if (text.len > ANNOUNCE_MAX) {
		verb_end(c, ADMIN_USAGE, "an announcement has at most %d bytes", ANNOUNCE_MAX);
	} else if (!c->hub->config.n_shards) {
		verb_end(c, ADMIN_UNREACHABLE,
			 "the server is not running: nobody is connected");
	} else if (verb_may_write(c)) {
		size_t n = announce(c->hub, buf_span(&text));

		verb_audit(c, buf_span(&text));
		verb_end(c, ADMIN_DONE, "told %zu sessions", n);
	}
	buf_clear(&text);
}
