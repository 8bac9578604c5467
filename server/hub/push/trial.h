// SPDX-License-Identifier: MIT
// Trial: a subscription that somebody asked for is tried by a push before it is one; who asked
// is answered when the push service has taken it, or has not. Nobody waits for that: what the
// session says meanwhile is done. Main thread.
#pragma once

#include "server/hub/people/subscription.h"

struct trial {
	conn_id conn; // who asked; it may be gone by the answer
	char label[]; // of labeled-response, "" none
};

// Takes the label of the line that asks, and sends the push.
void trial_start(struct session *s, struct subscription *wanted);
// It was taken: it is stored, and WEBPUSH REGISTER says so.
void trial_pass(struct subscription *s);
// It was not: FAIL WEBPUSH code; the subscription is freed.
void trial_fail(struct subscription *s, const char *code, const char *why);
// "WEBPUSH verb endpoint", and "FAIL WEBPUSH code verb endpoint :why". label NULL: to the line
// that is being answered; else in a later turn, with this label ("" none).
void trial_say(struct session *s, const char *verb, struct span endpoint, const char *label);
void trial_refuse(struct session *s, struct span verb, struct span endpoint, const char *code,
		  const char *why, const char *label);
