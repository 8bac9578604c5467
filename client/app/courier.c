// SPDX-License-Identifier: MIT
// 1. A haul is in the list until it is through, given up, or failed; those that failed to be
//    sent stay, until the user takes them up again or cancels.
// 2. A token is asked for when a haul needs one and there is none that still lives; one that
//    the server does not take is forgotten, and its haul tries once more with another.
#include "client/app/courier.h"

#include "client/app/filehost_pass.h"
#include "client/app/opener.h"
#include "client/files/transfer.h"
#include "client/model/line_file.h"
#include "client/model/target.h"
#include "client/text/path_word.h"
#include "common/clock.h"
#include "common/die.h"

#include <stdarg.h>
#include <stdlib.h>

enum haul_state { HAUL_WAITS, HAUL_GOES, HAUL_FAILED };

struct haul {
	struct list in_courier;
	struct courier *courier;
	enum haul_state state;
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
	struct list hauls;
	struct filehost_pass token;
};

static struct haul *haul_at(struct list *item)
{
	return container_of(item, struct haul, in_courier);
}

static void haul_free(struct haul *p)
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

void courier_free(struct courier *c)
{
	if (!c)
		return;
	list_for_each_safe(item, after, &c->hauls)
		haul_free(haul_at(item));
	filehost_pass_clear(&c->token);
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

static struct target *place_of(const struct haul *p)
{
	return target_need(p->courier->core->model, span_of(p->target));
}

// "sending tide.pdf 45 %", "2 files on their way 12 %"
static void show_progress(struct courier *c)
{
	struct buf words = {0};
	struct haul *first = NULL;
	uint64_t done = 0, total = 0, all;
	size_t n = 0;

	list_for_each(item, &c->hauls) {
		// NOLINTNEXTLINE(clang-analyzer-unix.Malloc): what is freed has left the list
		struct haul *p = haul_at(item);
		if (p->state == HAUL_FAILED)
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

// The way of a haul.

static void go(struct courier *c);

static void fail_haul(struct haul *p, const char *why)
{
	struct courier *c = p->courier;
	bool is_sent = p->caption != NULL;

	say(c, place_of(p), LINE_ERROR,
	    is_sent ? "%s was not sent: %s (/upload retry)" : "%s was not fetched: %s", p->name,
	    why);
	transfer_free(p->transfer);
	p->transfer = NULL;
	p->state = HAUL_FAILED;
	if (!is_sent)
		haul_free(p);
}

static void send_message(struct haul *p, const char *url)
{
	struct courier *c = p->courier;
	struct buf text = {0};

	buf_printf(&text, "%s%s%s", p->caption, p->caption[0] ? " " : "", url);
	c->intents->message(c->intents->arg, place_of(p), LINE_MESSAGE, buf_span(&text),
			    SPAN(""));
	buf_clear(&text);
}

static void tell_kept(const struct haul *p, const char *path)
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
	struct haul *p = arg;
	struct courier *c = p->courier;

	if (e->is_token && !p->had_token) {
		p->had_token = true;
		p->state = HAUL_WAITS;
		transfer_free(p->transfer);
		p->transfer = NULL;
		filehost_pass_forget(&c->token);
	} else if (e->why) {
		fail_haul(p, e->why);
	} else {
		if (e->url)
			send_message(p, e->url);
		else
			tell_kept(p, e->path);
		haul_free(p);
	}
	go(c);
	show_progress(c);
}

static void on_progress(void *arg)
{
	show_progress(((struct haul *)arg)->courier);
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

static void fetch(struct haul *p, const struct transfer_order *o,
		  const struct transfer_events *events)
{
	char *folder = downloads(p->courier);
	struct incoming_place place = {
		.path = p->path[0] ? p->path : NULL, .folder = folder, .name = p->name};

	p->transfer = transfer_get(o, &place, events);
	if (!p->transfer)
		fail_haul(p, "its address is none");
	free(folder);
}

static void start(struct haul *p)
{
	struct courier *c = p->courier;
	const struct uplink *session = c->core->session;
	const char *filehost = c->core->model->facts.filehost;
	const uint8_t *next = NULL;
	const struct pins *pins = uplink_known_pins(session, &next);
	struct https_keys keys;
	struct transfer_order o = {.loop = c->loop, .token = c->token.token, .keys = &keys};
	struct transfer_events events = {
		.arg = p, .on_progress = on_progress, .on_end = on_end};

	o.url = p->caption ? filehost : p->url;
	transfer_keys(&keys, pins, next, uplink_host(session), o.url);
	p->state = HAUL_GOES;
	if (!p->caption) {
		fetch(p, &o, &events);
		return;
	}
	p->transfer = transfer_send(&o, p->target, &p->out, &events);
	if (!p->transfer)
		fail_haul(p, "the server's address for files is none");
}

static void start_waiting(struct courier *c)
{
	size_t n = 0;

	list_for_each(item, &c->hauls)
		n += haul_at(item)->state == HAUL_GOES;
	list_for_each_safe(item, after, &c->hauls) {
		if (n < COURIER_MAX && haul_at(item)->state == HAUL_WAITS) {
			start(haul_at(item));
			n++;
		}
	}
}

static void fail_waiting(struct courier *c, const char *why)
{
	list_for_each_safe(item, after, &c->hauls) {
		if (haul_at(item)->state == HAUL_WAITS)
			fail_haul(haul_at(item), why);
	}
}

static bool is_any_waiting(const struct courier *c)
{
	list_for_each(item, &c->hauls) {
		if (haul_at(item)->state == HAUL_WAITS)
			return true;
	}
	return false;
}

// Starts what can be started.
static void go(struct courier *c)
{
	if (!is_any_waiting(c))
		return;
	if (filehost_pass_now(&c->token))
		start_waiting(c);
	else if (!filehost_pass_ask(&c->token))
		fail_waiting(c, "there is no connection right now");
}

static void on_token(void *arg, const char *why)
{
	struct courier *c = arg;

	if (why)
		fail_waiting(c, why);
	else
		start_waiting(c);
	show_progress(c);
}

struct courier *courier_new(struct loop *l, struct engine *core,
			    const struct preferences *config, const struct intents *intents)
{
	struct courier *c = xcalloc(1, sizeof(*c));

	*c = (struct courier){.loop = l, .core = core, .config = config, .intents = intents};
	c->token = (struct filehost_pass){.core = core, .on_answer = on_token, .arg = c};
	list_init(&c->hauls);
	return c;
}

// What the user wants.

static void cancel(struct courier *c, struct target *t)
{
	size_t n = 0;

	list_for_each_safe(item, after, &c->hauls) {
		n++;
		haul_free(haul_at(item));
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

	list_for_each(item, &c->hauls) {
		struct haul *p = haul_at(item);
		n += p->state == HAUL_FAILED;
		if (p->state == HAUL_FAILED) {
			p->state = HAUL_WAITS;
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

	list_for_each(item, &c->hauls)
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

static struct haul *haul_new(struct courier *c, struct target *t)
{
	struct haul *p = xcalloc(1, sizeof(*p));

	*p = (struct haul){.courier = c, .target = xstrdup(t->name), .out.body.fd = -1};
	list_add(&c->hauls, &p->in_courier);
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
	struct haul *p = haul_new(c, t);
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
		struct haul *p = haul_new(c, t);
		p->name = xstrdup(f->name[0] ? f->name : "file");
		p->url = xstrdup(f->url);
		p->path = xstrdup(buf_str(&word));
		p->opens = opens;
		go(c);
		show_progress(c);
	}
	buf_clear(&word);
}
