// SPDX-License-Identifier: MIT
// Which files the starter needs: the programs, what the kernel loads them with (the path in
// every program of this machine, so in this one), and the folders of the libraries, of which
// those of this process are the most that a program beside it has.
//
// For snug-errand they are folders, too: there files are put in the place of others while the
// starter runs. Which of them it reads is in walls of its own, made anew at each start.
//
// A program is executed by its file and not by its name: one that was put in its place is not.
#include "server/beside/starter.h"

#include "server/beside/child_walls.h"

#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 64 // inside: libraries of this process, and a few
#define FOLDER_LEN 256

struct needed {
	struct child_file files[FILES_MAX];
	char folders[FILES_MAX][FOLDER_LEN];
	size_t n;
};

static void need(struct needed *n, const char *path, bool is_run)
{
	if (n->n < FILES_MAX)
		n->files[n->n++] = (struct child_file){path, is_run};
}

static void need_folder_of(struct needed *n, const char *library)
{
	const char *end = strrchr(library, '/');

	if (!end || end == library || end - library >= FOLDER_LEN || n->n == FILES_MAX)
		return;
	char *folder = n->folders[n->n];
	memcpy(folder, library, (size_t)(end - library));
	folder[end - library] = '\0';
	for (size_t i = 0; i < n->n; i++) {
		if (!strcmp(n->files[i].path, folder))
			return;
	}
	need(n, folder, false);
}

// The folder that a file is in, behind all links.
static void need_folder_behind(struct needed *n, const char *file)
{
	char *path = realpath(file, NULL);

	if (path)
		need_folder_of(n, path);
	free(path);
}

static int on_object(struct dl_phdr_info *object, UNUSED size_t size, void *arg)
{
	struct needed *n = arg;

	need_folder_of(n, object->dlpi_name);
	for (int i = 0; i < object->dlpi_phnum; i++) {
		if (object->dlpi_phdr[i].p_type == PT_INTERP)
			need(n,
			     (const char *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr),
			     true);
	}
	return 0;
}

uint32_t starter_shut(const char *const programs[PROGRAMS], const char *ca_file)
{
	enum child_role role = ca_file ? CHILD_STARTER_OF_ERRAND : CHILD_STARTER;
	struct needed n = {0};

	for (enum program p = 0; p < PROGRAMS; p++)
		need(&n, programs[p], true);
	need(&n, "/etc/ld.so.cache", false);
	dl_iterate_phdr(on_object, &n);
	if (ca_file) {
		need(&n, "/etc", false);
		need_folder_behind(&n, "/etc/resolv.conf");
		need_folder_behind(&n, ca_file);
	}
	return child_shut_but(role, n.files, n.n);
}
