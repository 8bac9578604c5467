// SPDX-License-Identifier: MIT
// The same clients over WebSocket: lines become frames on their way out, frames lines.
#include "tests/bench/load.h"

#include "common/die.h"
#include "common/tls_private.h"

#include <string.h>

#define REQUEST                                                                                \
	"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"   \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"         \
	"Sec-WebSocket-Protocol: text.ircv3.net\r\n\r\n"
#define LONG_LEN 126

void web_prepare(struct tls_context *tls)
{
	static const unsigned char alpn[] = "\x08http/1.1";

	if (SSL_CTX_set_alpn_protos(tls->ctx, alpn, sizeof(alpn) - 1) != 0)
		die(1, "out of memory for a TLS context");
}

void web_ask(struct client *c)
{
	buf_add_str(&c->wire, REQUEST);
}

// A mask of zeros is one, too: what it hides from is no matter here.
static void add_frame(struct buf *out, struct span line)
{
	buf_add_char(out, (char)0x81);
	if (line.len < LONG_LEN) {
		buf_add_char(out, (char)(0x80 | line.len));
	} else {
		buf_add_char(out, (char)(0x80 | LONG_LEN));
		buf_add_char(out, (char)(line.len >> 8));
		buf_add_char(out, (char)line.len);
	}
	buf_add_span(out, SPAN("\0\0\0\0"));
	buf_add_span(out, line);
}

void web_wrap(struct client *c)
{
	struct span rest = buf_span(&c->out), line;

	while (rest.len) {
		line = span_cut(&rest, '\n');
		if (line.len && line.at[line.len - 1] == '\r')
			line.len--;
		add_frame(&c->wire, line);
	}
	buf_reset(&c->out);
}

// Of the frame at the front: header and payload; false when it is not whole.
static bool next_frame(struct span in, size_t *skip, struct span *payload)
{
	const unsigned char *at = (const unsigned char *)in.at;

	if (in.len < 4)
		return false;
	*skip = at[1] == LONG_LEN ? 4 : 2;
	payload->at = in.at + *skip;
	payload->len = at[1] == LONG_LEN ? (size_t)at[2] << 8 | at[3] : at[1];
	return in.len >= *skip + payload->len;
}

// Nothing is moved for it: web_forget() does that once for all that came in one read.
bool web_next(struct client *c, struct span *line)
{
	size_t skip;
	bool is_text = false;

	while (!is_text) {
		struct span in = span_after(buf_span(&c->in), c->taken);

		if (!next_frame(in, &skip, line))
			return false;
		is_text = (in.at[0] & 0x0f) == 1;
		c->taken += skip + line->len;
	}
	return true;
}

void web_forget(struct client *c)
{
	buf_drop(&c->in, c->taken);
	c->taken = 0;
}

// Whether the answer to web_ask() is there; it is taken.
bool web_is_open(struct client *c)
{
	const char *end = c->in.len ? memmem(c->in.at, c->in.len, "\r\n\r\n", 4) : NULL;

	if (!end || !span_starts(buf_span(&c->in), SPAN("HTTP/1.1 101 ")))
		return false;
	buf_drop(&c->in, (size_t)(end - c->in.at) + 4);
	return true;
}
