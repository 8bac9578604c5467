// SPDX-License-Identifier: MIT
// What the certificate of a server says of itself, and whether those behind it in its file
// lead on from it: what a client would find out first.
//
// Owner: whoever called tls_chain_read; freed by tls_chain_clear. Any thread.
#pragma once

#include "common/attr.h"
#include "common/buf.h"

#include <stdint.h>

enum tls_chain_fault {
	TLS_CHAIN_FINE,
	TLS_CHAIN_STRANGER, // one that did not sign the one before it
	TLS_CHAIN_EARLY,    // one behind the first is not valid yet
	TLS_CHAIN_EXPIRED,  // one behind the first is valid no more
	TLS_CHAIN_OPEN,     // who signed the last is not there, nor known to this computer
};

struct tls_chain {
	int64_t from_ms, until_ms; // of the first certificate, wall
	size_t n;                  // certificates in the file
	bool is_own;               // the first is signed by itself
	bool is_vouched;           // an authority of this computer stands behind it
	bool names_host;
	struct buf names;      // "chat.example.org, 192.0.2.7", as they stand in it
	struct buf at;         // the subject of the one with the fault
	struct buf issuer_url; // where who signed the last one can be had; often ""
	enum tls_chain_fault fault;
};

// Reads the PEM file; `host` is what it should name. False when there is no certificate in it.
MUST_USE bool tls_chain_read(struct tls_chain *c, const char *file, const char *host);
void tls_chain_clear(struct tls_chain *c);
