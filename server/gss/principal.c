// SPDX-License-Identifier: MIT
#include "server/gss/principal.h"

#include "common/utf8.h"
#include "server/letters/identity.h"

static bool has_realm(const struct realms *realms, struct span realm)
{
	for (size_t i = 0; i < realms->n; i++) {
		if (span_eq(realm, span_of(realms->names[i])))
			return true;
	}
	return false;
}

enum principal_fault principal_read(struct span name, const struct realms *realms,
				    struct span *subject, struct span *realm)
{
	// What is no plain sign of a name is displayed behind a backslash: that is nobody.
	bool is_plain = utf8_is_valid(name) && span_find(name, '\\') == name.len;

	*realm = name;
	*subject = span_cut(realm, '@');
	if (!is_plain || !subject->len || subject->len > IDENTITY_SUBJECT_MAX ||
	    span_find(*subject, '/') < subject->len)
		return PRINCIPAL_KIND;
	return has_realm(realms, *realm) ? PRINCIPAL_FINE : PRINCIPAL_REALM;
}

bool principal_is_service(struct span name, const char *service, const char *host,
			  const struct realms *realms)
{
	struct span first = span_cut(&name, '/'), second = span_cut(&name, '@');

	return span_eq(first, span_of(service)) && span_eq_fold(second, span_of(host)) &&
	       has_realm(realms, name);
}
