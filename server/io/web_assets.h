// SPDX-License-Identifier: MIT
// The files of the page for browsers, as they lie in the program (server/io/embed makes them).
//
// What has a hash in its name never changes; the rest may with each version of the server.
// Constants; any thread.
#pragma once

#include "common/span.h"

struct web_asset {
	const char *path; // "/", "/sw.js", "/assets/app-0123456789abcdef.js"
	const char *type; // Content-Type
	bool has_hash;
	struct span bytes;
	struct span brotli; // the same, compressed (RFC 7932); empty: there is none
};

extern const struct web_asset web_assets[];
extern const size_t n_web_assets;
