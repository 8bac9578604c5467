// SPDX-License-Identifier: MIT
// `snugd check`, the authority: what became of the last time that it was asked.
#include "server/cli_check_private.h"

#include "common/clock.h"
#include "server/acme.h"

#define ASKED_WITHIN_MS (INT64_C(3) * 24 * 60 * 60 * 1000) // the timer does it twice a day

static void add_mend(struct buf *found, const struct check *k)
{
	buf_printf(found, ":  snugd tls acme --state %s", k->cli->paths.state);
}

void check_acme(struct check *k)
{
	struct acme_last last;
	struct buf found = {0};
	char at[CLOCK_TEXT_LEN + 1];
	bool is_fine = false;

	if (!k->config.acme_server)
		return;
	if (!acme_last_read(&k->cli->paths, &last)) {
		buf_add_str(&found, "was not asked for a certificate yet: is the timer "
				    "snugd-acme.timer on? By hand");
		add_mend(&found, k);
		check_report(k, "authority", false, buf_str(&found));
		buf_clear(&found);
		return;
	}
	clock_text(last.at_ms, at);
	if (!last.is_done) {
		buf_printf(&found, "gave none on %s (%s): try it", at, last.words);
		add_mend(&found, k);
	} else if (last.at_ms + ASKED_WITHIN_MS < clock_wall_ms()) {
		buf_printf(&found,
			   "was last asked on %s: is the timer snugd-acme.timer on? By hand",
			   at);
		add_mend(&found, k);
	} else {
		buf_printf(&found, "was asked on %s: %s", at, last.words);
		is_fine = true;
	}
	check_report(k, "authority", is_fine, buf_str(&found));
	buf_clear(&found);
}
