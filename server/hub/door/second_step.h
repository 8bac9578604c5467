// SPDX-License-Identifier: MIT
// The second step: a login by password, or by somebody else's word (identified.h), whose
// account wants a code (factor.h) is not done.
//
// Between the steps the session is nobody: login.half has whose password it gave. A login that
// ends there, by a wrong code, too many of them, another mechanism or none, counts as a wrong
// password does, and the account is told from where. A client that cannot be asked (it has not
// asked for draft/account-2fa) hears what it would hear of a wrong password. Also: what proves
// in a session that it is oneself (step_up.h). Main thread.
#pragma once

#include "server/hub/door/login.h"
#include "server/hub/people/verify.h"

// What a client that cannot be asked for a code is told, whatever was wrong.
#define USE_APP_TOKEN                                                                          \
	"The name or the password is wrong, or the account wants a second factor, for which "  \
	"your client cannot ask: then use an app token in the password's place"

// The first step was right, and a code is wanted.
void second_step_begin(struct session *s, const struct verdict *v);
// The same, of a client that cannot be asked: it ends here, by `refuse` as one with a wrong
// password does. What is kept of it is kept behind that answer, which would come later else.
void second_step_refuse(struct session *s, const struct verdict *v,
			void (*refuse)(struct session *s));
// The login ends, or begins anew. Harmless when it is at no second step.
void second_step_end(struct session *s);
// A code for it. Yes: login.half is over, and the verdict has the account.
void second_step_take(struct session *s, struct span code, struct verdict *v);

// A code of one's own account, of a session that is in: is it right? Uses it up.
MUST_USE enum verdict_kind second_step_prove(struct session *s, struct span code);
