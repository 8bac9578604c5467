// SPDX-License-Identifier: MIT
// What is called otherwise on each kind of processor.
#pragma once

#include <ucontext.h>

// Where a signal's handler finds what the interrupted call gives back.
#if defined(__x86_64__)
#define MACHINE_RESULT gregs[REG_RAX]
#elif defined(__aarch64__)
#define MACHINE_RESULT regs[0]
#elif defined(__riscv)
#define MACHINE_RESULT __gregs[REG_A0]
#endif
