// SPDX-License-Identifier: MIT
// `snug login HOST` where the server leaves it to an issuer who one is: whether to sign in
// there, the code to be typed there, and the tokens that it gives.
//
// Owner: main; blocks. Words go to stderr, questions to /dev/tty; without a terminal nothing is
// asked, and whoever reads stderr opens the page.
#pragma once

#include "client/app/face.h"
#include "client/sign_in/bearer_login.h"

enum sign_in_choice { SIGN_IN_THERE, SIGN_IN_BY_PASSWORD, SIGN_IN_CANCELLED };

MUST_USE enum sign_in_choice sign_in_ask(const struct sign_in_place *place);
// Shows the code and waits until the person has said yes on the page: EXIT_OK, and *login is to
// be logged in with, as `name` where there is one; or the exit code; it was said why.
MUST_USE int sign_in_wait(const struct sign_in_place *place, const struct face *face,
			  const char *name, struct bearer_login *login);
