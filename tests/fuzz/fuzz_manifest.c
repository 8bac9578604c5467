// SPDX-License-Identifier: MIT
// Whatever stands in a manifest: no name leads out of the folder, and what is taken says the
// same when it is written again.
#include "server/backup/manifest_private.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(const struct backup_manifest *m)
{
	assert(manifest_find(m, BACKUP_DATABASE) && manifest_find(m, BACKUP_PAGES));
	assert(m->page_size >= 512 && m->page_size <= 65536);
	for (size_t i = 0; i < m->n_files; i++) {
		const char *name = m->files[i].name;

		assert(name[0] && name[0] != '/' && !strstr(name, "/../"));
		assert(strncmp(name, "../", 3) != 0 && strcmp(name, "..") != 0);
		assert(m->files[i].size >= 0);
		assert((m->files[i].sealed_size > 0) == m->is_sealed);
		assert(manifest_find(m, name) == &m->files[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct backup_manifest m = {0}, again = {0};
	struct buf text = {0}, second = {0};
	char *error = NULL;

	if (manifest_decode(span_from(bytes, len), &m, &error)) {
		assert(!error);
		check(&m);
		manifest_encode(&m, &text);
		assert(manifest_decode(buf_span(&text), &again, &error));
		manifest_encode(&again, &second);
		assert(span_eq(buf_span(&text), buf_span(&second)));
	} else {
		assert(error);
	}
	manifest_clear(&m);
	manifest_clear(&again);
	buf_clear(&text);
	buf_clear(&second);
	free(error);
	return 0;
}
