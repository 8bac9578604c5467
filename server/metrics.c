// SPDX-License-Identifier: MIT
#include "server/metrics.h"

#include "common/version.h"

#include <inttypes.h>

// Whole numbers as such: what is counted is not rounded.
static void add_value(struct buf *out, double value)
{
	if (value == (double)(int64_t)value)
		buf_printf(out, " %" PRId64 "\n", (int64_t)value);
	else
		buf_printf(out, " %.6f\n", value);
}

static double seconds(int64_t ms)
{
	return (double)ms / 1e3;
}

static double micro(int64_t us)
{
	return (double)us / 1e6;
}

static void head(struct buf *out, const char *type, const char *name, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct buf *out, const char *name, const char *label, const char *value,
		int64_t n)
{
	buf_printf(out, "%s{%s=\"%s\"} %" PRId64 "\n", name, label, value, n);
}

static void write_build(const struct metrics *m, const char *name, struct buf *out)
{
	buf_printf(out, "%s{version=\"" SNUG_VERSION "\",schema=\"%" PRId64 "\"} 1\n", name,
		   m->schema);
}

static void write_connections(const struct metrics *m, const char *name, struct buf *out)
{
	int64_t unfinished = m->connected - m->hub.sessions;

	one(out, name, "kind", "person", m->classes[CLASS_PERSON]);
	one(out, name, "kind", "bot", m->classes[CLASS_BOT]);
	one(out, name, "kind", "bridge", m->classes[CLASS_BRIDGE]);
	one(out, name, "kind", "login", m->hub.unknown);
	// The shards count at the end of a turn: the hub may have been told of one more.
	one(out, name, "kind", "unfinished", unfinished > 0 ? unfinished : 0);
}

static void write_logins(const struct metrics *m, const char *name, struct buf *out)
{
	static const char *const ways[] = {
#define LOGIN_WAY(kind, label) [LOGIN_##kind] = (label),
#include "server/hub/state/counted.def"
	};
	static const char *const results[] = {
#define LOGIN_RESULT(kind, label) [LOGIN_##kind] = (label),
#include "server/hub/state/counted.def"
	};

	for (size_t way = 0; way < LOGIN_WAYS; way++) {
		for (size_t result = 0; result < LOGIN_RESULTS; result++)
			buf_printf(out, "%s{way=\"%s\",result=\"%s\"} %" PRId64 "\n", name,
				   ways[way], results[result], m->hub.logins[way][result]);
	}
}

static void write_issuer(const struct metrics *m, const char *name, struct buf *out)
{
	one(out, name, "result", "yes", m->issuer[IDENTITY_IS]);
	one(out, name, "result", "no", m->issuer[IDENTITY_NO]);
	one(out, name, "result", "later", m->issuer[IDENTITY_LATER]);
}

static void write_refused(const struct metrics *m, const char *name, struct buf *out)
{
	static const char *const by_shards[] = {
#define IO_REFUSAL(kind, label) [IO_REFUSED_##kind] = (label),
#include "server/io/io_refusals.def"
#undef IO_REFUSAL
	};
	static const char *const by_hub[] = {
#define HUB_REFUSAL(kind, label) [HUB_REFUSED_##kind] = (label),
#include "server/hub/state/counted.def"
	};

	for (size_t why = 0; why < IO_REFUSED_KINDS; why++)
		one(out, name, "why", by_shards[why], m->io_refused[why]);
	for (size_t why = 0; why < HUB_REFUSED_KINDS; why++)
		one(out, name, "why", by_hub[why], m->hub.refused[why]);
}

static void write_pushes(const struct metrics *m, const char *name, struct buf *out)
{
	static const char *const labels[] = {
#define PUSH_RESULT(kind, label) [PUSH_##kind] = (label),
#include "server/hub/state/counted.def"
	};

	for (size_t result = 0; result < PUSH_RESULTS; result++)
		one(out, name, "result", labels[result], m->hub.pushes[result]);
}

static void write_histogram(const struct histogram_seen *seen, const char *name,
			    struct buf *out)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < HISTOGRAM_BOUNDS; i++) {
		sum += seen->counts[i];
		buf_printf(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name,
			   micro(histogram_bounds_us[i]), sum);
	}
	sum += seen->counts[HISTOGRAM_BOUNDS];
	buf_printf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name, sum);
	buf_printf(out, "%s_sum", name);
	add_value(out, micro((int64_t)seen->sum_us));
	buf_printf(out, "%s_count %" PRIu64 "\n", name, sum);
}

static void write_commits(const struct metrics *m, const char *name, struct buf *out)
{
	write_histogram(&m->commits, name, out);
}

static void write_deliveries(const struct metrics *m, const char *name, struct buf *out)
{
	write_histogram(&m->delivered, name, out);
}

static void write_queues(const struct metrics *m, const char *name, struct buf *out)
{
	one(out, name, "queue", "unstored", (int64_t)(m->hub.head - m->hub.durable));
	one(out, name, "queue", "unapplied", (int64_t)(m->hub.head - m->hub.applied));
	one(out, name, "queue", "queries", m->hub.queries);
	one(out, name, "queue", "hashes", m->hub.jobs);
}

static void write_helpers(const struct metrics *m, const char *name, struct buf *out)
{
	static const char *const programs[PROGRAMS] = {
		[PROGRAM_ERRAND] = "errand",
	};

	for (size_t i = 0; i < PROGRAMS; i++) {
		if (m->helpers[i] != HELPER_OFF)
			one(out, name, "helper", programs[i], m->helpers[i] == HELPER_UP);
	}
	if (m->door != HELPER_OFF)
		one(out, name, "helper", "door", m->door == HELPER_UP);
}

static void write_bytes(const struct metrics *m, const char *name, int64_t bytes,
			struct buf *out)
{
	if (m->has_disk)
		buf_printf(out, "%s %" PRId64 "\n", name, bytes);
}

static void write_free(const struct metrics *m, const char *name, struct buf *out)
{
	write_bytes(m, name, m->disk_free, out);
}

static void write_database(const struct metrics *m, const char *name, struct buf *out)
{
	write_bytes(m, name, m->database_bytes, out);
}

static void write_wal(const struct metrics *m, const char *name, struct buf *out)
{
	write_bytes(m, name, m->wal_bytes, out);
}

static void write_down(const struct metrics *m, struct buf *out)
{
#define METRIC(type, name, value, help)
#define FAMILY(type, name, write, help)
#define METRIC_DOWN(type, name, value, help)                                                   \
	head(out, #type, #name, help);                                                         \
	buf_add_str(out, #name);                                                               \
	add_value(out, (double)(value));
#define FAMILY_DOWN(type, name, write, help)                                                   \
	head(out, #type, #name, help);                                                         \
	write(m, #name, out);
#include "server/metrics.def"
#undef METRIC
#undef FAMILY
}

static void write_all(const struct metrics *m, struct buf *out)
{
#define METRIC(type, name, value, help)                                                        \
	head(out, #type, #name, help);                                                         \
	buf_add_str(out, #name);                                                               \
	add_value(out, (double)(value));
#define FAMILY(type, name, write, help)                                                        \
	head(out, #type, #name, help);                                                         \
	write(m, #name, out);
#include "server/metrics.def"
#undef METRIC
#undef FAMILY
}

void metrics_write(const struct metrics *m, struct buf *out)
{
	if (m->is_up)
		write_all(m, out);
	else
		write_down(m, out);
}
