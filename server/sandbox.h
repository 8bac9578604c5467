// SPDX-License-Identifier: MIT
// After start: no file outside the state directory and the folders of what the configuration
// names, no new program, no new privilege, and of the kernel what a thread's work needs.
//
// Landlock rules the files, seccomp the calls (sandbox_calls.def). Where the kernel cannot do
// a part, the log says so, and the other part holds.
#pragma once

#include "common/thread.h"
#include "server/config.h"
#include "server/paths.h"

// What becomes of who makes a call that is refused.
enum sandbox_refusal {
	SANDBOX_LOG,  // it gets EPERM, and the log says so
	SANDBOX_KILL, // the process ends by SIGSYS
};

struct sandbox_order {
	enum sandbox_refusal how;
	int starter;     // whose mail may hold a descriptor; -1: nobody's
	bool has_remote; // the store is elsewhere: its threads connect to it
};

// What the kernel could do.
struct sandbox {
	bool files, calls;
	int shut_in;  // rules for the thread of the files, for sandbox_shut_in(); -1: none
	int kerberos; // the same for the thread that looks at tickets
};

// For the calling thread and all it starts: what any of them may do, and threads may still be
// started.
MUST_USE struct sandbox sandbox_enter(const struct paths *p, const struct config *c,
				      struct sandbox_order order);
// For the calling thread: of all files, from now on, those of these rules, and no others. The
// rules are taken.
void sandbox_shut_in(int rules);
// For the calling thread, where there are filters of calls: from now on only what this role
// needs. Dies when the kernel takes no more of them.
void sandbox_take_role(enum thread_role role, struct sandbox_order order);
