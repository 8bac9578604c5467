// SPDX-License-Identifier: MIT
// The parts of the sandbox.
#pragma once

#include "server/sandbox.h"

// Who may make a call: a bit for each thread_role, and one for what only starting needs.
#define ROLE_MAIN (1U << THREAD_MAIN)
#define ROLE_SHARD (1U << THREAD_SHARD)
#define ROLE_WRITER (1U << THREAD_WRITER)
#define ROLE_READER (1U << THREAD_READER)
#define ROLE_HASHER (1U << THREAD_HASHER)
#define ROLE_FILES (1U << THREAD_FILES)
#define ROLE_GSS (1U << THREAD_GSS)
#define ROLE_STORE (ROLE_MAIN | ROLE_WRITER | ROLE_READER)
#define ROLE_ANY (ROLE_STORE | ROLE_SHARD | ROLE_HASHER | ROLE_FILES | ROLE_GSS)
#define ROLE_START (1U << (THREAD_GSS + 1))

// For the calling thread and all it starts, after no_new_privs. False with a reason in the log.
MUST_USE bool sandbox_shut_files(const struct paths *p, const struct config *c);
// Rules that leave this folder alone, which may be absent; -1: the kernel takes none.
MUST_USE int sandbox_rules_of(const char *folder);
// Rules that leave what Kerberos needs alone; -1: the kernel takes none, or nobody comes by it.
MUST_USE int sandbox_rules_of_kerberos(const struct paths *p, const struct config *c);
// ROLE_START: what all roles together may, and starting threads. False when the kernel has
// no seccomp filters.
MUST_USE bool sandbox_shut_calls(unsigned role, struct sandbox_order order);
// Has refused calls answered and logged from now on: SIGSYS.
void sandbox_hear_refused(void);
