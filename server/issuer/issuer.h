// SPDX-License-Identifier: MIT
// Who is it, by the word of an OpenID issuer: the questions BEARER, CODE and AGAIN, and its own
// word that somebody is no more (OpenID Connect Back-Channel Logout 1.0).
//
// It knows what the issuer publishes (where its endpoints are, its keys) and asks it by
// errands; nothing here waits, and nothing is on disk: after a restart it asks anew. A question
// is answered once, within ISSUER_ANSWER_MS; what takes longer, and what the issuer does not
// decide, is LATER. Only an exchange of tokens that is on its way is waited for, since its
// answer may be the last that there is of a refresh token.
// Owner: the main thread.
#pragma once

#include "server/beside/errand.h"
#include "server/letters/ids.h"
#include "server/oidc/claims.h"
#include "server/oidc/jwt.h"

#define ISSUER_ANSWER_MS 10000   // for a question, whatever it waits for
#define ISSUER_QUESTIONS_MAX 256 // inside: under way; one more is answered LATER
#define ISSUER_LOGOUTS_MAX 32    // inside: the same, of logouts

// As the operator has it. All is borrowed until the next issuer_set().
struct issuer_settings {
	const char *client_id;    // in whose name the server asks
	const char *told;         // the client that programs of people are; it may be another
	const char *secret;       // NULL: a public client
	const char *resource;     // for whom tokens are asked (RFC 8707); NULL: it is not said
	const char *const *hosts; // of endpoints, besides its own; NULL at the end
	enum jwt_type type;       // of access tokens
	bool algorithms[JOSE_ALGORITHMS];
	struct claims_rules claims; // issuer is its URL
};

// What became of a logout: the statuses of HTTP.
enum issuer_logout {
	ISSUER_LOGGED_OUT = 200,
	ISSUER_REFUSED = 400,
	ISSUER_BUSY = 429,
	ISSUER_CANNOT_SAY = 503, // its keys cannot be had now
};

// What it needs of the world.
struct issuer_outside {
	void *arg; // of all of them
	enum errand_posted (*post)(void *arg, const struct errand_request *r,
				   errand_told_fn *fn, void *told);
	void (*answer)(void *arg, struct identity_answer *a); // taken
	void (*logged_out)(void *arg, conn_id conn, enum issuer_logout what);
	void (*changed)(void *arg); // issuer_authorization() is another
	void (*wake_at)(void *arg, int64_t mono_ms);
	int64_t (*mono_ms)(void *arg);
	int64_t (*wall_ms)(void *arg);
};

struct issuer;

// outside is copied.
MUST_USE struct issuer *issuer_new(const struct issuer_outside *outside,
				   const struct issuer_settings *settings);
// Nothing is answered any more; errands that are on their way must have been let go before.
// NULL is accepted.
void issuer_free(struct issuer *i);
// Other settings of the same issuer, from now on.
void issuer_set(struct issuer *i, const struct issuer_settings *settings);
// Takes the question.
void issuer_ask(struct issuer *i, struct identity_question *q);
// A logout token that came over HTTP. What was true goes to `answer` with ticket 0.
void issuer_take_logout(struct issuer *i, conn_id conn, struct span token);
// It is as late as wake_at() said.
void issuer_wake(struct issuer *i);
// Where a browser is sent to log in; NULL: not known yet.
MUST_USE const char *issuer_authorization(const struct issuer *i);
// "up since …", "not asked yet", "down since …: timeout".
void issuer_words(const struct issuer *i, struct buf *out);
// So many questions had this result.
MUST_USE int64_t issuer_count(const struct issuer *i, enum identity_result result);
