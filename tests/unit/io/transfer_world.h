// SPDX-License-Identifier: MIT
// Uploads by hand: a peer that sends, a hub that lets in, a disk in memory.
#pragma once

#include "tests/unit/io/disk.h"

#define PUT "POST /f?target=here HTTP/1.1\r\n" HEAD "Authorization: Bearer t0\r\n"
#define SIZE (3 * FILING_BYTES + 77)

static const struct file_id id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
#define ID "AQIDBAUGBwgJCgsMDQ4PEA"

static inline void answer(struct world *w, const struct heard *heard, struct web_answer said)
{
	struct outbox *out = outbox_new();

	outbox_answer(out, heard->conn, &said);
	post(w, out);
}

static inline void let_in(struct world *w, const struct heard *heard)
{
	answer(w, heard, (struct web_answer){.then = WEB_TAKES, .file = id});
}

// The newest question of this route; waits for it.
static const struct heard *await(struct world *w, struct memory_disk *d, enum route route,
				 size_t n)
{
	const struct heard *found = NULL;
	int64_t began = clock_mono_ms();

	while (!found) {
		size_t left = n;

		for (size_t i = 0; i < w->n_heard; i++) {
			if (w->heard[i].kind == INBOX_ASKED && w->heard[i].route == route &&
			    left-- == 1)
				found = &w->heard[i];
		}
		disk_turn(w, d);
		assert_true(clock_mono_ms() - began < PATIENCE_MS);
	}
	return found;
}

static inline size_t n_asked(const struct world *w, enum route route)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_heard; i++)
		n += w->heard[i].kind == INBOX_ASKED && w->heard[i].route == route;
	return n;
}

// As much of it as the connection takes now.
static inline size_t push(struct web_peer *p, const char *bytes, size_t len)
{
	size_t done = 0;
	int sent;

	while (done < len) {
		size_t n = len - done < 16384 ? len - done : 16384;

		sent = SSL_write(p->ssl, bytes + done, (int)n);
		if (sent <= 0) {
			ERR_clear_error();
			return done;
		}
		done += (size_t)sent;
	}
	return done;
}

static inline void set_nonblocking(struct web_peer *p)
{
	SSL_set_mode(p->ssl,
		     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static inline char *body_of(size_t len)
{
	char *bytes = xmalloc(len);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(i * 31 + (i >> 10));
	return bytes;
}

static inline struct web_peer ask_to_put(struct world *w, size_t len, const char *more)
{
	struct web_peer p = web_open(w, false);
	struct buf head = {0};

	set_nonblocking(&p);
	buf_printf(&head, PUT "Content-Length: %zu\r\n%s\r\n", len, more);
	web_say(w, &p, buf_span(&head));
	buf_clear(&head);
	return p;
}

static inline void send_all(struct world *w, struct memory_disk *d, struct web_peer *p,
			    const char *body, size_t len)
{
	size_t sent = 0;

	WAIT_UNTIL((sent += push(p, body + sent, len - sent)) == len, disk_turn(w, d));
}
