// SPDX-License-Identifier: MIT
// What an OpenID issuer says of itself at ISSUER/.well-known/openid-configuration (OpenID
// Connect Discovery 1.0, 4; RFC 8414): where is what.
//
// Pure; any thread. Owner: who had it read.
#pragma once

#include "common/buf.h"

#define DISCOVERY_TEXT_MAX (64 * 1024)
#define DISCOVERY_URL_MAX 512 // bytes of a URL

// Zeroed: nothing. NULL: it has none.
struct discovery {
	char *token, *keys; // these every issuer has
	char *authorization, *device, *userinfo, *introspection, *revocation;
};

void discovery_clear(struct discovery *d);
// `issuer`: who it must say it is, to the byte. `hosts`, ended by NULL, or NULL itself: HOST or
// HOST:PORT, where its endpoints may be besides the issuer's own. False: *why says what is
// wrong with it (the caller's, free()), in words that continue "ISSUER is not to be used: ".
// `hosts` may be discovery_anywhere: it is the issuer's own business where its endpoints are.
extern const char *const discovery_anywhere[];
MUST_USE bool discovery_read(struct span json, const char *issuer, const char *const *hosts,
			     struct discovery *d, char **why);
// Adds ISSUER/.well-known/openid-configuration.
void discovery_address(struct buf *out, const char *issuer);
// https, a host, no user, no fragment, printable ASCII, at most DISCOVERY_URL_MAX bytes.
MUST_USE bool endpoint_is_fit(struct span url);
// HOST or HOST:PORT of one that is fit, without ":443". Borrowed.
MUST_USE struct span endpoint_host(struct span url);
