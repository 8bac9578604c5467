// SPDX-License-Identifier: MIT
// Inside of server/io/web*.c.
#pragma once

#include "common/http.h"
#include "common/tls.h"
#include "common/websocket.h"
#include "server/io/web.h"

enum web_phase {
	WEB_SHAKING, // TLS
	WEB_ASKING,  // the request comes
	WEB_ASKED,   // it is there, and no upgrade
	WEB_TALKING, // WebSocket
};

// A request while it comes, and until it is answered.
struct web_request {
	struct http_request head;
	struct buf bytes;
	bool has_head, was_told_to_go_on;
	int route;        // enum route; -1: it is answered here
	struct span rest; // of the path, behind the route's
	struct span body;
	unsigned status;               // answered here: with this,
	const char *text;              // ... these words, constant,
	const char *more;              // ... and these fields
	struct span type;              // of the text
	const struct web_asset *asset; // answered here: with this; NULL: with the text
	bool has_brotli;               // it is sent as it is compressed
	bool goes_on;                  // another request may follow
	struct file_id file;           // of the path
	struct http_part part;         // of the file that is sent, where one is
	size_t taken;                  // of a body that came with the head: web_take() had it
};

struct web {
	const struct carrier_world *world;
	struct tls *tls; // NULL: plain
	int fd;
	uint8_t phase;          // enum web_phase
	uint8_t op;             // enum websocket_op of the lines that leave
	bool has_lines_pending; // a write that holds lines is to be tried again
	bool has_ended;         // our close frame is made
	bool has_pong;          // `pong` is to be sent
	bool is_told;           // the peer closed: it gets its own code and no reason
	uint16_t code;          // to close with, as the peer's frames want it; 0: they do not
	bool goes_on;           // what is answered is not the last
	uint8_t answers;        // that were given
	unsigned short pings;   // of the peer, in this minute
	int64_t minute_at;
	struct buf words; // frames of our own, to be written before any line
	struct buf pong;
	struct span rest;            // of the file that leaves; it is the program's
	struct web_request *request; // until it is answered, or TALKING
	struct websocket socket;
};

// Results of both are those of a TLS stream. *done: bytes.
MUST_USE enum tls_result web_pull(struct web *w, void *to, size_t room, size_t *done);
MUST_USE enum tls_result web_push(struct web *w, const void *bytes, size_t len, size_t *done);

// Takes what there is of the request. True: it is whole, and `status`, `route` or an upgrade
// (phase TALKING, the answer in `words`) came of it.
MUST_USE bool web_take_request(struct web *w);
// A request that is not served: words and fields are constants.
void web_refuse(struct web *w, unsigned status, const char *text, const char *more);

// False: the path is no file's of the page. Else it is to be shown, or refused.
MUST_USE bool web_take_page(struct web *w);
// Fields of the answer that shows it, and the file's bytes as they are to be sent.
void web_add_page_fields(const struct web *w, struct buf *out);
MUST_USE struct span web_page_bytes(const struct web_request *r);

// A script that a worker is made of has all that the page keeps: it is that one file.
MUST_USE bool web_is_strange_worker(const struct http_request *r);

// web_file.c. False: the path is none of files. Else it is asked of the hub, answered, or
// refused.
MUST_USE bool web_take_file(struct web *w);
// The question's fields that only files have.
void web_ask_file(const struct web *w, struct web_question *asked);
// Fields of the answer: of a file that is sent, and its type; or of one that only says.
void web_add_file_fields(struct web_request *r, const struct web_answer *answer,
			 struct buf *out);
void web_add_refusal_fields(const struct web_answer *answer, struct buf *out);
// Of the transport (server/io/transport.h).
void web_expect(struct carrier *c);
MUST_USE enum tls_result web_take(struct carrier *c, void *to, size_t room, size_t *done);
MUST_USE uint64_t web_choose(struct carrier *c, uint64_t size, uint64_t *from);
void web_give(struct carrier *c, struct span bytes);

// The WebSocket half of the transport, see server/io/transport.h.
MUST_USE enum tls_result web_read_frames(struct carrier *c, struct frame *f);
MUST_USE enum tls_result web_write_frames(struct carrier *c, struct outq *q, entry_no durable,
					  char *record);
MUST_USE enum tls_result web_end_frames(struct carrier *c, enum parting parting,
					struct span why);
void web_nudge(struct carrier *c);
