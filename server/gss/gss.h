// SPDX-License-Identifier: MIT
// What is called of GSS-API (RFC 2744) to accept who comes by Kerberos.
#pragma once

#include "common/buf.h"
#include "server/gss/acceptor.h"

#include <gssapi/gssapi.h>

struct gss_accepted {
	gss_ctx_id_t context;
	struct buf source, target; // principals, as they are displayed
	struct buf reply;          // for the client; empty: it wants none
};

// Accepts a token with its header. `bound`: what the client must have bound, too; empty: it
// need not. Anything but IDENTITY_WHY_NONE: why not; DOWN: for a lack of ours, which the log
// names.
MUST_USE enum identity_why gss_accept(const struct acceptor_settings *settings,
				      struct span token, struct span bound,
				      struct gss_accepted *out);
void gss_accepted_clear(struct gss_accepted *a);
// Signs; does not hide.
MUST_USE bool gss_wrap_plain(gss_ctx_id_t context, struct span plain, struct buf *out);
MUST_USE bool gss_unwrap_plain(gss_ctx_id_t context, struct span wrapped, struct buf *out);
// NULL in *context is accepted; any thread.
void gss_end(gss_ctx_id_t *context);
