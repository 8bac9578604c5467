// SPDX-License-Identifier: MIT
// The command line: `snug [OPTIONS] [VERB ARGUMENTS]` (verbs.def, options.def).
//
// Borrowed from argv. Owner: main.
#pragma once

#include "client/app/face.h"
#include "client/app/paths.h"
#include "common/buf.h"

// Where everything is, which server, and the password where a key is not enough.
#define OPTIONS_ANYWHERE "home profile password-fd"

#define OPTION_LIST_MAX 16

// Of an option that may be given again.
struct option_list {
	const char *at[OPTION_LIST_MAX];
	int count;
};

struct options {
	const char *verb; // NULL: the interactive program
	char **args;      // behind the verb
	int n_args;
	uint64_t given;      // bit i: the option in row i of options.def
	const char *home;    // --home DIR
	const char *profile; // --profile NAME
	const char *name;    // --name NAME
	const char *refused; // where options_parse() gave up
	const char *pin;     // --pin sha256:…
	const char *id;      // --id KEY
	const char *label;   // --label NAME
	const char *password_cmd;
	const char *reply;        // --reply ID
	struct option_list files; // --file PATH
	const char *output;       // --output PATH
	const char *since, *until, *from, *in, *format;
	int password_fd; // --password-fd N, else -1
	int timeout;     // --timeout SECONDS, else 0
	int count;       // -n COUNT, else -1
	bool json, plain, no_ui, keep_devices, forgotten, refuse, follow, all, me, yes,
		mentions;
	struct folders paths;    // made from home
	const struct face *face; // what shows; main sets it
};

typedef int verb_fn(struct options *o);

struct snug_verb {
	const char *name, *usage, *help;
	int least, most;     // words behind it
	const char *options; // names that it takes, with blanks between
	verb_fn *run;
};

// The options and their place. NULL or what is wrong, in words (static or borrowed).
MUST_USE const char *options_parse(struct options *o, int argc, char **argv);
// Whether the verb (or the program without one) takes all these words and options; else what
// is too much or missing, in words.
MUST_USE bool options_fit(const struct options *o, struct buf *words);
void options_clear(struct options *o);
MUST_USE const struct snug_verb *verb_find(const char *name);
MUST_USE const struct snug_verb *verb_list(size_t *count);
// "snug: usage: snug send TARGET …" on stderr; EXIT_USAGE.
int verb_misused(const char *name);

#define VERB(name, fn, least, most, options, usage, help) verb_fn fn;
#include "client/verbs/verbs.def"
#undef VERB
