// SPDX-License-Identifier: MIT
// What of the database is sealed by keys that are not here: the log has it at the start.
#include "server/sealing_keys.h"
#include "server/server_private.h"

// The key is in no backup: a database that was put back elsewhere comes without it.
static void warn_of_factors(const struct server *s)
{
	char number[LOG_NUMBER_LEN];
	size_t n = hub_sealed_factors(s->hub);

	if (n)
		log_event(LOG_WARN, "second_factors_sealed", "accounts",
			  log_number(number, (int64_t)n), "why",
			  FACTOR_KEY_NAME " is not the key that they were sealed by", "mend",
			  "put it back into the state directory and start again; until then "
			  "recovery codes let in, or snugd user 2fa reset NAME",
			  NULL);
}

// As it is where a database was put back without its key.
static void warn_of_sign_ins(const struct server *s)
{
	char number[LOG_NUMBER_LEN];
	size_t n = hub_sealed_sign_ins(s->hub);

	if (n)
		log_event(LOG_WARN, "sign_ins_sealed", "bindings",
			  log_number(number, (int64_t)n), "why",
			  SIGN_IN_KEY_NAME " is not the key that they were sealed by", "mend",
			  "put it back into the state directory and start again; else these "
			  "people sign in anew when their lease is over",
			  NULL);
}

void server_warn_of_keys(const struct server *s)
{
	warn_of_factors(s);
	warn_of_sign_ins(s);
}
