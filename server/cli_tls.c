// SPDX-License-Identifier: MIT
// tls show, rotate, new: the server's key, and the one that comes after it.
//
// Everything is done to the files, and a running server is asked to take it up: what it serves
// is never another thing than what stands there, and without it the same is done.
#include "server/cli_tls.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/encode.h"
#include "common/tls_vouch.h"
#include "server/admin_json.h"
#include "server/sent_key.h"
#include "server/state.h"
#include "server/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CERTIFICATE_DAYS 3650 // clients pin its key, so nobody has to see a new one

// Takes the error.
static int fail_with(char *error)
{
	cli_say(0, "%s", error);
	free(error);
	return ADMIN_FAILED;
}

int bench_open(struct bench *b, const struct cli *c)
{
	struct buf errors = {0};
	char *error = NULL;
	int code = ADMIN_FAILED;

	*b = (struct bench){.cli = c, .paths = &c->paths};
	if (!config_read(&b->config, b->paths, &errors))
		cli_say(0, "%s", buf_str(&errors));
	else if ((code = (int)state_check_key(b->paths, &b->config, &errors)) != ADMIN_DONE)
		cli_say(0, "%s", buf_str(&errors));
	else if (!(b->served = pair_served(b->paths, &b->config, &error)))
		code = fail_with(error);
	buf_clear(&errors);
	return code;
}

void bench_close(struct bench *b)
{
	tls_context_free(b->served);
	config_clear(&b->config);
}

void bench_pin(const struct tls_context *tls, struct buf *out)
{
	uint8_t pin[TLS_PIN_LEN];

	tls_context_pin(tls, pin);
	encode_b64url(out, pin, sizeof(pin));
}

bool bench_is_served(const struct bench *b, const struct tls_context *tls)
{
	uint8_t pin[TLS_PIN_LEN], served[TLS_PIN_LEN];

	tls_context_pin(tls, pin);
	tls_context_pin(b->served, served);
	return memcmp(pin, served, TLS_PIN_LEN) == 0;
}

int bench_vouch(const struct bench *b, const struct tls_context *fresh)
{
	char *file = pair_vouches(b->paths), *error = NULL;
	int code =
		tls_vouch_add(file, b->served, fresh, &error) ? ADMIN_DONE : fail_with(error);

	free(file);
	return code;
}

int bench_promote(const struct bench *b, enum pair_place place)
{
	char *error = NULL;

	return pair_promote(b->paths, place, &error) ? ADMIN_DONE : fail_with(error);
}

// --name=VALUE
static void add_option(struct admin_request *request, const char *name, struct buf *value)
{
	struct buf word = {0};

	buf_printf(&word, "%s=%s", name, buf_str(value));
	admin_request_word(request, buf_span(&word));
	buf_clear(&word);
	buf_reset(value);
}

static struct admin_request *take_request(const struct bench *b, const char *by,
					  const char *how, const struct tls_context *fresh,
					  bool is_confirmed)
{
	struct admin_request *request = admin_request_new();
	struct tls_findings found;
	struct buf text = {0};

	admin_request_word(request, SPAN("tls"));
	admin_request_word(request, SPAN("take"));
	buf_add_str(&text, by);
	add_option(request, "--by", &text);
	if (*how)
		buf_printf(&text, "%s ", how);
	else
		bench_pin(b->served, &text);
	buf_add_str(&text, *how ? "" : " -> ");
	bench_pin(fresh, &text);
	add_option(request, "--note", &text);
	if (is_confirmed) {
		bench_pin(fresh, &text);
		add_option(request, "--confirm", &text);
	}
	// The server cannot see that itself, shut in as it is.
	tls_context_check(fresh, b->config.name, &found);
	if (found.is_verified && found.names_host)
		admin_request_word(request, SPAN("--vouched"));
	admin_request_word(request, SPAN("--"));
	buf_clear(&text);
	return request;
}

int bench_take(const struct bench *b, const char *by, const char *how,
	       const struct tls_context *fresh, bool is_confirmed)
{
	struct admin_answer *answer;
	int code = ADMIN_UNREACHABLE;

	if (!store_is_locked(b->paths->database)) {
		pair_drop(b->paths, PAIR_HELD);
		pair_drop(b->paths, PAIR_SERVED);
	}
	answer = cli_ask(b->cli, take_request(b, by, how, fresh, is_confirmed), &code);
	if (!answer)
		return code;
	code = (int)answer->code;
	if (code != ADMIN_DONE)
		cli_say(0, SPAN_FMT, SPAN_ARG(answer->words));
	admin_answer_free(answer);
	return code;
}

struct tls_context *bench_load(const struct bench *b, enum pair_place place)
{
	char *error = NULL;
	struct tls_context *tls = pair_tls(b->paths, &b->config, place, &error);

