// SPDX-License-Identifier: MIT
// tls import, export: a certificate and its key come from elsewhere, or go there.
//
// 1. Root reads what only root may, then becomes the owner of the state directory, and only
//    then writes there.
// 2. A pair that is brought is written as the given one and judged as such; only what passes
//    comes into its place. With it come the keys that seal what is in the database.
// 3. What leaves the machine is sealed to a public key, whose other half was made where it is
//    opened, and is gone from there when that was done.
#include "server/cli_tls.h"

#include "common/die.h"
#include "common/encode.h"
#include "common/file.h"
#include "common/tls_vouch.h"
#include "server/backup/seal.h"
#include "server/brought_keys.h"
#include "server/sent_key.h"
#include "server/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (1024 * 1024) // inside: a pair has some 10 KiB

// What is sealed, in this order. The next pair may lack, and so may the keys of the database;
// older programs do not write them, and pass them over.
enum part {
	PART_CERT,
	PART_KEY,
	PART_WORDS,
	PART_NEXT_CERT,
	PART_NEXT_KEY,
	PART_KEYS,
	PARTS = PART_KEYS + BROUGHT_KEYS
};
#define PARTS_NEEDED PART_NEXT_CERT

// Of any length up to FILE_MAX; what is not there is empty where it may be.
static int read_file(const char *path, bool may_lack, struct buf *out)
{
	FILE *file = fopen(path, "re");
	size_t got = 1;

	if (!file && may_lack && errno == ENOENT)
		return ADMIN_DONE;
	if (!file)
		return cli_refuse_no_file(path);
	while (got && out->len <= FILE_MAX) {
		got = fread(buf_space(out, 4096), 1, 4096, file);
		out->len += got;
	}
	fclose(file);
	return out->len > FILE_MAX ? cli_say(ADMIN_FAILED, "%s is too long", path) : ADMIN_DONE;
}

static int write_file(const char *path, struct span text, int how)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | how, 0600);
	bool is_safe = fd >= 0 && file_write(fd, text) && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return is_safe ? ADMIN_DONE
		       : cli_say(ADMIN_FAILED, "cannot write %s: %s", path,
				 strerrordesc_np(errno));
}

static int write_pair(const struct bench *b, enum pair_place place, const struct span *parts)
{
	struct pair pair;
	int code;

	pair_drop(b->paths, place);
	pair_find(&pair, b->paths, &b->config, place);
	code = write_file(pair.cert, parts[0], O_EXCL);
	if (code == ADMIN_DONE)
		code = write_file(pair.key, parts[1], O_EXCL);
	pair_clear(&pair);
	return code;
}

// Brought.

static int refuse_other(const struct bench *b, const struct tls_context *given)
{
	struct buf pin = {0}, served = {0};
	int code;

	bench_pin(given, &pin);
	bench_pin(b->served, &served);
	code = cli_say(
		ADMIN_CONFLICT,
		"that is another key, %s, than the one that is served, %s, and clients "
		"would refuse it: have the old key vouch for it by  --rotate, or have it "
		"all the same, where nobody knows the old one, by  --confirm",
		buf_str(&pin), buf_str(&served));
	buf_clear(&pin);
	buf_clear(&served);
	return code;
}

static bool is_vouched(const struct bench *b, const struct tls_context *given)
{
	uint8_t served[TLS_PIN_LEN];
	struct tls_vouches words;

	tls_context_pin(b->served, served);
	tls_context_vouches(given, &words);
	return tls_vouches_has(&words, served);
}

static int judge(const struct bench *b, const struct tls_context *given)
{
	if (bench_is_served(b, given) || is_vouched(b, given) || cli_flag(b->cli, "--confirm"))
		return ADMIN_DONE;
	if (cli_flag(b->cli, "--rotate"))
		return bench_vouch(b, given);
	return refuse_other(b, given);
}

// The one that comes after it does so when the overlap is over, as where it was announced: the
// words say since when.
static int place_next(const struct bench *b, const struct span *next)
{
	pair_drop(b->paths, PAIR_NEXT);
	return next[0].len && next[1].len ? write_pair(b, PAIR_NEXT, next) : ADMIN_DONE;
}

