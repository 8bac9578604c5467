// SPDX-License-Identifier: MIT
// Landlock: which files can be opened, and how.
//
// 1. What the kernel can rule is ruled, and of that only reading is allowed, and in the state
//    directory writing. Newer kernels can rule more (`abis`); an older one gets what it knows.
// 2. A rule is of a folder, by its descriptor: renewed certificates and edited files are new
//    files in it. Where a name is a link, or a folder on the way to it, the folders of all it
//    leads to are allowed, so that what is renewed beside the old one and linked anew (certbot,
//    Kubernetes) is read too.
#include "server/sandbox_private.h"

#include "common/die.h"
#include "common/log.h"
#include "server/gss/keytab.h"
#include "server/kerberos.h"
#include "server/links.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITES                                                                                 \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |                      \
	 LANDLOCK_ACCESS_FS_MAKE_REG | FS_TRUNCATE)

// Of newer kernels than the headers are of.
#define FS_TRUNCATE (1ULL << 14)
#define FS_IOCTL_DEV (1ULL << 15)
#define NET_CONNECT 2U // TCP
#define NET_TCP 3U     // ... and bind
#define RULE_NET_PORT 2
#define DNS_PORT 53
#define SCOPE_OUTSIDE 3U // abstract sockets and signals of other processes
#define RULED_FIRST ((1ULL << 13) - 1)

// The attribute as of the newest; older kernels take the beginning of it.
struct ruled {
	uint64_t files, net, scoped;
};

static const struct {
	size_t len; // of the attribute
	struct ruled ruled;
} abis[] = {
	{8, {RULED_FIRST, 0, 0}},
	{8, {RULED_FIRST | LANDLOCK_ACCESS_FS_REFER, 0, 0}},
	{8, {RULED_FIRST | LANDLOCK_ACCESS_FS_REFER | FS_TRUNCATE, 0, 0}},
	{16, {RULED_FIRST | LANDLOCK_ACCESS_FS_REFER | FS_TRUNCATE, NET_TCP, 0}},
	{16, {RULED_FIRST | LANDLOCK_ACCESS_FS_REFER | FS_TRUNCATE | FS_IOCTL_DEV, NET_TCP, 0}},
	{24,
	 {RULED_FIRST | LANDLOCK_ACCESS_FS_REFER | FS_TRUNCATE | FS_IOCTL_DEV, NET_TCP,
	  SCOPE_OUTSIDE}},
};

struct rules {
	int fd;
	uint64_t files; // what is ruled
	bool rules_net;
};

static bool allow(const struct rules *rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access & rules->files};
	struct stat about;
	bool is_fine;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return true; // what is not there needs no permission
	// Rights of directories make no sense for a file, and the kernel says so.
	if (fstat(rule.parent_fd, &about) == 0 && !S_ISDIR(about.st_mode))
		rule.allowed_access &= ~(uint64_t)LANDLOCK_ACCESS_FS_READ_DIR;
	is_fine = syscall(SYS_landlock_add_rule, rules->fd, LANDLOCK_RULE_PATH_BENEATH, &rule,
			  0) == 0;
	close(rule.parent_fd);
	return is_fine;
}

// A link in "/" or "/var" is the system's own: what stands beside it is not ours to read.
static bool is_deep(const char *folder)
{
	const char *second = folder[0] ? strchr(folder + 1, '/') : NULL;

	return second && second[1];
}

struct way {
	const struct rules *rules;
	bool is_fine;
};

static void allow_step(void *arg, const char *folder, UNUSED const char *name, bool is_end)
{
	struct way *way = arg;

	if (way->is_fine && (is_end || is_deep(folder)))
		way->is_fine = allow(way->rules, folder, READS);
}

static bool allow_around(const struct rules *rules, char *path)
{
	struct way way = {rules, true};

	links_walk(path, allow_step, &way);
	free(path);
	return way.is_fine;
}

// Its folder, since after a rotation it is another file.
static bool allow_log(const struct rules *rules, const struct paths *p, const struct config *c)
{
	char *path, *end;
	bool is_fine;

	if (!c->log_file)
		return true;
	path = path_beside_config(p, c->log_file);
	end = strrchr(path, '/');
	end[end == path ? 1 : 0] = '\0';
	is_fine =
		allow(rules, path, LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG);
	free(path);
	return is_fine;
}

static void allow_setting(void *arg, const char *path)
{
	struct way *way = arg;

	way->is_fine = way->is_fine && allow(way->rules, path, READS);
}

// By the files that are there now: what stands beside them is nobody's to read. Where another
// one comes in their place, no ticket is believed before the next start, and the log says so.
// Of mechanisms beside Kerberos (/etc/gss) none is wanted.
static bool allow_kerberos(const struct rules *rules, const struct paths *p,
			   const struct config *c)
{
	struct way way = {rules, true};
	struct kerberos kerberos;

	if (!c->keytab)
		return true;
	kerberos_init(&kerberos, p, c);
	keytab_each_setting(allow_setting, &way);
	way.is_fine = way.is_fine && allow(rules, kerberos.keytab, READS) &&
		      allow(rules, kerberos.rcache,
			    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
				    FS_TRUNCATE);
	kerberos_clear(&kerberos);
	return way.is_fine;
}

