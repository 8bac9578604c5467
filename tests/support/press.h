// SPDX-License-Identifier: MIT
// Tickets of Kerberos as a KDC would print them, for a key that the test knows: no KDC is needed.
#pragma once

#include <stdint.h>

struct press_ticket {
	const char *keytab;           // with the key of `service`
	const char *client, *service; // principals: ann@EXAMPLE.ORG
	int64_t from_s, until_s;      // wall
	int padding;                  // bytes of authorization data, as a directory adds them
};

// Adds a fresh key of the principal; the file may be there.
void press_key(const char *keytab, const char *principal);
// Makes the cache anew with that one ticket in it.
void press_cache(const char *cache, const struct press_ticket *ticket);
