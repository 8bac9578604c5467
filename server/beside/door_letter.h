// SPDX-License-Identifier: MIT
// What snug-door is asked about somebody, and what it tells of it: one packet of fixed size
// each way. As with beside_letter.h neither side believes the other. A question may hold a
// password: whoever held a letter wipes it. Pure.
#pragma once

#include "server/beside/beside_letter.h"

#define DOOR_ASK_LEN 1024
#define DOOR_TELL_LEN 280
#define DOOR_SERVICE_MAX 64   // inside: bytes of a service's name
#define DOOR_NAME_MAX 255     // inside: of a person's
#define DOOR_PASSWORD_MAX 511 // inside: what PAM_MAX_RESP_SIZE leaves
#define DOOR_DELAY_MAX 60000  // inside: ms that a stack may ask for

enum door_act {
	DOOR_PASSWORD = 1, // is it this one's password, and may it come in?
	DOOR_STANDING = 2, // may it still come in? Without a password
};

enum door_result {
#define RESULT(name, word) DOOR_##name,
#include "server/beside/door_result.def"
#undef RESULT
};
#define DOOR_RESULTS 5 // inside: of enum door_result

// All is borrowed.
struct door_question {
	uint64_t number;
	int64_t asked_ms; // mono, when it began; 0: now. In no letter
	enum door_act act;
	struct span service, name, password; // password: empty of STANDING
};

// The name is borrowed.
struct door_answer {
	uint64_t number;
	enum door_result result;
	uint32_t delay_ms; // that the stack wants before a refusal is told
	struct span name;  // of YES: whom the stack ended with; else empty
};

#define DOOR_PARTS 3 // inside: service, name, password

struct door_ask {
	uint16_t kind; // BESIDE_DOOR
	uint16_t act;
	uint16_t lens[DOOR_PARTS];
	uint16_t zero[3];
	uint64_t number;
	char bytes[DOOR_ASK_LEN - 24]; // the parts one behind another; then zero
};

struct door_tell {
	uint16_t kind; // BESIDE_DOOR_DONE
	uint16_t result, len, zero;
	uint32_t delay_ms, zero_too;
	uint64_t number;
	char name[DOOR_TELL_LEN - 24]; // len of it; then zero
};

// The word of a result: "unknown".
MUST_USE const char *door_result_word(enum door_result r);
// A name of a file in /etc/pam.d and nothing else: letters, digits, - _ and ., no . first.
MUST_USE bool door_is_service(struct span name);
// Somebody whom a computer may be asked about: printable, without '/', not too long.
MUST_USE bool door_is_name(struct span name);
// False when no such thing can be asked: a part that is none, too long, or has a NUL.
MUST_USE bool door_ask_write(struct door_ask *l, const struct door_question *q);
// True when the bytes are one whole letter; *q borrows from *l.
MUST_USE bool door_ask_read(struct door_ask *l, struct span bytes, struct door_question *q);
// A name that is none makes it a LATER.
void door_tell_write(struct door_tell *l, const struct door_answer *a);
// True when the bytes are one whole letter; *a borrows from *l.
MUST_USE bool door_tell_read(struct door_tell *l, struct span bytes, struct door_answer *a);
