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
#include "common/tls_binding.h"
#include "server/io/outq.h"
#include "server/letters/outbox.h"

// What the carriers of a shard share; it outlives them, and what it points to changes when
// settings are reloaded.
struct carrier_world {
	struct tls_context *tls;
	const struct web_names *names; // web.h
	struct tls_challenges *challenges;
	bool has_files; // people may send some
};

struct carrier {
	const struct transport *transport;
	void *own; // what the transport keeps of it; NULL: not open
	// After read(): bytes were taken from the socket that no poll() will report.
	bool has_more;
	// Bytes of the transport's own wait for write(), though no line may.
	bool has_words;
	// After read(): what came was for the transport alone and is no sign of life of who
	// speaks over it.
	bool was_idle;
	// After shake(): no session begins but one question was asked: see question().
	bool asks;
	// After read(): why the transport wants an end, once the lines before it are taken;
	// static words. NULL: it does not.
	const char *parting;
};

struct transport {
	const char *scheme; // "ircs"
	bool is_local;      // of this machine alone: no proxy stands before it
	// Whether a connection may begin with this byte. Who begins otherwise costs nothing
	// more, and gets no answer.
	bool (*may_begin)(unsigned char byte);
	// Whether this command in the first line is of one who takes us for another service;
	// what such a one is told before the end is appended, in that service's terms.
	bool (*is_astray)(struct span command, struct buf *told);
	// The descriptor stays the connection's, the world the shard's.
	void (*open)(struct carrier *c, const struct carrier_world *world, int fd);
	// Ends it with what can be said at once; fine when it was never opened.
	void (*close)(struct carrier *c);
	// All that comes before the first line.
	enum tls_result (*shake)(struct carrier *c);
	// The key that the peer proved in that, and its certificate (tls_peer_*); false: none.
	bool (*peer)(const struct carrier *c, uint8_t pin[static TLS_PIN_LEN],
		     uint8_t cert[static 64]);
	// What binds to this stream (tls_binding); NONE: nothing. NULL: never anything.
	void (*binding)(const struct carrier *c, struct tls_binding *out);
	// One read, into the frame; also TLS_OK when no line was among it.
	enum tls_result (*read)(struct carrier *c, struct frame *f);
	// One record of own words and of lines that may leave; only called when there is
	// either. `record` has room for RECORD_MAX bytes. What was written, or is kept for the
	// next call, leaves the queue. On TLS_WANT_* call again.
	enum tls_result (*write)(struct carrier *c, struct outq *q, entry_no durable,
				 char *record);
	// All lines have left: the transport's own last words. On TLS_WANT_* call again.
	enum tls_result (*end)(struct carrier *c, enum parting parting, struct span why);
	// Of a session that was silent for a while: words for whoever is on the way, who would
	// forget it. NULL: nobody wants any.
	void (*nudge)(struct carrier *c);
	// What was asked. True: the hub is to answer; *question borrows from the carrier until
	// answer(). False: *answer is known. NULL, as all up to give(): asks is never set.
	bool (*question)(const struct carrier *c, struct web_question *question,
			 struct web_answer *answer);
	// Appends the bytes that write() is to get for it, as one line; what has_words says is
	// more of it.
	void (*answer)(struct carrier *c, const struct web_answer *answer, struct buf *out);
	// All of the answer has left. True: shake() may be called again, for the next question.
	bool (*again)(struct carrier *c);
	// A file that comes: it is let in, and wanted from now on.
	void (*expect)(struct carrier *c);
	// One read of its bytes, as tls_read().
	enum tls_result (*take)(struct carrier *c, void *to, size_t room, size_t *done);
	// A file that is sent, of `size` bytes: which of them were asked for. Gives how many,
	// and where they begin in *from; before answer().
	uint64_t (*choose)(struct carrier *c, uint64_t size, uint64_t *from);
	// The next of them, to be written behind what was queued; they stay where they are
	// until has_words says that they are written, or until others, or none, are given.
	void (*give)(struct carrier *c, struct span bytes);
	// Why the last call ended TLS_BROKEN, in words; borrowed.
	const char *(*error)(const struct carrier *c);
};

// IRC over TLS: each line with CR LF behind it, all that may leave in one TLS record.
extern const struct transport tls_lines;

// By the scheme of an address, in any case; NULL: there is none.
MUST_USE const struct transport *transport_find(struct span scheme);
