// SPDX-License-Identifier: MIT
// What a run gave, as one JSON object; and the figures of /proc.
#include "tests/bench/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

double process_cpu_s(int pid)
{
	char path[64], text[1024];
	unsigned long user = 0, system_time = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fgets(text, sizeof(text), file)) {
		const char *after = strrchr(text, ')');

		if (after)
			sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
			       &user, &system_time);
	}
	fclose(file);
	return (double)(user + system_time) / (double)sysconf(_SC_CLK_TCK);
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

static double percentile_ms(const struct load *l, double part)
{
	size_t at = (size_t)(part * (double)(l->n_latency - 1));

	return l->n_latency ? l->latency_us[at] / 1000.0 : 0;
}

void load_report(const struct load *l, FILE *to)
{
	double seconds = (double)(l->ended_ns - l->started_ns) / 1e9;
	double deliveries = (double)l->received;

	qsort(l->latency_us, l->n_latency, sizeof(*l->latency_us), by_value);
	fprintf(to,
		"{\"clients\": %d, \"ready\": %d, \"rooms\": %d, \"senders\": %d, "
		"\"messages\": %d, \"setup_s\": %.3f, \"setup_server_cpu_us\": %.1f, "
		"\"seconds\": %.3f, \"expected\": %" PRId64 ", \"received\": %" PRId64
		", \"lost\": %" PRId64 ", \"repeated\": %" PRId64 ", \"disordered\": %" PRId64
		", \"dead\": %d, \"deliveries_per_s\": %.0f, \"bytes_per_delivery\": %.1f, "
		"\"server_cpu_us_per_delivery\": %.3f, \"own_cpu_share\": %.2f, "
		"\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"p999_ms\": %.3f, \"max_ms\": %.3f, "
		"\"server_rss\": %" PRId64 "}\n",
		l->options.clients, l->n_ready, l->options.rooms, l->options.senders,
		l->options.messages, (double)l->setup_ns / 1e9,
		l->n_ready ? l->setup_cpu_s * 1e6 / l->n_ready : 0, seconds, l->expected,
		l->received, l->expected - l->received + l->repeated, l->repeated, l->disordered,
		l->n_dead, seconds > 0 ? deliveries / seconds : 0,
		deliveries > 0 ? (double)l->bytes / deliveries : 0,
		deliveries > 0 ? l->server_cpu_s * 1e6 / deliveries : 0,
		seconds > 0 ? l->own_cpu_s / seconds : 0, percentile_ms(l, 0.5),
		percentile_ms(l, 0.99), percentile_ms(l, 0.999), percentile_ms(l, 1),
		l->options.pid ? process_rss(l->options.pid) : 0);
}
