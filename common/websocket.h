// SPDX-License-Identifier: MIT
// WebSocket (RFC 6455) as a server speaks it, and IRC in it (IRCv3 websocket): one message is
// one line without CR LF, as text or binary.
//
// In: frames of a client become lines in place. What is read may lie in the memory that the
// lines go to: payloads move towards the front over the headers, are unmasked, and get an LF
// behind each message. What may stand in no line (CR, LF, NUL) becomes NUL, which common/frame
// refuses. Fragments are joined within WEBSOCKET_MESSAGE_MAX; control frames may stand between
// them. Any split of the input gives the same. No extension is ever agreed upon.
// Out: headers of 2 or 4 bytes before lines whose bytes stay as they are, pings, pongs, closes.
// Owner: the connection; one thread. No memory beside the struct.
#pragma once

#include "common/frame.h"
#include "common/http.h"

#define WEBSOCKET_MESSAGE_MAX (FRAME_TAGS_MAX + FRAME_BODY_MAX)
#define WEBSOCKET_CONTROL_MAX 125 // payload of a control frame, 5.5
#define WEBSOCKET_REASON_MAX 123  // of which two bytes are the code
#define WEBSOCKET_HEAD_MAX 4      // of what we send
#define WEBSOCKET_LINE_MAX 65535  // of what we send: longer has a longer header

enum websocket_op {
	WEBSOCKET_CONTINUATION = 0,
	WEBSOCKET_TEXT = 1,
	WEBSOCKET_BINARY = 2,
	WEBSOCKET_CLOSE = 8,
	WEBSOCKET_PING = 9,
	WEBSOCKET_PONG = 10,
};

enum websocket_code {              // 7.4.1
	WEBSOCKET_NORMAL = 1000,   // after QUIT
	WEBSOCKET_GOING = 1001,    // the server ends
	WEBSOCKET_PROTOCOL = 1002, // framing
	WEBSOCKET_NO_CODE = 1005,  // never sent: a close without a code came
	WEBSOCKET_NOT_UTF8 = 1007,
	WEBSOCKET_POLICY = 1008, // banned, put out
	WEBSOCKET_TOO_LONG = 1009,
	WEBSOCKET_LATER = 1013, // over a limit
};

enum websocket_event {
	WEBSOCKET_MORE,   // all bytes were taken; lines may have come of them
	WEBSOCKET_PINGED, // answer with a pong of websocket_said(w)
	WEBSOCKET_PONGED, // websocket_said(w): what was pinged with
	WEBSOCKET_CLOSED, // w->code and the reason websocket_said(w): echo the code, close
	WEBSOCKET_BROKEN, // close with w->code and w->why
};

struct websocket {
	uint16_t code;   // after CLOSED and BROKEN
	const char *why; // after BROKEN: constant words
	// inside
	uint64_t left;   // payload of this frame that is to come
	uint32_t joined; // bytes of this message, with all of this frame
	uint8_t message; // its opcode; 0: none is begun
	uint8_t lacks, low,
		high; // text: bytes that the last character lacks, and what may come
	uint8_t head[14], head_len, mask_at;
	uint8_t control[WEBSOCKET_CONTROL_MAX], control_len;
	uint8_t over; // the event that ended it
};

// The upgrade of a request that http_read took: GET, "Upgrade: websocket", a key of 16 bytes,
// version 13. True: out has the whole 101 answer, *op is how lines are to be sent. The client's
// order decides among text.ircv3.net and binary.ircv3.net; when it asks for neither, the answer
// names none and lines are text. False: *status (400, 405, 426) and *why, a plain sentence;
// 426 wants WEBSOCKET_VERSION in its fields. Origin and Host are the caller's to judge.
MUST_USE bool websocket_shake(const struct http_request *r, int64_t at_ms, struct buf *out,
			      enum websocket_op *op, unsigned *status, const char **why);
#define WEBSOCKET_VERSION "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
// Sec-WebSocket-Accept of a Sec-WebSocket-Key, 4.2.2: appended to out.
void websocket_accept(struct span key, struct buf *out);
// The first of the client's list (Sec-WebSocket-Protocol) that is known; empty: none.
MUST_USE struct span websocket_subprotocol(const struct http_request *r, enum websocket_op *op);

// Zeroed is a fresh connection: websocket_init says so in words.
void websocket_init(struct websocket *w);
// Takes bytes off the front of *in and puts whole or half lines at *out, which moves behind
// them: at most one byte more than was taken. The two may lie in the same memory when *out
// begins at least one byte before in->at: read to `at + 1`, and have the lines from `at` on.
// Call again until WEBSOCKET_MORE. After CLOSED and BROKEN: nothing more is taken, the same
// for ever; a half line that was put out is nothing then.
MUST_USE enum websocket_event websocket_read(struct websocket *w, struct span *in, char **out);
// The payload of the last control frame, without a close's code; valid until the next read.
MUST_USE struct span websocket_said(const struct websocket *w);

// The header of a whole message or frame of `len` bytes (at most WEBSOCKET_LINE_MAX) at `out`;
// gives its length, 2 or 4. Servers do not mask.
size_t websocket_head(char out[static WEBSOCKET_HEAD_MAX], enum websocket_op op, size_t len);
// Append a whole frame. A ping's or pong's payload has at most WEBSOCKET_CONTROL_MAX bytes. Of
// a reason as many whole characters as fit are sent, none of it when it is no UTF-8.
// WEBSOCKET_NO_CODE sends a close without a code.
void websocket_put(struct buf *out, enum websocket_op op, struct span payload);
void websocket_put_close(struct buf *out, unsigned code, struct span reason);
