// SPDX-License-Identifier: MIT
// seccomp: the calls of each role (sandbox_calls.def), as a filter of the kernel's.
#include "server/sandbox_private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLONE_LOOKED_AT                                                                        \
	(CLONE_THREAD | CLONE_VM | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
	 CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP | CLONE_PTRACE)
#define WORD UINT32_MAX // of a register, what an int is

struct call {
	int number;
	unsigned roles;
	uint32_t action;
	unsigned n_conditions;
	struct scmp_arg_cmp conditions[2]; // all of them
};

static bool is_for(const struct call *c, unsigned role)
{
	// At the start all may that any role may; what is refused then has a row of its own.
	if (role == ROLE_START && c->action == SCMP_ACT_ALLOW)
		return c->roles != 0;
	return c->roles & role;
}

static bool add_calls(scmp_filter_ctx filter, unsigned role, uint32_t refused,
		      struct sandbox_order order)
{
	unsigned remote = order.has_remote ? ROLE_WRITER | ROLE_READER | ROLE_START : 0;
	uint32_t unheard = refused == SCMP_ACT_TRAP ? SCMP_ACT_ERRNO(EPERM) : refused;
	const struct call calls[] = {
#define WHEN(argument, mask, value) SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value)
#define CALL(name, roles) {SCMP_SYS(name), roles, SCMP_ACT_ALLOW, 0, {{0}}},
#define CALL_IF(name, roles, when) {SCMP_SYS(name), roles, SCMP_ACT_ALLOW, 1, {when}},
#define CALL_IF_BOTH(name, roles, one, two)                                                    \
	{SCMP_SYS(name), roles, SCMP_ACT_ALLOW, 2, {one, two}},
#define SILENT(name, roles, code) {SCMP_SYS(name), roles, SCMP_ACT_ERRNO(code), 0, {{0}}},
#define SILENT_IF(name, roles, code, when)                                                     \
	{SCMP_SYS(name), roles, SCMP_ACT_ERRNO(code), 1, {when}},
#define UNHEARD(name, roles) {SCMP_SYS(name), roles, unheard, 0, {{0}}},
#include "server/sandbox_calls.def"
	};
	bool is_fine = true;

	for (size_t i = 0; i < ARRAY_LEN(calls) && is_fine; i++) {
		const struct call *c = &calls[i];

		if (c->action != refused && is_for(c, role))
			is_fine = seccomp_rule_add_array(filter, c->action, c->number,
							 c->n_conditions, c->conditions) == 0;
	}
	return is_fine;
}

bool sandbox_shut_calls(unsigned role, struct sandbox_order order)
{
	uint32_t refused = order.how == SANDBOX_KILL ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_TRAP;
	scmp_filter_ctx filter = seccomp_init(refused);
	bool is_fine;

	if (!filter)
		return false;
	// Calls by the convention of another machine are not looked at by number.
	is_fine = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, refused) == 0 &&
		  seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0) == 0 &&
		  add_calls(filter, role, refused, order) && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return is_fine;
}
