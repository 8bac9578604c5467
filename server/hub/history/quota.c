// SPDX-License-Identifier: MIT
#include "server/hub/history/quota.h"

#include "server/hub/people/account.h"

#define DAY_MS (24 * 3600 * INT64_C(1000))
#define ROOM_FULL "As much was stored in the room as may be in a day"
// Whoever wrote no more is not refused before all are.
#define LIGHT_BYTES (64 * INT64_C(1024))

static int64_t day_of(const struct hub *h)
{
	return h->now.wall_ms / DAY_MS;
}

// As it stands today.
static struct day_count as_of_today(const struct hub *h, const struct day_count *c)
{
	int64_t ago = day_of(h) - c->day;

	if (ago == 0)
		return *c;
	return (struct day_count){.day = day_of(h), .before = ago == 1 ? c->bytes : 0};
}

// What part of yesterday is still within a day, in ms.
static int64_t rest_ms(const struct hub *h)
{
	return DAY_MS - h->now.wall_ms % DAY_MS;
}

static int64_t bytes_of(const struct hub *h, const struct day_count *count)
{
	struct day_count c = as_of_today(h, count);

	return c.bytes + (int64_t)((double)c.before * (double)rest_ms(h) / DAY_MS);
}

// From when on the count is at most `most`, when nothing more is stored.
static int64_t ends_at(const struct hub *h, const struct day_count *count, int64_t most)
{
	struct day_count c = as_of_today(h, count);
	int64_t midnight = h->now.wall_ms + rest_ms(h);
	double left;

	if (c.bytes <= most) {
		left = (double)(most - c.bytes) / (double)c.before;
		return midnight - (int64_t)(left * DAY_MS);
	}
	left = c.bytes ? (double)(most > 0 ? most : 0) / (double)c.bytes : 0;
	return midnight + DAY_MS - (int64_t)(left * DAY_MS);
}

struct refusal quota_beyond(const struct hub *h, const struct day_count *count, int64_t most,
			    int64_t bytes, const char *why)
{
	if (bytes_of(h, count) + bytes <= most)
		return (struct refusal){0};
	return (struct refusal){why, ends_at(h, count, most - bytes)};
}

// How much one account may have stored in the last day, as the disk stands: from the share on
// where that begins down to nothing at the watermark, of what all stored.
static int64_t most_by_disk(const struct hub *h)
{
	int64_t size = h->disk_size, share = h->config.disk_share, room, most;

	if (!share)
		return INT64_MAX;
	room = size / 100 * (100 - share);
	if (h->disk_free >= room || room <= DISK_LOW_BYTES)
		return INT64_MAX;
	most = (int64_t)((double)bytes_of(h, &h->day) *
			 (double)(h->disk_free - DISK_LOW_BYTES) /
			 (double)(room - DISK_LOW_BYTES));
	return most > LIGHT_BYTES ? most : LIGHT_BYTES;
}

struct refusal quota_of(const struct hub *h, const struct account *a,
			const struct stream *stream, size_t bytes)
{
	const struct hub_config *c = &h->config;
	struct refusal r = {0};

	if (c->account_per_day)
		r = quota_beyond(h, &a->day, c->account_per_day, (int64_t)bytes,
				 "You stored as much as an account may in a day");
	if (!r.why && c->room_per_day && stream->room)
		r = quota_beyond(h, &stream->day, c->room_per_day, (int64_t)bytes, ROOM_FULL);
	if (!r.why)
		r = quota_beyond(h, &a->day, most_by_disk(h), (int64_t)bytes,
				 "The disk is nearly full, and you stored the most of late");
	return r;
}

struct refusal quota_of_room(const struct hub *h, const struct stream *stream, size_t bytes)
{
	int64_t per_day = h->config.room_per_day;
	struct refusal r = {0};

	if (per_day)
		r = quota_beyond(h, &stream->day, per_day, (int64_t)bytes, ROOM_FULL);
	if (!r.why)
		r = quota_beyond(h, &stream->day, most_by_disk(h), (int64_t)bytes,
				 "The disk is nearly full, and the room stored much of late");
	return r;
}

void quota_add(struct hub *h, struct day_count *c, size_t bytes)
{
	*c = as_of_today(h, c);
	c->bytes += (int64_t)bytes;
}

void quota_count(struct hub *h, struct account *a, struct stream *stream, size_t bytes)
{
	if (a)
		quota_add(h, &a->day, bytes);
	quota_add(h, &stream->day, bytes);
	quota_add(h, &h->day, bytes);
}