	if (!tls)
		fail_with(error);
	return tls;
}

int bench_refuse_place(const struct bench *b)
{
	return cli_say(
		ADMIN_CONFLICT,
		"certificate and key are %s and %s, which another program makes: have it "
		"make a new key; the server sees that and waits for  snugd tls rotate",
		b->config.certificate, b->config.key);
}

// Shown.

static void add(struct admin_answer *a, const char *name, enum cell_kind kind, struct span text,
		int64_t number)
{
	admin_answer_column(a, name);
	admin_answer_cell(a, &(struct cell){.kind = kind, .text = text, .number = number});
}

static void add_pin(struct admin_answer *a, const char *name, const struct tls_context *tls)
{
	struct buf pin = {0};

	if (tls)
		bench_pin(tls, &pin);
	add(a, name, CELL_TEXT, arena_dup(&a->arena, buf_span(&pin)), 0);
	buf_clear(&pin);
}

static struct tls_context *load_other(const struct bench *b, enum pair_place place)
{
	char *error = NULL;
	struct tls_context *tls = pair_tls(b->paths, &b->config, place, &error);

	free(error);
	if (tls && !bench_is_served(b, tls))
		return tls;
	tls_context_free(tls);
	return NULL;
}

int cli_tls_show(const struct cli *c)
{
	struct bench b;
	struct tls_vouches words;
	int code = bench_open(&b, c);

	if (code == ADMIN_DONE) {
		struct admin_answer *a = admin_answer_new(0);
		struct tls_context *next = load_other(&b, PAIR_NEXT);
		struct tls_context *waiting = load_other(&b, PAIR_CONFIGURED);
		int64_t since = pair_announced(b.paths, b.served);

		tls_context_vouches(b.served, &words);
		a->is_record = true;
		add_pin(a, "pin", b.served);
		add(a, "expires", CELL_TIME, SPAN(""), tls_context_expires(b.served));
		add_pin(a, "next-pin", since ? next : NULL);
		add(a, "next-from", CELL_TIME, SPAN(""),
		    since ? since + b.config.overlap_ms : 0);
		add_pin(a, "waiting-pin", waiting);
		add(a, "vouched-by", CELL_NUMBER, SPAN(""), (int64_t)words.n);
		tls_context_free(next);
		tls_context_free(waiting);
		code = cli_show(c, a);
		admin_answer_free(a);
	}
	bench_close(&b);
	return code;
}

// Rotated.

static int show_plain(const struct cli *c, struct span plain, const char *words,
		      enum admin_changed changed)
{
	struct admin_answer *a = admin_answer_new(0);
	int code;

	a->plain = plain;
	a->words = span_of(words);
	a->changed = changed;
	code = cli_show(c, a);
	admin_answer_free(a);
	return code;
}

int bench_show(const struct cli *c, struct span plain, const char *words)
{
	return show_plain(c, plain, words, ADMIN_LOOKED);
}

int bench_say(const struct bench *b, const struct tls_context *tls, const char *words)
{
	struct buf pin = {0};
	int code;

	bench_pin(tls, &pin);
	code = show_plain(b->cli, buf_span(&pin), words, ADMIN_CHANGED);
	buf_clear(&pin);
	return code;
}

// Another program made a new key, and the server goes on with the old one.
static int rotate_to_waiting(const struct bench *b)
{
	struct tls_context *tls = bench_load(b, PAIR_CONFIGURED);
	int code = tls ? ADMIN_DONE : ADMIN_FAILED;

	if (tls && bench_is_served(b, tls))
		code = cli_say(ADMIN_CONFLICT, "the files hold the key that is served: nothing "
					       "waits");
	if (code == ADMIN_DONE)
		code = bench_vouch(b, tls);
	if (code == ADMIN_DONE)
		code = bench_take(b, "rotate", "", tls, false);
	if (code == ADMIN_DONE)
		code = bench_say(b, tls, "the new key is served; the old one vouches for it");
	tls_context_free(tls);
	return code;
}

static int make(const struct bench *b, enum pair_place place)
{
	struct pair pair;
	char *error = NULL;
	int code = ADMIN_DONE;

	pair_drop(b->paths, place);
	pair_find(&pair, b->paths, &b->config, place);
	if (!tls_make_certificate(pair.cert, pair.key, b->config.name, CERTIFICATE_DAYS,
				  &error))
		code = fail_with(error);
	pair_clear(&pair);
	return code;
}

static int announce(const struct bench *b)
{
	struct tls_context *tls = NULL;
	int code = make(b, PAIR_NEXT);

	if (code == ADMIN_DONE && !(tls = bench_load(b, PAIR_NEXT)))
		code = ADMIN_FAILED;
	if (code == ADMIN_DONE)
		code = bench_vouch(b, tls);
	tls_context_free(tls);
	return code;
}

