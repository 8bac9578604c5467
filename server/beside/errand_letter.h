// SPDX-License-Identifier: MIT
// What snug-errand is told to carry, and what it tells of it: one packet each way, of one of
// two sizes, which what is in it decides. As with beside_letter.h neither side believes the
// other. What goes to an issuer and comes from there has tokens in it: whoever held a letter
// wipes it. Pure.
#pragma once

#include "server/beside/beside_letter.h"

#define ERRAND_URL_MAX 2048    // inside: longer ones are refused before
#define ERRAND_BODY_MAX 4096   // inside: of a push; what RFC 8030 promises
#define ERRAND_FORM_MAX 12288  // inside: of what an issuer is asked, with a token of 8 KiB
#define ERRAND_ANSWER_MAX 4096 // inside: of an answer; the rest is not read
#define ERRAND_KEYS_MAX 65536  // inside: of an issuer's, whose keys are the longest
#define ERRAND_ASK_LEN 8192    // of a push,
#define ERRAND_ASK_LONG 24576  // of a question to an issuer
#define ERRAND_TELL_LEN (ERRAND_ANSWER_MAX + 24) // while the answer fits,
#define ERRAND_TELL_LONG (ERRAND_KEYS_MAX + 24)  // else

enum errand_header {
#define HEADER(name, ...) ERRAND_HEADER_##name,
#include "server/beside/errand_header.def"
#undef HEADER
};
#define ERRAND_HEADERS 7 // inside: of enum errand_header

// Where it may go.
enum errand_kind {
	// The URL is a user's: https, port 443, an address that everybody can reach; or what
	// the operator excepted.
	ERRAND_PUSH = 1,
	// The operator's issuer: https, exactly the hosts and ports named at the start, at
	// whatever address they are.
	ERRAND_ISSUER = 2,
};

// How it asks.
enum errand_method {
	ERRAND_POST,
	ERRAND_GET, // of an issuer alone, without a body
};

enum errand_outcome {
#define OUTCOME(name, word) ERRAND_##name,
#include "server/beside/errand_outcome.def"
#undef OUTCOME
};
#define ERRAND_OUTCOMES 10 // inside: of enum errand_outcome

// All is borrowed.
struct errand_request {
	uint64_t number;
	enum errand_kind kind;
	enum errand_method method;
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
	struct span body;       // as it came, at most errand_answer_max() of it
};

#define ERRAND_PARTS (ERRAND_HEADERS + 2) // inside: url, headers, body

struct errand_ask {
	uint16_t kind; // BESIDE_ERRAND
	uint16_t what; // enum errand_kind
	uint16_t method;
	uint16_t zero;
	uint64_t number;
	uint16_t lens[ERRAND_PARTS];
	char bytes[ERRAND_ASK_LONG - 34]; // the parts one behind another; then zero
};

struct errand_tell {
	uint16_t kind; // BESIDE_ERRAND_DONE
	uint16_t outcome, status, zero;
	uint64_t number;
	uint32_t retry_after_s, len;
	char body[ERRAND_KEYS_MAX]; // len of it; then zero
};

// The field's name: "TTL".
MUST_USE const char *errand_header_name(enum errand_header h);
// The outcome in one word: "refused-address".
MUST_USE const char *errand_outcome_word(enum errand_outcome o);
// https, printable ASCII, not too long. Whether it leads anywhere is not asked.
MUST_USE bool errand_is_url(struct span url);
// How much of an answer is read.
MUST_USE size_t errand_answer_max(enum errand_kind kind);
// How many bytes of a letter that was written are sent.
MUST_USE size_t errand_ask_size(const struct errand_ask *l);
MUST_USE size_t errand_tell_size(const struct errand_tell *l);
// False when no such request can be carried: a part that is too long or not of its kind, a URL
// that is none, a field with what is no printable ASCII.
MUST_USE bool errand_ask_write(struct errand_ask *l, const struct errand_request *r);
// True when the bytes are one whole letter; *r borrows from *l.
MUST_USE bool errand_ask_read(struct errand_ask *l, struct span bytes,
			      struct errand_request *r);
// What does not fit of the body is left out.
void errand_tell_write(struct errand_tell *l, const struct errand_answer *a);
// True when the bytes are one whole letter; *a borrows from *l.
MUST_USE bool errand_tell_read(struct errand_tell *l, struct span bytes,
			       struct errand_answer *a);
