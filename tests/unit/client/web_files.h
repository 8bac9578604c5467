// SPDX-License-Identifier: MIT
// The place for files of a server: it takes and gives any, to any token but one. One connection
// at a time.
#pragma once

#include "common/http.h"
#include "common/span.h"
#include "tests/support/scripted_server.h"

struct web_files {
	struct scripted server;
	char url[64];
	const char *no_token; // is not taken
	const char *reply;    // to all others
	bool is_sent;         // the file of this request, and not fetched
};

// What is sent ends with a line "body".
static inline void web_files_on_line(struct scripted *s, struct span line)
{
	static const char no[] = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
	struct web_files *w = container_of(s, struct web_files, server);

	if (span_starts(line, SPAN("POST ")) || span_starts(line, SPAN("GET ")))
		w->is_sent = line.at[0] == 'P';
	if (span_eq(line, SPAN("body")))
		buf_add_str(&s->out, w->reply);
	if (span_starts(line, SPAN("Authorization: Bearer "))) {
		struct span token = span_after(line, strlen("Authorization: Bearer "));
		bool is_no = w->no_token && span_eq(token, span_of(w->no_token));
		buf_add_str(&s->out, is_no ? no : w->is_sent ? HTTP_CONTINUE : w->reply);
	}
	scripted_flush(s);
}

static inline void web_files_init(struct web_files *w, struct loop *l)
{
	*w = (struct web_files){0};
	scripted_init(&w->server, l);
	w->server.is_web = true;
	w->server.on_line = web_files_on_line;
	snprintf(w->url, sizeof(w->url), "https://127.0.0.1:%s/f", w->server.port);
}
