// SPDX-License-Identifier: MIT
// [tls], [acme]: which certificate is served, and who is asked for another.
#include "server/config_private.h"

bool config_check_tls(const struct config *c, const char *file, struct buf *errors)
{
	if (!c->certificate == !c->key)
		return true;
	buf_printf(errors, "%s: [tls] wants both certificate and key, or neither\n", file);
	return false;
}

static bool is_path(const char *text)
{
	return !text || text[0] == '/';
}

// An authority's certificate comes into the state directory.
bool config_check_acme(const struct config *c, const char *file, struct buf *errors)
{
	const char *wrong = NULL;

	if (!c->acme_server)
		wrong = c->acme_webroot || c->acme_hook
				? "webroot and hook say how a name is proven to  server: write "
				  "that, too"
				: NULL;
	else if (!span_starts(span_of(c->acme_server), SPAN("https://")))
		wrong = "server is the address of an authority's directory, https://...";
	else if (c->certificate)
		wrong = "server gets the certificate into the state directory: take "
			"certificate and key out of [tls]";
	else if (c->acme_webroot && c->acme_hook)
		wrong = "wants one way to prove a name: webroot, hook, or neither";
	else if (!is_path(c->acme_webroot) || !is_path(c->acme_hook))
		wrong = "webroot and hook are whole paths, from /";
	if (wrong)
		buf_printf(errors, "%s: [acme] %s\n", file, wrong);
	return !wrong;
}
