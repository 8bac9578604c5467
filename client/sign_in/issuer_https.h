// SPDX-License-Identifier: MIT
// Questions to an issuer over HTTPS, on the client's loop. An authority of this computer has to
// vouch for who answers (SSL_CERT_FILE names others); the pin of a chat server counts nothing
// here. What was said either way is wiped.
//
// Owner: whoever asks; the client's one thread.
#pragma once

#include "client/sign_in/issuer_line.h"
#include "common/loop.h"

#define ISSUER_ANSWER_MAX (64 * 1024) // bytes of a body

struct issuer_https;

// The loop is borrowed.
MUST_USE struct issuer_https *issuer_https_new(struct loop *l);
// Stops what is open. NULL is accepted.
void issuer_https_free(struct issuer_https *h);
// Good as long as that is.
MUST_USE struct issuer_line issuer_https_line(struct issuer_https *h);
