// SPDX-License-Identifier: MIT
// Which certificate and key are served, and when others are taken instead.
//
// 1. A renewed certificate of the served key is taken by itself, in silence: nobody's pin
//    changes. Of another key it is taken only where the served one vouches for it
//    (tls_vouch.h) or the operator names its pin; else the server goes on with what it has,
//    keeps that for its next start (held), and says so: in the log, `status` and `check`.
// 2. Half a renewal is none: what cannot be loaded as a pair is looked at again when something
//    happens to the files, and each hour.
// 3. A context is a shard's own; `served` is one more reference to the first, for what it can
//    say of the key and to save it.
#include "server/server_private.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/encode.h"
#include "common/log.h"
#include "common/tls_vouch.h"
#include "server/pair.h"

#include <stdlib.h>
#include <string.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

static int64_t days_left(const struct server *s)
{
	return (s->certificate_expires - clock_wall_ms()) / DAY_MS;
}

// Each threshold once: 21 days, 7, 1.
static void watch_expiry(struct server *s)
{
	static const int64_t marks[] = {1, 7, RENEW_DAYS};
	int64_t days = days_left(s), mark = INT64_MAX;
	char text[LOG_NUMBER_LEN];

	for (size_t i = 0; i < ARRAY_LEN(marks) && mark == INT64_MAX; i++) {
		if (days < marks[i])
			mark = marks[i];
	}
	if (mark < s->expiry_said)
		log_event(days < 1 ? LOG_ERROR : LOG_WARN, "certificate_expires", "days",
			  log_number(text, days), "mend", "renew it: snugd tls check says how",
			  NULL);
	s->expiry_said = mark;
}

static void pin_words(const uint8_t pin[static TLS_PIN_LEN], struct buf *out)
{
	encode_b64url(out, pin, TLS_PIN_LEN);
}

static void log_pin(enum log_level level, const char *event,
		    const uint8_t pin[static TLS_PIN_LEN], const char *mend)
{
	struct buf text = {0};

	pin_words(pin, &text);
	log_event(level, event, "pin", buf_str(&text), mend ? "mend" : NULL, mend, NULL);
	buf_clear(&text);
}

// What is looked for again whenever one of it changes.
static void follow_files(struct server *s)
{
	struct pair pair;

	pair_find(&pair, s->paths, &s->config, PAIR_CONFIGURED);
	cert_watch_reset(s->certs);
	cert_watch_follow(s->certs, pair.cert);
	cert_watch_follow(s->certs, pair.key);
	cert_watch_settle(s->certs);
	pair_clear(&pair);
}

// Of another program's files a copy is kept, for a start after they have changed.
static void keep_copy(const struct server *s)
{
	struct pair copy;
	char *error = NULL;

	pair_find(&copy, s->paths, &s->config, PAIR_SERVED);
	if (pair_is_own(&s->config))
		pair_drop(s->paths, PAIR_SERVED);
	else if (!tls_context_save(s->served, copy.cert, copy.key, &error))
		log_event(LOG_ERROR, "key_not_kept", "why", error, NULL);
	free(error);
	pair_clear(&copy);
}

// One that is read again, as behind a wait for the store, has nothing new to be said of it.
static void note_expiry(struct server *s, int64_t expires_ms)
{
	if (s->certificate_expires != expires_ms)
		s->expiry_said = INT64_MAX;
	s->certificate_expires = expires_ms;
}

static void serve(struct server *s, const struct tls_context *tls)
{
	tls_context_free(s->served);
	s->served = tls_context_share(tls);
	tls_context_pin(tls, s->pin);
	note_expiry(s, tls_context_expires(tls));
	s->other_waits = false;
	s->key_is_saved = false;
	keep_copy(s);
	watch_expiry(s);
}

// The authorities are out of reach by now: a certificate that another one of theirs came
// before is believed to be theirs, too, unless it says otherwise itself.
static void judge_again(struct server *s, const struct tls_context *tls)
{
	struct tls_findings found;

	tls_context_check(tls, s->config.name, &found);
	s->is_vouched = s->is_vouched && found.names_host && !found.is_self_signed;
}

void server_use_contexts(struct server *s, struct tls_context **contexts)
{
	judge_again(s, contexts[0]);
	serve(s, contexts[0]);
	pair_drop(s->paths, PAIR_HELD);
	for (unsigned i = 0; i < s->n_shards; i++) {
		struct shard_settings *settings = shard_settings_new(
			contexts[i], config_web_names(&s->config, server_has_sts(s)),
			s->config.connections_per_source, s->config.unknown_connections);

		contexts[i] = NULL;
		mailbox_put(server_shard(s, i), &settings->letter);
	}
	follow_files(s);
}

