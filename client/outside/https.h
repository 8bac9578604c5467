// SPDX-License-Identifier: MIT
// One request over HTTPS and its answer, on the client's loop: a file on its way to the server,
// or back; a question to an issuer of tokens.
//
// The key of who answers is judged before a byte is sent. One connection a request;
// nothing is followed, resumed or tried again. What the server refuses before it takes a long
// body is known before that is sent (Expect: 100-continue). Bytes of an answer's beginning are
// wiped with the request. Owner: the client's one thread.
#pragma once

#include "client/outside/http_reply.h"
#include "common/loop.h"
#include "common/pin.h"

#define HTTPS_SILENCE_MS 30000 // of a server, or a network, that takes and sends nothing
#define HTTPS_CONTINUE_MS 3000 // that "100 Continue" is waited for
#define HTTPS_AT_ONCE_MAX 4096 // bytes of a body that goes with its head
#define HTTPS_WORDS_MAX 4096   // bytes of a refusal that are read

struct https;

// The keys that are known of a server.
struct https_keys {
	struct pins pins;
	bool or_vouched; // one that an authority vouches for is good, too
	bool has_next;
	uint8_t next[TLS_PIN_LEN];
};

// What is sent: bytes in memory, or (fd >= 0) so many from there. All borrowed until the end.
struct https_body {
	struct span bytes;
	int fd;
	uint64_t length;
};

struct https_order {
	const char *method, *host, *port, *path; // copied, as all of it but the body
	struct span fields;                      // further, each with CR LF behind it
	const struct https_keys *keys; // NULL: an authority of this computer has to vouch
	struct https_body body;        // of POST
};

struct https_answer {
	unsigned status;         // 0: there was none
	const char *why;         // of 0: what went wrong, in words
	bool is_sent;            // of 0: it may have come to the server all the same
	struct http_reply *head; // of others
	struct span words;       // what a body that is no 2xx begins with
};

// The request may be freed inside of on_end, and of no other. Spans are borrowed for the call.
struct https_events {
	void *arg;
	// Bytes of the body that were sent.
	void (*on_sent)(void *arg, uint64_t sent);
	// Bytes of the body of a 2xx; false: there is no place for them, and on_end follows.
	bool (*on_body)(void *arg, const struct http_reply *head, struct span bytes);
	// Once, at the end. Of a 2xx all bytes came.
	void (*on_end)(void *arg, const struct https_answer *a);
};

// Begins; on_end is never called inside.
MUST_USE struct https *https_start(struct loop *l, const struct https_order *o,
				   const struct https_events *events);
// Ends it without a word. NULL is accepted.
void https_free(struct https *h);

// "https://HOST[:PORT]/PATH" taken apart; false: it is none, or has anything else in it.
struct https_url {
	char host[256], port[6];
	struct span path; // of the text, with its '/'
};
MUST_USE bool https_url_parse(struct span url, struct https_url *out);
