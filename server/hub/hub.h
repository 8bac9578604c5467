// SPDX-License-Identifier: MIT
// The hub: everything the chat knows and decides. (state, letters in, time) ->
// (state, letters out); no socket, disk, clock or thread is reached from here, so that
// it can be replayed, simulated and fuzzed.
//
// Owner: the main thread; every function here is called from it alone.
#pragma once

#include "server/hub/state/figures.h"
#include "server/hub/state/hub_types.h"

// `seed` feeds all random choices of the hub (tokens, salts, batch names).
MUST_USE struct hub *hub_new(const struct hub_config *config, const uint8_t seed[static 32]);
#define HUB_FACTOR_KEY_LEN 32
// By which second factors are sealed (people/factor.h); before anything is loaded.
void hub_set_factor_key(struct hub *h, const uint8_t key[static HUB_FACTOR_KEY_LEN]);
#define HUB_SIGN_IN_KEY_LEN 32
// By which it is sealed what issuers are asked again with (people/binding.h); as the other.
void hub_set_sign_in_key(struct hub *h, const uint8_t key[static HUB_SIGN_IN_KEY_LEN]);
#define HUB_PUSH_KEY_LEN 65
// The public key that new subscriptions of Web Push are made for.
void hub_set_push_key(struct hub *h, const uint8_t point[static HUB_PUSH_KEY_LEN]);
// Once it is loaded: how many accounts have a second factor that this key does not open.
MUST_USE size_t hub_sealed_factors(const struct hub *h);
// ... and how many bindings have something that the other key does not open.
MUST_USE size_t hub_sealed_sign_ins(const struct hub *h);
// Takes up the settings that may change in a running server.
void hub_configure(struct hub *h, const struct hub_config *config);

// Handles the letters (linked by next; NULL: only time has passed) and frees them.
void hub_turn(struct hub *h, struct hub_time now, struct letter *letters);
// When the hub wants a turn although no letter comes, in mono ms; INT64_MAX: never.
MUST_USE int64_t hub_wakes_at(const struct hub *h);

// How many sessions are logged in, by the class of their account; one walk through all.
void hub_count_classes(const struct hub *h, int64_t classes[static CLASS_BRIDGE + 1]);

// The letters of the last turn, the caller's now; answers (LETTER_ANSWER) wait until their
// entry is durable before anyone sees them.
void hub_take(struct hub *h, struct hub_out *out);
// Those of them that nobody took out.
// Only the lines about logins, which were said.
void hub_signins_free(struct hub_out *out);
// Only the logouts.
void hub_logouts_free(struct hub_out *out);
void hub_out_free(struct hub_out *out);

// Keeps what the server knows of the clock, for the next start. False: not now.
MUST_USE bool hub_save_clock(struct hub *h, struct span text);
// Keeps which key is served and which comes next (SETTING_KEY), by which another machine sees
// whether it has them. False: not now.
MUST_USE bool hub_save_key(struct hub *h, struct span text);
// The time that comes with the next turn is another one: what was stamped by the one that
// proved false is stamped anew.
void hub_clock_stepped(struct hub *h, const struct hub_step *step);

// The orderly stop: says goodbye to all sessions and refuses new lines; entries in
// flight are still answered.
void hub_stop(struct hub *h, struct span reason);
// A reload changed something: before and after, for the audit log. Journals, where it can.
void hub_reloaded(struct hub *h, struct span changes);
// A verb of the command line asked for a stop or a reload; the server asks once a turn. It
// stops when that answer has left, and reloads before.
MUST_USE enum hub_wish hub_wish(struct hub *h, struct wish_about *about);
