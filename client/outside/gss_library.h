// SPDX-License-Identifier: MIT
// libgssapi_krb5, where this computer has it: loaded when somebody wants it, so that nobody
// else waits for it or has to install it.
//
// A call into it may wait for the network: only from a thread of its own, but for gss_look.
#pragma once

#include "common/buf.h"

#include <gssapi/gssapi.h>

struct gss_library {
	void *handle;
#define GSS_CALL(name) __typeof__(gss_##name) *name;
#include "client/outside/gss_calls.def"
#undef GSS_CALL
};

// False with words where there is none.
MUST_USE bool gss_library_open(struct gss_library *g, struct buf *why);
void gss_library_close(struct gss_library *g);
// What the library says of these.
void gss_library_say(const struct gss_library *g, OM_uint32 major, OM_uint32 minor,
		     struct buf *out);
// Whose ticket this user has. False with why not. Nothing of the network is asked.
MUST_USE bool gss_look(struct buf *words);
