// SPDX-License-Identifier: MIT
// What other programs may ask of a logged-in client: the one engine behind the verbs,
// `snug pipe` and the socket of the running program (docs/snug.1, requests.def).
//
// A request is a JSON object with "op"; its answers are objects in the form of
// event_json, each with the request's "req" when it had one. The last answer is
// {"type":"end","code":N} with the exit code of the program, and "text" when it is not 0.
// Owner: the client's one thread.
#pragma once

#include "client/model/model.h"
#include "client/net/calls.h"
#include "client/sync/words.h"
#include "common/json.h"

struct requests;

// `answer` is borrowed for the call.
typedef void answer_fn(void *arg, const json_t *answer, bool is_last);

// All are borrowed until requests_free.
MUST_USE struct requests *requests_new(struct uplink *s, struct calls *c, struct model *m,
				       const struct words *words);
// Whoever waits gets no answer. Calls that are open must have ended.
void requests_free(struct requests *r);
// The request is borrowed for the call.
void requests_run(struct requests *r, const json_t *request, answer_fn *fn, void *arg);
// Whoever has this arg wants no answers any more.
void requests_cancel(struct requests *r, const void *arg);
// Every line from the server that is not private: those who follow are told.
void requests_line(struct requests *r, const struct msg *m);
// The connection is there or not: those who follow are told, and behind a break that there is
// a gap.
void requests_link(struct requests *r, bool is_online);
