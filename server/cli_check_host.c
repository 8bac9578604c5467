// SPDX-License-Identifier: MIT
// `snugd check`, this computer: addresses, open files, and the disk.
#include "server/cli_check_private.h"

#include "common/clock.h"
#include "server/descriptors.h"
#include "server/letters/limits.h"
#include "server/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define SYNCS 5
#define SLOW_SYNC_MS 100
#define SHARE_MAX 99 // inside: as the setting goes

static const char *setting_of(const struct config *c, size_t place)
{
	if (place < c->n_lines)
		return "[server] listen";
	return place < c->n_lines + c->web_listen.count ? "[web] listen" : "[web] metrics";
}

static void add_refused(struct buf *found, const struct check *k, const char *setting,
			const char *text, int why)
{
	const char *port = strrchr(text, ':') + 1;

	if (why == EADDRINUSE)
		buf_printf(found,
			   "%s is taken by another program: end it, which this names:  ss "
			   "-ltnp sport = :%s",
			   text, port);
	else if (why == EADDRNOTAVAIL)
		buf_printf(found,
			   "this computer has no address as in %s: name one that it has in "
			   "%s:  ip -brief address",
			   text, setting);
	else if (why == EACCES && k->is_root)
		buf_printf(found, "nobody may listen on %s here: look at what forbids it",
			   text);
	else
		buf_printf(found, "cannot listen on %s: %s: name another in %s", text,
			   strerrordesc_np(why), setting);
}

// 0, or why not.
static int try_place(const struct config_place *place)
{
	int fd = net_listen(&place->address), why = fd < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return why;
}

// As `run` would. Ports below 1024 are root's to take, or a unit's that was given that right:
// to another user that tells nothing.
void check_port(struct check *k)
{
	struct buf found = {0}, fine = {0};

	for (size_t i = 0; i < k->config.n_places && check_is_idle(k); i++) {
		const struct config_place *place = &k->config.places[i];
		char text[NET_TEXT_MAX];
		int why = try_place(place);

		net_text(&place->address, text);
		if (!k->config.listen.count && i < k->config.n_lines &&
		    (why == EAFNOSUPPORT || why == EADDRNOTAVAIL))
			continue;
		buf_printf(&fine, "%s%s%s", fine.len ? ", " : "", text,
			   why == EACCES && !k->is_root ? " (for root to take)" : "");
		if (why && !found.len && (why != EACCES || k->is_root))
			add_refused(&found, k, setting_of(&k->config, i), text, why);
	}
	if (fine.len || found.len)
		check_report(k, "port", !found.len, buf_str(found.len ? &found : &fine));
	buf_clear(&found);
	buf_clear(&fine);
}

// Strangers may not be able to take the places of all.
void check_descriptors(struct check *k)
{
	unsigned shards = k->config.io_threads ? (unsigned)k->config.io_threads : 1;
	int64_t strangers = k->config.unknown_connections, files, left;
	struct buf found = {0};
	struct rlimit limit;
	bool is_fine;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || !check_is_idle(k))
		return;
	files = descriptors_of(limit.rlim_max);
	left = descriptors_left(files, shards);
	is_fine = files >= descriptors_least(shards) && (!strangers || left > strangers);
	buf_printf(&found, "%lld open files are allowed", (long long)files);
	if (files < descriptors_least(shards))
		buf_printf(&found,
			   ", %lld are needed at least: raise the limit as root, or "
			   "LimitNOFILE in the unit:  prlimit --nofile=65536 --pid=$$",
			   (long long)descriptors_least(shards));
	else if (!is_fine)
		buf_printf(&found,
			   ": those who have not logged in could take all of %lld places: "
			   "raise LimitNOFILE, or let in fewer of them:  [limits] "
			   "unknown_connections = %lld",
			   (long long)left, (long long)(left + 1) / 2);
	else
		buf_printf(&found, ", which leaves %lld connections", (long long)left);
	check_report(k, "descriptors", is_fine, buf_str(&found));
	buf_clear(&found);
}

static int64_t free_bytes(const struct statvfs *about)
{
	return (int64_t)about->f_bavail * (int64_t)about->f_frsize;
}

