// SPDX-License-Identifier: MIT
// What both worlds are made of: chance, people, and folders whose files are in memory.
#include "tests/sim/sim.h"

#include "common/die.h"
#include "tests/support/disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// splitmix64
uint64_t roll(struct world *w, uint64_t below)
{
	uint64_t z = w->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) % below;
}

void wrong(struct world *w, const char *format, ...)
{
	va_list args;

	if (w->wrong.len)
		return;
	va_start(args, format);
	buf_vprintf(&w->wrong, format, args);
	va_end(args);
}

void tell(struct world *w, const char *format, ...)
{
	va_list args;

	if (!w->is_loud)
		return;
	va_start(args, format);
	printf("       -- ");
	vprintf(format, args);
	putchar('\n');
	va_end(args);
}

// Only the lock is a real file. A folder stands in the ballast's place: 16 MiB of real memory
// would cost most of the time.
void folder_make(char *dir, size_t dir_size, char *path, size_t path_size)
{
	snprintf(dir, dir_size, "/tmp/snug-sim-XXXXXX");
	if (!mkdtemp(dir))
		die(1, "no temporary directory");
	snprintf(path, path_size, "%s/ballast", dir);
	if (mkdir(path, 0700) < 0)
		die(1, "no temporary directory");
	snprintf(path, path_size, "%s/snug.db", dir);
}

void folder_remove(const char *dir)
{
	static const char *const names[] = {"lock", "snug.db"};
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/ballast", dir);
	rmdir(path);
	rmdir(dir);
}

void world_base_init(struct world *w, uint64_t seed, enum sabotage sabotage)
{
	*w = (struct world){.seed = seed, .random = seed, .sabotage = sabotage};
	w->config = (struct hub_config){
		.name = SPAN("sim"),
		.network = SPAN("Sim"),
		.motd = SPAN(""),
		.version = SPAN("sim"),
		.link = {.host = "sim", .port = LINK_PORT},
		.registration = REGISTRATION_OPEN,
		.n_shards = 1,
	};
	for (int i = 0; i < SERVERS_MAX; i++) {
		w->servers[i].world = w;
		w->servers[i].now =
			(struct hub_time){.mono_ms = 1000000, .wall_ms = 1767225600000};
	}
	w->disk = disk_new(seed);
	for (int i = 0; i < PEOPLE; i++)
		person_init(&w->people[i], w, i);
}

void world_base_clear(struct world *w)
{
	size_t cursor = 0;
	struct fact *f;

	for (int i = 0; i < PEOPLE; i++)
		person_clear(&w->people[i]);
	while ((f = idmap_next(&w->facts, &cursor))) {
		free(f->sender);
		free(f->text);
		free(f);
	}
	idmap_clear(&w->facts);
	idmap_clear(&w->places);
	map_clear(&w->texts);
	idmap_clear(&w->stored);
	disk_free(w->disk);
	buf_clear(&w->wrong);
}
