// SPDX-License-Identifier: MIT
// `snugd init --acme`: before anything is made, whether an authority can be asked for the
// certificate, and that its terms are agreed to. Words go to stderr.
#pragma once

#include "server/cli.h"

// An exit code; ADMIN_DONE also where --acme is not given.
MUST_USE int init_acme_check(const struct cli *c);
// The authority that is to be asked; NULL: none.
MUST_USE const char *init_acme_server(const struct cli *c);
// Whether the server itself proves its name, where browsers come.
MUST_USE bool init_acme_is_ours(const struct cli *c);
// What is left to do.
void init_acme_say_next(const struct cli *c);
