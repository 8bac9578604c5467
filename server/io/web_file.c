// SPDX-License-Identifier: MIT
// Files that people sent, over HTTP: what may be asked of "/f" and "/f/ID", the body that comes
// behind such a request, and the fields of what is sent.
//
// 1. Whoever asks is judged by the hub at each request; here is only what is no business of
//    rights. A refusal is kept by nobody: it may be another the next time.
// 2. A file is shown where it stands if its first bytes were those of a picture, a sound or a
//    film; all else is to be saved, whatever it says of itself. No script runs in either.
#include "server/io/web_private.h"

#include "common/disposition.h"
#include "server/letters/file_name.h"
#include "server/letters/file_type.h"

#include <inttypes.h>

#define SPACE "/f"
#define FRESH "Cache-Control: no-store\r\n"
#define RIGHTS                                                                                 \
	"Content-Security-Policy: sandbox; default-src 'none'\r\n"                             \
	"Cross-Origin-Resource-Policy: same-origin\r\n"                                        \
	"Referrer-Policy: no-referrer\r\n"                                                     \
	"Cache-Control: private, no-store\r\n"                                                 \
	"Accept-Ranges: bytes\r\n"

static void ask(struct web *w, enum route route)
{
	struct web_request *r = w->request;

	w->phase = WEB_ASKED;
	r->route = (int)route;
	r->type = SPAN("");
	r->more = FRESH;
}

static void take_upload(struct web *w)
{
	const struct http_request *r = &w->request->head;

	if (r->method == HTTP_OPTIONS)
		web_refuse(w, 204, "", "Allow: OPTIONS, POST\r\nAccept-Post: */*\r\n");
	else if (r->method != HTTP_POST)
		web_refuse(w, 405, "Files are sent here by POST.", "Allow: OPTIONS, POST\r\n");
	else
		ask(w, ROUTE_FILE_PUT);
}

static void take_download(struct web *w, struct span id)
{
	struct web_request *r = w->request;

	if (r->head.method != HTTP_GET && r->head.method != HTTP_HEAD) {
		web_refuse(w, 405, "A file is read by GET.", "Allow: GET, HEAD\r\n");
	} else if (!file_id_parse(id, &r->file)) {
		web_refuse(w, 404, "There is nothing here.", FRESH);
	} else {
		ask(w, ROUTE_FILE_GET);
		r->goes_on = !r->head.wants_close && r->head.head_len == r->bytes.len;
	}
}

bool web_take_file(struct web *w)
{
	const struct http_request *r = &w->request->head;
	struct span space = SPAN(SPACE "/");

	if (!w->tls || !w->world->has_files)
		return false;
	if (!span_eq(r->path, SPAN(SPACE)) && !span_starts(r->path, space))
		return false;
	if (web_is_strange_worker(r))
		web_refuse(w, 403, "No worker is made of this.", NULL);
	else if (r->path.len <= space.len)
		take_upload(w);
	else
		take_download(w, span_after(r->path, space.len));
	return true;
}

void web_ask_file(const struct web *w, struct web_question *asked)
{
	const struct web_request *r = w->request;

	asked->query = r->head.query;
	asked->authorization = http_field(&r->head, SPAN("Authorization"));
	asked->disposition = http_field(&r->head, SPAN("Content-Disposition"));
	asked->length = r->head.body_len;
	asked->file = r->file;
}

void web_expect(struct carrier *c)
{
	struct web *w = c->own;

	if (!w->request->head.wants_continue)
		return;
	buf_add_str(&w->words, HTTP_CONTINUE);
	c->has_words = true;
}

// First what came with the head.
enum tls_result web_take(struct carrier *c, void *to, size_t room, size_t *done)
{
	struct web *w = c->own;
	struct web_request *r = w->request;
	struct span here = span_after(buf_span(&r->bytes), r->head.head_len + r->taken);

	if (!here.len)
		return web_pull(w, to, room, done);
	*done = here.len < room ? here.len : room;
	memcpy(to, here.at, *done);
	r->taken += *done;
	return TLS_OK;
}

uint64_t web_choose(struct carrier *c, uint64_t size, uint64_t *from)
{
	static const unsigned status[] = {
		[HTTP_WHOLE] = 200, [HTTP_PART] = 206, [HTTP_BEYOND] = 416};
	struct web *w = c->own;
	struct web_request *r = w->request;

	r->status = status[http_range(&r->head, size, &r->part)];
	*from = r->part.from;
	return r->head.method == HTTP_HEAD ? 0 : r->part.len;
}

void web_give(struct carrier *c, struct span bytes)
{
	struct web *w = c->own;

	w->rest = bytes;
	c->has_words = bytes.len || w->words.len;
}

static void add_disposition(struct buf *out, bool is_shown, struct span name)
{
	struct buf clean = {0};

	file_name_clean(name, &clean);
	buf_add_str(out, "Content-Disposition: ");
	disposition_add(out, is_shown, buf_span(&clean));
	buf_add_str(out, "\r\n");
	buf_clear(&clean);
}

static void add_range(const struct web_request *r, uint64_t size, struct buf *out)
{
	if (r->status == 206)
		buf_printf(out, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64 "\r\n",
			   r->part.from, r->part.from + r->part.len - 1, size);
	if (r->status == 416)
		buf_printf(out, "Content-Range: bytes */%" PRIu64 "\r\n", size);
}

void web_add_file_fields(struct web_request *r, const struct web_answer *answer,
			 struct buf *out)
{
	bool is_shown = file_type_is_shown(answer->type);

	// What was put there for a refusal.
	r->more = NULL;
	r->type = is_shown ? answer->type : SPAN(FILE_TYPE_OTHER);
	buf_add_str(out, RIGHTS);
	add_disposition(out, is_shown, answer->name);
	add_range(r, answer->size, out);
}

void web_add_refusal_fields(const struct web_answer *answer, struct buf *out)
{
	char id[FILE_ID_TEXT + 1];

	if (answer->status == 401)
		buf_add_str(out, "WWW-Authenticate: Bearer\r\n");
	if (answer->status != 201)
		return;
	file_id_text(&answer->file, id);
	buf_printf(out, "Location: " SPACE "/%s\r\n", id);
}
