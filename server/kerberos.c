// SPDX-License-Identifier: MIT
#include "server/kerberos.h"

#include "server/gss/keytab.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void kerberos_init(struct kerberos *k, const struct paths *p, const struct config *c)
{
	*k = (struct kerberos){0};
	if (!c->keytab)
		return;
	k->keytab = path_beside_config(p, c->keytab);
	k->rcache = path_in(p->state, "rcache");
	k->settings = (struct acceptor_settings){
		.keytab = k->keytab,
		.rcache = k->rcache,
		.service = c->kerberos_service,
		.host = c->name,
		.realms = {(const char *const *)c->realms.items, c->realms.count},
	};
}

void kerberos_clear(struct kerberos *k)
{
	free(k->keytab);
	free(k->rcache);
	*k = (struct kerberos){0};
}

// Whoever reads it can make tickets for anybody.
static bool is_private(const char *path, struct buf *words)
{
	struct stat about;

	if (stat(path, &about) < 0) {
		buf_printf(words, "the keytab %s: %s", path, strerrordesc_np(errno));
		return false;
	}
	if (about.st_mode & 077)
		buf_printf(words,
			   "others may get at the keytab %s; whoever read it can come in as "
			   "anybody:\n  chmod 600 %s",
			   path, path);
	else if (about.st_uid != geteuid() || access(path, R_OK) < 0)
		buf_printf(words, "the keytab %s is not this user's:\n  chown %d %s", path,
			   (int)geteuid(), path);
	return !words->len;
}

bool kerberos_check(const struct kerberos *k, struct buf *words)
{
	if (!k->keytab)
		return true;
	if (!is_private(k->keytab, words))
		return false;
	if (keytab_check(&k->settings, words))
		return true;
	buf_printf(words, ":\n  kadmin -q \"ktadd -k %s %s/%s\"", k->keytab,
		   k->settings.service, k->settings.host);
	return false;
}

bool kerberos_make_rcache(const struct kerberos *k, struct buf *words)
{
	int fd;

	if (!k->keytab)
		return true;
	fd = open(k->rcache, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		buf_printf(words,
			   "cannot open %s, which is against tickets that are shown "
			   "twice: %s",
			   k->rcache, strerrordesc_np(errno));
	else
		close(fd);
	return fd >= 0;
}