// What stands as the given pair is taken, or taken away again. next: certificate and key of the
// announced one, where another machine's are brought.
static int take_given(const struct bench *b, const struct span *next)
{
	struct tls_context *given = bench_load(b, PAIR_GIVEN);
	int code = given ? judge(b, given) : ADMIN_FAILED;

	if (code == ADMIN_DONE && next)
		code = place_next(b, next);
	if (code == ADMIN_DONE)
		code = bench_promote(b, PAIR_GIVEN);
	if (code == ADMIN_DONE)
		code = bench_take(b, "import", "", given, cli_flag(b->cli, "--confirm"));
	if (code == ADMIN_DONE)
		code = bench_say(b, given,
				 bench_is_served(b, given)
					 ? "taken: it is of the same key, links stay right"
					 : "taken: it is of another key");
	pair_drop(b->paths, PAIR_GIVEN);
	tls_context_free(given);
	return code;
}

static int check_place(const struct bench *b)
{
	if (pair_is_own(&b->config))
		return ADMIN_DONE;
	return cli_say(ADMIN_CONFLICT,
		       "%s names %s and %s: what is imported stands in the state directory, so "
		       "take those lines away first, and  snugd reload",
		       b->paths->config, b->config.certificate, b->config.key);
}

static int import_files(const struct cli *c)
{
	char *error = NULL;
	struct tls_context *found =
		tls_context_server(cli_value(c, "--cert", 0), cli_value(c, "--key", 0), &error);
	struct bench b = {0};
	struct pair given;
	int code = ADMIN_FAILED;

	if (!found)
		cli_say(0, "%s", error);
	else if (cli_become_owner(c))
		code = bench_open(&b, c);
	if (code == ADMIN_DONE)
		code = check_place(&b);
	if (code == ADMIN_DONE) {
		pair_find(&given, b.paths, &b.config, PAIR_GIVEN);
		if (tls_context_save(found, given.cert, given.key, &error))
			code = take_given(&b, NULL);
		else
			code = cli_say(ADMIN_FAILED, "%s", error);
		pair_clear(&given);
	}
	free(error);
	tls_context_free(found);
	bench_close(&b);
	return code;
}

// Sealed.

static char *secret_file(const struct paths *paths)
{
	return path_in(paths->state, "import.key");
}

static int ask(const struct cli *c)
{
	char *file = secret_file(&c->paths), *error = NULL;
	struct seal_public public;
	struct seal_secret secret;
	struct buf text = {0};
	int code = ADMIN_FAILED;

	seal_pair(&public, &secret);
	unlink(file);
	if (seal_save(file, &secret, &error)) {
		seal_public_text(&public, &text);
		code = bench_show(
			c, buf_span(&text),
			"the other machine seals for this:  snugd tls export --sealed "
			"PUBLICKEY >FILE, and here:  snugd tls import --sealed FILE");
	} else {
		cli_say(0, "%s", error);
	}
	seal_wipe(&secret);
	buf_clear(&text);
	free(error);
	free(file);
	return code;
}

static void add_part(struct buf *out, const struct buf *part)
{
	buf_printf(out, "%zu\n", part->len);
	buf_add_span(out, buf_span(part));
}

static bool take_part(struct span *rest, struct span *part)
{
	uint64_t len = 0;

	if (!span_to_u64(span_cut(rest, '\n'), &len) || len > rest->len)
		return false;
	*part = span_from(rest->at, (size_t)len);
	*rest = span_after(*rest, (size_t)len);
	return true;
}

static int seal(const struct cli *c, const struct seal_public *to, const struct buf *plain)
{
	struct buf sealed = {0}, text = {0};
	int code;

	if (seal_close(buf_span(plain), to, &sealed)) {
		encode_b64url(&text, sealed.at, sealed.len);
		code = bench_show(c, buf_span(&text), "");
	} else {
		code = cli_say(ADMIN_FAILED, "that public key is none");
	}
	buf_clear(&text);
	buf_clear(&sealed);
	return code;
}

