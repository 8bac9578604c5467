// SPDX-License-Identifier: MIT
// A name for an account, of what somebody is called elsewhere: "Zoë Müller@corp.example".
// Pure; any thread.
#pragma once

#include "common/names.h"

// A name that an account can have stays as it is. Of any other: what stands before the first @;
// in small letters; ä, ö, ü, æ and œ by two letters, ß by ss, other letters without their
// marks; one - for whatever is no letter and no digit, none at the ends; _ before a digit at
// the beginning; the first ACCOUNT_NAME_MAX bytes of that. Its length; 0: nothing is left.
MUST_USE size_t name_mend(struct span called, char out[static ACCOUNT_NAME_MAX + 1]);
