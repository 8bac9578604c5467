// SPDX-License-Identifier: MIT
// The grammar of a command, read from its usage line, and the words of a command line
// sorted by it. What people read in the help is what is checked, and nothing else.
//
//   NAME [LABEL] WORD...      places: needed, optional, one or more
//   [--for 7d] --room NAME    an option with a value, which may be needed
//   [--dry-run]               an option without one
//   [--listen ADDRESS]...     one that may come again
//   [--cert FILE --key FILE]  all of them, or none
//   [--generate | --none]     one of them, or none
//   [--topic TEXT|""]         the value may be empty
//
// A word stands for one place and must not be empty; what is no FILE and no DIR is one line
// of UTF-8. "--" ends the options, "--flag=value" is "--flag value", and only the former
// lets a value begin with "--".
// Owner: whoever has it; a usage borrows its text, what was given borrows the words.
#pragma once

#include "common/attr.h"
#include "common/buf.h"
#include "common/span.h"

#define USAGE_FLAGS_MAX 20
#define USAGE_PLACES_MAX 5

enum usage_tie {
	USAGE_ALONE,
	USAGE_TOGETHER, // with the flag before it
	USAGE_INSTEAD,  // of the flag before it
};

struct usage_flag {
	struct span name;  // with its hyphens
	struct span value; // at NULL: takes none
	bool is_needed, is_many;
	enum usage_tie tie;
};

struct usage_place {
	struct span name;
	bool is_needed, is_many;
};

struct usage {
	struct usage_flag flags[USAGE_FLAGS_MAX];
	size_t n_flags;
	struct usage_place places[USAGE_PLACES_MAX];
	size_t n_places;
};

struct usage_option {
	const struct usage_flag *flag;
	struct span value; // at NULL: takes none
};

struct usage_given {
	struct span *words; // those of places
	size_t n_words;
	struct usage_option *options; // in their order
	size_t n_options;
};

// Adds what the text says to *u. False: it is none of the above.
MUST_USE bool usage_parse(struct usage *u, struct span text);
// The flag of that name; NULL: there is none.
MUST_USE const struct usage_flag *usage_flag(const struct usage *u, struct span name);
// How many of the words are "NOUN VERB", where the verb may be none or several words; 0:
// they are something else.
MUST_USE size_t usage_is_named(const char *noun, const char *verb, const struct span *words,
			       size_t n);
// Sorts the words. False: *why says what does not fit. *g is to be cleared in both cases.
MUST_USE bool usage_sort(const struct usage *u, const struct span *words, size_t n,
			 struct usage_given *g, struct buf *why);
void usage_given_clear(struct usage_given *g);
// Word i, "" past the end. Is the flag there? Its nth value; at NULL: not given.
MUST_USE struct span usage_word(const struct usage_given *g, size_t i);
MUST_USE bool usage_has(const struct usage_given *g, const char *flag);
MUST_USE struct span usage_value(const struct usage_given *g, const char *flag, size_t nth);
