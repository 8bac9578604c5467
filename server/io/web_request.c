// SPDX-License-Identifier: MIT
// What a request comes to: refused, answered, shown, asked of the hub, or a WebSocket.
//
// Judged as soon as its head is there, in this order: who it takes us for, whose page sent it,
// where it goes, how; so nobody sends a body in vain, and a page of somebody else learns
// nothing of what there is.
#include "server/io/web_private.h"

#include "common/clock.h"
#include "common/log.h"
#include "server/letters/limits.h"

#include <assert.h>

static const struct row {
	enum http_method method;
	const char *path;
	size_t body_max;
	bool is_private;
	const char *type;
} rows[ROUTES] = {
#define ROUTE(name, method, path, body_max, is_private, type)                                  \
	[ROUTE_##name] = {method, path, body_max, is_private, type},
#include "server/letters/routes.def"
#undef ROUTE
};

// Of who took the wrong port: as an IRC client begins.
static const char *const irc_verbs[] = {"CAP", "PASS", "NICK", "USER", "AUTHENTICATE", "PING"};

// The body is a line that such a client shows.
#define ASTRAY                                                                                 \
	"ERROR :This address is for browsers and hooks: IRC is at another port of this "       \
	"server\r\n"

// "/socket" is gamja's, the third Kiwi IRC's.
static const char *const socket_paths[] = {"/", "/socket", "/webirc/websocket/"};

void web_refuse(struct web *w, unsigned status, const char *text, const char *more)
{
	struct web_request *r = w->request;
	char number[LOG_NUMBER_LEN];

	w->phase = WEB_ASKED;
	r->route = -1;
	r->status = status;
	r->text = text;
	r->more = more;
	r->type = SPAN("");
	log_event(LOG_DEBUG, "web_refused", "status", log_number(number, status), "why", text,
		  NULL);
}

static bool is_irc(struct span bytes)
{
	struct span verb = span_from(bytes.at, span_find(bytes, ' '));

	for (size_t i = 0; i < ARRAY_LEN(irc_verbs); i++) {
		if (span_eq_fold(verb, span_of(irc_verbs[i])))
			return true;
	}
	return false;
}

static void refuse_head(struct web *w)
{
	const struct web_request *r = w->request;

	if (is_irc(buf_span(&r->bytes)))
		web_refuse(w, 400, ASTRAY, NULL);
	else
		web_refuse(w, r->head.status, r->head.why, NULL);
}

static bool is_among(const char *words, struct span wanted)
{
	struct span rest = span_of(words), word;

	while (rest.len) {
		word = span_cut(&rest, ' ');
		if (span_eq_fold(word, wanted))
			return true;
	}
	return false;
}

// Of "NAME", "NAME:443", "[::1]:443".
static struct span without_port(struct span host)
{
	size_t end =
		span_starts(host, SPAN("[")) ? span_find(host, ']') + 1 : span_find(host, ':');

	return span_from(host.at, end < host.len ? end : host.len);
}

// Else a foreign name that leads to us, by whatever its owner says to DNS, would make its
// pages ours.
static bool is_our_name(const struct web *w, struct span host)
{
	struct span name = without_port(host);

	if (w->tls)
		return is_among(w->world->names->hosts, name);
	return span_eq_fold(name, SPAN("localhost")) || span_eq(name, SPAN("[::1]")) ||
	       span_starts(name, SPAN("127."));
}

static struct span without_default_port(struct span host)
{
	struct span port = SPAN(":443");

	if (host.len > port.len && span_eq(span_after(host, host.len - port.len), port))
		host.len -= port.len;
	return host;
}

// Programs send none.
static bool is_our_origin(const struct web *w)
{
	const struct http_request *r = &w->request->head;
	struct span origin = http_field(r, SPAN("Origin")), scheme = SPAN("https://");

	if (!http_has_field(r, SPAN("Origin")))
		return true;
	if (!w->tls)
		return false;
	if (is_among(w->world->names->origins, origin))
		return true;
	return span_starts_fold(origin, scheme) &&
	       span_eq_fold(without_default_port(span_after(origin, scheme.len)),
			    without_default_port(r->host));
}

static bool is_socket(const struct web *w)
{
	const struct http_request *r = &w->request->head;

	// At "/" there is a page, too.
	for (size_t i = !r->wants_upgrade; w->tls && i < ARRAY_LEN(socket_paths); i++) {
		if (span_eq(r->path, span_of(socket_paths[i])))
			return true;
	}
	return false;
}

static void talk(struct web *w, enum websocket_op op)
{
	w->phase = WEB_TALKING;
	w->op = (uint8_t)op;
}

static void upgrade(struct web *w)
{
	struct web_request *r = w->request;
	enum websocket_op op;
	unsigned status;
	const char *why;

	if (r->head.head_len < r->bytes.len)
		web_refuse(w, 400, "Nothing may stand behind a request to upgrade.", NULL);
	else if (!websocket_shake(&r->head, clock_wall_ms(), &w->words, &op, &status, &why))
		web_refuse(w, status, why, status == 426 ? WEBSOCKET_VERSION : NULL);
	else
		talk(w, op);
}

// Of a path that ends in '/' one word more is the rest.
static bool leads_to(const struct row *row, struct span path, struct span *rest)
{
	struct span own = span_of(row->path);

	*rest = SPAN("");
	if (own.at[own.len - 1] != '/')
		return span_eq(path, own);
	*rest = span_after(path, own.len);
	return span_starts(path, own) && rest->len && span_find(*rest, '/') == rest->len;
}

static const char *allow(enum http_method method)
{
	return method == HTTP_POST ? "Allow: POST\r\n" : "Allow: GET\r\n";
}

// It is the hub's to answer, once its body is there.
static void take_route(struct web *w, const struct row *row)
{
	struct web_request *r = w->request;

	if (r->head.method != row->method) {
		web_refuse(w, 405, "That is not done here by this method.", allow(row->method));
	} else if (r->head.body_len > row->body_max) {
		web_refuse(w, 413, "The body is longer than what is taken here.", NULL);
	} else {
		r->route = (int)(row - rows);
		r->type = span_of(row->type);
	}
}

static void find_route(struct web *w)
{
	struct web_request *r = w->request;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].path && rows[i].is_private == !w->tls &&
		    leads_to(&rows[i], r->head.path, &r->rest)) {
			take_route(w, &rows[i]);
			return;
		}
	}
	web_refuse(w, 404, "There is nothing here.", NULL);
}