// Certificate, and key behind it.
static int read_pair(const struct bench *b, enum pair_place place, struct buf *out)
{
	struct pair pair;
	int code;

	pair_find(&pair, b->paths, &b->config, place);
	code = read_file(pair.cert, false, &out[0]);
	if (code == ADMIN_DONE)
		code = read_file(pair.key, false, &out[1]);
	pair_clear(&pair);
	return code;
}

// For who has the same database.
static int read_keys(const struct bench *b, struct buf *out)
{
	int code = ADMIN_DONE;

	if (!store_is_shared(b->paths->store))
		return code;
	for (size_t i = 0; i < BROUGHT_KEYS && code == ADMIN_DONE; i++) {
		if (!brought_key_read(b->paths, i, &out[i]))
			code = cli_say(ADMIN_FAILED, "cannot read %s/%s: %s", b->paths->state,
				       brought_key_name(i), strerrordesc_np(errno));
	}
	return code;
}

static void note_sent(const struct bench *b)
{
	struct tls_context *next = bench_load(b, PAIR_NEXT);

	if (next)
		sent_key_note(b->paths, next);
	tls_context_free(next);
}

static int export_pair(const struct bench *b, const struct seal_public *to)
{
	char *words = pair_vouches(b->paths);
	struct buf parts[PARTS] = {0}, plain = {0};
	bool has_next = pair_announced(b->paths, b->served);
	int code;

	code = read_pair(b, pair_first(b->paths, &b->config), &parts[PART_CERT]);
	if (code == ADMIN_DONE)
		code = read_file(words, true, &parts[PART_WORDS]);
	if (code == ADMIN_DONE && has_next)
		code = read_pair(b, PAIR_NEXT, &parts[PART_NEXT_CERT]);
	if (code == ADMIN_DONE)
		code = read_keys(b, &parts[PART_KEYS]);
	for (size_t i = 0; i < PARTS; i++) {
		add_part(&plain, &parts[i]);
		cli_wipe(&parts[i]);
	}
	if (code == ADMIN_DONE)
		code = seal(b->cli, to, &plain);
	// Only then another machine has to have it first.
	if (code == ADMIN_DONE && has_next && store_is_shared(b->paths->store))
		note_sent(b);
	cli_wipe(&plain);
	free(words);
	return code;
}

int cli_tls_export(const struct cli *c)
{
	struct seal_public to;
	struct bench b = {0};
	int code = ADMIN_DONE;

	if (!seal_public_parse(span_of(cli_value(c, "--sealed", 0)), &to))
		code = cli_say(ADMIN_USAGE,
			       "--sealed wants what  snugd tls import --ask  prints "
			       "on the other machine");
	if (code == ADMIN_DONE)
		code = bench_open(&b, c);
	if (code == ADMIN_DONE)
		code = cli_note(c, cli_value(c, "--sealed", 0));
	if (code == ADMIN_DONE)
		code = export_pair(&b, &to);
	bench_close(&b);
	return code;
}

static int unseal(const struct paths *paths, struct span text, struct buf *out)
{
	char *file = secret_file(paths), *error = NULL;
	struct seal_secret secret;
	struct buf sealed = {0};
	int code = ADMIN_DONE;

	if (!seal_load(file, &secret, &error))
		code = cli_say(path_exists(file) ? ADMIN_FAILED : ADMIN_NOT_FOUND, "%s", error);
	else if (!decode_b64url(&sealed, text) || !seal_open(buf_span(&sealed), &secret, out))
		code = cli_say(
			ADMIN_FAILED,
			"it cannot be opened here: it was sealed for another key than "
			"the last one that  snugd tls import --ask  made, or is damaged");
	seal_wipe(&secret);
	buf_clear(&sealed);
	free(error);
	free(file);
	return code;
}