// Behind the places of a store stand names, which its threads have looked up again.
static bool allow_store_files(const struct rules *rules, const struct paths *p,
			      const struct config *c)
{
	static const char *const of_names[] = {"/etc/resolv.conf", "/etc/hosts",
					       "/etc/nsswitch.conf", "/etc/gai.conf",
					       "/etc/host.conf"};
	bool is_fine = true, is_secret;
	struct buf path = {0};

	if (!c->store)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(of_names) && is_fine; i++)
		is_fine = allow(rules, of_names[i], READS);
	for (size_t i = 0; is_fine && config_store_file(c, i, &path, &is_secret); i++) {
		is_fine = allow_around(rules, path_beside_config(p, buf_str(&path)));
		buf_reset(&path);
	}
	buf_clear(&path);
	return is_fine;
}

static bool allow_port(const struct rules *rules, uint16_t port)
{
	// struct landlock_net_port_attr of newer headers.
	const struct {
		uint64_t allowed_access, port;
	} rule = {NET_CONNECT, port};

	return syscall(SYS_landlock_add_rule, rules->fd, RULE_NET_PORT, &rule, 0) == 0;
}

// Where the kernel rules connections: to these ports. Of all threads, but most may not make a
// socket (sandbox_calls.def).
static bool allow_store_ports(const struct rules *rules, const struct config *c)
{
	uint16_t port;
	bool is_fine = true;

	if (!c->store || !rules->rules_net)
		return true;
	for (size_t i = 0; is_fine && config_store_port(c, i, &port); i++)
		is_fine = allow_port(rules, port);
	return is_fine && allow_port(rules, DNS_PORT);
}

static bool allow_all(const struct rules *rules, const struct paths *p, const struct config *c)
{
	const char *const named[] = {p->config, c->certificate, c->key, c->motd_file,
				     c->oidc_secret_file};
	bool is_fine = allow(rules, p->state, READS | WRITES);

	// The state directory's own files may be links too.
	is_fine = is_fine && allow_log(rules, p, c) && allow_kerberos(rules, p, c) &&
		  allow_store_files(rules, p, c) && allow_store_ports(rules, c) &&
		  allow_around(rules, xstrdup(p->certificate)) &&
		  allow_around(rules, xstrdup(p->key));
	for (size_t i = 0; i < ARRAY_LEN(named) && is_fine; i++) {
		if (named[i])
			is_fine = allow_around(rules, path_beside_config(p, named[i]));
	}
	return is_fine;
}

static bool no_landlock(const char *why)
{
	log_event(LOG_WARN, "no_sandbox", "why", why, NULL);
	return false;
}

// As much as the kernel can rule; why not, or NULL.
static const char *make_rules(struct rules *rules)
{
	long abi =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	size_t known = abi > (long)ARRAY_LEN(abis) ? ARRAY_LEN(abis) : (size_t)abi;

	if (abi < 1)
		return "this kernel has no Landlock";
	rules->files = abis[known - 1].ruled.files;
	rules->rules_net = abis[known - 1].ruled.net != 0;
	rules->fd = (int)syscall(SYS_landlock_create_ruleset, &abis[known - 1].ruled,
				 abis[known - 1].len, 0);
	return rules->fd < 0 ? "Landlock refused to rule" : NULL;
}

// From here on the thread is ruled by them, too.
static bool keep_rules(int rules)
{
	bool is_fine = syscall(SYS_landlock_restrict_self, rules, 0) == 0;

	close(rules);
	return is_fine;
}

bool sandbox_shut_files(const struct paths *p, const struct config *c)
{
	struct rules rules;
	const char *why = make_rules(&rules);

	if (why)
		return no_landlock(why);
	if (allow_all(&rules, p, c))
		return keep_rules(rules.fd) || no_landlock("Landlock refused the rules");
	close(rules.fd);
	return no_landlock("Landlock refused the rules");
}

// -1 where one of them was refused.
static int made(const struct rules *rules, bool is_fine)
{
	if (is_fine)
		return rules->fd;
	close(rules->fd);
	return -1;
}

int sandbox_rules_of(const char *folder)
{
	struct rules rules;

	return make_rules(&rules) ? -1 : made(&rules, allow(&rules, folder, READS | WRITES));
}

int sandbox_rules_of_kerberos(const struct paths *p, const struct config *c)
{
	struct rules rules;

	return !c->keytab || make_rules(&rules) ? -1
						: made(&rules, allow_kerberos(&rules, p, c));
}

void sandbox_shut_in(int rules)
{
	if (!keep_rules(rules))
		die(1, "the kernel took the first rules of files, and not those of a thread");
}
