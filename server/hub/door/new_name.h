// SPDX-License-Identifier: MIT
// A new name: whether somebody who comes newly may be called so, by REGISTER or by what an
// issuer proposes. Main thread.
#pragma once

#include "server/hub/people/account.h"

enum name_fault {
	NAME_FINE,
	NAME_NONE,
	NAME_FORM,      // none that an account can have
	NAME_OF_SERVER, // a service's
	NAME_TAKEN,     // by an account, or one had it (freed.h)
	NAME_ALIKE,     // it looks like one that is taken
};

// Its form alone: nobody learns by it who is here.
MUST_USE enum name_fault new_name_form(struct span name);
// All of it.
MUST_USE enum name_fault new_name_fault(struct hub *h, struct span name);
// The name is fine: makes the account, and tells whoever waits for somebody of that name.
// Journals.
struct account *new_name_make(struct hub *h, struct span name, struct span password);
