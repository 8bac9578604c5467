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

// The issuers that many organisations have in common: Entra, and its like for some countries.
static bool is_shared(struct span host)
{
	static const char *const hosts[] = {
		"login.microsoftonline.com", "login.microsoftonline.us",
		"login.partner.microsoftonline.cn", "sts.windows.net"};

	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		if (span_eq_fold(host, span_of(hosts[i])))
			return true;
	}
	return false;
}

// https://HOST/TENANT/v2.0
static struct span tenant_of(struct span issuer)
{
	struct span rest = span_after(issuer, SPAN("https://").len);

	(void)span_cut(&rest, '/');
	return span_cut(&rest, '/');
}

static bool is_everybody(struct span tenant)
{
	return !tenant.len || span_eq_fold(tenant, SPAN("common")) ||
	       span_eq_fold(tenant, SPAN("organizations")) ||
	       span_eq_fold(tenant, SPAN("consumers"));
}

void check_tenant(struct check *k)
{
	struct span issuer = span_of(k->config.oidc_issuer ? k->config.oidc_issuer : ""),
		    tenant;
	struct buf found = {0};

	if (!endpoint_is_fit(issuer) || !is_shared(endpoint_host(issuer)))
		return;
	tenant = tenant_of(issuer);
	if (is_everybody(tenant))
		buf_printf(
			&found,
			"%s is for everybody, and no token says that it is of it: name your "
			"organisation by its id in issuer and in tenant, as in  [oidc] tenant "
			"= "
			"00000000-0000-0000-0000-000000000000",
			k->config.oidc_issuer);
	else if (!k->config.oidc_tenant)
		buf_printf(&found,
			   "%s is one issuer of many organisations, and which of them a token "
			   "must be of is not said:  [oidc] tenant = " SPAN_FMT,
			   k->config.oidc_issuer, SPAN_ARG(tenant));
	else
		buf_add_str(&found, k->config.oidc_tenant);
	check_report(k, "issuer-tenant", !is_everybody(tenant) && k->config.oidc_tenant,
		     buf_str(&found));
	buf_clear(&found);
}
