// SPDX-License-Identifier: MIT
// What is kept of certificates that an authority gives: the folder `acme` in the state, and in
// it what became of the last time that it was asked.
//
// The folder is uacme's as well. The account's key is beside the server's, where a backup takes
// it along, and uacme has a link to it; the server's own key it never gets.
#pragma once

#include "common/attr.h"
#include "server/paths.h"

#include <stdint.h>

#define ACME_USUAL "https://acme-v02.api.letsencrypt.org/directory"
#define ACME_FOLDER "acme"
#define ACME_ACCOUNT "account.key"
#define ACME_WORDS_MAX 200 // inside: of the last line that uacme said

struct acme_last {
	int64_t at_ms; // wall
	bool is_done;  // it was had, or there was nothing to do
	char words[ACME_WORDS_MAX];
};

// False: it was never tried.
MUST_USE bool acme_last_read(const struct paths *p, struct acme_last *last);
MUST_USE bool acme_last_write(const struct paths *p, const struct acme_last *last);
