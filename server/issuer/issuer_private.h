// SPDX-License-Identifier: MIT
// Inside of server/issuer; others use issuer.h.
#pragma once

#include "common/discovery.h"
#include "common/list.h"
#include "server/issuer/issuer.h"
#include "server/issuer/kept.h"
#include "server/issuer/request.h"
#include "server/issuer/seen.h"

struct asking;

// What became of a step.
enum stand {
	STAND_GOES_ON,
	STAND_WAITS, // for something that is on its way
	STAND_ENDS,  // result and why are said
};

typedef enum stand step_fn(struct asking *a);
typedef enum stand step_told_fn(struct asking *a, const struct errand_answer *told);

// A question, or a logout, until it is answered.
struct asking {
	struct list in;
	struct issuer *issuer;
	step_fn *const *steps;               // NULL at the end; tried from the first
	void (*finish)(struct asking *a);    // when all went on, or one ended
	int64_t until_ms;                    // monotonic
	uint64_t errand;                     // on its way; 0: none
	step_told_fn *on_told;               // of it
	struct identity_question *question;  // NULL: a logout
	conn_id conn;                        // of a logout
	struct buf token, refresh;           // wiped
	char *client;                        // that was given the refresh token
	bool is_exchanging, is_exchanged;    // at the token endpoint
	bool waits_for_keys;                 // that were asked for anew
	bool is_identified, is_introspected; // claims are said, and by whom
	bool has_asked;                      // userinfo, for more of them
	bool is_other;                       // than who was asked about
	struct claims claims;
	enum identity_result result;
	enum identity_why why;
};

// What the issuer publishes: where it is asked, and its keys.
struct published {
	struct kept places_kept, keys_kept;
	struct discovery places;
	struct jwks *keys; // NULL: none yet
	uint64_t places_errand, keys_errand;
	int64_t since_ms; // wall: that it is as it is; 0: not asked yet
	bool is_up;
	char *why; // it is not
};

struct issuer {
	struct issuer_outside out;
	struct issuer_settings settings;
	struct published published;
	struct list askings;
	size_t n_questions, n_logouts;
	uint64_t last_errand;
	int64_t complained_ms; // monotonic
	int64_t early_ms;      // wall: a token came that begins later; 0: none did
	int64_t counts[IDENTITY_LATER + 1];
	struct seen seen; // logouts
};

// Ends a step: LATER, which is logged where it is not the issuer's being away; or NO.
MUST_USE enum stand asking_later(struct asking *a);
MUST_USE enum stand asking_no(struct asking *a, enum identity_why why);
// The issuer refused what it should not, or said what makes no sense.
MUST_USE enum stand asking_puzzled(struct asking *a, const char *what,
				   const struct errand_answer *told);
// Sends it; what comes is told to fn. The request is cleared.
MUST_USE enum stand asking_post(struct asking *a, struct request *r, step_told_fn *fn);
// Steps that both take: it is known where the issuer is asked; and this token is one of its, of
// this type: then *claims are the caller's.
MUST_USE enum stand asking_need_places(struct asking *a);
MUST_USE enum stand asking_open(struct asking *a, struct span token, enum jwt_type type,
				json_t **claims);
// Frees it; it is in no list any more.
void asking_free(struct asking *a);
// Asks for what nobody has asked for yet.
void published_look(struct issuer *i);
MUST_USE enum kept_state published_places(struct issuer *i);
MUST_USE enum kept_state published_keys(struct issuer *i);
// Other keys than these, where they may be asked for. False: not now.
MUST_USE bool published_other_keys(struct issuer *i);
// False: the errand was none of its.
MUST_USE bool published_told(struct issuer *i, const struct errand_answer *told);
// Nobody was there to carry what it asked.
MUST_USE bool published_is_unsent(const struct published *p);
void published_clear(struct published *p);
void published_words(const struct published *p, struct buf *out);

MUST_USE int64_t issuer_mono_ms(const struct issuer *i);
MUST_USE int64_t issuer_wall_ms(const struct issuer *i);
// In the list, with its time, and nothing else.
MUST_USE struct asking *issuer_new_asking(struct issuer *i);
// Posts with a fresh number, or not.
MUST_USE enum errand_posted issuer_post(struct issuer *i, const struct request *r,
					uint64_t *number);
// All that can go on do, and the next wake is set.
void issuer_go(struct issuer *i);
