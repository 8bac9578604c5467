// SPDX-License-Identifier: MIT
// News: what a person is told that was done as them, in case it was somebody else. Main thread.
#pragma once

#include "server/hub/people/account.h"

// s is in: where it came by a password or token from where its account never was, or by a key
// that was never used, the other devices are told, or the next one that logs in; nobody who
// comes from there takes that away. Journals.
void news_of_login(struct session *s);
