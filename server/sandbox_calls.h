// SPDX-License-Identifier: MIT
// The system calls that a running server never makes, refused by the kernel.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

// For the calling thread and all it starts; after no_new_privs. False when the kernel
// has no seccomp filters.
MUST_USE bool sandbox_refuse_calls(void);
