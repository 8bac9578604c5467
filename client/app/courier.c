// SPDX-License-Identifier: MIT
// 1. A parcel is in the list until it is through, given up, or failed; those that failed to be
//    sent stay, until the user takes them up again or cancels.
// 2. A token is asked for when a parcel needs one and there is none that still lives; one that
//    the server does not take is forgotten, and its parcel tries once more with another.
#include "client/app/courier.h"

#include "client/app/opener.h"
#include "client/files/transfer.h"
#include "client/model/line_file.h"
#include "client/model/saying.h"
#include "client/model/target.h"
#include "client/text/path_word.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/wipe.h"

#include <stdarg.h>
#include <stdlib.h>

#define TOKEN_MS (9 * 60 * 1000) // the server lets it live for ten minutes

enum parcel_state { PARCEL_WAITS, PARCEL_GOES, PARCEL_FAILED };

struct parcel {
	struct list in_courier;
	struct courier *courier;
	enum parcel_state state;
	char *target; // where it was asked for
	char *name;
	struct transfer *transfer;
	bool had_token;      // one that was not taken
	struct outgoing out; // with a caption: it is sent
	char *caption;
	char *url, *path; // it is fetched; path: "" for the settings' folder
	bool opens;
};

struct courier {
	struct loop *loop;
	struct engine *core;
	const struct preferences *config;
	const struct intents *intents;
	struct list parcels;
	char *token; // NULL: none
	int64_t token_until;
	uint64_t asking; // the call, 0: none
	char *refusal;   // its answer, or NULL
};

static struct parcel *parcel_at(struct list *item)
{
	return container_of(item, struct parcel, in_courier);
}

static void parcel_free(struct parcel *p)
{
	list_remove(&p->in_courier);
	transfer_free(p->transfer);
	outgoing_close(&p->out);
	free(p->target);
	free(p->name);
	free(p->caption);
	free(p->url);
	free(p->path);
	free(p);
}

static void forget_token(struct courier *c)
{
	if (c->token)
		wipe_bytes(c->token, strlen(c->token));
	free(c->token);
	c->token = NULL;
}

struct courier *courier_new(struct loop *l, struct engine *core,
			    const struct preferences *config, const struct intents *intents)
{
	struct courier *c = xcalloc(1, sizeof(*c));

	*c = (struct courier){.loop = l, .core = core, .config = config, .intents = intents};
	list_init(&c->parcels);
	return c;
}

void courier_free(struct courier *c)
{
	if (!c)
		return;
	list_for_each_safe(item, after, &c->parcels)
		parcel_free(parcel_at(item));
	forget_token(c);
	free(c->refusal);
	free(c);
}

// Words.

PRINTF(4, 5)
static void say(const struct courier *c, struct target *t, enum line_kind kind,
		const char *format, ...)
{
	struct buf words = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&words, format, args);
	va_end(args);
	model_note(c->core->model, t, kind, clock_wall_ms(), buf_span(&words));
	buf_clear(&words);
}

static struct target *place_of(const struct parcel *p)
{
	return target_need(p->courier->core->model, span_of(p->target));
}

// "sending tide.pdf 45 %", "2 files on their way 12 %"
static void show_progress(struct courier *c)
{
	struct buf words = {0};
	struct parcel *first = NULL;
	uint64_t done = 0, total = 0, all;
	size_t n = 0;

	list_for_each(item, &c->parcels) {
		// NOLINTNEXTLINE(clang-analyzer-unix.Malloc): what is freed has left the list
		struct parcel *p = parcel_at(item);
		if (p->state == PARCEL_FAILED)
			continue;
		first = first ? first : p;
		n++;
		if (p->transfer) {
			done += transfer_done(p->transfer, &all);
			total += all;
		}
	}
	if (n == 1)
		buf_printf(&words, "%s %s", first->caption ? "sending" : "fetching",
			   first->name);
	else if (n > 1)
		buf_printf(&words, "%zu files on their way", n);
	if (n && total)
		buf_printf(&words, " %u %%", (unsigned)(done * 100 / total));
	model_set_progress(c->core->model, buf_span(&words));
	buf_clear(&words);
}

// The way of a parcel.

static void go(struct courier *c);

static void fail_parcel(struct parcel *p, const char *why)
{
	struct courier *c = p->courier;
	bool is_sent = p->caption != NULL;

	say(c, place_of(p), LINE_ERROR,
	    is_sent ? "%s was not sent: %s (/upload retry)" : "%s was not fetched: %s", p->name,
	    why);
	transfer_free(p->transfer);
	p->transfer = NULL;
	p->state = PARCEL_FAILED;
	if (!is_sent)
		parcel_free(p);
}

