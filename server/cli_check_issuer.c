// SPDX-License-Identifier: MIT
// `snugd check`, the issuer of [oidc]: only the server that runs has asked it.
#include "server/cli_check_private.h"

#include "common/discovery.h"

#define LATER SPAN("is this clock right?")

static bool has(struct span text, struct span word)
{
	return memmem(text.at, text.len, word.at, word.len) != NULL;
}

// Where whoever reads it may look for himself.
static void add_mend(struct buf *out, const char *issuer)
{
	buf_add_str(out, ": nobody signs in by it meanwhile; look from this computer:  "
			 "curl -sS ");
	discovery_address(out, issuer);
}

void check_issuer(struct check *k, struct span status)
{
	struct span rest = status;
	struct buf found = {0};
	bool is_down;

	if (!status.len)
		return;
	(void)span_cut(&rest, ' ');
	is_down = span_starts(rest, SPAN("down "));
	buf_add_span(&found, status);
	if (is_down && k->config.oidc_issuer)
		add_mend(&found, k->config.oidc_issuer);
	check_report(k, "issuer", !is_down && !has(status, LATER), buf_str(&found));
	buf_clear(&found);
}
