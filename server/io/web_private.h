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

// The WebSocket half of the transport, see server/io/transport.h.
MUST_USE enum tls_result web_read_frames(struct carrier *c, struct frame *f);
MUST_USE enum tls_result web_write_frames(struct carrier *c, struct outq *q, entry_no durable,
					  char *record);
MUST_USE enum tls_result web_end_frames(struct carrier *c, enum parting parting,
					struct span why);
void web_nudge(struct carrier *c);
