// SPDX-License-Identifier: MIT
// What an issuer publishes: at an address made of its own where everything is, and there its
// keys. Either is fetched when it is needed and not good any more (kept.h); one that cannot be
// had anew, or is not to be used, leaves the old one in its place.
#include "server/issuer/issuer_private.h"

#include "common/clock.h"
#include "common/log.h"

#include <stdlib.h>

// How it is, and since when: told when that changes.
static void note(struct issuer *i, bool is_up, const char *why)
{
	struct published *p = &i->published;
	bool is_told = p->since_ms && p->is_up == is_up;

	if (!is_told)
		p->since_ms = issuer_wall_ms(i);
	p->is_up = is_up;
	free(p->why);
	p->why = why ? span_dup(span_of(why)) : NULL;
	if (is_told)
		return;
	log_event(is_up ? LOG_INFO : LOG_WARN, is_up ? "issuer_up" : "issuer_down", "issuer",
		  i->settings.claims.issuer, is_up ? NULL : "why", why, NULL);
}

// Why an answer is no page: the caller's.
static char *trouble_of(const struct errand_answer *told, const char *page)
{
	struct buf words = {0};

	if (told->outcome == ERRAND_ANSWERED)
		buf_printf(&words, "its %s: status %u", page, told->status);
	else
		buf_printf(&words, "its %s: %s", page, errand_outcome_word(told->outcome));
	return buf_take(&words);
}

static void fetch(struct issuer *i, struct kept *k, const char *url, uint64_t *number)
{
	struct request r;

	request_page(&r, url);
	if (issuer_post(i, &r, number) == ERRAND_POSTED)
		kept_asked(k, issuer_mono_ms(i));
	else
		kept_unsent(k);
	request_clear(&r);
}

static void ask_places(struct issuer *i)
{
	struct published *p = &i->published;
	struct buf url = {0};

	discovery_address(&url, i->settings.claims.issuer);
	fetch(i, &p->places_kept, buf_str(&url), &p->places_errand);
	buf_clear(&url);
}

static void ask_keys(struct issuer *i)
{
	struct published *p = &i->published;

	fetch(i, &p->keys_kept, p->places.keys, &p->keys_errand);
}

void published_look(struct issuer *i)
{
	struct published *p = &i->published;
	int64_t now = issuer_mono_ms(i);

	if (!p->places_kept.is_there && kept_wants(&p->places_kept, now))
		ask_places(i);
	if (p->places_kept.is_there && !p->keys && kept_wants(&p->keys_kept, now))
		ask_keys(i);
}

enum kept_state published_places(struct issuer *i)
{
	struct kept *k = &i->published.places_kept;

	if (kept_wants(k, issuer_mono_ms(i)))
		ask_places(i);
	return kept_look(k, issuer_mono_ms(i));
}

enum kept_state published_keys(struct issuer *i)
{
	struct kept *k = &i->published.keys_kept;

	if (kept_wants(k, issuer_mono_ms(i)))
		ask_keys(i);
	return kept_look(k, issuer_mono_ms(i));
}

bool published_other_keys(struct issuer *i)
{
	struct kept *k = &i->published.keys_kept;

	if (k->is_asked)
		return true;
	if (!kept_may_force(k, issuer_mono_ms(i)))
		return false;
	kept_forced(k, issuer_mono_ms(i));
	ask_keys(i);
	return k->is_asked;
}

static bool is_other(const char *a, const char *b)
{
	return !span_eq(span_of(a), span_of(b));
}

// NULL: they were taken.
static char *take_places(struct issuer *i, struct span body)
{
	struct published *p = &i->published;
	struct discovery fresh = {0};
	char *why = NULL;
	bool is_changed;

	if (!discovery_read(body, i->settings.claims.issuer, i->settings.hosts, &fresh, &why))
		return why;
	is_changed = is_other(fresh.authorization, p->places.authorization);
	discovery_clear(&p->places);
	p->places = fresh;
	kept_got(&p->places_kept, issuer_mono_ms(i));
	if (is_changed)
		i->out.changed(i->out.arg);
	return NULL;
}

static char *take_keys(struct issuer *i, struct span body)
{
	struct published *p = &i->published;
	struct jwks *fresh = jwks_read(body);

	if (!fresh)
		return span_dup(SPAN("its keys: none that can be used"));
	jwks_free(p->keys);
	p->keys = fresh;
	kept_got(&p->keys_kept, issuer_mono_ms(i));
	return NULL;
}

bool published_told(struct issuer *i, const struct errand_answer *told)
{
	struct published *p = &i->published;
	bool are_keys = told->number == p->keys_errand;
	struct kept *k = are_keys ? &p->keys_kept : &p->places_kept;
	char *why;

	if ((!are_keys && told->number != p->places_errand) || !k->is_asked)
		return false;
	kept_failed(k);
	if (told->outcome != ERRAND_ANSWERED || told->status != 200)
		why = trouble_of(told, are_keys ? "keys" : "configuration");
	else
		why = are_keys ? take_keys(i, told->body) : take_places(i, told->body);
	note(i, !why, why);
	free(why);
	return true;
}

bool published_is_unsent(const struct published *p)
{
	return p->places_kept.is_unsent || p->keys_kept.is_unsent;
}

void published_clear(struct published *p)
{
	discovery_clear(&p->places);
	jwks_free(p->keys);
	free(p->why);
}

void published_words(const struct published *p, struct buf *out)
{
	char when[CLOCK_TEXT_LEN + 1];

	if (!p->since_ms) {
		buf_add_str(out, "not asked yet");
		return;
	}
	clock_text(p->since_ms, when);
	buf_printf(out, "%s since %s%s%s", p->is_up ? "up" : "down", when, p->why ? ": " : "",
		   p->why ? p->why : "");
}
