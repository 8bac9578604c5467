// SPDX-License-Identifier: MIT
#include "server/cli.h"

#include "common/die.h"
#include "common/version.h"
#include "server/owner.h"
#include "server/server.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int own_fn(const struct cli *c);

struct own_verb {
	const char *noun, *verb;
	own_fn *fn;
};

static const struct own_verb own_verbs[] = {
#define OWN(noun, verb, fn, usage, about) {noun, verb, fn},
#include "server/cli.def"
#undef OWN
};

// Options of the program itself, wherever they stand; the value goes to *value.
static bool is_option(const char *word, const char *option)
{
	size_t len = strlen(option);

	return strncmp(word, option, len) == 0 && (word[len] == '\0' || word[len] == '=');
}

static const char *take_value(int argc, char **argv, int *i)
{
	const char *value = strchr(argv[*i], '=');

	if (value)
		return value + 1;
	return ++*i < argc ? argv[*i] : NULL;
}

static void add_word(struct cli *c, const char *word)
{
	c->words = xreallocarray(c->words, c->n_words + 1, sizeof(*c->words));
	c->words[c->n_words++] = word;
}

static bool take_flag(struct cli *c, const char *word)
{
	if (!strcmp(word, "--json"))
		c->json = true;
	else if (!strcmp(word, "--password-stdin"))
		c->password_stdin = true;
	else if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		c->wants_help = true;
	else if (!strcmp(word, "--version") || !strcmp(word, "-V"))
		c->wants_version = true;
	else
		return false;
	return true;
}

bool cli_parse(struct cli *c, int argc, char **argv)
{
	const char *state = NULL, *config = NULL;
	bool only_words = false;

	*c = (struct cli){0};
	for (int i = 1; i < argc; i++) {
		const char **value = is_option(argv[i], "--state")    ? &state
				     : is_option(argv[i], "--config") ? &config
								      : NULL;

		if (only_words) {
			add_word(c, argv[i]);
		} else if (!strcmp(argv[i], "--")) {
			only_words = true;
		} else if (value) {
			const char *option = argv[i];

			*value = take_value(argc, argv, &i);
			if (!*value || !**value) {
				cli_say(0, "%s wants a value", option);
				return false;
			}
		} else if (!take_flag(c, argv[i])) {
			add_word(c, argv[i]);
		}
	}
	paths_init(&c->paths, state, config);
	return true;
}

void cli_clear(struct cli *c)
{
	free(c->words);
	paths_clear(&c->paths);
}

const char *cli_value(const struct cli *c, const char *option, size_t n)
{
	for (size_t i = 0; i < c->n_words; i++) {
		const char *equals = strchr(c->words[i], '=');

		if (!is_option(c->words[i], option) || n-- > 0)
			continue;
		if (equals)
			return equals + 1;
		return i + 1 < c->n_words ? c->words[i + 1] : NULL;
	}
	return NULL;
}

bool cli_flag(const struct cli *c, const char *option)
{
	for (size_t i = 0; i < c->n_words; i++) {
		if (is_option(c->words[i], option))
			return true;
	}
	return false;
}

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

static own_fn *find_own(const struct cli *c)
{
	for (size_t i = 0; i < ARRAY_LEN(own_verbs); i++) {
		const struct own_verb *own = &own_verbs[i];

		if (strcmp(own->noun, c->words[0]) != 0)
			continue;
		if (!*own->verb || (c->n_words > 1 && !strcmp(own->verb, c->words[1])))
			return own->fn;
	}
	return NULL;
}

// Root becomes the owner of the state directory; `run` and `init` choose for themselves.
static bool keep_ownership(const struct cli *c, own_fn *own)
{
	struct buf error = {0};
	struct owner owner;
	bool is_fine = true;

	if (geteuid() != 0 || own == cli_run || own == cli_init || own == cli_help)
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
	own_fn *own;

	if (c->wants_version) {
		puts("snugd " SNUG_VERSION);
		return ADMIN_DONE;
	}
	if (c->wants_help)
		return cli_help(c);
	if (!c->n_words)
		return cli_help(c) ? ADMIN_FAILED : ADMIN_USAGE;
	own = find_own(c);
	if (!keep_ownership(c, own))
		return ADMIN_FAILED;
	return own ? own(c) : cli_hub_verb(c);
}

int cli_run(const struct cli *c)
{
	const char *user = cli_value(c, "--user", 0);

	if (cli_flag(c, "--user") && (!user || !*user))
		return cli_say(ADMIN_USAGE, "--user wants a name: whom the server becomes");
	return server_run(&c->paths, user);
}

int cli_main(int argc, char **argv)
{
	struct cli c;
	int code;

	umask(077);
	if (sodium_init() < 0)
		return cli_say(ADMIN_FAILED, "libsodium cannot start: no source of randomness");
	if (!cli_parse(&c, argc, argv))
		return ADMIN_USAGE;
	code = dispatch(&c);
	cli_clear(&c);
	if (fflush(stdout) != 0 || ferror(stdout))
		return cli_say(ADMIN_FAILED, "cannot write to stdout");
	return code;
}
