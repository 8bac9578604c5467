// SPDX-License-Identifier: MIT
// `snugd check`, PAM: whether there is a stack, and who asks it.
#include "server/cli_check_private.h"

#include "common/clock.h"

#define SERVICES "/etc/pam.d"

// Who was let go there may come in here for so long: whoever reads it should know.
static void check_cache(struct check *k)
{
	struct buf found = {0};

	if (!k->config.pam_cache_ms)
		return;
	buf_add_str(&found, "on: a password that was right lets in again for ");
	clock_add_span(&found, k->config.pam_cache_ms);
	buf_add_str(&found, " while PAM cannot be asked, but no administrator");
	check_report(k, "pam-cache", true, buf_str(&found));
	buf_clear(&found);
}

void check_pam(struct check *k)
{
	struct buf path = {0}, found = {0};
	bool is_fine;

	if (!k->config.pam_service)
		return;
	buf_printf(&path, SERVICES "/%s", k->config.pam_service);
	is_fine = path_exists(buf_str(&path));
	if (is_fine)
		buf_add_str(&found, buf_str(&path));
	else
		buf_printf(&found,
			   "no %s: until it is there nobody is let in by it; write it, or name "
			   "another:  service = login",
			   buf_str(&path));
	check_report(k, "pam", is_fine, buf_str(&found));
	check_cache(k);
	buf_clear(&path);
	buf_clear(&found);
}

void check_door(struct check *k, struct span status)
{
	bool is_down = span_starts(status, SPAN("down "));
	struct buf found = {0};

	if (!status.len || span_eq(status, SPAN("off")))
		return;
	buf_printf(&found, SPAN_FMT "%s", SPAN_ARG(status),
		   is_down ? ": nobody signs in by PAM meanwhile:  systemctl enable --now "
			     "snug-door"
			   : "");
	check_report(k, "door", !is_down, buf_str(&found));
	buf_clear(&found);
}
