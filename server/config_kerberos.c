// SPDX-License-Identifier: MIT
// [kerberos]: whose tickets let in.
#include "server/config_private.h"

#include "server/letters/identity.h"
#include "server/letters/limits.h"

// What stands between the "@" and the end of a principal, and no more.
static bool is_realm(struct span name)
{
	bool is_fine = name.len && name.len < IDENTITY_ISSUER_MAX - 5;

	for (size_t i = 0; i < name.len; i++)
		is_fine = is_fine && name.at[i] > ' ' && name.at[i] < 0x7f &&
			  !strchr("@/\\\"*", name.at[i]);
	return is_fine;
}

static bool is_service(struct span name)
{
	bool is_fine = name.len && name.len <= KERBEROS_SERVICE_MAX;

	for (size_t i = 0; i < name.len; i++) {
		char ch = name.at[i];

		is_fine = is_fine && ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
				      (ch >= '0' && ch <= '9') || ch == '-' || ch == '_');
	}
	return is_fine;
}

static bool check_realms(const struct config *c, const char *file, struct buf *errors)
{
	bool is_fine = c->realms.count <= KERBEROS_REALMS_MAX;

	if (!is_fine)
		buf_printf(errors, "%s: [kerberos] realms is there more than %d times\n", file,
			   KERBEROS_REALMS_MAX);
	for (size_t i = 0; i < c->realms.count; i++) {
		if (is_realm(span_of(c->realms.items[i])))
			continue;
		buf_printf(errors,
			   "%s: [kerberos] realms = %s is no realm: write one a line, as "
			   "klist shows it behind the @, as in EXAMPLE.ORG\n",
			   file, c->realms.items[i]);
		is_fine = false;
	}
	return is_fine;
}

// Settings that say nothing are no settings: somebody believes them to be in force.
static const char *find_fault(const struct config *c)
{
	if (!c->keytab && (c->realms.count || c->kerberos_plain))
		return "is off without  keytab: name the file that holds this server's key";
	if (c->keytab && !c->keytab[0])
		return "keytab names no file: write its path, or leave the section out";
	if (c->keytab && !c->realms.count)
		return "wants the realm that people are of: realms = EXAMPLE.ORG";
	if (!is_service(span_of(c->kerberos_service)))
		return "service is a word of letters, digits, - and _, as in irc";
	return NULL;
}

bool config_check_kerberos(const struct config *c, const char *file, struct buf *errors)
{
	const char *fault = find_fault(c);

	if (fault)
		buf_printf(errors, "%s: [kerberos] %s\n", file, fault);
	return check_realms(c, file, errors) && !fault;
}

void config_kerberos_for_hub(const struct config *c, struct hub_config *out)
{
	out->has_kerberos = c->keytab;
	out->has_plain_kerberos = c->keytab && c->kerberos_plain;
}
