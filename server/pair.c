// SPDX-License-Identifier: MIT
#include "server/pair.h"

#include "common/die.h"
#include "common/tls_vouch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

char *pair_vouches(const struct paths *paths)
{
	return path_in(paths->state, "vouches.pem");
}

bool pair_is_own(const struct config *c)
{
	return !c->certificate;
}

void pair_find(struct pair *p, const struct paths *paths, const struct config *c,
	       enum pair_place place)
{
	switch (place) {
	case PAIR_HELD:
		*p = (struct pair){path_in(paths->state, "held.pem"),
				   path_in(paths->state, "held.key")};
		return;
	case PAIR_NEXT:
		*p = (struct pair){path_in(paths->state, "next.pem"),
				   path_in(paths->state, "next.key")};
		return;
	case PAIR_GIVEN:
		*p = (struct pair){path_in(paths->state, "given.pem"),
				   path_in(paths->state, "given.key")};
		return;
	case PAIR_SERVED:
		*p = (struct pair){path_in(paths->state, "served.pem"),
				   path_in(paths->state, "served.key")};
		return;
	case PAIR_CONFIGURED:
		break;
	}
	*p = (struct pair){
		c->certificate ? path_beside_config(paths, c->certificate)
			       : xstrdup(paths->certificate),
		c->key ? path_beside_config(paths, c->key) : xstrdup(paths->key),
	};
}

void pair_clear(struct pair *p)
{
	free(p->cert);
	free(p->key);
	*p = (struct pair){0};
}

bool pair_is_there(const struct paths *paths, enum pair_place place)
{
	static const struct config none;
	struct pair p;
	bool is_there;

	pair_find(&p, paths, &none, place);
	is_there = path_exists(p.key);
	pair_clear(&p);
	return is_there;
}

struct tls_context *pair_tls(const struct paths *paths, const struct config *c,
			     enum pair_place place, char **error)
{
	char *words = pair_vouches(paths);
	struct tls_context *tls;
	struct pair p;

	pair_find(&p, paths, c, place);
	tls = tls_context_server(p.cert, p.key, error);
	if (tls)
		tls_context_add_vouches(tls, words);
	pair_clear(&p);
	free(words);
	return tls;
}

void pair_drop(const struct paths *paths, enum pair_place place)
{
	static const struct config none;
	struct pair p;

	pair_find(&p, paths, &none, place);
	unlink(p.key);
	unlink(p.cert);
	pair_clear(&p);
}

static bool move(const char *from, const char *to, char **error)
{
	struct buf words = {0};

	// By the one number that all processors have for it: the sandbox lets it pass.
	if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0) == 0)
		return true;
	buf_printf(&words, "cannot put %s in the place of %s: %s", from, to,
		   strerrordesc_np(errno));
	*error = buf_take(&words);
	return false;
}

// The key goes first: where it is gone and the certificate is not, this was cut short.
static bool put_in_place(const struct paths *paths, enum pair_place place, char **error)
{
	static const struct config none;
	struct pair from;
	bool is_done;

	*error = NULL;
	pair_find(&from, paths, &none, place);
	is_done = (!path_exists(from.key) || move(from.key, paths->key, error)) &&
		  move(from.cert, paths->certificate, error);
	pair_clear(&from);
	return is_done;
}

bool pair_promote(const struct paths *paths, enum pair_place place, char **error)
{
	static const struct config none;
	struct tls_context *tls = pair_tls(paths, &none, place, error);

	tls_context_free(tls);
	return tls && put_in_place(paths, place, error);
}

// Of a new key only the certificate is where it was made: the power went between the two.
static bool is_cut_short(const struct paths *paths, enum pair_place place)
{
	static const struct config none;
	struct pair p;
	bool is_so;

	pair_find(&p, paths, &none, place);
	is_so = path_exists(p.cert) && !path_exists(p.key);
	pair_clear(&p);
	return is_so;
}

static bool finish_promotion(const struct paths *paths)
{
	static const enum pair_place places[] = {PAIR_NEXT, PAIR_GIVEN};
	char *error = NULL;
	bool is_done = false;

	for (size_t i = 0; i < ARRAY_LEN(places) && !is_done; i++) {
		is_done = is_cut_short(paths, places[i]) &&
			  put_in_place(paths, places[i], &error);
		free(error);
		error = NULL;
	}
	return is_done;
}

static bool follows(const struct tls_context *fresh, const struct tls_context *old)
{
	uint8_t pin[TLS_PIN_LEN], before[TLS_PIN_LEN];
	struct tls_vouches words;

	tls_context_pin(fresh, pin);
	tls_context_pin(old, before);
	tls_context_vouches(fresh, &words);
	return memcmp(pin, before, TLS_PIN_LEN) == 0 || tls_vouches_has(&words, before);
}

// While no server ran, another program may have made a new key.
static bool was_replaced(const struct paths *paths, const struct config *c)
{
	char *error = NULL, *other_error = NULL;
	struct tls_context *old, *fresh;
	bool is_so;

	if (pair_is_own(c) || !pair_is_there(paths, PAIR_SERVED))
		return false;
	old = pair_tls(paths, c, PAIR_SERVED, &error);
	fresh = pair_tls(paths, c, PAIR_CONFIGURED, &other_error);
	is_so = old && fresh && !follows(fresh, old);
	tls_context_free(old);
	tls_context_free(fresh);
	free(error);
	free(other_error);
	return is_so;
}

enum pair_place pair_first(const struct paths *paths, const struct config *c)
{
	if (pair_is_there(paths, PAIR_HELD))
		return PAIR_HELD;
	return was_replaced(paths, c) ? PAIR_SERVED : PAIR_CONFIGURED;
}

struct tls_context *pair_served(const struct paths *paths, const struct config *c, char **error)
{
	enum pair_place place = pair_first(paths, c);
	struct tls_context *tls = pair_tls(paths, c, place, error);

	if (tls || place != PAIR_CONFIGURED || !pair_is_own(c) || !finish_promotion(paths))
		return tls;
	free(*error);
	return pair_tls(paths, c, place, error);
}

int64_t pair_announced(const struct paths *paths, const struct tls_context *served)
{
	char *words;
	int64_t since;

	if (!pair_is_there(paths, PAIR_NEXT))
		return 0;
	words = pair_vouches(paths);
	since = tls_vouch_since(words, served);
	free(words);
	return since;
}
