// SPDX-License-Identifier: MIT
// `snugd check`, the key beside what the database says of it: which one clients were shown
// last, and which they were told comes next. Where two machines have one database, either has
// to have both.
#include "server/cli_check_private.h"

#include "common/pin.h"
#include "common/tls_vouch.h"
#include "server/pair.h"

#include <stdlib.h>
#include <string.h>

static const char bring[] =
	": of two machines bring it here, sealed to what the first of these prints:  "
	"snugd tls import --ask; there  snugd tls export --sealed PUBLICKEY; here  "
	"snugd tls import --sealed FILE";

static struct tls_context *load(const struct check *k, enum pair_place place)
{
	char *error = NULL;
	struct tls_context *tls = place == PAIR_CONFIGURED
					  ? pair_served(&k->cli->paths, &k->config, &error)
					  : pair_tls(&k->cli->paths, &k->config, place, &error);

	free(error); // of a pair that cannot be read another row tells
	return tls;
}

static bool is_of(const struct tls_context *tls, const uint8_t pin[static TLS_PIN_LEN])
{
	uint8_t own[TLS_PIN_LEN];

	if (!tls)
		return false;
	tls_context_pin(tls, own);
	return memcmp(own, pin, TLS_PIN_LEN) == 0;
}

static bool has_word_of(const struct tls_context *tls, const uint8_t pin[static TLS_PIN_LEN])
{
	struct tls_vouches words;

	tls_context_vouches(tls, &words);
	return tls_vouches_has(&words, pin);
}

static void compare(struct check *k, const struct tls_context *served,
		    const struct tls_context *next, struct span served_text,
		    struct span next_text)
{
	uint8_t was[TLS_PIN_LEN], comes[TLS_PIN_LEN];
	struct buf found = {0};

	if (!pin_parse(served_text, was))
		return;
	bool is_here = is_of(served, was) || is_of(next, was) || has_word_of(served, was);
	bool is_next_here = !pin_parse(next_text, comes) || is_of(next, comes) ||
			    is_of(served, comes) || has_word_of(served, comes);
	if (!is_here)
		buf_printf(&found,
			   "clients were shown another one last, " SPAN_FMT
			   ", and would refuse this%s",
			   SPAN_ARG(served_text), bring);
	else if (!is_next_here)
		buf_printf(&found,
			   "clients were told that " SPAN_FMT
			   " comes next, and it is not here%s",
			   SPAN_ARG(next_text), bring);
	else
		buf_printf(&found, "clients know it%s",
			   next_text.len ? ", and the next one is here, too" : "");
	check_report(k, "served-key", is_here && is_next_here, buf_str(&found));
	buf_clear(&found);
}

void check_served(struct check *k, struct span key)
{
	struct span next_text = key, served_text = span_cut(&next_text, ' ');
	struct tls_context *served = load(k, PAIR_CONFIGURED), *next = load(k, PAIR_NEXT);

	if (served)
		compare(k, served, next, served_text, next_text);
	tls_context_free(served);
	tls_context_free(next);
}