static int refuse_again(const struct bench *b, int64_t since)
{
	char at[CLOCK_TEXT_LEN + 1];

	clock_text(since + b->config.overlap_ms, at);
	return cli_say(ADMIN_CONFLICT,
		       "the next key is announced already and comes %s; at once by  snugd tls "
		       "rotate --now",
		       at);
}

static bool is_sent(const struct bench *b)
{
	struct tls_context *next = bench_load(b, PAIR_NEXT);
	bool is = next && sent_key_is(b->paths, next);

	tls_context_free(next);
	return is;
}

// Another machine has the store, too, and would go on with the old key after a take-over.
static int refuse_alone(const struct bench *b, bool is_announced)
{
	const char *store = b->paths->store;

	if (cli_flag(b->cli, "--confirm") || !store_is_shared(store) ||
	    (is_announced && is_sent(b)) ||
	    (!sent_key_is_any(b->paths) && !store_is_awaited(store)))
		return ADMIN_DONE;
	return cli_say(
		ADMIN_UNCONFIRMED,
		"another machine has this store, and not the new key: clients would refuse it "
		"there. %sBring it there by  snugd tls import --ask  and here  snugd tls "
		"export --sealed PUBLICKEY, then give this again; where there is no other "
		"machine any more:  snugd tls rotate --now --confirm",
		is_announced ? "" : "Announce the key first by  snugd tls rotate. ");
}

static int rotate_own(const struct bench *b)
{
	int64_t since = pair_announced(b->paths, b->served);
	bool is_now = cli_flag(b->cli, "--now");
	struct tls_context *tls;
	int code = is_now ? refuse_alone(b, since) : ADMIN_DONE;

	if (since && !is_now)
		return refuse_again(b, since);
	if (code != ADMIN_DONE)
		return code;
	if (!since)
		code = announce(b);
	tls = code == ADMIN_DONE ? bench_load(b, PAIR_NEXT) : NULL;
	if (!tls)
		return ADMIN_FAILED;
	if (is_now)
		code = bench_promote(b, PAIR_NEXT);
	if (code == ADMIN_DONE)
		code = bench_take(b, "rotate", is_now ? "" : "announced", tls, false);
	if (code == ADMIN_DONE)
		code = bench_say(
			b, tls,
			is_now ? "the new key is served; the old one vouches for it"
			       : "announced; tls show says when it comes, --now brings it "
				 "at once");
	tls_context_free(tls);
	return code;
}

int cli_tls_rotate(const struct cli *c)
{
	struct bench b;
	int code = bench_open(&b, c);

	if (code == ADMIN_DONE && pair_first(b.paths, &b.config) != PAIR_CONFIGURED)
		code = rotate_to_waiting(&b);
	else if (code == ADMIN_DONE)
		code = pair_is_own(&b.config) ? rotate_own(&b) : bench_refuse_place(&b);
	bench_close(&b);
	return code;
}

// Made anew.

static int replace(const struct bench *b)
{
	bool is_waiting = pair_first(b->paths, &b->config) != PAIR_CONFIGURED;
	char *words = pair_vouches(b->paths);
	struct tls_context *tls = NULL;
	int code = ADMIN_DONE;

	if (!is_waiting && !pair_is_own(&b->config))
		code = bench_refuse_place(b);
	if (code == ADMIN_DONE && !is_waiting)
		code = make(b, PAIR_GIVEN);
	if (code == ADMIN_DONE) {
		// What the stolen key said of others is worth nothing.
		unlink(words);
		pair_drop(b->paths, PAIR_NEXT);
		if (!is_waiting)
			code = bench_promote(b, PAIR_GIVEN);
	}
	free(words);
	if (code != ADMIN_DONE)
		return code;
	tls = bench_load(b, PAIR_CONFIGURED);
	code = tls ? bench_take(b, "new", "", tls, true) : ADMIN_FAILED;
	if (code == ADMIN_DONE)
		code = bench_say(
			b, tls,
			"the new key is served; links and pins of the old one are wrong "
			"from now on: hand out new links");
	tls_context_free(tls);
	return code;
}

int cli_tls_new(const struct cli *c)
{
	struct bench b;
	int code;

	if (!cli_flag(c, "--confirm"))
		return cli_say(
			ADMIN_UNCONFIRMED,
			"everybody who knows the old key is refused until they take a new "
			"link, or run  snug trust HOST: for a key that was stolen, say  "
			"snugd tls new --confirm; for any other, snugd tls rotate");
	code = bench_open(&b, c);
	if (code == ADMIN_DONE)
		code = replace(&b);
	bench_close(&b);
	return code;
}
