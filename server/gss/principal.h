// SPDX-License-Identifier: MIT
// Who a principal of Kerberos is: people have one component, and a realm that is ours.
#pragma once

#include "common/attr.h"
#include "common/span.h"

// Realms as the settings list them; borrowed.
struct realms {
	const char *const *names;
	size_t n;
};

enum principal_fault {
	PRINCIPAL_FINE,
	PRINCIPAL_REALM, // of another realm, trusted or not
	PRINCIPAL_KIND,  // ann/admin, host/…: a right or a machine, and no person
};

// `name` as GSS-API displays it, ann@EXAMPLE.ORG; parts borrow from it.
MUST_USE enum principal_fault principal_read(struct span name, const struct realms *realms,
					     struct span *subject, struct span *realm);
// Whether `name` is that of this server: SERVICE/HOST@ one of the realms. A host has no case.
MUST_USE bool principal_is_service(struct span name, const char *service, const char *host,
				   const struct realms *realms);
