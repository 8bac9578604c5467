// SPDX-License-Identifier: MIT
// Files on their way, as the user wants them sent and fetched: at most COURIER_MAX at once, in
// their order. What was sent is said as a message through the outbox; what broke is told, and
// goes again when the user says so. How far they are stands in the model (progress).
//
// Owner: the client; one thread.
#pragma once

#include "client/app/settings.h"
#include "client/model/intent.h"
#include "client/sync/engine.h"
#include "common/loop.h"

#define COURIER_MAX 3
#define COURIER_WAITING_MAX 32

struct courier;

// All borrowed until courier_free; `intents.message` says what was sent.
MUST_USE struct courier *courier_new(struct loop *l, struct engine *core,
				     const struct preferences *config,
				     const struct intents *intents);
// What is on its way ends. NULL is accepted.
void courier_free(struct courier *c);
// "PATH [CAPTION]" for t; "cancel" stops all that is on its way, "retry" takes up again what
// failed.
void courier_upload(struct courier *c, struct target *t, struct span text);
// The file of the message with this id to `path`, or, where that is empty, to the folder of
// the settings; `opens`: shows it then.
void courier_get(struct courier *c, struct target *t, struct span id, struct span path,
		 bool opens);
