// SPDX-License-Identifier: MIT
// What a run gave, as one JSON object; and the figures of /proc.
#include "tests/bench/load.h"

#include "common/die.h"

#include <dirent.h>
#include <inttypes.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TLS_OVERHEAD 22

#define TIMES_MAX (16 * 1000 * 1000)

void times_add(struct times *t, int64_t ns)
{
	if (t->n == TIMES_MAX)
		return;
	if (t->n == t->space) {
		t->space = t->space ? t->space * 2 : 1024;
		t->us = xreallocarray(t->us, t->space, sizeof(*t->us));
	}
	t->us[t->n++] = (uint32_t)(ns / 1000);
}

// Of all its threads, to the nanosecond.
static double cpu_s(clockid_t clock)
{
	struct timespec t;

	return clock_gettime(clock, &t) == 0 ? (double)t.tv_sec + (double)t.tv_nsec / 1e9 : 0;
}

// The sum of the numbers of all lines "NAME: NUMBER" whose name ends so.
static int64_t sum_of_file(const char *path, const char *end_of_name)
{
	FILE *file = fopen(path, "r");
	char line[256];
	int64_t sum = 0;

	while (file && fgets(line, sizeof(line), file)) {
		const char *colon = strchr(line, ':');

		if (colon && strstr(line, end_of_name))
			sum += strtoll(colon + 1, NULL, 10);
	}
	if (file)
		fclose(file);
	return sum;
}

// Of threads that have ended nothing is left: a server under load ends none.
static int64_t switches_of(int pid)
{
	char path[64];
	int64_t sum = 0;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	DIR *tasks = opendir(path);
	for (struct dirent *task; tasks && (task = readdir(tasks));) {
		if (task->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%.16s/status", pid, task->d_name);
		sum += sum_of_file(path, "voluntary_ctxt_switches");
	}
	if (tasks)
		closedir(tasks);
	return sum;
}

static int64_t wire_bytes(const struct load *l)
{
	int64_t sum = 0;

	for (int i = 0; i < l->options.clients; i++) {
		struct tcp_info info;
		socklen_t len = sizeof(info);

		if (l->clients[i].tls &&
		    getsockopt(l->clients[i].fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0)
			sum += (int64_t)info.tcpi_bytes_received;
	}
	return sum;
}

struct gauge gauge_now(const struct load *l)
{
	struct gauge g = {.ns = load_now_ns(), .bytes = l->bytes, .wire_bytes = wire_bytes(l)};
	clockid_t clock;

	if (l->options.pid && clock_getcpuclockid(l->options.pid, &clock) == 0)
		g.server_cpu_s = cpu_s(clock);
	if (l->options.pid)
		g.switches = switches_of(l->options.pid);
	g.own_cpu_s = cpu_s(CLOCK_PROCESS_CPUTIME_ID);
	return g;
}

struct gauge gauge_since(const struct load *l, const struct gauge *from)
{
	struct gauge g = gauge_now(l);

	g.server_cpu_s -= from->server_cpu_s;
	g.own_cpu_s -= from->own_cpu_s;
	g.ns -= from->ns;
	g.bytes -= from->bytes;
	g.wire_bytes -= from->wire_bytes;
	g.switches -= from->switches;
	return g;
}

int64_t process_rss(int pid)
{
	char path[64];
	long pages = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/statm", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%*d %ld", &pages) != 1)
		pages = 0;
	fclose(file);
	return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static double percentile_ms(const struct times *t, double part)
{
	size_t at = (size_t)(part * (double)(t->n - 1));

	return t->n ? t->us[at] / 1000.0 : 0;
}

static void report_times(struct times *t, const char *prefix, FILE *to)
{
	if (t->n)
		qsort(t->us, t->n, sizeof(*t->us), by_value);
	fprintf(to,
		"\"%sp50_ms\": %.3f, \"%sp99_ms\": %.3f, \"%sp999_ms\": %.3f, "
		"\"%smax_ms\": %.3f, ",
		prefix, percentile_ms(t, 0.5), prefix, percentile_ms(t, 0.99), prefix,
		percentile_ms(t, 0.999), prefix, percentile_ms(t, 1));
}

static double part(double a, double b)
{
	return b > 0 ? a / b : 0;
}

// TLS 1.3 adds 22 bytes to a record: that tells how many there were.
static double per_record(const struct load *l)
{
	return part((double)l->received * TLS_OVERHEAD,
		    (double)(l->run.wire_bytes - l->run.bytes));
}

static void report_login(const struct load *l, FILE *to)
{
	double setup_s = (double)l->setup.ns / 1e9, run_s = (double)l->run.ns / 1e9;

	if (l->options.logins) {
		fprintf(to,
			"\"logins\": %d, \"logins_per_s\": %.0f, "
			"\"server_cpu_us_per_login\": %.1f, ",
			l->n_logins, part(l->n_logins, run_s),
			part(l->run.server_cpu_s * 1e6, l->n_logins));
		return;
	}
	fprintf(to,
		"\"setup_s\": %.3f, \"setup_server_cpu_us\": %.1f, \"setup_own_share\": %.2f, "
		"\"held_server_share\": %.5f, ",
		setup_s, part(l->setup.server_cpu_s * 1e6, l->n_ready),
		part(l->setup.own_cpu_s, setup_s),
		part(l->held.server_cpu_s * 1e9, (double)l->held.ns));
}

void load_report(struct load *l, FILE *to)
{
	double seconds = (double)l->run.ns / 1e9, deliveries = (double)l->received;

	fprintf(to,
		"{\"clients\": %d, \"ready\": %d, \"dead\": %d, \"tried_again\": %d, \"rooms\": %d, "
		"\"senders\": %d, \"messages\": %d, \"seconds\": %.3f, ",
		l->options.clients, l->n_ready, l->n_dead, l->n_again, l->options.rooms,
		l->options.senders, l->options.messages, seconds);
	fprintf(to,
		"\"expected\": %" PRId64 ", \"received\": %" PRId64 ", \"lost\": %" PRId64
		", \"repeated\": %" PRId64 ", \"disordered\": %" PRId64 ", ",
		l->expected, l->received, l->expected - l->received + l->repeated, l->repeated,
		l->disordered);
	fprintf(to,
		"\"deliveries_per_s\": %.0f, \"bytes_per_delivery\": %.1f, "
		"\"wire_bytes_per_delivery\": %.1f, \"per_write\": %.2f, "
		"\"server_cpu_us_per_delivery\": %.3f, \"server_switches\": %" PRId64 ", ",
		part(deliveries, seconds), part((double)l->run.bytes, deliveries),
		part((double)l->run.wire_bytes, deliveries), per_record(l),
		part(l->run.server_cpu_s * 1e6, deliveries), l->run.switches);
	report_times(&l->latency, "", to);
	report_times(&l->acks, "ack_", to);
	report_login(l, to);
	fprintf(to,
		"\"own_cpu_share\": %.2f, \"server_cpu_share\": %.2f, \"idle_rss\": %" PRId64
		", \"server_rss\": %" PRId64 "}\n",
		part(l->run.own_cpu_s, seconds), part(l->run.server_cpu_s, seconds),
		l->idle_rss, l->options.pid ? process_rss(l->options.pid) : 0);
}
