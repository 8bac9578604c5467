// SPDX-License-Identifier: MIT
// A browser by hand: OpenSSL or a plain socket, bytes in and out.
#pragma once

#include "tests/unit/io/world.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#define HEAD "Host: localhost\r\n"
#define UPGRADE                                                                                \
	"GET / HTTP/1.1\r\n" HEAD "Upgrade: websocket\r\nConnection: Upgrade\r\n"              \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"

struct web_peer {
	SSL_CTX *ctx;
	SSL *ssl; // NULL: plain
	int fd;
	struct buf got;
	bool closed;
};

static inline struct web_peer web_open(struct world *w, bool is_plain)
{
	struct web_peer p = {.fd = raw_connect(w)};
	int64_t began = clock_mono_ms();

	if (is_plain)
		return p;
	p.ctx = SSL_CTX_new(TLS_client_method());
	p.ssl = SSL_new(p.ctx);
	SSL_set_fd(p.ssl, p.fd);
	while (SSL_connect(p.ssl) != 1) {
		ERR_clear_error();
		turn(w);
		assert_true(clock_mono_ms() - began < PATIENCE_MS);
	}
	return p;
}

static inline void web_free(struct web_peer *p)
{
	SSL_free(p->ssl);
	SSL_CTX_free(p->ctx);
	close(p->fd);
	buf_clear(&p->got);
}

static inline void web_say(struct world *w, struct web_peer *p, struct span bytes)
{
	int sent = p->ssl ? SSL_write(p->ssl, bytes.at, (int)bytes.len)
			  : (int)send(p->fd, bytes.at, bytes.len, MSG_NOSIGNAL);

	assert_int_equal(sent, bytes.len);
	turns(w, 5);
}

// Whatever has come so far.
static inline struct span web_hears(struct web_peer *p)
{
	int got;

	do {
		char *to = buf_space(&p->got, 16384);

		errno = 0;
		got = p->ssl ? SSL_read(p->ssl, to, 16384)
			     : (int)recv(p->fd, to, 16384, MSG_DONTWAIT);
		p->got.len += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	p->closed = p->ssl ? SSL_get_error(p->ssl, got) == SSL_ERROR_ZERO_RETURN : got == 0;
	ERR_clear_error();
	return buf_span(&p->got);
}

static inline bool web_has_heard(struct web_peer *p, const char *text)
{
	struct span got = web_hears(p);

	return got.len && memmem(got.at, got.len, text, strlen(text)) != NULL;
}

static inline struct web_peer socket_open(struct world *w, const char *more)
{
	struct web_peer p = web_open(w, false);
	struct buf text = {0};

	buf_printf(&text, UPGRADE "%s\r\n", more);
	web_say(w, &p, buf_span(&text));
	buf_clear(&text);
	WAIT_UNTIL(web_has_heard(&p, "\r\n\r\n"), turn(w));
	buf_drop(&p.got,
		 (size_t)((char *)memmem(p.got.at, p.got.len, "\r\n\r\n", 4) - p.got.at) + 4);
	return p;
}

// A masked frame of at most 125 bytes; `first`: FIN and opcode.
static inline void socket_say(struct world *w, struct web_peer *p, unsigned first,
			      const char *text)
{
	char bytes[256] = {(char)first, (char)(0x80 | strlen(text)), 1, 2, 3, 4};
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		bytes[6 + i] = (char)(text[i] ^ (char)(1 + i % 4));
	web_say(w, p, span_from(bytes, 6 + len));
}

// "81 text\n88 .../1000 reason\n": the frames that came whole.
static inline const char *socket_hears(struct web_peer *p, struct buf *out)
{
	struct span got = web_hears(p);
	size_t at = 0;

	buf_reset(out);
	while (got.len - at >= 2) {
		const unsigned char *head = (const unsigned char *)got.at + at;
		size_t n = head[1], skip = 2;

		if (n == 126 && got.len - at >= 4) {
			n = (size_t)head[2] << 8 | head[3];
			skip = 4;
		}
		if (got.len - at < skip + n)
			break;
		buf_printf(out, "%x ", head[0]);
		if (head[0] == 0x88 && n >= 2) {
			buf_printf(out, "%u ", (unsigned)(head[2] << 8 | head[3]));
			buf_add_span(out, span_from(head + 4, n - 2));
		} else {
			buf_add_span(out, span_from(head + skip, n));
		}
		buf_add_char(out, '\n');
		at += skip + n;
	}
	return buf_str(out);
}
