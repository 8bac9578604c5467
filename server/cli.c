// SPDX-License-Identifier: MIT
#include "server/cli.h"

#include "common/json.h"
#include "common/version.h"
#include "server/owner.h"
#include "server/server.h"
#include "server/settle.h"
#include "server/state.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int cli_say(int code, const char *format, ...)
{
	struct buf text = {0}, words = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	cli_plain_lines(&words, buf_span(&text));
	fputs("snugd: ", stderr);
	fwrite(words.at, 1, words.len, stderr);
	buf_clear(&words);
	buf_clear(&text);
	return code;
}

static bool is_any_of(own_fn *fn, own_fn *const *fns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fn == fns[i])
			return true;
	}
	return false;
}

static int check_state(const struct cli *c)
{
	struct buf words = {0};
	int code = (int)state_check_folder(&c->paths, &words);

	if (code == ADMIN_DONE && !state_is_settled(&c->paths, &words))
		code = ADMIN_CONFLICT;
	if (code != ADMIN_DONE)
		cli_say(0, "%s", buf_str(&words));
	buf_clear(&words);
	return code;
}

// Without its directory or the file that was named, a verb would speak of another server.
static int check_places(const struct cli *c)
{
	static own_fn *const makers[] = {cli_init,        cli_help,        cli_version,
					 cli_completion,  cli_backup_key,  cli_backup_verify,
					 cli_backup_list, cli_backup_prune};
	// They say it in their own words.
	static own_fn *const starters[] = {cli_run, cli_check, cli_restore};
	own_fn *fn = c->verb->fn;

	if (is_any_of(fn, makers, ARRAY_LEN(makers)))
		return ADMIN_DONE;
	if (c->paths.is_config_named && fn != cli_check && access(c->paths.config, R_OK) < 0)
		return cli_say(errno == EACCES ? ADMIN_DENIED : ADMIN_NOT_FOUND,
			       "--config %s: %s", c->paths.config, strerrordesc_np(errno));
	if (is_any_of(fn, starters, ARRAY_LEN(starters)))
		return ADMIN_DONE;
	return check_state(c);
}

bool cli_become_owner(const struct cli *c)
{
	struct buf error = {0};
	struct owner owner;
	bool is_fine = true;

	if (geteuid() != 0)
		return true;
	owner_of(&owner, c->paths.state);
	if (owner.uid != 0)
		is_fine = owner_become(&owner, &error) && owner_drop_rights();
	if (!is_fine)
		cli_say(0, "%s", buf_str(&error));
	buf_clear(&error);
	return is_fine;
}

static int dispatch(const struct cli *c)
{
	// Whom they become, and when, is their own.
	static own_fn *const choosers[] = {
		cli_run,        cli_init,       cli_check,      cli_help,          cli_version,
		cli_completion, cli_tls_import, cli_backup_key, cli_backup_verify, cli_restore};
	int code;

	if (c->wants_version) {
		puts("snugd " SNUG_VERSION);
		return ADMIN_DONE;
	}
	if (c->wants_help)
		return cli_help(c);
	if (!c->n_names)
		return cli_help(c) ? ADMIN_FAILED : ADMIN_USAGE;
	if (!c->verb)
		return cli_unknown(c);
	code = check_places(c);
	if (code != ADMIN_DONE)
		return code;
	if (!is_any_of(c->verb->fn, choosers, ARRAY_LEN(choosers)) && !cli_become_owner(c))
		return ADMIN_FAILED;
	return c->verb->fn ? c->verb->fn(c) : cli_hub_verb(c);
}

int cli_run(const struct cli *c)
{
	return server_run(&c->paths, cli_value(c, "--user", 0));
}

// A standard stream that was closed must not become a database: what is written to it, or
// read from it, fails.
static void hold_streams(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};

	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
			_exit(ADMIN_FAILED);
	}
}

int cli_main(int argc, char **argv)
{
	struct cli c;
	int code;

	umask(077);
	hold_streams();
	if (sodium_init() < 0)
		return cli_say(ADMIN_FAILED, "libsodium cannot start: no source of randomness");
	json_wipe_what_is_freed();
	code = cli_parse(&c, argc, argv) ? dispatch(&c) : ADMIN_USAGE;
	cli_clear(&c);
	if (fflush(stdout) != 0 || ferror(stdout))
		return cli_say(ADMIN_FAILED, "the answer cannot be written to stdout%s",
			       code ? "" : ", but what was asked is done");
	return code;
}
