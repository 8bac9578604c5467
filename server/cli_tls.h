// SPDX-License-Identifier: MIT
// What the verbs of `tls` have in common: the key that is served, and what may be done with it.
//
// Each int is an exit code; what is not ADMIN_DONE was told on stderr.
#pragma once

#include "server/cli.h"
#include "server/pair.h"

struct bench {
	const struct cli *cli;
	const struct paths *paths;
	struct config config;
	struct tls_context *served;
};

// To be closed in any case.
MUST_USE int bench_open(struct bench *b, const struct cli *c);
void bench_close(struct bench *b);
void bench_pin(const struct tls_context *tls, struct buf *out);
MUST_USE bool bench_is_served(const struct bench *b, const struct tls_context *tls);
// A pair; NULL after words.
MUST_USE struct tls_context *bench_load(const struct bench *b, enum pair_place place);
// The served key gives its word for another one.
MUST_USE int bench_vouch(const struct bench *b, const struct tls_context *fresh);
// An announced or given pair becomes the server's own.
MUST_USE int bench_promote(const struct bench *b, enum pair_place place);
// Has the running server, if there is one, serve what the files hold, and in any case the
// audit log have it: by "rotate", "new", "import" or "acme", from the key that was served to
// this one, or (how "announced") that this one comes. is_confirmed: also without the old one's
// word.
MUST_USE int bench_take(const struct bench *b, const char *by, const char *how,
			const struct tls_context *fresh, bool is_confirmed);
// Shows a text, with words; or, of what was changed, the pin that is served now or comes next.
MUST_USE int bench_show(const struct cli *c, struct span plain, const char *words);
MUST_USE int bench_say(const struct bench *b, const struct tls_context *tls, const char *words);
// The files are another program's.
MUST_USE int bench_refuse_place(const struct bench *b);
