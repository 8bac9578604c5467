// SPDX-License-Identifier: MIT
// A file on its way to the server, or from there: one request, with what is to be said of it.
//
// The token (FILEHOST TOKEN) lets one in for minutes; a transfer is not resumed, and tried
// again by who asks. Owner: who started it; the client's one thread.
#pragma once

#include "client/files/incoming.h"
#include "client/files/outgoing.h"

struct transfer;

struct transfer_end {
	const char *url;  // of a file that was sent
	const char *path; // of one that came, or
	int fd;           // of one that came into memory: at its beginning, borrowed
	const char *why;  // neither: in words, as the server put them where it did
	bool is_token;    // ... it did not take the token: another may do
};

struct transfer_events {
	void *arg;
	void (*on_progress)(void *arg);
	// Once. The transfer may be freed inside.
	void (*on_end)(void *arg, const struct transfer_end *end);
};

struct transfer_order {
	struct loop *loop;
	const char *url;   // of the file space, or of the file
	const char *token; // for Authorization: Bearer
	const struct https_keys *keys;
};

// Sends the file, which stays until the transfer is freed, to the members of `target`. NULL:
// the address is none.
MUST_USE struct transfer *transfer_send(const struct transfer_order *o, const char *target,
					const struct outgoing *file,
					const struct transfer_events *events);
// Fetches it to that place (copied).
MUST_USE struct transfer *transfer_get(const struct transfer_order *o,
				       const struct incoming_place *place,
				       const struct transfer_events *events);
// What is not whole goes. NULL is accepted.
void transfer_free(struct transfer *t);
// Of how many bytes so many are through; 0 of 0 while that is not known.
MUST_USE uint64_t transfer_done(const struct transfer *t, uint64_t *total);
// "45 %", or "" while nothing is known.
void transfer_percent(struct buf *out, const struct transfer *t);
// Keys for this address: those of the chat server (known NULL: none), and of another host
// also one that an authority vouches for.
void transfer_keys(struct https_keys *out, const struct pins *known, const uint8_t *next,
		   const char *server, const char *url);
