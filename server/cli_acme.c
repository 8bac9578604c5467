// SPDX-License-Identifier: MIT
// tls acme: a certificate of an authority, or its renewal, by uacme (uacme(1)).
//
// 1. The key is the server's and stays what it is, so that pins and links do: uacme gets a
//    request that was made with it, and never the key.
// 2. What comes is judged as any pair that is brought (cli_tls_move.c), and a running server
//    serves it at once.
// 3. What became of it is noted each time, for `status` and `check`.
// 4. Whoever names an authority in snugd.conf agrees to its terms: uacme is told so.
#include "server/acme.h"
#include "server/admin_ask.h"
#include "server/cli_tls.h"
#include "server/outside.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/file.h"
#include "common/tls_chain.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_MS INT64_C(86400000)
#define RENEW_BEFORE_DAYS 30 // or a third of its time
#define UACME_NOTHING 1      // its exit code when the certificate is good for long
#define WORDS_MAX 12         // inside: of the longest line for uacme

struct acme {
	struct bench b;
	char *folder, *request, *cert, *registered;
	struct buf hook, state, config; // the last two NAME=VALUE
	struct buf said;                // uacme's last line
	int lock;
};

static void acme_names(struct acme *a)
{
	const struct paths *p = a->b.paths;
	char *state = realpath(p->state, NULL);

	a->folder = path_in(state, ACME_FOLDER);
	a->request = path_in(a->folder, "request.pem");
	a->cert = path_in(a->folder, "request-cert.pem"); // as uacme calls it
	a->registered = path_in(a->folder, "registered");
	buf_printf(&a->state, "SNUG_STATE=%s", state);
	buf_printf(&a->config, "SNUG_CONFIG=%s", p->is_config_named ? p->config : "");
	free(state);
}

static void acme_clear(struct acme *a)
{
	free(a->folder);
	free(a->request);
	free(a->cert);
	free(a->registered);
	buf_clear(&a->hook);
	buf_clear(&a->state);
	buf_clear(&a->config);
	buf_clear(&a->said);
	if (a->lock >= 0)
		close(a->lock);
	bench_close(&a->b);
}

static int check_settings(const struct acme *a)
{
	const struct config *c = &a->b.config;
	bool is_ours = !c->acme_webroot && !c->acme_hook;

	if (!c->acme_server)
		return cli_say(ADMIN_NOT_FOUND,
			       "no authority is named: whoever writes into %s\n  [acme]\n"
			       "  server = %s\nagrees to its terms of service",
			       a->b.paths->config, ACME_USUAL);
	if (is_ours && !c->web_listen.count)
		return cli_say(
			ADMIN_CONFLICT,
			"the name is proven where browsers come, on port 443: write  "
			"[web] listen = 0.0.0.0:443  into %s and start the server again; "
			"or see [acme] in snugd.conf(5) for other ways",
			a->b.paths->config);
	if (is_ours && !admin_is_there(a->b.paths->admin_socket))
		return cli_say(ADMIN_UNREACHABLE,
			       "the server is not running, and it is what proves its name: "
			       "start it first");
	return ADMIN_DONE;
}

// One at a time: they would take each other's challenges away.
static int take_turn(struct acme *a)
{
	char *path = path_in(a->folder, "lock");

	if (mkdir(a->folder, 0700) == 0 || errno == EEXIST)
		a->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	free(path);
	if (a->lock < 0)
		return cli_say(ADMIN_FAILED, "cannot write in %s: %s", a->folder,
			       strerrordesc_np(errno));
	if (flock(a->lock, LOCK_EX | LOCK_NB) < 0)
		return cli_say(ADMIN_CONFLICT, "another  snugd tls acme  is at work");
	return ADMIN_DONE;
}

// The operator's own, or snug-acme from the folder where this program is.
static bool find_hook(struct acme *a)
{
	char folder[4000];
	ssize_t len = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
	const char *end = len > 0 ? memrchr(folder, '/', (size_t)len) : NULL;

	if (a->b.config.acme_hook)
		buf_add_str(&a->hook, a->b.config.acme_hook);
	else if (end)
		buf_printf(&a->hook, "%.*s/snug-acme", (int)(end - folder), folder);
	return access(buf_str(&a->hook), X_OK) == 0;
}

static int run_uacme(struct acme *a, const char *const *words)
{
	const char *const more[] = {buf_str(&a->state), buf_str(&a->config), NULL};
	const char *all[WORDS_MAX + 1] = {"uacme", "-c", a->folder, "-a",
					  a->b.config.acme_server};
	size_t n = 5;
	int code;

	for (size_t i = 0; words[i]; i++)
		all[n++] = words[i];
	code = outside_run(all, more, &a->said);
	if (code == OUTSIDE_NONE)
		fprintf(stderr, "%s: install it:  apt install uacme\n", buf_str(&a->said));
	return code;
}

