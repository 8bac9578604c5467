// SPDX-License-Identifier: MIT
#include "client/files/transfer.h"

#include "common/die.h"
#include "common/disposition.h"
#include "common/form.h"

#include <stdlib.h>

struct transfer {
	struct transfer_events events;
	struct https *https;
	bool is_coming;           // it is fetched, and
	struct incoming_place to; // there
	struct incoming in;       // open once the first bytes came
	char *error;              // what is wrong with that, or NULL
	char *place;              // "https://HOST:PORT", for a Location that is a path
	uint64_t done, total;
};

// The end.

static void tell(struct transfer *t, struct transfer_end e)
{
	t->events.on_end(t->events.arg, &e);
}

static bool is_words(const struct http_reply *head, struct span words)
{
	return words.len && span_starts_fold(http_reply_field(head, SPAN("Content-Type")),
					     SPAN("text/plain"));
}

static void tell_refused(struct transfer *t, const struct https_answer *a)
{
	struct buf words = {0};
	struct span said = span_trim(a->words);

	if (a->status && is_words(a->head, said))
		buf_add_span(&words, span_from(said.at, span_find(said, '\n')));
	else if (a->status)
		buf_printf(&words, "the server answers %u", a->status);
	else
		buf_add_str(&words, t->error ? t->error : a->why);
	tell(t, (struct transfer_end){.why = buf_str(&words), .is_token = a->status == 401});
	buf_clear(&words);
}

// As whoever asked calls it, else as the server does.
static bool open_place(struct transfer *t, const struct http_reply *head)
{
	struct buf name = {0};

	if (t->to.name)
		buf_add_str(&name, t->to.name);
	else
		disposition_read(http_reply_field(head, SPAN("Content-Disposition")), false,
				 &name);
	bool is_open = incoming_open(&t->in, &t->to, buf_span(&name), &t->error);
	buf_clear(&name);
	return is_open;
}

static void tell_kept(struct transfer *t, const struct http_reply *head)
{
	struct transfer_end e = {0};
	bool is_open = t->in.path || open_place(t, head);

	if (is_open && incoming_keep(&t->in, &t->error)) {
		e.path = t->in.path;
		e.fd = t->in.fd;
	} else {
		e.why = t->error;
	}
	tell(t, e);
}

static void tell_sent(struct transfer *t, struct span location)
{
	struct buf url = {0};

	if (location.len && location.at[0] == '/')
		buf_add_str(&url, t->place);
	buf_add_span(&url, location);
	if (location.len)
		tell(t, (struct transfer_end){.url = buf_str(&url)});
	else
		tell(t,
		     (struct transfer_end){.why = "the server does not say where it put it"});
	buf_clear(&url);
}

static void on_end(void *arg, const struct https_answer *a)
{
	struct transfer *t = arg;

	if (a->status < 200 || a->status > 299)
		tell_refused(t, a);
	else if (t->is_coming)
		tell_kept(t, a->head);
	else
		tell_sent(t, http_reply_field(a->head, SPAN("Location")));
}

static void on_sent(void *arg, uint64_t sent)
{
	struct transfer *t = arg;

	t->done = sent;
	t->events.on_progress(t->events.arg);
}

static bool on_body(void *arg, const struct http_reply *head, struct span bytes)
{
	struct transfer *t = arg;

	t->total = head->has_length ? head->length : 0;
	t->done += bytes.len;
	if (t->is_coming && !t->in.path && !open_place(t, head))
		return false;
	if (t->is_coming && !incoming_write(&t->in, bytes, &t->error))
		return false;
	t->events.on_progress(t->events.arg);
	return true;
}

// The beginning.

static struct transfer *start(const struct transfer_order *o, struct https_order *https,
			      struct span path, const struct transfer_events *events)
{
	struct https_url url;
	struct buf fields = {0}, whole = {0}, place = {0};
	struct transfer *t = xcalloc(1, sizeof(*t));
	struct https_events told = {
		.arg = t, .on_sent = on_sent, .on_body = on_body, .on_end = on_end};

	*t = (struct transfer){.events = *events, .in.fd = -1};
	if (!https_url_parse(span_of(o->url), &url)) {
		free(t);
		return NULL;
	}
	buf_add_span(&place, span_from(o->url, strlen(o->url) - url.path.len));
	t->place = buf_take(&place);
	buf_add_span(&whole, url.path);
	buf_add_span(&whole, path);
	buf_printf(&fields, "Authorization: Bearer %s\r\n" SPAN_FMT, o->token,
		   SPAN_ARG(https->fields));
	https->host = url.host;
	https->port = url.port;
	https->path = buf_str(&whole);
	https->fields = buf_span(&fields);
	https->keys = o->keys;
	t->total = https->body.length;
	t->https = https_start(o->loop, https, &told);
	buf_clear(&fields);
	buf_clear(&whole);
	return t;
}

struct transfer *transfer_send(const struct transfer_order *o, const char *target,
			       const struct outgoing *file,
			       const struct transfer_events *events)
{
	struct buf query = {0}, fields = {0};

	buf_add_str(&query, "?target=");
	form_escape(&query, span_of(target));
	outgoing_fields(&fields, file);
	struct https_order https = {
		.method = "POST", .body = file->body, .fields = buf_span(&fields)};
	struct transfer *t = start(o, &https, buf_span(&query), events);
	buf_clear(&query);
	buf_clear(&fields);
	return t;
}

struct transfer *transfer_get(const struct transfer_order *o,
			      const struct incoming_place *place,
			      const struct transfer_events *events)
{
	struct https_order https = {.method = "GET", .body.fd = -1, .fields = SPAN("")};
	struct transfer *t = start(o, &https, SPAN(""), events);

	if (!t)
		return NULL;
	t->is_coming = true;
	t->to = (struct incoming_place){.path = place->path ? xstrdup(place->path) : NULL,
					.folder = xstrdup(place->folder),
					.name = place->name ? xstrdup(place->name) : NULL,
					.most = place->most};
	return t;
}

void transfer_free(struct transfer *t)
{
	if (!t)
		return;
	https_free(t->https);
	incoming_close(&t->in);
	free((char *)(uintptr_t)t->to.path);
	free((char *)(uintptr_t)t->to.folder);
	free((char *)(uintptr_t)t->to.name);
	free(t->error);
	free(t->place);
	free(t);
}

uint64_t transfer_done(const struct transfer *t, uint64_t *total)
{
	*total = t->total;
	return t->done;
}

void transfer_percent(struct buf *out, const struct transfer *t)
{
	if (t->total)
		buf_printf(out, "%u %%", (unsigned)(t->done * 100 / t->total));
}

void transfer_keys(struct https_keys *out, const struct pins *known, const uint8_t *next,
		   const char *server, const char *url)
{
	struct https_url place;

	*out = (struct https_keys){.has_next = next != NULL};
	if (known)
		out->pins = *known;
	if (next)
		memcpy(out->next, next, TLS_PIN_LEN);
	out->or_vouched = !known || !https_url_parse(span_of(url), &place) ||
			  !span_eq_fold(span_of(place.host), span_of(server));
}
