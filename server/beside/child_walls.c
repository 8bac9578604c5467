// SPDX-License-Identifier: MIT
// Landlock with hardly a rule, then an allow list of calls.
#include "server/beside/child_walls.h"

#include "server/beside/starter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// A thread, as the C library begins it.
#define CHILD_THREAD                                                                           \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |    \
	 CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

struct call {
	int number;
	unsigned roles;
	uint32_t action;
	unsigned n_conditions;
	struct scmp_arg_cmp conditions[2]; // all of them
};

// Rights on files that this kernel's Landlock knows of: more with newer ones.
static uint64_t known_rights(long abi)
{
	unsigned bits = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;

	return (1ULL << bits) - 1;
}

// What is not there is needed by nobody.
static void allow(int rules, const struct child_file *file)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE |
				  (file->is_run ? LANDLOCK_ACCESS_FS_EXECUTE : 0),
		.parent_fd = open(file->path, O_PATH | O_CLOEXEC)};

	if (rule.parent_fd < 0)
		return;
	(void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
}

static bool shut_files(const struct child_file *files, size_t n)
{
	long abi =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1)
		return false;
	struct landlock_ruleset_attr attr = {.handled_access_fs = known_rights(abi)};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	for (size_t i = 0; i < n && rules >= 0; i++)
		allow(rules, &files[i]);
	bool is_shut = rules >= 0 && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	if (rules >= 0)
		close(rules);
	return is_shut;
}

static bool shut_calls(enum child_role role)
{
	const struct call calls[] = {
#define WHEN(argument, mask, value) SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value)
#define ROW(name, roles, action, n, ...) {SCMP_SYS(name), roles, action, n, {__VA_ARGS__}},
#define CALL(name, roles) ROW(name, roles, SCMP_ACT_ALLOW, 0, {0})
#define CALL_IF(name, roles, when) ROW(name, roles, SCMP_ACT_ALLOW, 1, when)
#define CALL_IF_BOTH(name, roles, one, two) ROW(name, roles, SCMP_ACT_ALLOW, 2, one, two)
#define SILENT(name, roles, code) ROW(name, roles, SCMP_ACT_ERRNO(code), 0, {0})
#define SILENT_IF(name, roles, code, when) ROW(name, roles, SCMP_ACT_ERRNO(code), 1, when)
#define SILENT_IF_BOTH(name, roles, code, one, two)                                            \
	ROW(name, roles, SCMP_ACT_ERRNO(code), 2, one, two)
#include "server/beside/child_calls.def"
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool is_fine = filter && seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
						  SCMP_ACT_KILL_PROCESS) == 0;

	for (size_t i = 0; i < ARRAY_LEN(calls) && is_fine; i++) {
		if (calls[i].roles & role)
			is_fine = seccomp_rule_add_array(filter, calls[i].action,
							 calls[i].number, calls[i].n_conditions,
							 calls[i].conditions) == 0;
	}
	is_fine = is_fine && seccomp_load(filter) == 0;
	if (filter)
		seccomp_release(filter);
	return is_fine;
}

uint32_t child_shut_but(enum child_role role, const struct child_file *files, size_t n)
{
	uint32_t walls = 0;

	prctl(PR_SET_DUMPABLE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 0;
	if (shut_files(files, n))
		walls |= BESIDE_WALL_FILES;
	if (shut_calls(role))
		walls |= BESIDE_WALL_CALLS;
	return walls;
}
