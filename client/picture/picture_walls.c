// SPDX-License-Identifier: MIT
#include "client/picture/picture_walls.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SECONDS 10                          // inside: of the processor, for one picture
#define MEMORY ((rlim_t)1024 * 1024 * 1024) // inside: what 16 MiB may become when decoded
#define FILES 64                            // inside: open at once, libraries being loaded

static bool bound(void)
{
	const struct {
		__rlimit_resource_t what;
		rlim_t most;
	} bounds[] = {
		{RLIMIT_CPU, SECONDS}, {RLIMIT_AS, MEMORY}, {RLIMIT_NOFILE, FILES},
		{RLIMIT_FSIZE, 0},     {RLIMIT_CORE, 0},    {RLIMIT_MEMLOCK, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(bounds); i++) {
		struct rlimit limit = {bounds[i].most, bounds[i].most};
		if (setrlimit(bounds[i].what, &limit) < 0)
			return false;
	}
	return true;
}

// What loads a program's libraries: the program's is taken to be ours.
static const char *loader(void)
{
	const char *path = NULL;
	const ElfW(Phdr) *part = (const void *)(uintptr_t)getauxval(AT_PHDR);
	uintptr_t base = 0;

	for (size_t i = 0; part && i < getauxval(AT_PHNUM); i++) {
		if (part[i].p_type == PT_PHDR)
			base = (uintptr_t)part - part[i].p_vaddr;
		if (part[i].p_type == PT_INTERP)
			path = (const char *)(base + part[i].p_vaddr);
	}
	return path;
}

static void allow(int rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = access,
		.parent_fd = path ? open(path, O_PATH | O_CLOEXEC) : -1};

	// What is not there is needed by nobody.
	if (rule.parent_fd < 0)
		return;
	(void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
}

static void allow_all(int rules, const char *program)
{
	static const char *const libraries[] = {"/lib", "/lib64", "/usr/lib", "/usr/lib64",
						"/usr/local/lib"};
	uint64_t reads = LANDLOCK_ACCESS_FS_READ_FILE;

	allow(rules, program, reads | LANDLOCK_ACCESS_FS_EXECUTE);
	allow(rules, loader(), reads | LANDLOCK_ACCESS_FS_EXECUTE);
	allow(rules, "/etc/ld.so.cache", reads);
	for (size_t i = 0; i < ARRAY_LEN(libraries); i++)
		allow(rules, libraries[i], reads);
}

// Rights on files that this kernel's Landlock knows of: more with newer ones.
static uint64_t known_rights(long abi)
{
	unsigned bits = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;

	return (1ULL << bits) - 1;
}

// A kernel without Landlock has no such wall: what is read there comes to nobody but us.
static bool shut_files(const char *program)
{
	long abi =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1)
		return errno == ENOSYS || errno == EOPNOTSUPP;
	struct landlock_ruleset_attr attr = {.handled_access_fs = known_rights(abi)};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (rules < 0)
		return false;
	allow_all(rules, program);
	bool is_shut = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return is_shut;
}

struct picture_call {
	int number;
	unsigned n_conditions;
	struct scmp_arg_cmp condition;
};

static bool shut_calls(void)
{
	const struct picture_call calls[] = {
#define WHEN(argument, mask, value) SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value)
#define CALL(name) {SCMP_SYS(name), 0, {0}},
#define CALL_IF(name, when) {SCMP_SYS(name), 1, when},
#define OLD(name) CALL(name)
#include "client/picture/picture_calls.def"
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool is_fine = filter && seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
						  SCMP_ACT_KILL_PROCESS) == 0;

	for (size_t i = 0; i < ARRAY_LEN(calls) && is_fine; i++)
		is_fine =
			seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, calls[i].number,
					       calls[i].n_conditions, &calls[i].condition) == 0;
	is_fine = is_fine && seccomp_load(filter) == 0;
	if (filter)
		seccomp_release(filter);
	return is_fine;
}

bool picture_shut(const char *program)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && bound() && shut_files(program) &&
	       shut_calls();
}
