// SPDX-License-Identifier: MIT
// A transport: how lines travel over a socket. The scheme of a listener's address names it.
//
// Between a connection and its socket. The way in ends in the connection's frame: however
// lines come, read() puts them there with an LF behind each, so that common/frame stays the
// one gate; what may be no part of a line is put there as a byte that the frame refuses. The
// way out begins in the connection's queue: write() takes whole lines from its front and makes
// bytes of them, all that one record holds. So a call is made for each read and each record,
// never for a line. Results are those of a TLS stream (common/tls.h).
// Owner: a carrier belongs to its connection, one thread; transports are constants.
#pragma once

#include "common/frame.h"
#include "common/tls.h"
#include "server/io/outq.h"

struct carrier {
	const struct transport *transport;
	void *own; // what the transport keeps of it; NULL: not open
	// After read(): bytes were taken from the socket that no poll() will report.
	bool has_more;
	// Bytes of the transport's own wait for write(), though no line may.
	bool has_words;
};

struct transport {
	const char *scheme; // "ircs"
	// Whether a connection may begin with this byte. Who begins otherwise costs nothing
	// more, and gets no answer.
	bool (*may_begin)(unsigned char byte);
	// Whether this command in the first line is of one who takes us for another service.
	bool (*is_astray)(struct span command);
	// The descriptor stays the connection's, the context the shard's.
	void (*open)(struct carrier *c, struct tls_context *tls, int fd);
	// Ends it with what can be said at once; fine when it was never opened.
	void (*close)(struct carrier *c);
	// All that comes before the first line.
	enum tls_result (*shake)(struct carrier *c);
	// The key that the peer proved in that, and its certificate (tls_peer_*); false: none.
	bool (*peer)(const struct carrier *c, uint8_t pin[static TLS_PIN_LEN],
		     uint8_t cert[static 64]);
	// One read, into the frame; also TLS_OK when no line was among it.
	enum tls_result (*read)(struct carrier *c, struct frame *f);
	// One record of own words and of lines that may leave; only called when there is
	// either. `record` has room for RECORD_MAX bytes. What was written, or is kept for the
	// next call, leaves the queue. On TLS_WANT_* call again.
	enum tls_result (*write)(struct carrier *c, struct outq *q, entry_no durable,
				 char *record);
	// All lines have left: the transport's own last words. On TLS_WANT_* call again.
	enum tls_result (*end)(struct carrier *c, struct span why);
	// Why the last call ended TLS_BROKEN, in words; borrowed.
	const char *(*error)(const struct carrier *c);
};

// IRC over TLS: each line with CR LF behind it, all that may leave in one TLS record.
extern const struct transport tls_lines;

// By the scheme of an address, in any case; NULL: there is none.
MUST_USE const struct transport *transport_find(struct span scheme);
