// SPDX-License-Identifier: MIT
// What CERT and TOKEN of NickServ share: the keys of one's account, by their kind. Main thread.
#pragma once

#include "server/hub/door/step_up.h"

// Nothing keeps s from it, or it was told what does.
MUST_USE bool nickserv_may(struct session *s, const struct step_up *why_not);
// How many of the kind the account has.
MUST_USE size_t nickserv_count(const struct account *a, enum credential_kind kind);
// Lists them.
void nickserv_list(struct session *s, enum credential_kind kind);
// Revokes that of this number or label; the one of s wants to be confirmed.
void nickserv_del(struct session *s, enum credential_kind kind, struct span name,
		  bool is_confirmed);
