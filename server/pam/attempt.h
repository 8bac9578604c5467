// SPDX-License-Identifier: MIT
// One question about somebody, asked of the stack of PAM that this computer has.
//
// It may take as long as a module likes, and a module may do what it likes: so it is asked in a
// process of its own (desk.h), which the caller ends. Only a yes of both the password's and the
// account's part is one. What cannot be reached (PAM_AUTHINFO_UNAVAIL, PAM_SYSTEM_ERR) is
// LATER, and everything else a no.
#pragma once

#include "server/beside/door_letter.h"

#define ATTEMPT_UID_MIN 1000 // below are those of the system: they never reach a stack

struct attempt_said {
	struct door_answer answer; // its name is in `name`
	char name[DOOR_NAME_MAX + 1];
};

// confdir: a folder of services instead of that of the system, or NULL. Does not sleep for a
// stack that wants a refusal to be told late: answer.delay_ms has how late.
void attempt_ask(const struct door_question *q, const char *confdir, struct attempt_said *out);
