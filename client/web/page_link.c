// SPDX-License-Identifier: MIT
#include "client/web/page_link.h"

#include "client/web/exports.h"
#include "client/web/web_private.h"
#include "common/die.h"

#include <stdlib.h>

#define OPEN_WITHIN_MS 20000 // a browser would wait for minutes

struct page_link {
	struct link link; // stands first
	const struct outside *outside;
	void *deadline; // of what is not up
	bool is_open, is_up;
	int64_t heard_at;
};

static struct page_link *the_link;

static struct page_link *of(struct link *k)
{
	return container_of(k, struct page_link, link);
}

static const struct page_link *at(const struct link *k)
{
	return (const struct page_link *)k;
}

static char *on_order(struct link *k UNUSED, const struct link_order *order UNUSED)
{
	return NULL;
}

static void on_open(struct link *k, const struct link_place *to)
{
	of(k)->is_open = true;
	of(k)->is_up = false;
	of(k)->outside->timer_set(of(k)->deadline, OPEN_WITHIN_MS);
	page_socket_open(to->host, strlen(to->host), to->port, strlen(to->port));
}

static void on_close(struct link *k)
{
	of(k)->outside->timer_stop(of(k)->deadline);
	if (of(k)->is_open)
		page_socket_close();
	of(k)->is_open = of(k)->is_up = false;
}

static bool on_is_up(const struct link *k)
{
	return at(k)->is_up;
}

static void on_send(struct link *k, struct span line, bool is_secret UNUSED)
{
	if (!of(k)->is_up || !line.len || page_socket_queued() >= LINK_QUEUE_MAX)
		return;
	if (!memchr(line.at, '\n', line.len) && !memchr(line.at, '\r', line.len) &&
	    !memchr(line.at, '\0', line.len))
		page_socket_send(line.at, line.len);
}

static size_t on_queued(const struct link *k UNUSED)
{
	return (size_t)page_socket_queued();
}

static int64_t on_heard_at(const struct link *k)
{
	return at(k)->heard_at;
}

// A page is not told.
static const char *on_version(const struct link *k UNUSED)
{
	return "";
}

static void on_free(struct link *k)
{
	on_close(k);
	of(k)->outside->timer_free(of(k)->deadline);
	the_link = NULL;
	free(of(k));
}

static void end(struct page_link *k, enum failure failure, struct span detail)
{
	k->outside->timer_stop(k->deadline);
	k->is_open = k->is_up = false;
	k->link.events.on_down(k->link.events.arg, failure, detail);
}

static void on_deadline(void *arg)
{
	page_socket_close();
	end(arg, FAILURE_TIMED_OUT, SPAN(""));
}

struct link *page_link_new(void *arg, const struct link_events *events)
{
	static const struct link_acts acts = {
		.order = on_order,
		.open = on_open,
		.close = on_close,
		.is_up = on_is_up,
		.send = on_send,
		.queued = on_queued,
		.heard_at = on_heard_at,
		.version = on_version,
		.free = on_free,
	};

	the_link = xcalloc(1, sizeof(*the_link));
	the_link->link = (struct link){.acts = &acts, .events = *events};
	the_link->outside = arg;
	the_link->deadline =
		the_link->outside->timer_new(the_link->outside->arg, on_deadline, the_link);
	return &the_link->link;
}

EXPORT(socket_up) void tab_socket_up(void)
{
	struct page_link *k = the_link;
	const struct link_peer peer = {.has_pin = true, .is_verified = true};

	if (!k || !k->is_open)
		return;
	k->outside->timer_stop(k->deadline);
	k->heard_at = (int64_t)page_mono_ms();
	enum failure verdict = k->link.events.on_key(k->link.events.arg, &peer);
	if (verdict != FAILURE_NONE) {
		page_socket_close();
		end(k, verdict, SPAN(""));
		return;
	}
	k->is_up = true;
	k->link.events.on_up(k->link.events.arg);
}

EXPORT(socket_line) void tab_socket_line(struct span line)
{
	struct page_link *k = the_link;
	struct msg m;

	if (!k || !k->is_up)
		return;
	k->heard_at = (int64_t)page_mono_ms();
	// What is no line is passed over, as TLS's link does.
	if (msg_parse(&m, line) == MSG_OK)
		k->link.events.on_line(k->link.events.arg, &m, line);
}

EXPORT(socket_down) void tab_socket_down(struct span detail)
{
	struct page_link *k = the_link;

	if (k && k->is_open)
		end(k, k->is_up ? FAILURE_LOST : FAILURE_UNREACHABLE, detail);
}
