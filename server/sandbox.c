// SPDX-License-Identifier: MIT
// Landlock for files, seccomp for system calls, no_new_privs for privileges.
#include "server/sandbox.h"

#include "common/log.h"
#include "server/sandbox_calls.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITES                                                                                 \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |                      \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK)
// What can be ruled at all, and never is allowed beyond the above.
#define RULED                                                                                  \
	(READS | WRITES | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_REMOVE_DIR |         \
	 LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |                          \
	 LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |                        \
	 LANDLOCK_ACCESS_FS_MAKE_SYM)

static bool allow(int rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access};
	struct stat about;
	bool is_fine;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return true; // what is not there needs no permission
	// Rights of directories make no sense for a file, and the kernel says so.
	if (fstat(rule.parent_fd, &about) == 0 && !S_ISDIR(about.st_mode))
		rule.allowed_access &=
			LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
	is_fine = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) ==
		  0;
	close(rule.parent_fd);
	return is_fine;
}

// The folder, since renewed certificates and edited files are new files in it.
static bool allow_beside(int rules, const struct paths *p, const char *name)
{
	char *path, *end;
	bool is_fine;

	if (!name)
		return true;
	path = path_beside_config(p, name);
	end = strrchr(path, '/');
	if (end && end != path)
		*end = '\0';
	is_fine = allow(rules, path, READS);
	free(path);
	return is_fine;
}

static bool allow_all(int rules, const struct paths *p, const struct config *c)
{
	// /etc and /usr: time zone, locale and TLS settings of the libraries; /dev/null: the
	// spare descriptor; /proc: the own memory, for `status`; temporary files of SQLite.
	return allow(rules, p->state, READS | WRITES) && allow(rules, "/etc", READS) &&
	       allow(rules, "/usr", READS) && allow(rules, "/dev", READS | WRITES) &&
	       allow(rules, "/proc", READS) && allow(rules, "/tmp", READS | WRITES) &&
	       allow_beside(rules, p, p->config) && allow_beside(rules, p, c->certificate) &&
	       allow_beside(rules, p, c->key) && allow_beside(rules, p, c->motd_file);
}

bool sandbox_enter(const struct paths *p, const struct config *c)
{
	struct landlock_ruleset_attr attr = {.handled_access_fs = RULED};
	int rules;
	bool is_fine;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return false;
	rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (rules < 0) {
		log_event(LOG_WARN, "no_sandbox", "why", "this kernel has no Landlock", NULL);
		return false;
	}
	is_fine = allow_all(rules, p, c) && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	if (!is_fine)
		log_event(LOG_WARN, "no_sandbox", "why", "Landlock refused the rules", NULL);
	if (!sandbox_refuse_calls()) {
		log_event(LOG_WARN, "no_sandbox", "why", "this kernel has no seccomp", NULL);
		return false;
	}
	return is_fine;
}
