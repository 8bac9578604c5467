// SPDX-License-Identifier: MIT
// The database knows which key is served, and which is announced. So a machine that takes over
// from another one goes over to the announced key when that one did, be it by the clock or at
// once; and one that has neither says so, since clients will refuse it. The keys themselves are
// in no database.
#include "server/server_private.h"

#include "common/encode.h"
#include "common/log.h"
#include "common/pin.h"
#include "common/tls_vouch.h"
#include "server/hub/hub_load.h"
#include "server/pair.h"

#include <stdlib.h>
#include <string.h>

static void key_text(const struct server *s, struct buf *out)
{
	struct tls_vouches words;

	tls_context_vouches(s->served, &words);
	encode_b64url(out, s->pin, TLS_PIN_LEN);
	if (!words.has_next)
		return;
	buf_add_char(out, ' ');
	encode_b64url(out, words.next, TLS_PIN_LEN);
}

void server_save_key(struct server *s)
{
	struct buf text = {0};

	if (s->key_is_saved)
		return;
	key_text(s, &text);
	s->key_is_saved = hub_save_key(s->hub, buf_span(&text));
	buf_clear(&text);
}

static bool is_next_here(const struct server *s, const uint8_t pin[static TLS_PIN_LEN])
{
	uint8_t next[TLS_PIN_LEN] = {0};
	char *error = NULL;
	struct tls_context *tls = NULL;

	if (pair_is_own(&s->config) && pair_is_there(s->paths, PAIR_NEXT))
		tls = pair_tls(s->paths, &s->config, PAIR_NEXT, &error);
	if (tls)
		tls_context_pin(tls, next);
	bool is_it = tls && memcmp(next, pin, TLS_PIN_LEN) == 0;
	tls_context_free(tls);
	free(error);
	return is_it;
}

// What was served there and is not here: who knows it believes the key here by its word alone.
static void warn(const struct server *s, struct span served,
		 const uint8_t pin[static TLS_PIN_LEN])
{
	struct tls_vouches words;
	struct buf text = {0};

	tls_context_vouches(s->served, &words);
	if (tls_vouches_has(&words, pin))
		return;
	buf_add_span(&text, served);
	log_event(LOG_ERROR, "served_another_key", "pin", buf_str(&text), "mend",
		  "clients know that key and refuse this machine's: of two machines, bring it "
		  "here by  snugd tls import --ask; snugd check says more",
		  NULL);
	buf_clear(&text);
}

static bool is_known(const struct server *s)
{
	struct buf text = {0};

	key_text(s, &text);
	bool is_so = span_eq(buf_span(&text), hub_served_key(s->hub));
	buf_clear(&text);
	return is_so;
}

void server_follow_key(struct server *s)
{
	struct span rest = hub_served_key(s->hub), served = span_cut(&rest, ' ');
	struct hub_config config;
	uint8_t pin[TLS_PIN_LEN];
	char *error = NULL;

	s->key_is_saved = is_known(s);
	if (!pin_parse(served, pin) || memcmp(pin, s->pin, TLS_PIN_LEN) == 0)
		return;
	if (!is_next_here(s, pin)) {
		warn(s, served, pin);
		return;
	}
	if (server_take_next(s, &error)) {
		server_hub_config(s, &config);
		hub_configure(s->hub, &config);
	} else {
		log_event(LOG_ERROR, "rotation_failed", "why", error, NULL);
	}
	free(error);
}