static void send_message(struct parcel *p, const char *url)
{
	struct courier *c = p->courier;
	struct buf text = {0};

	buf_printf(&text, "%s%s%s", p->caption, p->caption[0] ? " " : "", url);
	c->intents->message(c->intents->arg, place_of(p), LINE_MESSAGE, buf_span(&text),
			    SPAN(""));
	buf_clear(&text);
}

static void tell_kept(const struct parcel *p, const char *path)
{
	const struct courier *c = p->courier;
	const char *opener = c->config->opener ? c->config->opener : "";

	if (!p->opens)
		say(c, place_of(p), LINE_INFO, "%s is kept as %s", p->name, path);
	else if (opener_start(opener, path))
		say(c, place_of(p), LINE_INFO, "%s is kept as %s, and opened", p->name, path);
	else
		say(c, place_of(p), LINE_ERROR,
		    "%s is kept as %s; \"%s\" does not start: /set files.opener names what "
		    "opens files",
		    p->name, path, opener);
}

static void on_end(void *arg, const struct transfer_end *e)
{
	struct parcel *p = arg;
	struct courier *c = p->courier;

	if (e->is_token && !p->had_token) {
		p->had_token = true;
		p->state = PARCEL_WAITS;
		transfer_free(p->transfer);
		p->transfer = NULL;
		forget_token(c);
	} else if (e->why) {
		fail_parcel(p, e->why);
	} else {
		if (e->url)
			send_message(p, e->url);
		else
			tell_kept(p, e->path);
		parcel_free(p);
	}
	go(c);
	show_progress(c);
}

static void on_progress(void *arg)
{
	show_progress(((struct parcel *)arg)->courier);
}

static char *downloads(const struct courier *c)
{
	const char *home = getenv("HOME"), *wanted = c->config->folder;
	struct buf path = {0};

	if (wanted && wanted[0] && span_starts(span_of(wanted), SPAN("~/")) && home)
		buf_printf(&path, "%s%s", home, wanted + 1);
	else if (wanted && wanted[0])
		buf_add_str(&path, wanted);
	else
		buf_printf(&path, "%s/Downloads", home ? home : ".");
	return buf_take(&path);
}

static void fetch(struct parcel *p, const struct transfer_order *o,
		  const struct transfer_events *events)
{
	char *folder = downloads(p->courier);
	struct incoming_place place = {
		.path = p->path[0] ? p->path : NULL, .folder = folder, .name = p->name};

	p->transfer = transfer_get(o, &place, events);
	if (!p->transfer)
		fail_parcel(p, "its address is none");
	free(folder);
}

static void start(struct parcel *p)
{
	struct courier *c = p->courier;
	const struct uplink *session = c->core->session;
	const char *filehost = c->core->model->facts.filehost;
	const uint8_t *next = NULL;
	const struct pins *pins = uplink_known_pins(session, &next);
	struct https_keys keys;
	struct transfer_order o = {.loop = c->loop, .token = c->token, .keys = &keys};
	struct transfer_events events = {
		.arg = p, .on_progress = on_progress, .on_end = on_end};

	o.url = p->caption ? filehost : p->url;
	transfer_keys(&keys, pins, next, uplink_host(session), o.url);
	p->state = PARCEL_GOES;
	if (!p->caption) {
		fetch(p, &o, &events);
		return;
	}
	p->transfer = transfer_send(&o, p->target, &p->out, &events);
	if (!p->transfer)
		fail_parcel(p, "the server's address for files is none");
}

static void start_waiting(struct courier *c)
{
	size_t n = 0;

	list_for_each(item, &c->parcels)
		n += parcel_at(item)->state == PARCEL_GOES;
	list_for_each_safe(item, after, &c->parcels) {
		if (n < COURIER_MAX && parcel_at(item)->state == PARCEL_WAITS) {
			start(parcel_at(item));
			n++;
		}
	}
}

static void fail_waiting(struct courier *c, const char *why)
{
	list_for_each_safe(item, after, &c->parcels) {
		if (parcel_at(item)->state == PARCEL_WAITS)
			fail_parcel(parcel_at(item), why);
	}
}

// The token.

static void on_token_line(void *arg, const struct msg *m, bool is_sure)
{
	struct courier *c = arg;
	struct buf words = {0};

	if (span_eq_fold(m->command, SPAN("FILEHOST")) &&
	    span_eq_fold(msg_param(m, 0), SPAN("TOKEN")) && msg_param(m, 1).len) {
		forget_token(c);
		c->token = span_dup(msg_param(m, 1));
		c->token_until = clock_mono_ms() + TOKEN_MS;
	} else if (is_sure && saying_has(m)) {
		saying_add(&words, m);
		free(c->refusal);
		c->refusal = span_dup(buf_span(&words));
	}
	buf_clear(&words);
}