// uacme makes the key of an account in its own folder; a backup brings it back beside ours.
static bool link_account(const struct acme *a)
{
	char *kept = path_in(a->b.paths->state, ACME_ACCOUNT);
	char *folder = path_in(a->folder, "private"), *key = path_in(folder, "key.pem");
	bool is_fine = mkdir(folder, 0700) == 0 || errno == EEXIST;

	if (is_fine && !path_exists(kept) && path_exists(key))
		is_fine = rename(key, kept) == 0;
	if (is_fine && path_exists(kept) && !path_exists(key))
		is_fine = symlink("../../" ACME_ACCOUNT, key) == 0;
	free(kept);
	free(folder);
	free(key);
	return is_fine;
}

static bool is_registered(const struct acme *a)
{
	char *key = path_in(a->b.paths->state, ACME_ACCOUNT), url[1024] = "";
	FILE *file = path_exists(key) ? fopen(a->registered, "re") : NULL;
	bool is = file && fgets(url, sizeof(url), file) &&
		  span_eq(span_trim(span_of(url)), span_of(a->b.config.acme_server));

	if (file)
		fclose(file);
	free(key);
	return is;
}

// uacme refuses to make an account for a key that has one there, as that of a backup does.
static bool find_account(struct acme *a)
{
	static const char *const found[] = {"update", NULL}, *const fresh[] = {"-y", "new",
									       NULL};
	char *key = path_in(a->b.paths->state, ACME_ACCOUNT);
	bool has_key = path_exists(key);

	free(key);
	return (has_key && run_uacme(a, found) == 0) || run_uacme(a, fresh) == 0;
}

// What another authority gave is none of this one's.
static int have_account(struct acme *a)
{
	if (link_account(a) && is_registered(a))
		return ADMIN_DONE;
	unlink(a->cert);
	if (!find_account(a))
		return cli_say(ADMIN_FAILED, "there is no account at %s",
			       a->b.config.acme_server);
	if (link_account(a) && file_put(a->registered, span_of(a->b.config.acme_server), 0600))
		return ADMIN_DONE;
	return cli_say(ADMIN_FAILED, "cannot write %s: %s", a->registered,
		       strerrordesc_np(errno));
}

// What uacme got last, with the key that is served; NULL: there is none, or it is of another.
static struct tls_context *load_got(const struct acme *a)
{
	struct tls_context *got;
	struct pair pair;
	char *error = NULL;

	pair_find(&pair, a->b.paths, &a->b.config, PAIR_CONFIGURED);
	got = tls_context_server(a->cert, pair.key, &error);
	pair_clear(&pair);
	free(error);
	return got;
}

// So many days before its end it is renewed: short ones are not asked for at each run.
static int renew_days(const struct acme *a)
{
	struct tls_chain chain = {0};
	int64_t days = RENEW_BEFORE_DAYS;

	if (tls_chain_read(&chain, a->cert, a->b.config.name))
		days = (chain.until_ms - chain.from_ms) / DAY_MS / 3;
	tls_chain_clear(&chain);
	return (int)(days < RENEW_BEFORE_DAYS ? days : RENEW_BEFORE_DAYS);
}

// uacme links what it got before to a name by the second of its time, and fails where that is
// taken: two within a second would clash, and none is of use to anybody, since we keep what is
// served.
static void drop_copies(const struct acme *a)
{
	DIR *folder = opendir(a->folder);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		if (fnmatch("request-cert-*.pem", entry->d_name, 0) == 0)
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	if (folder)
		closedir(folder);
}

// uacme's exit code.
static int ask_authority(struct acme *a)
{
	char days[16];
	bool is_forced = cli_flag(a->b.cli, "--force");
	const char *const words[] = {"-d",
				     days,
				     "-h",
				     buf_str(&a->hook),
				     is_forced ? "-f" : "issue",
				     is_forced ? "issue" : a->request,
				     is_forced ? a->request : NULL,
				     NULL};

	snprintf(days, sizeof(days), "%d", renew_days(a));
	drop_copies(a);
	return run_uacme(a, words);
}

