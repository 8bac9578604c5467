// SPDX-License-Identifier: MIT
// A TLS server inside a test: it says what the script says and remembers what it heard.
//
// Lives in the client's own loop, one connection at a time. Owner: the test.
#pragma once

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/frame.h"
#include "common/loop.h"
#include "common/net.h"
#include "common/tls.h"
#include "tests/support/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct scripted {
	struct loop *loop;
	struct tls_context *context;
	struct loop_fd *listen_watch, *watch;
	int listen_fd, fd;
	struct tls *tls;
	bool is_web; // it is met as a page would be, not as chat
	bool is_up;  // the handshake is done
	unsigned n_accepted;
	struct frame frame;
	struct buf heard; // lines, LF after each
	struct buf out;
	size_t n_bytes; // of decrypted input
	char dir[40], port[8];
	uint8_t pin[TLS_PIN_LEN];
	// Called for every line; may be NULL.
	void (*on_line)(struct scripted *s, struct span line);
};

static inline void scripted_drop(struct scripted *s)
{
	if (s->fd < 0)
		return;
	loop_remove(s->watch);
	s->watch = NULL;
	tls_free(s->tls);
	s->tls = NULL;
	close(s->fd);
	s->fd = -1;
	s->is_up = false;
	frame_clear(&s->frame);
	buf_reset(&s->out);
}

static inline void scripted_flush(struct scripted *s)
{
	while (s->is_up && s->out.len) {
		size_t len = s->out.len < 16384 ? s->out.len : 16384;
		if (tls_write(s->tls, s->out.at, len) != TLS_OK)
			return;
		buf_drop(&s->out, len);
	}
}

static inline void scripted_say(struct scripted *s, const char *line)
{
	buf_add_str(&s->out, line);
	buf_add_str(&s->out, "\r\n");
	scripted_flush(s);
}

static inline void scripted_read(struct scripted *s)
{
	for (;;) {
		size_t room, got;
		char *to = frame_space(&s->frame, &room);
		enum tls_result result = tls_read(s->tls, to, room, &got);
		if (result == TLS_CLOSED || result == TLS_BROKEN)
			scripted_drop(s);
		if (result != TLS_OK)
			return;
		s->n_bytes += got;
		frame_fed(&s->frame, got);
		struct span line;
		while (frame_next(&s->frame, &line) == FRAME_LINE) {
			buf_add_span(&s->heard, line);
			buf_add_char(&s->heard, '\n');
			if (s->on_line)
				s->on_line(s, line);
			if (s->fd < 0)
				return;
		}
	}
}

static inline void scripted_on_ready(void *arg, unsigned events UNUSED)
{
	struct scripted *s = arg;

	if (!s->is_up) {
		enum tls_result result = tls_handshake(s->tls);
		if (result == TLS_BROKEN || result == TLS_CLOSED)
			scripted_drop(s);
		if (result != TLS_OK)
			return;
		s->is_up = true;
	}
	scripted_flush(s);
	scripted_read(s);
}

static inline void scripted_on_accept(void *arg, unsigned events UNUSED)
{
	struct scripted *s = arg;
	struct net_address peer;
	int fd = net_accept(s->listen_fd, &peer);

	if (fd < 0)
		return;
	scripted_drop(s);
	s->fd = fd;
	s->n_accepted++;
	s->tls = s->is_web ? tls_new_web(s->context, fd, NULL) : tls_new(s->context, fd, NULL);
	frame_init(&s->frame, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	s->watch = loop_add(s->loop, fd, LOOP_READ, scripted_on_ready, s);
}

// Stops to listen; the port stays known.
static inline void scripted_hide(struct scripted *s)
{
	loop_remove(s->listen_watch);
	s->listen_watch = NULL;
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	s->listen_fd = -1;
	scripted_drop(s);
}

static inline void scripted_listen(struct scripted *s)
{
	struct net_address address;
	char text[NET_TEXT_MAX];

	snprintf(text, sizeof(text), "127.0.0.1:%s", s->port[0] ? s->port : "0");
	if (!net_parse(&address, span_of(text)))
		abort();
	s->listen_fd = net_listen(&address);
	if (s->listen_fd < 0 || !net_bound(s->listen_fd, &address))
		abort();
	net_text(&address, text);
	snprintf(s->port, sizeof(s->port), "%s", strrchr(text, ':') + 1);
	s->listen_watch = loop_add(s->loop, s->listen_fd, LOOP_READ, scripted_on_accept, s);
}

// A fresh key and certificate.
static inline void scripted_make_key(struct scripted *s)
{
	char cert[64], key[64], *error = NULL;

	snprintf(cert, sizeof(cert), "%s/cert.pem", s->dir);
	snprintf(key, sizeof(key), "%s/key.pem", s->dir);
	unlink(cert);
	unlink(key);
	if (!tls_make_certificate(cert, key, "localhost", 30, &error))
		abort();
	tls_context_free(s->context);
	s->context = tls_context_server(cert, key, &error);
	if (!s->context)
		abort();
	tls_context_pin(s->context, s->pin);
}

static inline void scripted_init(struct scripted *s, struct loop *l)
{
	*s = (struct scripted){.loop = l, .fd = -1, .listen_fd = -1};
	snprintf(s->dir, sizeof(s->dir), "/tmp/snug-scripted-XXXXXX");
	if (!mkdtemp(s->dir))
		abort();
	scripted_make_key(s);
	scripted_listen(s);
}

static inline void scripted_clear(struct scripted *s)
{
	char path[64];

	scripted_hide(s);
	tls_context_free(s->context);
	buf_clear(&s->heard);
	buf_clear(&s->out);
	snprintf(path, sizeof(path), "%s/cert.pem", s->dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/key.pem", s->dir);
	unlink(path);
	rmdir(s->dir);
}

static inline bool scripted_heard(struct scripted *s, const char *text)
{
	return strstr(buf_str(&s->heard), text) != NULL;
}

// Turns the loop until the text was heard; false when it is not.
static inline bool scripted_hears(struct scripted *s, const char *text)
{
	int64_t end = clock_mono_ms() + PATIENCE_MS;

	while (!scripted_heard(s, text) && clock_mono_ms() < end)
		loop_turn(s->loop, STEP_MS);
	return scripted_heard(s, text);
}
