// SPDX-License-Identifier: MIT
// Signin: who logged in as an account and who tried in vain, kept with it and said to the log.
//
// A row stands for all that were alike: the same source, device, way and outcome. Of each
// account the newest SIGNINS_KEPT that went well and SIGNINS_FAILED_KEPT that did not stay, for
// SIGNIN_KEEP_MS. An attempt on a name that nobody has costs what one on a name that somebody
// has costs, and is kept nowhere; the log says "?" for it: people type passwords for names.
// Owner: account.signins; main thread.
#pragma once

#include "server/hub/people/account.h"

struct signin {
	struct list in_account;
	int64_t id;
	char *source, *device; // address; "" it gave no name
	enum login_way way;
	bool failed;
	int64_t first_ms, last_ms, times;
};

// One attempt, as long as it is being looked at.
struct signin_try {
	account_id account; // 0: nobody has the name
	struct origin from;
	char source[HOST_MAX + 1], device[DEVICE_NAME_MAX + 1];
};

// "password", "token", "certificate".
MUST_USE const char *signin_way(enum login_way way);
// s tries the name.
struct signin_try signin_try(struct session *s, struct span name, struct span device);
// It proved who it is, by what came to it from here for the first time (is_fresh), or not.
// Before the throttle knows of it.
void signin_proved(struct session *s, const struct account *a, enum login_way way,
		   bool is_fresh);
// It did not; when the answer was made, so that it waits for nothing stored. why: "wrong", or
// for what it was not even looked at.
void signin_failed(struct hub *h, const struct signin_try *t, enum login_way way,
		   const char *why);
// s is in. Journals.
void signin_done(struct session *s);
// Something else that the log says of who is behind s and of its account: "registered".
void signin_said(const struct session *s, const char *event, struct span device);
// s, which is not in yet, may log in as the account from now on, in this way.
void signin_added(const struct session *s, const struct account *a, enum login_way way,
		  const char *label);
// An administrator let in a key or token (is_token); `by` is its session, NULL: the shell's.
void signin_given(const struct account *a, const struct session *by, bool is_token,
		  const char *label);
// It is let in no more: by the way that said so, and why, for the log alone.
void signin_out(const struct account *a, enum login_way way, const char *why);
void signin_load(struct hub *h, const struct entry_signin *row);
// What is older than SIGNIN_KEEP_MS goes, now and each day. Journals.
void signins_start(struct hub *h);
void signins_free(struct account *a);
