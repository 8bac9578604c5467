// SPDX-License-Identifier: MIT
// What common/http and common/websocket make of bytes, for comparison with others.
//
// Each line of standard input is "http HEX" or "ws HEX"; each is answered by a line: "ok",
// "more" or a status of HTTP; or what a WebSocket server hears: "text HEX", "ping HEX",
// "pong HEX", and "close CODE" of what it would send then, with blanks between.
#include "common/die.h"
#include "common/encode.h"
#include "common/websocket.h"

#include <stdio.h>
#include <stdlib.h>

static void judge_http(struct span bytes)
{
	struct http_request r = {0};

	switch (http_read(&r, bytes)) {
	case HTTP_MORE:
		puts("more");
		break;
	case HTTP_OK:
		puts("ok");
		break;
	case HTTP_BAD:
		printf("%u\n", r.status);
		break;
	}
}

static void add_hex(struct buf *out, const char *word, struct span bytes)
{
	buf_printf(out, "%s%s ", out->len ? " " : "", word);
	encode_hex(out, bytes.at, bytes.len);
}

// Whole lines off the front of what was put out so far; half ones stay.
static void take_lines(struct buf *out, struct span *lines)
{
	size_t end;

	while ((end = span_find(*lines, '\n')) < lines->len) {
		add_hex(out, "text", span_from(lines->at, end));
		*lines = span_after(*lines, end + 1);
	}
}

static bool hear(struct websocket *w, enum websocket_event event, struct buf *out)
{
	if (event == WEBSOCKET_PINGED)
		add_hex(out, "ping", websocket_said(w));
	else if (event == WEBSOCKET_PONGED)
		add_hex(out, "pong", websocket_said(w));
	else if (event != WEBSOCKET_MORE)
		buf_printf(out, "%sclose %u", out->len ? " " : "", w->code);
	return event == WEBSOCKET_PINGED || event == WEBSOCKET_PONGED;
}

static void judge_socket(struct span bytes)
{
	char *memory = xmalloc(bytes.len + 1), *end = memory;
	struct span in = bytes, lines;
	struct buf out = {0};
	struct websocket w;
	enum websocket_event event;

	websocket_init(&w);
	lines = span_from(memory, 0);
	do {
		event = websocket_read(&w, &in, &end);
		lines.len = (size_t)(end - lines.at);
		take_lines(&out, &lines);
	} while (hear(&w, event, &out));
	puts(buf_str(&out));
	buf_clear(&out);
	free(memory);
}

int main(void)
{
	char *text = NULL;
	size_t space = 0;
	ssize_t len;

	while ((len = getline(&text, &space, stdin)) > 0) {
		struct span hex = span_trim(span_from(text, (size_t)len));
		struct span what = span_cut(&hex, ' ');
		struct buf bytes = {0};

		if (!decode_hex(&bytes, hex))
			return 2;
		if (span_eq(what, SPAN("http")))
			judge_http(buf_span(&bytes));
		else
			judge_socket(buf_span(&bytes));
		buf_clear(&bytes);
	}
	free(text);
	return 0;
}
