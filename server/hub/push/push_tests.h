// SPDX-License-Identifier: MIT
// Subscriptions of which nothing was heard for a day are tried by a push, and those of which
// nothing was heard for SUBSCRIPTION_KEEP_MS are let go. A browser has to show something for
// each push: it is tried after SUBSCRIPTION_PAGE_MS only. Main thread.
#pragma once

#include "server/hub/people/subscription.h"

// When there is a subscription.
void push_tests_start(struct hub *h);
