// SPDX-License-Identifier: MIT
// Of claims.h, what is judged alike wherever it is read.
#pragma once

#include "server/oidc/claims.h"

// False: nobody is said, or somebody who is none of the rules' clients.
MUST_USE bool claims_take_client(const json_t *token, const struct claims_rules *r,
				 struct claims *out);
// CLAIMS: no subject; TENANT: not the rules' one.
MUST_USE enum identity_why
claims_take_subject(const json_t *token, const struct claims_rules *r, struct claims *out);
// The proposed name and the groups.
void claims_take_person(const json_t *token, const struct claims_rules *r, struct claims *out);