// Those that are not there: the same pair may come more than once.
static int write_words(const struct bench *b, struct span brought)
{
	static const char end[] = "-----END CERTIFICATE-----\n";
	char *file = pair_vouches(b->paths);
	struct buf known = {0}, fresh = {0};
	int code = read_file(file, true, &known);

	while (brought.len && code == ADMIN_DONE) {
		const char *at = memmem(brought.at, brought.len, end, strlen(end));
		size_t len = at ? (size_t)(at - brought.at) + strlen(end) : brought.len;
		struct span word = span_from(brought.at, len);

		if (!memmem(known.at, known.len, word.at, word.len))
			buf_add_span(&fresh, word);
		brought = span_after(brought, len);
	}
	if (fresh.len)
		code = write_file(file, buf_span(&fresh), O_APPEND);
	buf_clear(&known);
	buf_clear(&fresh);
	free(file);
	return code;
}

static int find_parts(struct span plain, struct span parts[static PARTS])
{
	for (size_t i = 0; i < PARTS && (plain.len || i < PARTS_NEEDED); i++) {
		if (!take_part(&plain, &parts[i]))
			return cli_say(ADMIN_FAILED, "what was sealed is no pair");
	}
	return ADMIN_DONE;
}

static int place_parts(const struct bench *b, const struct span parts[static PARTS])
{
	int code = write_pair(b, PAIR_GIVEN, &parts[PART_CERT]);

	if (code == ADMIN_DONE && parts[PART_WORDS].len)
		code = write_words(b, parts[PART_WORDS]);
	return code;
}

static int place_keys(const struct bench *b, const struct span *keys)
{
	if (!store_is_shared(b->paths->store))
		return ADMIN_DONE;
	for (size_t i = 0; i < BROUGHT_KEYS; i++) {
		const char *name = brought_key_name(i);
		enum brought came = brought_key_put(b->paths, i, keys[i]);

		if (came == BROUGHT_FAILED)
			return cli_say(ADMIN_FAILED, "cannot write %s/%s: %s", b->paths->state,
				       name, strerrordesc_np(errno));
		if (came == BROUGHT_OTHER)
			cli_say(0,
				"%s is another one here, and stays: where nothing was sealed "
				"by it, move %s/%s away, and bring it again",
				name, b->paths->state, name);
	}
	return ADMIN_DONE;
}

static int import_sealed(const struct cli *c)
{
	char *secret = secret_file(&c->paths);
	struct buf text = {0}, plain = {0};
	struct span parts[PARTS] = {0};
	struct bench b = {0};
	int code = read_file(cli_value(c, "--sealed", 0), false, &text);

	if (code == ADMIN_DONE && !cli_become_owner(c))
		code = ADMIN_FAILED;
	if (code == ADMIN_DONE)
		code = bench_open(&b, c);
	if (code == ADMIN_DONE)
		code = check_place(&b);
	if (code == ADMIN_DONE)
		code = unseal(b.paths, span_trim(buf_span(&text)), &plain);
	if (code == ADMIN_DONE)
		code = find_parts(buf_span(&plain), parts);
	if (code == ADMIN_DONE)
		code = place_parts(&b, parts);
	if (code == ADMIN_DONE)
		code = take_given(&b, &parts[PART_NEXT_CERT]);
	if (code == ADMIN_DONE)
		code = place_keys(&b, &parts[PART_KEYS]);
	if (code == ADMIN_DONE)
		unlink(secret);
	free(secret);
	buf_clear(&text);
	cli_wipe(&plain);
	bench_close(&b);
	return code;
}

int cli_tls_import(const struct cli *c)
{
	bool has_files = cli_value(c, "--cert", 0), is_sealed = cli_value(c, "--sealed", 0);

	if (has_files + is_sealed + cli_flag(c, "--ask") != 1)
		return cli_say(ADMIN_USAGE,
			       "what is to be imported: --cert FILE --key FILE, or "
			       "--sealed FILE, for which --ask makes the key");
	if (has_files)
		return import_files(c);
	if (is_sealed)
		return import_sealed(c);
	return cli_become_owner(c) ? ask(c) : ADMIN_FAILED;
}