void check_room_on_disk(struct check *k)
{
	struct buf found = {0};
	struct statvfs about;
	int64_t bytes;

	if (statvfs(k->cli->paths.state, &about) < 0)
		return;
	bytes = free_bytes(&about);
	buf_printf(&found, "%lld MiB free", (long long)(bytes >> 20));
	if (bytes < DISK_LOW_BYTES && !paths_has_file(&k->cli->paths))
		buf_add_str(&found,
			    ", which is little for what people send, and for the log: make "
			    "room. Messages are on the disk of the store");
	else if (bytes < DISK_LOW_BYTES)
		buf_printf(&found,
			   ", and messages are refused under %lld: make room, or let go of old "
			   "history:  [history] keep = 90d",
			   DISK_LOW_BYTES >> 20);
	check_report(k, "disk", bytes >= DISK_LOW_BYTES, buf_str(&found));
	buf_clear(&found);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

// What a commit waits for, half of the times; -1: it cannot be tried here.
static int64_t sync_us(const char *state)
{
	int fd = open(state, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char page[4096] = {0};
	int64_t took[SYNCS];
	bool is_fine = fd >= 0;

	for (size_t i = 0; i < SYNCS && is_fine; i++) {
		int64_t from = clock_mono_us();

		is_fine = pwrite(fd, page, sizeof(page), (off_t)(i * sizeof(page))) ==
				  (ssize_t)sizeof(page) &&
			  fdatasync(fd) == 0;
		took[i] = clock_mono_us() - from;
	}
	if (fd >= 0)
		close(fd);
	if (!is_fine)
		return -1;
	qsort(took, SYNCS, sizeof(*took), compare);
	return took[SYNCS / 2];
}

// Each message waits for the disk before anybody sees it.
void check_sync(struct check *k)
{
	int64_t us = sync_us(k->cli->paths.state);
	bool is_slow = us > SLOW_SYNC_MS * 1000 && k->config.durability == (int)STORE_FULL;
	struct buf found = {0};

	if (us < 0)
		return;
	buf_printf(&found, "the disk has a page safe in %lld.%lld ms", (long long)(us / 1000),
		   (long long)(us / 100 % 10));
	if (is_slow)
		buf_add_str(&found,
			    ", and each message waits for that: put the state on another disk, "
			    "or let a power cut take the last of what was said:  [server] "
			    "durability = normal");
	check_report(k, "fsync", !is_slow, buf_str(&found));
	buf_clear(&found);
}

static int64_t size_of(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 ? about.st_size : 0;
}

static void add_share(struct buf *found, const struct config *c, const struct statvfs *about)
{
	int64_t size = (int64_t)about->f_blocks * (int64_t)about->f_frsize, used;

	if (!size || !c->disk_share || free_bytes(about) >= size / 100 * (100 - c->disk_share))
		return;
	used = 100 - free_bytes(about) * 100 / size;
	buf_printf(found,
		   "%lld %% of the disk are in use, and from disk_share = %lld on who stored "
		   "most is refused: make room, or bear more:  [limits] disk_share = %lld",
		   (long long)used, (long long)c->disk_share,
		   (long long)(used + 1 > SHARE_MAX ? 0 : used + 1));
}

static void add_total(struct buf *found, const struct check *k, const struct statvfs *about)
{
	int64_t most = size_of(k->cli->paths.database) + free_bytes(about) - DISK_LOW_BYTES;

	if (found->len || !k->config.keep_total || k->config.keep_total <= most)
		return;
	buf_printf(found,
		   "keep_total lets history grow to %lld MiB, but the disk has room for %lld: "
		   "messages are refused before any is let go:  [history] keep_total = %lldMiB",
		   (long long)(k->config.keep_total >> 20), (long long)(most >> 20),
		   (long long)(most > 4 << 20 ? most >> 21 : 1));
}

void check_quotas(struct check *k)
{
	struct buf found = {0};
	struct statvfs about;

	if (statvfs(k->cli->paths.state, &about) < 0)
		return;
	add_share(&found, &k->config, &about);
	add_total(&found, k, &about);
	check_report(k, "quotas", !found.len,
		     found.len ? buf_str(&found) : "the disk has room for what they allow");
	buf_clear(&found);
}
