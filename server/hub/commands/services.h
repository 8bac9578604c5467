// SPDX-License-Identifier: MIT
// What the services do: their verbs, and hearing them.
//
// What they do stands in services.def; Snug runs the verbs of the command line for
// administrators (snugserv.h). Main thread.
#pragma once

#include "server/hub/commands/utterance.h"
#include "server/hub/wire/service.h"
#include "server/letters/limits.h"

// What was said to a service, word by word; borrowed.
struct service_call {
	struct span words[SERVICE_WORDS_MAX]; // [0]: the verb
	struct span text;                     // all from words[2] on, as it was said
	size_t n_words;
};

typedef void service_fn(struct session *s, const struct service_call *c);

// Does what u says. Errors and answers go to s.
void service_hear(struct session *s, const struct service *v, const struct utterance *u);
// Word i, "" past the end.
MUST_USE struct span service_word(const struct service_call *c, size_t i);
// Runs a command of s with these parameters: its own checks, its own answers.
void service_command(struct session *s, const char *command, const struct span *params,
		     size_t n_params);

#define SERVICE_VERB(service, verb, fn, least, usage, text) service_fn fn;
#define SERVICE_TEXT(service, verb, usage, text)
#include "server/hub/commands/services.def"
#undef SERVICE_VERB
#undef SERVICE_TEXT