bool server_has_sts(const struct server *s)
{
	return s->config.sts == STS_YES || (s->config.sts == STS_AUTO && s->is_vouched);
}

void server_hub_config(const struct server *s, struct hub_config *out)
{
	config_for_hub(&s->config, s->pin, s->is_vouched, address_port(&s->bound[0]), out);
	if (out->has_web) // where port 0 was asked for, too
		out->web_port = address_port(&s->bound[s->config.n_lines]);
	out->has_sts = server_has_sts(s);
	out->n_shards = s->n_shards;
	out->n_hashers = s->n_hashers;
	server_oidc_for_hub(s, &out->oidc);
}

void server_configure_hub(struct server *s)
{
	struct hub_config config;

	server_hub_config(s, &config);
	hub_configure(s->hub, &config);
	s->hub_is_due = true;
	loop_again(s->loop);
}

static bool is_same_pair(const struct tls_context *a, const struct tls_context *b)
{
	uint8_t one[TLS_PIN_LEN], other[TLS_PIN_LEN];

	tls_context_digest(a, one);
	tls_context_digest(b, other);
	return memcmp(one, other, TLS_PIN_LEN) == 0;
}

// The files may change between one reading and the next: all shards get what was judged.
static bool take(struct server *s, struct tls_context *first, char **error)
{
	struct tls_context *contexts[SHARDS_MAX] = {first};
	bool is_fine = true;

	for (unsigned i = 1; i < s->n_shards && is_fine; i++) {
		contexts[i] = config_tls(&s->config, s->paths, error);
		is_fine = contexts[i] && is_same_pair(first, contexts[i]);
		if (contexts[i] && !is_fine)
			*error = xstrdup("the files change while they are read");
	}
	if (is_fine) {
		server_use_contexts(s, contexts);
		server_configure_hub(s);
	}
	for (unsigned i = 0; i < SHARDS_MAX; i++)
		tls_context_free(contexts[i]);
	return is_fine;
}

// What it goes on with is kept for the next start as well.
static void hold(struct server *s, const uint8_t pin[static TLS_PIN_LEN])
{
	struct pair held;
	char *error = NULL;

	if (s->other_waits && memcmp(s->other_pin, pin, TLS_PIN_LEN) == 0)
		return;
	s->other_waits = true;
	memcpy(s->other_pin, pin, TLS_PIN_LEN);
	pair_find(&held, s->paths, &s->config, PAIR_HELD);
	if (!pair_is_there(s->paths, PAIR_HELD) &&
	    !tls_context_save(s->served, held.cert, held.key, &error))
		log_event(LOG_ERROR, "key_not_held", "why", error, NULL);
	free(error);
	pair_clear(&held);
	log_pin(LOG_WARN, "key_waits", pin,
		"it is another one, and clients that know the served one would refuse it: "
		"snugd tls rotate takes it with the old key's word");
}

enum verdict { TAKE_NOTHING, TAKE_RENEWED, TAKE_OTHER, HOLD_OTHER };

static enum verdict judge(const struct server *s, const struct tls_context *found,
			  const uint8_t *confirmed)
{
	struct tls_vouches words;
	uint8_t pin[TLS_PIN_LEN];

	tls_context_pin(found, pin);
	if (memcmp(pin, s->pin, TLS_PIN_LEN) == 0)
		return is_same_pair(found, s->served) && !pair_is_there(s->paths, PAIR_HELD)
			       ? TAKE_NOTHING
			       : TAKE_RENEWED;
	tls_context_vouches(found, &words);
	if (tls_vouches_has(&words, s->pin) ||
	    (confirmed && memcmp(pin, confirmed, TLS_PIN_LEN) == 0))
		return TAKE_OTHER;
	return HOLD_OTHER;
}

static void say_waits(const uint8_t pin[static TLS_PIN_LEN], struct buf *words)
{
	buf_add_str(words, "the files hold another key, ");
	pin_words(pin, words);
	buf_add_str(words,
		    ", which clients that know the served one would refuse: take it with "
		    "the old key's word\n  snugd tls rotate\nor, where the old key was "
		    "stolen,\n  snugd tls new --confirm");
}

