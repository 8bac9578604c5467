// SPDX-License-Identifier: MIT
// One line: the time, whether it was done, the words.
#include "server/acme.h"

#include "common/buf.h"
#include "common/file.h"

#include <stdio.h>
#include <stdlib.h>

#define LAST ACME_FOLDER "/last"
#define LINE_SPACE 512 // inside: of a line that acme_last_write wrote

static bool parse(struct span line, struct acme_last *last)
{
	struct span at = span_cut(&line, ' '), what = span_cut(&line, ' ');
	uint64_t ms;

	if (!span_to_u64(at, &ms) || ms > INT64_MAX)
		return false;
	last->at_ms = (int64_t)ms;
	last->is_done = span_eq(what, SPAN("done"));
	snprintf(last->words, sizeof(last->words), SPAN_FMT, SPAN_ARG(line));
	return true;
}

bool acme_last_read(const struct paths *p, struct acme_last *last)
{
	char *path = path_in(p->state, LAST), line[LINE_SPACE];
	FILE *file = fopen(path, "re");
	bool is_there = file && fgets(line, sizeof(line), file);

	*last = (struct acme_last){0};
	if (file)
		fclose(file);
	free(path);
	return is_there && parse(span_trim(span_of(line)), last);
}

bool acme_last_write(const struct paths *p, const struct acme_last *last)
{
	char *path = path_in(p->state, LAST);
	struct buf line = {0};
	bool is_written;

	buf_printf(&line, "%lld %s %s\n", (long long)last->at_ms,
		   last->is_done ? "done" : "failed", last->words);
	is_written = file_put(path, buf_span(&line), 0600);
	buf_clear(&line);
	free(path);
	return is_written;
}
