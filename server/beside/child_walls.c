// SPDX-License-Identifier: MIT
// Landlock with not a single rule, then an allow list of calls.
#include "server/beside/child_walls.h"

#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct call {
	int number;
	unsigned roles;
	unsigned n_conditions;
	struct scmp_arg_cmp condition;
};

// Rights on files that this kernel's Landlock knows of: more with newer ones.
static uint64_t known_rights(long abi)
{
	unsigned bits = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;

	return (1ULL << bits) - 1;
}

static bool shut_files(void)
{
	long abi =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1)
		return false;
	struct landlock_ruleset_attr attr = {.handled_access_fs = known_rights(abi)};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	bool is_shut = rules >= 0 && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	if (rules >= 0)
		close(rules);
	return is_shut;
}

static bool shut_calls(enum child_role role)
{
	const struct call calls[] = {
#define CALL(name, roles) {SCMP_SYS(name), roles, 0, {0}},
#define CALL_IF(name, roles, argument, mask, value)                                            \
	{SCMP_SYS(name), roles, 1, SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value)},
#include "server/beside/child_calls.def"
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool is_fine = filter && seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
						  SCMP_ACT_KILL_PROCESS) == 0;

	for (size_t i = 0; i < ARRAY_LEN(calls) && is_fine; i++) {
		if (calls[i].roles & role)
			is_fine = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
							 calls[i].number, calls[i].n_conditions,
							 &calls[i].condition) == 0;
	}
	is_fine = is_fine && seccomp_load(filter) == 0;
	if (filter)
		seccomp_release(filter);
	return is_fine;
}

uint32_t child_shut(enum child_role role)
{
	uint32_t walls = 0;

	prctl(PR_SET_DUMPABLE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 0;
	if (shut_files())
		walls |= BESIDE_WALL_FILES;
	if (shut_calls(role))
		walls |= BESIDE_WALL_CALLS;
	return walls;
}
