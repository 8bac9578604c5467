// SPDX-License-Identifier: MIT
// `snugd check`, a store that machines share: what it is reached by, and what is at risk.
#include "server/cli_check_private.h"

#include "server/store/store.h"

#include <stdlib.h>

static void report_missing(struct check *k, const char *path)
{
	struct buf found = {0};

	buf_printf(&found, "there is no %s, which [server] store names", path);
	check_report(k, "store-file", false, buf_str(&found));
	buf_clear(&found);
}

static void check_passfile(struct check *k)
{
	struct buf path = {0};
	bool is_secret;

	for (size_t i = 0; config_store_file(&k->config, i, &path, &is_secret); i++) {
		char *whole = path_beside_config(&k->cli->paths, buf_str(&path));

		if (path_exists(whole))
			check_mode(k, "store-file", whole, is_secret ? 077 : 022);
		else
			report_missing(k, whole);
		free(whole);
		buf_reset(&path);
	}
	buf_clear(&path);
}

void check_store(struct check *k)
{
	check_report(k, "store", true, k->cli->paths.store);
	check_passfile(k);
}

// Nothing is broken by it: it is what a fail-over may cost.
void check_risks(struct check *k, const struct store_report *found)
{
	struct buf text = {0};

	if (paths_has_file(&k->cli->paths))
		return;
	check_join(&text, buf_span(&found->risks));
	if (config_has_files(&k->config))
		buf_printf(&text,
			   "%sfiles that people send are in %s of this machine alone: behind a "
			   "take-over the other one has none of them, unless both share it",
			   text.len ? "; " : "", k->cli->paths.files);
	check_report(k, "risks", true, text.len ? buf_str(&text) : "none is known");
	buf_clear(&text);
}
