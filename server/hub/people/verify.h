// SPDX-License-Identifier: MIT
// Verify: the one place where a password or a token is compared with what is stored.
//
// Names that do not exist, disabled accounts and wrong passwords take the same way, the
// same time and end in the same verdict. Attempts are throttled (throttle.h). Main thread.
#pragma once

#include "server/hub/people/account.h"

enum verdict_kind {
	VERDICT_YES,
	VERDICT_NO,
	VERDICT_LATER, // not looked at: too many attempts, or no room to hash
};

// Yes with wants_code counts neither as right nor as wrong yet: that is the caller's to do.
struct verdict {
	enum verdict_kind kind;
	struct account *account; // yes only
	struct span device;      // what was given, or the token's label; may be ""
	bool is_token;           // it was one, and not the password
	enum login_way way;      // by which it was proved, where that wants a code, too
	bool is_kept;            // it was right once, and nobody can say now (door/kept_yes.h)
	// It is not done: the account has a second factor (factor.h), and s is not in as it.
	bool wants_code;
};

// Called once, at once or in a later turn; not at all when s is gone or closing by then.
typedef void verified_fn(struct session *s, const struct verdict *v);

// Is `secret` the password or an app token of the account `name`? name "": a token alone
// will do. Borrows its spans for the call only.
void verify_secret(struct session *s, struct span name, struct span device, struct span secret,
		   verified_fn *fn);

// The same of who will be asked for the second step: it may learn that the first was right.
// Where that is not said, a right password goes the way of a wrong one until `fn` is called.
void verify_first_step(struct session *s, struct span name, struct span device,
		       struct span secret, verified_fn *fn);

// A job that compares the account's password with one that nobody has: no attempt, and it
// counts as none. The caller has it hashed.
struct hash_job;
MUST_USE struct hash_job *verify_with_none(const struct account *a);
// ... one that compares what is given with what is kept of the binding: no attempt either, the
// caller counts.
struct account_binding;
MUST_USE struct hash_job *verify_with_kept(const struct account_binding *b, struct span secret);
