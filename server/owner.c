// SPDX-License-Identifier: MIT
#include "server/owner.h"

#include "common/span.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LISTEN_LOW (1U << CAP_NET_BIND_SERVICE)

static void set(struct owner *o, uid_t uid, gid_t gid, const struct passwd *known)
{
	*o = (struct owner){.uid = uid, .gid = known ? known->pw_gid : gid};
	if (known)
		snprintf(o->name, sizeof(o->name), "%s", known->pw_name);
	else
		snprintf(o->name, sizeof(o->name), "%u", (unsigned)uid);
}

bool owner_named(struct owner *o, const char *name, struct buf *error)
{
	struct passwd *known = getpwnam(name);
	uint64_t number;

	if (!known && span_to_u64(span_of(name), &number) && number < UINT32_MAX) {
		set(o, (uid_t)number, (gid_t)number, getpwuid((uid_t)number));
		return true;
	}
	if (known)
		set(o, known->pw_uid, known->pw_gid, known);
	else
		buf_printf(
			error,
			"there is no user %s on this computer: name another, or make it with\n"
			"  useradd --system --shell /usr/sbin/nologin %s",
			name, name);
	return known;
}

void owner_of(struct owner *o, const char *path)
{
	struct stat about = {0};

	if (stat(path, &about) < 0)
		about = (struct stat){0};
	set(o, about.st_uid, about.st_gid, getpwuid(about.st_uid));
}

void owner_self(struct owner *o)
{
	set(o, geteuid(), getegid(), getpwuid(geteuid()));
}

static bool is_within(const struct __user_cap_data_struct sets[static 2], unsigned kept)
{
	return !(sets[0].permitted & ~kept) && !sets[0].inheritable && !sets[1].permitted &&
	       !sets[1].inheritable && sets[0].effective == sets[0].permitted;
}

// Keeps of what is there what is in `kept`.
static bool keep_capabilities(unsigned kept)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2] = {{0}};

	if (syscall(SYS_capget, &head, sets) < 0)
		return false;
	// Who has no more asks for nothing: what is around this process may refuse the call.
	if (is_within(sets, kept))
		return true;
	sets[0].permitted &= kept;
	sets[0].effective = sets[0].permitted;
	sets[0].inheritable = 0;
	sets[1] = (struct __user_cap_data_struct){0};
	return syscall(SYS_capset, &head, sets) == 0;
}

// What no program that is started from here could get back. Without the right to do that
// there is nothing to take away.
static void empty_bounds(void)
{
	for (unsigned long i = 0; i <= 63; i++)
		(void)!prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
	(void)!prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static bool take_groups(const struct owner *o)
{
	struct passwd *known = getpwuid(o->uid);

	if (known)
		return initgroups(known->pw_name, o->gid) == 0;
	return setgroups(0, NULL) == 0;
}

bool owner_become(const struct owner *o, struct buf *error)
{
	if (geteuid() != 0) {
		if (o->uid == geteuid())
			return true;
		buf_printf(error, "only root can become %s: start it as root or as %s", o->name,
			   o->name);
		return false;
	}
	empty_bounds();
	if (take_groups(o) && setresgid(o->gid, o->gid, o->gid) == 0 &&
	    prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 && setresuid(o->uid, o->uid, o->uid) == 0 &&
	    prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) == 0 && keep_capabilities(LISTEN_LOW)) {
		// The change of user has set it anew; a core would hold passwords and keys.
		(void)!prctl(PR_SET_DUMPABLE, 0);
		return true;
	}
	buf_printf(error,
		   "cannot become the user %s: %s; in a container, that user must exist in it",
		   o->name, strerrordesc_np(errno));
	return false;
}

bool owner_drop_rights(void)
{
	empty_bounds();
	return keep_capabilities(0) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}
