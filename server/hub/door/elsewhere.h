// SPDX-License-Identifier: MIT
// Elsewhere: whose password is judged by this computer's own stack (PAM, [pam] service), and
// not by what is stored here.
//
// 1. It is asked about an account that is bound to pam:SERVICE, and about a name that nobody
//    has, while sign_in_makes is on. An account without that binding has its own password and
//    nothing else: nobody is asked about it.
// 2. The throttle (throttle.h) looks first, as before a hash. Then at most pam_tries wrong ones
//    a day and name are passed on, from all sources together; what is more is refused without
//    asking, in the same words and after the same time, so that nobody locks anybody out of the
//    directory from here.
// 3. While a service is asked, every refusal of a password is told by who tells those of the
//    stack (beside/doorway.h), at one time after the question: the log alone knows which.
// Tokens are never asked about. Main thread.
#pragma once

#include "server/hub/door/login.h"
#include "server/hub/people/verify.h"

// As verify_secret(), or where is_first_step as verify_first_step(), wherever the password is
// judged.
void elsewhere_look(struct session *s, struct span name, struct span device, struct span secret,
		    bool is_first_step, verified_fn *fn);
// Is it the password of the account that s is in as, wherever that is judged? A yes that was
// kept proves nothing here.
void elsewhere_prove(struct session *s, struct span secret, verified_fn *fn);
// What it kept for that; harmless where there is nothing.
void elsewhere_end(struct login *l);