static int get(struct acme *a)
{
	struct tls_context *got = load_got(a);
	char *error = NULL;
	int code;

	if (!got)
		unlink(a->cert);
	tls_context_free(got);
	if (!tls_context_request(a->b.served, a->b.config.name, a->request, &error)) {
		code = cli_say(ADMIN_FAILED, "%s", error);
		free(error);
		return code;
	}
	code = ask_authority(a);
	if (code == 0 || code == UACME_NOTHING)
		return ADMIN_DONE;
	return cli_say(ADMIN_FAILED, "%s gave no certificate for %s", a->b.config.acme_server,
		       a->b.config.name);
}

static bool is_same(const struct tls_context *one, const struct tls_context *other)
{
	uint8_t a[TLS_PIN_LEN], b[TLS_PIN_LEN];

	tls_context_digest(one, a);
	tls_context_digest(other, b);
	return memcmp(a, b, sizeof(a)) == 0;
}

static void say_until(const struct tls_context *tls, const char *words, struct buf *out)
{
	char until[CLOCK_TEXT_LEN + 1];

	clock_text(tls_context_expires(tls), until);
	buf_printf(out, "%s until %s", words, until);
}

static int show_same(const struct acme *a, const struct tls_context *tls, const char *words)
{
	struct buf pin = {0};
	int code;

	bench_pin(tls, &pin);
	code = bench_show(a->b.cli, buf_span(&pin), words);
	buf_clear(&pin);
	return code;
}

// What stands as the given pair comes into its place, unless it is there.
static int take_given(struct acme *a, struct buf *words)
{
	struct tls_context *given = bench_load(&a->b, PAIR_GIVEN);
	int code = given ? ADMIN_DONE : ADMIN_FAILED;

	if (given && is_same(given, a->b.served)) {
		say_until(given, "nothing to do: it is good", words);
		code = show_same(a, given, buf_str(words));
	} else if (given) {
		code = bench_promote(&a->b, PAIR_GIVEN);
		if (code == ADMIN_DONE)
			code = bench_take(&a->b, "acme", "", given, false);
		say_until(given, "taken, of the same key: it is good", words);
		if (code == ADMIN_DONE)
			code = bench_say(&a->b, given, buf_str(words));
	}
	pair_drop(a->b.paths, PAIR_GIVEN);
	tls_context_free(given);
	return code;
}

static int take(struct acme *a, struct buf *words)
{
	struct tls_context *got = load_got(a);
	struct pair given;
	char *error = NULL;
	int code;

	if (!got)
		return cli_say(ADMIN_FAILED, "what came is no certificate of the key: %s",
			       a->cert);
	pair_find(&given, a->b.paths, &a->b.config, PAIR_GIVEN);
	if (tls_context_save(got, given.cert, given.key, &error))
		code = take_given(a, words);
	else
		code = cli_say(ADMIN_FAILED, "%s", error);
	free(error);
	pair_clear(&given);
	tls_context_free(got);
	return code;
}

static int carry_out(struct acme *a, struct buf *words)
{
	int code;

	if (pair_first(a->b.paths, &a->b.config) != PAIR_CONFIGURED)
		return cli_say(ADMIN_CONFLICT,
			       "another key waits, and is judged first:  snugd tls rotate");
	if (!find_hook(a))
		return cli_say(ADMIN_FAILED, "%s, which proves the name, cannot be run: %s",
			       buf_str(&a->hook), strerrordesc_np(errno));
	code = have_account(a);
	if (code == ADMIN_DONE)
		code = get(a);
	return code == ADMIN_DONE ? take(a, words) : code;
}

static void note(const struct acme *a, int code, struct span words)
{
	struct acme_last last = {.at_ms = clock_wall_ms(), .is_done = code == ADMIN_DONE};

	if (!last.is_done)
		words = span_trim(buf_span(&a->said));
	if (words.len >= sizeof(last.words))
		words.len = sizeof(last.words) - 1;
	for (size_t i = 0; i < words.len; i++)
		last.words[i] = words.at[i] == '\n' || words.at[i] == '\r' ? ' ' : words.at[i];
	if (!acme_last_write(a->b.paths, &last))
		cli_say(0, "cannot write in %s: %s", a->folder, strerrordesc_np(errno));
}

int cli_tls_acme(const struct cli *c)
{
	struct acme a = {.lock = -1};
	struct buf words = {0};
	int code = bench_open(&a.b, c);

	if (code == ADMIN_DONE)
		code = check_settings(&a);
	if (code == ADMIN_DONE) {
		acme_names(&a);
		code = take_turn(&a);
	}
	if (code == ADMIN_DONE) {
		code = carry_out(&a, &words);
		note(&a, code, buf_span(&words));
	}
	buf_clear(&words);
	acme_clear(&a);
	return code;
}
