// SPDX-License-Identifier: MIT
#include "server/io/transport.h"

static const struct transport *const transports[] = {&tls_lines};

const struct transport *transport_find(struct span scheme)
{
	for (size_t i = 0; i < ARRAY_LEN(transports); i++) {
		if (span_eq_fold(scheme, span_of(transports[i]->scheme)))
			return transports[i];
	}
	return NULL;
}