static void judge(struct web *w)
{
	const struct http_request *r = &w->request->head;

	if (!is_our_name(w, r->host))
		web_refuse(w, 421, "This server has another name.", NULL);
	else if (!is_our_origin(w))
		web_refuse(w, 403, "Pages of another site may not talk to this server.", NULL);
	else if (is_socket(w))
		upgrade(w);
	else if (!web_take_page(w) && !web_take_file(w))
		find_route(w);
}

// What was read of the head points into bytes that may lie elsewhere by now.
static void read_again(struct web_request *r)
{
	enum http_result result;

	r->head = (struct http_request){0};
	result = http_read(&r->head, buf_span(&r->bytes));
	assert(result == HTTP_OK);
	(void)leads_to(&rows[r->route], r->head.path, &r->rest);
}

static bool take_body(struct web *w)
{
	struct web_request *r = w->request;

	switch (http_body(&r->head, buf_span(&r->bytes), &r->body)) {
	case HTTP_MORE:
		if (r->head.wants_continue && !r->was_told_to_go_on)
			buf_add_str(&w->words, HTTP_CONTINUE);
		r->was_told_to_go_on = true;
		return false;
	case HTTP_BAD:
		web_refuse(w, r->head.status, r->head.why, NULL);
		return true;
	case HTTP_OK:
		break;
	}
	read_again(r);
	w->phase = WEB_ASKED;
	return true;
}

bool web_take_request(struct web *w)
{
	struct web_request *r = w->request;

	if (!r->has_head) {
		switch (http_read(&r->head, buf_span(&r->bytes))) {
		case HTTP_MORE:
			return false;
		case HTTP_BAD:
			refuse_head(w);
			return true;
		case HTTP_OK:
			break;
		}
		r->has_head = true;
		judge(w);
	}
	return w->phase != WEB_ASKING || take_body(w);
}
