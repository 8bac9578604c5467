// SPDX-License-Identifier: MIT
// Vouch: a session asks the other devices of its account whether it is their person who wants
// something (step_up.h); the yes of an older one is a proof.
//
// Who is asked speaks snug.chat/devices and is a device that is older than that of who asks.
// A no, and nobody asks again for ten minutes. Owner: session.vouch; main thread.
#pragma once

#include "server/hub/wire/line.h"

#define VOUCH_MS (2LL * 60 * 1000) // so long an answer is waited for
#define VOUCH_DENIED_MS (10LL * 60 * 1000)

// Asks; s is told what comes of it.
void vouch_ask(struct session *s);
// The answer of s to question `number`. False: none that it may answer has it.
MUST_USE bool vouch_answer(struct session *s, int64_t number, bool yes);
// s ends: with a word to those who are asked, or without.
void vouch_forget(struct session *s);
void vouch_drop(struct session *s);

// s has proved it, and is told for how long that counts.
void vouch_say_proved(struct session *s);

// What questions to a device share. CERT OVER NUMBER: nobody waits for the answer any more.
void vouch_say_over(struct session *s, int64_t number);
void vouch_say_answered(struct session *s, const char *how, int64_t number);
// The address of a session as a parameter.
void vouch_add_address(struct line *l, const struct session *s);
void vouch_put_address(struct line *l, const char *address);
