// SPDX-License-Identifier: MIT
// What snug-errand is told to carry, and what it tells of it: one packet of fixed size each
// way. As with beside_letter.h neither side believes the other. Pure.
#pragma once

#include "server/beside/beside_letter.h"

#define ERRAND_URL_MAX 2048    // inside: longer ones are refused before
#define ERRAND_BODY_MAX 4096   // inside: what RFC 8030 promises
#define ERRAND_ANSWER_MAX 4096 // inside: of an answer; the rest is not read
#define ERRAND_ASK_LEN 8192
#define ERRAND_TELL_LEN (ERRAND_ANSWER_MAX + 24)

enum errand_header {
#define HEADER(name, field, max) ERRAND_HEADER_##name,
#include "server/beside/errand_header.def"
#undef HEADER
};
#define ERRAND_HEADERS 6 // inside: of enum errand_header

// Where it may go.
enum errand_kind {
	// The URL is a user's: https, port 443, an address that everybody can reach; or what
	// the operator excepted.
	ERRAND_PUSH = 1,
};

enum errand_outcome {
#define OUTCOME(name, word) ERRAND_##name,
#include "server/beside/errand_outcome.def"
#undef OUTCOME
};
#define ERRAND_OUTCOMES 10 // inside: of enum errand_outcome

// POST. All is borrowed.
struct errand_request {
	uint64_t number;
	enum errand_kind kind;
	struct span url;
	struct span headers[ERRAND_HEADERS]; // empty: not sent
	struct span body;
};

// The body is borrowed.
struct errand_answer {
	uint64_t number;
	enum errand_outcome outcome;
	unsigned status;        // of HTTP, 100..599; 0 unless answered
	uint32_t retry_after_s; // 0: it does not say
	struct span body;       // as it came, at most ERRAND_ANSWER_MAX of it
};

#define ERRAND_PARTS (ERRAND_HEADERS + 2) // inside: url, headers, body

struct errand_ask {
	uint16_t kind; // BESIDE_ERRAND
	uint16_t what; // enum errand_kind
	uint32_t zero;
	uint64_t number;
	uint16_t lens[ERRAND_PARTS];
	char bytes[ERRAND_ASK_LEN - 32]; // the parts one behind another; then zero
};

struct errand_tell {
	uint16_t kind; // BESIDE_ERRAND_DONE
	uint16_t outcome, status, len;
	uint64_t number;
	uint32_t retry_after_s, zero;
	char body[ERRAND_ANSWER_MAX]; // len of it; then zero
};

// The field's name: "TTL".
MUST_USE const char *errand_header_name(enum errand_header h);
// The outcome in one word: "refused-address".
MUST_USE const char *errand_outcome_word(enum errand_outcome o);
// https, printable ASCII, not too long. Whether it leads anywhere is not asked.
MUST_USE bool errand_is_url(struct span url);
// False when no such request can be carried: a part that is too long, a URL that is none, a
// field with what is no printable ASCII.
MUST_USE bool errand_ask_write(struct errand_ask *l, const struct errand_request *r);
// True when the bytes are one whole letter; *r borrows from *l.
MUST_USE bool errand_ask_read(struct errand_ask *l, struct span bytes,
			      struct errand_request *r);
// What does not fit of the body is left out.
void errand_tell_write(struct errand_tell *l, const struct errand_answer *a);
// True when the bytes are one whole letter; *a borrows from *l.
MUST_USE bool errand_tell_read(struct errand_tell *l, struct span bytes,
			       struct errand_answer *a);
