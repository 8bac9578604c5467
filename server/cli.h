// SPDX-License-Identifier: MIT
// The command line: words in, typed cells out, an exit code (enum admin_code).
//
// Data goes to stdout, words to stderr. What concerns users, rooms and the like is done
// by the hub, in the running server or, when there is none, in this process with the
// database locked; the code that does it is the same.
// Owner: the main thread of a short-lived process.
#pragma once

#include "common/usage.h"
#include "server/config.h"
#include "server/letters/admin.h"
#include "server/paths.h"

#include <sys/types.h>

#define CLI_OUTPUT 1    // the form of what verbs print, as snugd(8) lists it
#define CLI_NAMES_MAX 3 // inside: words of the longest verb

struct cli;
typedef int own_fn(const struct cli *c);

struct cli_verb {
	const char *noun, *verb, *usage, *about;
	own_fn *fn;   // NULL: the hub does it
	bool changes; // ... and that changes something
};

extern const struct cli_verb cli_verbs[];
extern const size_t cli_n_verbs;

struct cli {
	struct paths paths;
	struct span *words; // without those that name the verb
	size_t n_words;
	struct span names[CLI_NAMES_MAX]; // the first words, known or not
	size_t n_names;
	const struct cli_verb *verb; // NULL: these are of none
	struct usage usage;          // first of the verb, then of the program
	size_t n_own_flags;          // of the verb
	struct usage_given given;
	uid_t uid; // who called it: root becomes the owner later
	bool json;
	bool is_tried; // --dry-run: on a hub of its own, which is then forgotten
	bool password_stdin;
	bool wants_help;
	bool wants_version;
};

// The program. Gives its exit code.
MUST_USE int cli_main(int argc, char **argv);

// Sorts the arguments. False after words on stderr: nothing is to be done. *c points into
// itself: it stays where it is.
MUST_USE bool cli_parse(struct cli *c, int argc, char **argv);
void cli_clear(struct cli *c);
// Word i behind the verb; the nth value of "--name VALUE". NULL: not given.
MUST_USE const char *cli_word(const struct cli *c, size_t i);
MUST_USE const char *cli_value(const struct cli *c, const char *option, size_t n);
MUST_USE bool cli_flag(const struct cli *c, const char *option);
// "snugd: …" on stderr; gives code.
PRINTF(2, 3) int cli_say(int code, const char *format, ...);
// ADMIN_DONE, or the code after words on stderr: what is named must be a folder, or "DIR WORDS"
// is said; a backup; a file that can be read; one whose folder is there; one that is not there.
MUST_USE int cli_refuse_no_folder(const char *dir, const char *words);
MUST_USE int cli_refuse_no_backup(const char *dir);
MUST_USE int cli_refuse_no_file(const char *file);
MUST_USE int cli_refuse_no_place(const char *file);
MUST_USE int cli_refuse_taken(const char *file);

// The same of the store: that this user can use it, and that it is in the state directory.
MUST_USE int cli_refuse_no_database(const struct cli *c);
MUST_USE int cli_refuse_elsewhere(const struct cli *c, const char *mend);

// Root becomes the owner of the state directory, before it touches anything there. False after
// words on stderr.
MUST_USE bool cli_become_owner(const struct cli *c);

// The verb and what was given for it, in one form, whatever they begin with; days and times
// as people write them are exact ones there.
MUST_USE struct admin_request *cli_request(const struct cli *c);
// Asks the server, or does it here when none runs. NULL after words on stderr, with the
// exit code in *code. Takes the request.
MUST_USE struct admin_answer *cli_ask(const struct cli *c, struct admin_request *request,
				      int *code);
// What a request would do now: it is done to a hub of this process, loaded beside a running
// server or without one, which is forgotten then; nothing is stored. NULL after words on
// stderr, with the exit code in *code. Takes the request.
MUST_USE struct admin_answer *cli_try(const struct cli *c, struct admin_request *request,
				      int *code);
// What the verb handed out goes into the audit log: by a running server, or here. ADMIN_DONE,
// or the code after words on stderr.
MUST_USE int cli_note(const struct cli *c, const char *detail);
// Shows an answer; gives its exit code.
MUST_USE int cli_show(const struct cli *c, const struct admin_answer *answer);
// A verb of the hub, from words to exit code.
MUST_USE int cli_hub_verb(const struct cli *c);

// A line of stdin without its end. False after words on stderr.
MUST_USE bool cli_read_secret(struct buf *out);
// Asks twice on the terminal; an empty answer is a fresh passphrase, which is shown.
MUST_USE bool cli_prompt_password(const char *name, struct buf *out);
// Appends a cell as it stands in a table; a time of 0 is "never".
void cli_cell(struct buf *out, const struct cell *cell);
// Appends text with a '?' for what could drive a terminal or end a line.
void cli_plain(struct buf *out, struct span text);
// The same for each line of it, and LF behind each.
void cli_plain_lines(struct buf *out, struct span text);
// Adds a whole file, up to 1 GiB. False after words on stderr.
MUST_USE bool cli_read_whole(const char *path, struct buf *out);
// Overwrites before it frees.
void cli_wipe(struct buf *secret);

// "usage: snugd NOUN VERB …" on stderr.
void cli_usage(const struct cli_verb *verb);
// Unknown words: says so, with the nearest that exists. Gives ADMIN_USAGE.
int cli_unknown(const struct cli *c);
// Prints a link as a QR code.
void cli_qr(const char *text);

#define OWN(noun, verb, fn, usage, about) own_fn fn;
#include "server/cli.def"
#undef OWN