static void on_token_end(void *arg, enum call_end end)
{
	struct courier *c = arg;
	char *refusal = c->refusal;

	c->asking = 0;
	c->refusal = NULL;
	if (c->token)
		start_waiting(c);
	else
		fail_waiting(c, end == CALL_LOST ? "the connection was cut"
				: refusal        ? refusal
						 : "the server lets nobody in there");
	free(refusal);
	show_progress(c);
}

static bool is_any_waiting(const struct courier *c)
{
	list_for_each(item, &c->parcels) {
		if (parcel_at(item)->state == PARCEL_WAITS)
			return true;
	}
	return false;
}

// Starts what can be started.
static void go(struct courier *c)
{
	struct call_fns fns = {
		.arg = c, .is_private = true, .on_line = on_token_line, .on_end = on_token_end};

	if (!is_any_waiting(c) || c->asking)
		return;
	if (c->token && clock_mono_ms() >= c->token_until)
		forget_token(c);
	if (c->token)
		start_waiting(c);
	else if (uplink_is_online(c->core->session))
		c->asking = calls_send(c->core->calls, SPAN(""), SPAN("FILEHOST TOKEN"), &fns);
	else
		fail_waiting(c, "there is no connection right now");
}

// What the user wants.

static void cancel(struct courier *c, struct target *t)
{
	size_t n = 0;

	list_for_each_safe(item, after, &c->parcels) {
		n++;
		parcel_free(parcel_at(item));
	}
	if (n)
		say(c, t, LINE_INFO, "stopped: %zu file%s", n, n == 1 ? "" : "s");
	else
		say(c, t, LINE_INFO, "no file is on its way");
	show_progress(c);
}

static void retry(struct courier *c, struct target *t)
{
	size_t n = 0;

	list_for_each(item, &c->parcels) {
		struct parcel *p = parcel_at(item);
		n += p->state == PARCEL_FAILED;
		if (p->state == PARCEL_FAILED) {
			p->state = PARCEL_WAITS;
			p->had_token = false;
		}
	}
	if (!n)
		say(c, t, LINE_INFO, "no file failed to be sent");
	go(c);
	show_progress(c);
}

static bool is_possible(const struct courier *c, struct target *t)
{
	size_t n = 0;

	list_for_each(item, &c->parcels)
		n++;
	if (t->kind == TARGET_SERVER)
		say(c, t, LINE_ERROR, "not sent: go to a room or a person first");
	else if (!c->core->model->facts.filehost[0])
		say(c, t, LINE_ERROR, "this server takes no files");
	else if (n >= COURIER_WAITING_MAX)
		say(c, t, LINE_ERROR, "%zu files are on their way: one more has to wait", n);
	else
		return true;
	return false;
}

static struct parcel *parcel_new(struct courier *c, struct target *t)
{
	struct parcel *p = xcalloc(1, sizeof(*p));

	*p = (struct parcel){.courier = c, .target = xstrdup(t->name), .out.body.fd = -1};
	list_add(&c->parcels, &p->in_courier);
	return p;
}

static void add_upload(struct courier *c, struct target *t, const char *path,
		       struct span caption)
{
	struct outgoing out;
	char *error = NULL;

	if (!outgoing_open(&out, path, c->config->metadata, &error)) {
		say(c, t, LINE_ERROR, "not sent: %s", error);
		free(error);
		return;
	}
	struct parcel *p = parcel_new(c, t);
	p->out = out;
	p->name = xstrdup(out.name);
	p->caption = span_dup(caption);
	go(c);
	show_progress(c);
}

void courier_upload(struct courier *c, struct target *t, struct span text)
{
	struct buf path = {0};

	if (span_eq(text, SPAN("cancel")))
		cancel(c, t);
	else if (span_eq(text, SPAN("retry")))
		retry(c, t);
	else if (!path_word(&text, &path))
		say(c, t, LINE_ERROR, "/upload PATH [CAPTION]: the quotes do not end");
	else if (is_possible(c, t))
		add_upload(c, t, buf_str(&path), text);
	buf_clear(&path);
}

void courier_get(struct courier *c, struct target *t, struct span id, struct span path,
		 bool opens)
{
	const struct log_line *l = scrollback_find(&t->log, id);
	const struct line_file *f = l ? line_file_of(l) : NULL;
	struct buf word = {0};

	if (path.len && !path_word(&path, &word)) {
		say(c, t, LINE_ERROR, "/get [ID] [PATH]: the quotes do not end");
	} else if (f && is_possible(c, t)) {
		struct parcel *p = parcel_new(c, t);
		p->name = xstrdup(f->name[0] ? f->name : "file");
		p->url = xstrdup(f->url);
		p->path = xstrdup(buf_str(&word));
		p->opens = opens;
		go(c);
		show_progress(c);
	}
	buf_clear(&word);
}
