// SPDX-License-Identifier: MIT
// `snugd usage`: what the hub says of the history, and behind it the files of the database.
#include "server/cli.h"

#include "server/admin_json.h"

#include <stdlib.h>
#include <sys/stat.h>

static void add_file(const struct cli *c, struct admin_answer *a, const char *name,
		     const char *file)
{
	char *path = path_in(c->paths.state, file);
	struct stat about;

	if (stat(path, &about) == 0) {
		admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = SPAN("disk")});
		admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = span_of(name)});
		admin_answer_cell(a,
				  &(struct cell){.kind = CELL_NUMBER, .number = about.st_size});
		admin_answer_cell(a, &(struct cell){.kind = CELL_NUMBER});
	}
	free(path);
}

// What was left behind is no part of a store that is elsewhere.
static void add_files(const struct cli *c, struct admin_answer *a)
{
	if (!paths_has_file(&c->paths))
		return;
	add_file(c, a, "database", "snug.db");
	add_file(c, a, "log", "snug.db-wal");
	add_file(c, a, "ballast", "ballast");
}

int cli_stored(const struct cli *c)
{
	struct admin_answer *answer;
	int code;

	answer = cli_ask(c, cli_request(c), &code);
	if (!answer)
		return code;
	if (answer->code == ADMIN_DONE) {
		// The hub's cells may have spare space behind them; ours are counted by it.
		answer->cells_space = answer->n_rows * answer->n_columns;
		add_files(c, answer);
	}
	code = cli_show(c, answer);
	admin_answer_free(answer);
	return code;
}
