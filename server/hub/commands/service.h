// SPDX-License-Identifier: MIT
// Services: NickServ, ChanServ and Snug, to which people type out of habit.
//
// They are no accounts: nothing said to them is stored or relayed, and nobody can register
// their names. What they do stands in services.def; Snug runs the verbs of the command
// line for administrators. They answer by NOTICE. Main thread.
#pragma once

#include "server/hub/pages/message.h"
#include "server/hub/state/session.h"

#define SERVICE_WORDS_MAX 32

struct service;

// What was said to a service, word by word; borrowed.
struct service_call {
	struct span words[SERVICE_WORDS_MAX]; // [0]: the verb
	size_t n_words;
};

typedef void service_fn(struct session *s, const struct service_call *c);

// By the name in any case, "NickServ@anywhere" too; NULL: no service of that name.
MUST_USE const struct service *service_find(struct span name);
// As it is shown.
MUST_USE struct span service_name(const struct service *v);
// Does what u says. Errors and answers go to s.
void service_hear(struct session *s, const struct service *v, const struct utterance *u);
// Word i, "" past the end.
MUST_USE struct span service_word(const struct service_call *c, size_t i);
// A NOTICE of the service, in as many as it takes.
PRINTF(3, 4) void service_say(struct session *s, const char *service, const char *format, ...);
// Runs a command of s with these parameters: the same checks, the same answers.
void service_command(struct session *s, const char *command, const struct span *params,
		     size_t n_params);

// snugserv.c: the words of a message as one verb of the command line.
void service_admin(struct session *s, struct span text);

#define SERVICE_VERB(service, verb, fn, least, usage, text) service_fn fn;
#define SERVICE_TEXT(service, verb, usage, text)
#include "server/hub/commands/services.def"
#undef SERVICE_VERB
#undef SERVICE_TEXT