static bool consider(struct server *s, struct tls_context *found, const uint8_t *confirmed,
		     bool is_vouched, struct buf *words)
{
	enum verdict verdict = judge(s, found, confirmed);
	bool is_fine = true, was_vouched = s->is_vouched;
	uint8_t pin[TLS_PIN_LEN];
	char *error = NULL;

	tls_context_pin(found, pin);
	// What is served may be vouched for since somebody who can see that says so.
	if (verdict == TAKE_NOTHING && is_vouched && !was_vouched)
		verdict = TAKE_RENEWED;
	if (verdict == HOLD_OTHER) {
		hold(s, pin);
		say_waits(pin, words);
	}
	if (verdict == TAKE_RENEWED || verdict == TAKE_OTHER) {
		s->is_vouched = was_vouched || is_vouched;
		is_fine = take(s, found, &error);
		s->is_vouched = is_fine ? s->is_vouched : was_vouched;
		if (is_fine)
			log_pin(LOG_INFO,
				verdict == TAKE_OTHER ? "key_changed" : "certificate_renewed",
				pin, NULL);
		else
			buf_add_str(words, error);
		free(error);
		return is_fine;
	}
	tls_context_free(found);
	return verdict == TAKE_NOTHING;
}

// The overlap is over: the announced pair comes into its place, and is taken as vouched for.
static void end_overlap(struct server *s)
{
	int64_t since = pair_announced(s->paths, s->served);
	char *error = NULL;

	if (!since || clock_wall_ms() < since + s->config.overlap_ms ||
	    pair_promote(s->paths, PAIR_NEXT, &error))
		return;
	log_event(LOG_ERROR, "rotation_failed", "why", error, NULL);
	free(error);
}

// Each hour, and when the overlap is over.
static void look_again(struct server *s)
{
	int64_t since = pair_announced(s->paths, s->served);
	int64_t wait = since + s->config.overlap_ms - clock_wall_ms();

	loop_timer_set(s->hour_timer, since && wait > 0 && wait < HOUR_MS ? wait : HOUR_MS);
}

bool server_look_at_files(struct server *s, const uint8_t *confirmed, bool is_vouched,
			  struct buf *words)
{
	struct tls_context *found;
	char *error = NULL;
	bool is_fine;

	// What changes from now on is told again.
	follow_files(s);
	end_overlap(s);
	found = config_tls(&s->config, s->paths, &error);
	if (!found)
		buf_add_str(words, error);
	free(error);
	is_fine = found && consider(s, found, confirmed, is_vouched, words);
	if (!found && (!s->fault || strcmp(s->fault, buf_str(words)) != 0))
		log_event(LOG_WARN, "certificate_not_taken", "why", buf_str(words), "mend",
			  "none is needed while it is being renewed", NULL);
	look_again(s);
	free(s->fault);
	s->fault = found ? NULL : xstrdup(buf_str(words));
	return is_fine;
}

static void on_quiet(void *server)
{
	struct buf words = {0};

	(void)!server_look_at_files(server, NULL, false, &words);
	buf_clear(&words);
}

static void on_hour(void *server)
{
	struct server *s = server;

	on_quiet(s);
	watch_expiry(s);
	server_say_audit_head(s);
}

void server_watch_certificate(struct server *s)
{
	s->certs = cert_watch_new(s->loop, on_quiet, s);
	if (!s->certs)
		log_event(LOG_WARN, "files_not_watched", "mend",
			  "none is needed: they are looked at each hour", NULL);
	s->hour_timer = loop_timer_new(s->loop, on_hour, s);
}

void server_look_first(struct server *s)
{
	on_hour(s);
}

bool server_load_certificate(struct server *s, char **error)
{
	struct tls_context *tls = pair_served(s->paths, &s->config, error);
	struct tls_findings found;

	if (!tls)
		return false;
	tls_context_check(tls, s->config.name, &found);
	s->is_vouched = found.is_verified && found.names_host;
	serve(s, tls);
	tls_context_free(tls);
	return true;
}

bool server_take_next(struct server *s, char **error)
{
	struct tls_context *tls = NULL;

	if (pair_promote(s->paths, PAIR_NEXT, error))
		tls = pair_served(s->paths, &s->config, error);
	if (!tls)
		return false;
	judge_again(s, tls);
	serve(s, tls);
	tls_context_free(tls);
	log_pin(LOG_INFO, "key_changed", s->pin, NULL);
	return true;
}

// One line: what is to be done, or that nothing is.
void server_certificate_words(const struct server *s, struct buf *out)
{
	int64_t days = days_left(s), since = pair_announced(s->paths, s->served);
	char at[CLOCK_TEXT_LEN + 1];

	if (s->other_waits) {
		buf_add_str(out, "another key waits, ");
		pin_words(s->other_pin, out);
		buf_add_str(out, ": snugd tls rotate");
	} else if (days < RENEW_DAYS) {
		buf_printf(out, "ends in %lld days: snugd tls check", (long long)days);
	} else if (since) {
		clock_text(since + s->config.overlap_ms, at);
		buf_printf(out, "fine; the next key is announced and comes %s", at);
	} else {
		buf_add_str(out, "fine");
	}
}
