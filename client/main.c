// SPDX-License-Identifier: MIT
// snug, the terminal client: finds the verb; without one, chats.
#include "client/app/client.h"
#include "client/faces.h"
#include "client/outside/outside_loop.h"
#include "client/verbs/cold.h"
#include "client/verbs/credentials.h"
#include "client/api/exit_code.h"
#include "client/verbs/options.h"
#include "common/die.h"
#include "common/version.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int chat_with(struct options *o, struct profile *p, struct preferences *config,
		     const struct login_order *login)
{
	struct loop *l = loop_new();
	struct outside outside = outside_of_loop(l);
	struct client *c = client_new(l, &outside, &o->paths, p, config, o->face);
	const char *target = o->plain && o->n_args ? o->args[0] : p->room;
	const char *wants_plain = getenv("SNUG_PLAIN");
	bool plain = o->plain || (wants_plain && wants_plain[0] == '1');

	if (target[0])
		client_show(c, target);
	// The first frame does not wait for what the connection has to set up.
	client_open(c, plain);
	client_connect(c, login);
	profile_set_last(p, &o->paths);
	int code = client_run(c, plain);
	client_free(c);
	loop_free(l);
	return code;
}

static int chat(struct options *o, struct profile *p)
{
	struct preferences config;
	struct buf errors = {0};
	struct login_order login;
	struct secret secret;
	int code = EXIT_CONFIG;

	secret_init(&secret);
	if (!settings_read(&config, &o->paths, o->face, &errors))
		fprintf(stderr, "%s", buf_str(&errors));
	else if (!credentials_get(o, p, &secret, &login))
		code = EXIT_LOGIN;
	else
		code = chat_with(o, p, &config, &login);
	buf_clear(&errors);
	settings_clear(&config);
	secret_free(&secret);
	return code;
}

static bool looks_like_link(const char *text)
{
	return strstr(text, "://") || strstr(text, "invite=");
}

// `snug`, `snug PROFILE`, `snug --plain TARGET`, or a pasted link.
static int run_without_verb(struct options *o)
{
	struct profile p;

	if (o->n_args && looks_like_link(o->args[0]))
		return snug_join(o);
	if (o->n_args && !o->plain && !o->profile) {
		o->profile = o->args[0];
		o->n_args = 0;
	}
	size_t count;
	char **names = profile_names(&o->paths, &count);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	if (!count && !o->profile && isatty(STDIN_FILENO))
		return snug_join(o);
	int code = cold_profile(o, &p);
	if (code != EXIT_OK)
		return code;
	code = chat(o, &p);
	profile_clear(&p);
	return code;
}

// Files are private, a crash leaves no memory on disk, a closed pipe is an error code.
static void harden(void)
{
	struct rlimit none = {0};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	umask(077);
	setrlimit(RLIMIT_CORE, &none);
	sigaction(SIGPIPE, &ignore, NULL);
}

static bool is_asked_for(int argc, char **argv, const char *name)
{
	return argc == 2 && strcmp(argv[1], name) == 0;
}

static int run(struct options *o)
{
	struct buf words = {0};
	bool fits = options_fit(o, &words);

	if (!fits)
		fprintf(stderr, "snug: %s\n", buf_str(&words));
	buf_clear(&words);
	if (!fits)
		return EXIT_USAGE;
	return o->verb ? verb_find(o->verb)->run(o) : run_without_verb(o);
}

int main(int argc, char **argv)
{
	char help[] = "help";
	struct options o;

	setlocale(LC_CTYPE, "");
	harden();
	if (sodium_init() < 0)
		die(EXIT_CONFIG, "this system gives no random numbers");
	if (is_asked_for(argc, argv, "--version")) {
		printf("snug %s\n", SNUG_VERSION);
		return EXIT_OK;
	}
	if (is_asked_for(argc, argv, "--help") || is_asked_for(argc, argv, "-h"))
		argv[1] = help;
	const char *wrong = options_parse(&o, argc, argv);
	if (wrong) {
		fprintf(stderr,
			"snug: %s: %s; see `snug help` (text that starts with - goes behind "
			"--)\n",
			o.refused, wrong);
		return EXIT_USAGE;
	}
	o.face = &terminal_face;
	int code = run(&o);
	options_clear(&o);
	return code;
}
