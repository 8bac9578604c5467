// SPDX-License-Identifier: MIT
// Renewal: issuers are asked again whether somebody may still come in (people/lease.h), without
// the person, where there is something to ask with.
//
// In the second half of a lease of whoever is here, and when somebody logs in: who comes when
// it is over waits for the answer. A no ends it at once: sessions are closed, the role that a
// group gave goes. Where nobody can say, nothing happens until the lease ends. Main thread.
#pragma once

#include "server/hub/people/lease.h"

enum renewed {
	RENEWED_YES,
	RENEWED_NO,    // the person has to sign in anew
	RENEWED_LATER, // nobody could say
};

typedef void renewed_fn(struct session *s, struct account *a, struct span device,
			enum renewed r);

// s has proved to be `a`: may it come in? fn is called once, at once or in a later turn, not
// when s is gone by then. RENEWED_YES: a is there.
void renewal_login(struct session *s, struct account *a, struct span device, renewed_fn *fn);
// Why not, for s to read: the code of a FAIL, and words, which out holds.
MUST_USE const char *renewal_words(const struct hub *h, enum renewed r, struct buf *out);
// s was told so: the log has it, and s came by nothing. a may be NULL: it is gone.
void renewal_refused(struct session *s, const struct account *a, enum renewed r);
// The lease of the account began anew, or s is in.
void renewal_begun(const struct account *a);
// An issuer says unasked that it is over with somebody; borrowed.
void renewal_told(struct hub *h, const struct identity_answer *a);
// It is over with the account, whoever says so: why is a word for the log. Journals.
void renewal_end(struct account *a, enum login_way way, const char *why, struct span words);
// The setting changed, or the hub has just begun.
void renewals_changed(struct hub *h);
