// SPDX-License-Identifier: MIT
// What the files of requests share.
#pragma once

#include "client/api/assemble.h"
#include "client/api/event_json.h"
#include "client/api/exit_code.h"
#include "client/api/requests.h"
#include "common/list.h"

struct requests {
	struct uplink *session;
	struct calls *calls;
	struct model *model;
	const struct words *words;
	struct list jobs; // open ones
	struct assembly live;
	bool is_telling; // the jobs are walked: none is freed
	int64_t lost_at; // wall ms of the last break, 0: none
};

// One request until its last answer.
struct job {
	struct list in_requests;
	struct requests *requests;
	answer_fn *fn; // NULL: cancelled
	void *arg;
	json_t *request; // owned
	unsigned n_open; // calls without an end
	bool is_following;
	bool is_told;   // what was asked for came
	int code;       // of the end
	char *words;    // what went wrong, or NULL
	void *state;    // of the operation, freed with free()
	json_t *events; // collected, or NULL
};

// Wall time.
MUST_USE int64_t requests_now(const struct requests *r);

typedef void request_fn(struct job *j);

// The text of a member, "" when it has none.
MUST_USE const char *job_text(const struct job *j, const char *key);
MUST_USE int64_t job_number(const struct job *j, const char *key, int64_t fallback);
// One answer that is not the last; takes `answer` over.
void job_answer(struct job *j, json_t *answer);
// The last answer; frees the job. `words` may be NULL when code is 0.
void job_end(struct job *j, int code, const char *words);
// Ends with what the calls have left in code and words.
void job_settle(struct job *j);
// Keeps the words of a refusal: an error line that answers this job.
void job_note_error(struct job *j, const struct msg *m);
// Sends a private command with the job as arg; counts it as open.
void job_call(struct job *j, const char *line, struct call_fns fns);
// Ends the job with an error when there is no such member. True when there is.
MUST_USE bool job_need(struct job *j, const char *key);
// Ends the job with these words when the server lacks the capability. True when it has it.
MUST_USE bool job_need_cap(struct job *j, const char *cap, const char *words);

#define REQUEST(op, fn) request_fn fn;
#include "client/api/requests.def"
#undef REQUEST
