// SPDX-License-Identifier: MIT
// `snugd tls check`: what a client sees of the certificate, and what will go wrong with it. A
// row for each thing that was looked at, as of `snugd check`.
#include "server/cli_tls.h"

#include "common/clock.h"
#include "server/admin_json.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
#define RENEW_DAYS 21
#define CONF_LINE_MAX 1024 // inside: lines of certbot are short

static void report(struct admin_answer *a, const char *what, bool is_fine, const char *found)
{
	struct span text = arena_dup(&a->arena, span_of(found));

	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = span_of(what)});
	admin_answer_cell(a, &(struct cell){.kind = CELL_BOOL, .number = is_fine});
	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = text});
	if (!is_fine)
		a->code = ADMIN_PROBLEMS;
}

static void check_dates(struct admin_answer *a, const struct tls_findings *f)
{
	char from[CLOCK_TEXT_LEN + 1], until[CLOCK_TEXT_LEN + 1];
	int64_t now = clock_wall_ms(), days = (f->until_ms - now) / DAY_MS;
	struct buf found = {0};

	clock_text(f->from_ms, from);
	clock_text(f->until_ms, until);
	buf_printf(&found, "from %s to %s", from, until);
	if (now < f->from_ms)
		buf_add_str(&found, ": not valid yet; is the clock right?");
	else if (days < RENEW_DAYS)
		buf_printf(&found, ": %s; renew it",
			   days < 0 ? "it is over" : "it ends within three weeks");
	report(a, "dates", now >= f->from_ms && days >= RENEW_DAYS, buf_str(&found));
	buf_clear(&found);
}

static void check_chain(struct admin_answer *a, const struct tls_findings *f)
{
	struct buf found = {0};

	if (f->is_verified)
		buf_add_str(&found, "an authority of this computer stands behind it");
	else if (f->is_self_signed)
		buf_add_str(&found, "self-signed: clients go by the pin of their link");
	else
		buf_printf(
			&found,
			"no authority of this computer stands behind it (%s): is the file the "
			"full chain (fullchain.pem), not the certificate alone?",
			f->why);
	report(a, "chain", f->is_verified || f->is_self_signed, buf_str(&found));
	buf_clear(&found);
}

static void check_name(struct admin_answer *a, const struct tls_findings *f, const char *name)
{
	struct buf found = {0};

	buf_printf(&found,
		   f->names_host ? "it is of %s"
				 : "it is not of %s, which links name: clients without a pin "
				   "refuse it; set [server] name, or have one made for that",
		   name);
	// Who has a pin does not look at the name.
	report(a, "name", f->names_host || f->is_self_signed, buf_str(&found));
	buf_clear(&found);
}

// Of ".../live/NAME/fullchain.pem" the file ".../renewal/NAME.conf"; NULL: it is not certbot's.
static FILE *open_renewal(const char *cert)
{
	const char *live = strstr(cert, "/live/");
	const char *name = live ? live + strlen("/live/") : NULL;
	const char *end = name ? strchr(name, '/') : NULL;
	struct buf path = {0};
	FILE *file = NULL;

	if (end) {
		buf_printf(&path, "%.*s/renewal/%.*s.conf", (int)(live - cert), cert,
			   (int)(end - name), name);
		file = fopen(buf_str(&path), "re");
	}
	buf_clear(&path);
	return file;
}

static bool reuses_key(FILE *file)
{
	char line[CONF_LINE_MAX];
	bool does = false;

	while (fgets(line, sizeof(line), file)) {
		struct span value = span_of(line), key = span_trim(span_cut(&value, '='));

		if (span_eq(key, SPAN("reuse_key")))
			does = span_eq_fold(span_trim(value), SPAN("true"));
	}
	return does;
}

// lego writes NAME.json beside NAME.crt, and says nowhere how it will be called.
static bool is_of_lego(const char *cert)
{
	size_t len = strlen(cert);
	struct buf path = {0};
	bool is_so;

	if (len < 4 || strcmp(cert + len - 4, ".crt") != 0)
		return false;
	buf_printf(&path, "%.*s.json", (int)(len - 4), cert);
	is_so = path_exists(buf_str(&path));
	buf_clear(&path);
	return is_so;
}

static void check_renewal(struct admin_answer *a, const struct bench *b)
{
	struct pair pair;
	FILE *certbot;

	pair_find(&pair, b->paths, &b->config, PAIR_CONFIGURED);
	certbot = open_renewal(pair.cert);
	if (certbot && reuses_key(certbot))
		report(a, "renewal", true, "certbot keeps the key when it renews");
	else if (certbot)
		report(a, "renewal", false,
		       "certbot makes a new key at each renewal, which then waits for  snugd "
		       "tls rotate: tell it  certbot renew --reuse-key --force-renewal");
	else if (b->config.acme_server)
		report(a, "renewal", true,
		       "uacme keeps the key: it gets a request that is made with it");
	else if (is_of_lego(pair.cert))
		report(a, "renewal", true,
		       "lego makes a new key at each renewal unless it is called as  lego "
		       "renew --reuse-key: see that it is");
	else if (!pair_is_own(&b->config))
		report(a, "renewal", true,
		       "most programs make a new key at each renewal, which then waits for  "
		       "snugd tls rotate: have this one keep the key");
	if (certbot)
		fclose(certbot);
	pair_clear(&pair);
}

static void check_waiting(struct admin_answer *a, const struct bench *b)
{
	char *error = NULL;
	struct tls_context *files = config_tls(&b->config, b->paths, &error);
	struct buf found = {0};

	if (!files) {
		buf_printf(&found, "%s; the server goes on with what it has", error);
	} else if (!bench_is_served(b, files)) {
		buf_add_str(&found, "they hold another key, ");
		bench_pin(files, &found);
		buf_add_str(&found, ":  snugd tls rotate  takes it");
	}
	if (found.len)
		report(a, "files", false, buf_str(&found));
	else
		report(a, "files", true, "certificate and key belong together, and are served");
	free(error);
	tls_context_free(files);
	buf_clear(&found);
}

static void tell_clients(struct admin_answer *a, const struct tls_findings *f)
{
	bool is_welcome = f->is_verified && f->names_host && clock_wall_ms() >= f->from_ms &&
			  clock_wall_ms() < f->until_ms;

	report(a, "with-a-pin", true,
	       "in, whatever else stands here, while the key is the same");
	report(a, "without-a-pin", true,
	       is_welcome ? "in, since an authority vouches for the certificate"
			  : "asked to compare the pin; other programs refuse it");
}

int cli_tls_check(const struct cli *c)
{
	struct bench b;
	struct tls_findings found;
	int code = bench_open(&b, c);

	if (code == ADMIN_DONE) {
		struct admin_answer *a = admin_answer_new(0);

		admin_answer_column(a, "what");
		admin_answer_column(a, "fine");
		admin_answer_column(a, "found");
		tls_context_check(b.served, b.config.name, &found);
		check_waiting(a, &b);
		check_dates(a, &found);
		check_chain(a, &found);
		check_name(a, &found, b.config.name);
		check_renewal(a, &b);
		tell_clients(a, &found);
		if (a->code == ADMIN_PROBLEMS)
			a->words = SPAN("problems were found");
		code = cli_show(c, a);
		admin_answer_free(a);
	}
	bench_close(&b);
	return code;
}
